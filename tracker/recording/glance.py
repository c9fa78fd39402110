"""Say who made the commits of a repository from its history alone, without tracking it. Writes nothing.

The evidence of a commit, what it inherits and how commits are counted are those of a backfill. Only what a backfill
learns from this machine's reflogs is missing: which commit is a later version of another one.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import lineage
from tracker.attribution import Catalogue, other_tools
from tracker.attribution.unread_sources import UnreadSources
from tracker.git import Repository
from tracker.git.missing_objects import shallow_boundary
from tracker.model import Commit, Oid, Progress, ProjectId
from tracker.recording.commit_records import commit_facts, own_evidence
from tracker.recording.context import RecordingContext
from tracker.recording.history_branches import read_hints
from tracker.recording.message_links import declared_originals
from tracker.recording.origins import Origins, read_origins
from tracker.records import CommitFacts, CommitStanding
from tracker.reports.maker_words import maker_and_model
from tracker.rewrite_records import Claim

_BATCH: Final = 2000
"""Commits that are read from git together."""

_NOWHERE: Final = ProjectId("")
"""The project of commits that no ledger holds."""


class Made(NamedTuple):
    """The commits by one agent and model, bot, or people. ``first``, ``last``: committer times in seconds."""

    maker: str
    kind: str
    model: str | None
    commits: int
    first: int
    last: int


class Glance(NamedTuple):
    """The makers of the commits, those of the most commits first.

    ``is_shallow``: older commits are missing here. ``unread``: reasons by source of evidence that could not be read.
    """

    rows: Sequence[Made]
    is_shallow: bool
    unread: Mapping[str, str]

    @property
    def commits(self) -> int:
        """The number of all commits."""
        return sum(row.commits for row in self.rows)


def glance(
    repository: Repository, catalogue: Catalogue, since: int | None = None, progress: Progress | None = None
) -> Glance:
    """Return who made the commits that branches and worktrees reach.

    ``since``: seconds since the epoch; only commits committed from then on. Raises RepositoryError.
    """
    oids = repository.walk(sorted({*repository.tips().values()}), since=since)
    context = _context(repository, catalogue, oids)
    inherited = _standings_of_copies(repository, context, oids)
    times: dict[tuple[str, str, str | None], list[int]] = defaultdict(list)
    for commit in _read(repository, oids, progress):
        standing = inherited.get(commit.oid) or lineage.standing_by_evidence(own_evidence(commit, context))
        times[maker_and_model(standing)].append(commit.committer.time)
    rows = [
        Made(maker, kind, model, len(found), min(found), max(found)) for (kind, maker, model), found in times.items()
    ]
    rows.sort(key=lambda row: (-row.commits, str((row.kind, row.maker, row.model))))  # as ``log --summary`` does
    return Glance(rows, bool(shallow_boundary(repository.common_dir)), context.unread.failed)


def _read(repository: Repository, oids: Sequence[Oid], progress: Progress | None = None) -> Iterator[Commit]:
    for start in range(0, len(oids), _BATCH):
        batch = oids[start : start + _BATCH]
        yield from repository.commits(batch)
        if progress:
            progress(start + len(batch), len(oids))


def _context(repository: Repository, catalogue: Catalogue, oids: Sequence[Oid]) -> RecordingContext:
    """Read what the evidence of commits needs from outside the commits: the records of other tools, branches."""
    unread = UnreadSources()
    tools = other_tools.read_tool_evidence(repository, oids, {}, catalogue, lambda _: (), unread)
    # Where a commit comes from matters only to what copies inherit, and they inherit nothing but records of tools.
    origins = read_origins(repository, oids, ()) if tools.evidence else Origins(frozenset(), frozenset(), frozenset())
    branches = read_hints(repository, catalogue, unread).evidence
    now = int(time.time())
    return RecordingContext(_NOWHERE, catalogue, {}, origins, {}, tools, "backfill", now, unread, branches=branches)


def _standings_of_copies(
    repository: Repository, context: RecordingContext, oids: Sequence[Oid]
) -> dict[Oid, CommitStanding]:
    """Return the standings of cherry-picked commits and their originals, of which the copies may inherit evidence."""
    copies: dict[Oid, Oid] = {}
    if context.tools.evidence:
        for start in range(0, len(oids), _BATCH):
            copies |= declared_originals(
                repository, [*repository.commits(oids[start : start + _BATCH])], context.origins
            )
    wanted = {*copies, *copies.values()}
    facts = {
        commit.oid: commit_facts(commit, None, own_evidence(commit, context), context, is_live=True)._replace(
            copy_of=copies.get(commit.oid)
        )
        for commit in _read(repository, [oid for oid in oids if oid in wanted])
    }
    return {oid: standing for _, oid, standing in lineage.derive_standings(facts, _Copies(facts))}


class _Copies:
    """Commits of which nothing is known but their facts: a ``FamilyView`` without a ledger."""

    def __init__(self, facts: Mapping[Oid, CommitFacts]) -> None:
        self._facts = facts
        self._copies: dict[Oid, list[Oid]] = defaultdict(list)
        for oid, one in facts.items():
            if one.copy_of:
                self._copies[one.copy_of].append(oid)

    def holdings(self, oid: Oid) -> Sequence[lineage.Holding]:
        """Return the facts of a commit."""
        return [(_NOWHERE, self._facts[oid])] if oid in self._facts else []

    def claims(self, oid: Oid) -> Sequence[Claim]:  # noqa: ARG002
        """Return nothing: no rewrite is known."""
        return ()

    def predecessors(self, oid: Oid) -> Sequence[Oid]:  # noqa: ARG002
        """Return nothing: no rewrite is known."""
        return ()

    def copies(self, oid: Oid) -> Sequence[Oid]:
        """Return the cherry-picks of a commit."""
        return self._copies.get(oid, ())

    def reverters(self, oid: Oid) -> Sequence[Oid]:  # noqa: ARG002
        """Return nothing: who made a commit does not depend on what became of it."""
        return ()

    def is_away(self, project: ProjectId) -> bool:  # noqa: ARG002
        """Return False: the commits are here."""
        return False

    def is_elsewhere(self, project: ProjectId) -> bool:  # noqa: ARG002
        """Return False: the commits are here."""
        return False

    def first_seen(self, project: ProjectId) -> int:  # noqa: ARG002
        """Return 0: there is one project."""
        return 0
