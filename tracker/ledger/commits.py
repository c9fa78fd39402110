"""Reading of recorded commits: the facts of a commit joined with its standing, and what connects it to others."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple, TypeVar

from tracker import keys
from tracker.ledger.tables import COMMITS, OIDS, PREDECESSORS, REWRITES, STANDINGS, Snapshot, Table
from tracker.model import Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding, RecordedCommit
from tracker.rewrite_records import Claim

_MOST_REWRITES: Final = 100
"""Rewrites that are followed from one commit."""

R = TypeVar("R", bound=NamedTuple)

CommitId = tuple[ProjectId, Oid]
"""A commit in one project; the same oid in two clones is two of these."""


def find_commit(snapshot: Snapshot, project: ProjectId, oid: Oid) -> RecordedCommit | None:
    """Return a commit of a project, or None if the project does not have it."""
    facts = snapshot.get(COMMITS, keys.commit(project, oid))
    return None if facts is None else RecordedCommit(facts, standing_of(snapshot, project, oid, facts))


def find_commits(snapshot: Snapshot, project: ProjectId, oids: Iterable[Oid]) -> dict[Oid, RecordedCommit]:
    """Return the commits of a project by oid, in the given order; those that it does not have are left out."""
    found = ((oid, find_commit(snapshot, project, oid)) for oid in oids)
    return {oid: commit for oid, commit in found if commit is not None}


def scan_commits(snapshot: Snapshot, project: ProjectId | None = None) -> Iterator[tuple[CommitId, RecordedCommit]]:
    """Yield all commits of a project, or of all projects, in the order of their keys."""
    for key, facts in snapshot.scan(COMMITS, keys.project(project) if project else b""):
        owner, oid = keys.project_of(key), keys.oid_of(key)
        yield (owner, oid), RecordedCommit(facts, standing_of(snapshot, owner, oid, facts))


def standing_of(snapshot: Snapshot, project: ProjectId, oid: Oid, facts: CommitFacts) -> CommitStanding:
    """Return the standing of a commit; that of a commit without evidence if there is none, which ``verify`` reports."""
    return snapshot.get(STANDINGS, keys.standing(project, facts.committed_at, oid)) or CommitStanding()


def holders_of(snapshot: Snapshot, oid: Oid) -> list[ProjectId]:
    """Return the projects that hold a commit, sorted."""
    prefix = bytes.fromhex(oid)
    length = len(prefix) + keys.PROJECT_BYTES  # the key of a longer oid may begin with the whole of a shorter one
    return [keys.project_of_holder(key) for key in snapshot.keys(OIDS, prefix) if len(key) == length]


def held_by(snapshot: Snapshot, oid: Oid) -> dict[ProjectId, RecordedCommit]:
    """Return a commit as each project that holds it has it."""
    found = ((project, find_commit(snapshot, project, oid)) for project in holders_of(snapshot, oid))
    return {project: commit for project, commit in found if commit is not None}


def related(snapshot: Snapshot, table: Table[Any], oid: Oid) -> list[Oid]:
    """Return the second oids of the keys (``keys.related``) of a table that begin with this one, in a fixed order."""
    if not snapshot.has_records(table):
        return []
    prefix = bytes.fromhex(oid)
    found = (key for key in snapshot.keys(table, prefix) if len(key) == 2 * len(prefix))
    return [keys.related_oids(key)[1] for key in found]


def claims_about(snapshot: Snapshot, oid: Oid) -> list[Claim]:
    """Return the claims that a commit was rewritten."""
    return [Claim(new, *one) for new, record in _related_rows(snapshot, REWRITES, oid) for one in record.claims]


def replaced_commits(snapshot: Snapshot, oid: Oid) -> list[Oid]:
    """Return the recorded commits that were rewritten into a commit, sorted; ``dropped`` ones included."""
    return [old for old, record in _related_rows(snapshot, PREDECESSORS, oid) if record.is_linked]


def _related_rows(snapshot: Snapshot, table: Table[R], oid: Oid) -> Iterator[tuple[Oid, R]]:
    """Yield the second oids and the records of the keys of a table that begin with this oid."""
    prefix = bytes.fromhex(oid)
    for key, record in snapshot.scan(table, prefix) if snapshot.has_records(table) else ():
        if len(key) == 2 * len(prefix):  # the key of longer oids may begin with the whole of a shorter one
            yield keys.related_oids(key)[1], record


def present_version(snapshot: Snapshot, oid: Oid, is_live: Callable[[Oid], bool]) -> Oid | None:
    """Return the live commit that a commit was rewritten into; None if there is none.

    ``is_live``: says if a commit is live, in the projects that the caller means. The links of all projects count.
    """
    for _ in range(_MOST_REWRITES):
        commits = (find_commit(snapshot, project, oid) for project in holders_of(snapshot, oid))
        links = [link for commit in commits if commit for link in commit.standing.links if link.kind != "dropped"]
        if not links:
            return None
        oid = next((link.new for link in links if is_live(link.new)), links[0].new)
        if is_live(oid):
            return oid
    return None
