"""Select recorded commits for ``log``: filtering, the commits that several clones share, and sums for each agent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import COMMITS, PROJECTS
from tracker.model import HUMAN, Oid, ProjectId
from tracker.records import CommitRecord, Link
from tracker.reports.effective_grades import effective_grades

SCHEMA: Final = 1


class Filters(NamedTuple):
    """The commits to select: those that match every field. None means no condition.

    ``project`` and ``project_name`` select by id and by name, ``model`` by name or id. ``since`` and ``until`` are
    committer times in seconds since the epoch, inclusive. ``include_dead``: also commits that no ref reaches.
    ``most``: how many to return, newest first.
    """

    project: ProjectId | None
    project_name: str | None = None
    agent: str | None = None
    model: str | None = None
    since: int | None = None
    until: int | None = None
    include_dead: bool = False
    most: int | None = None


class LoggedCommit(NamedTuple):
    """A commit in one project, with its record."""

    project: ProjectId
    oid: Oid
    record: CommitRecord


def select_commits(snapshot: Snapshot, filters: Filters) -> list[LoggedCommit]:
    """Return the commits that match, newest first, each oid once."""
    commits = _deduplicated(_matching(snapshot, filters))
    return sorted(commits, key=lambda one: (one.record.committed_at, one.record.sequence), reverse=True)[: filters.most]


def _matching(snapshot: Snapshot, filters: Filters) -> Iterator[LoggedCommit]:
    prefix = keys.project(filters.project) if filters.project else b""
    for key, record in snapshot.scan(COMMITS, prefix):
        project = keys.project_of(key)
        if not _matches(record, filters):
            continue
        if filters.project_name is None or filters.project_name == project_name(snapshot, project):
            yield LoggedCommit(project, keys.oid_of(key), record)


def _matches(record: CommitRecord, filters: Filters) -> bool:
    """Return True if a record meets all conditions that do not concern its project."""
    return (
        (filters.include_dead or record.live)
        and (filters.agent is None or filters.agent == record.agent)
        and (filters.model is None or filters.model in {record.model, record.model_id})
        and (filters.since is None or record.committed_at >= filters.since)
        and (filters.until is None or record.committed_at <= filters.until)
    )


def _deduplicated(commits: Iterable[LoggedCommit]) -> Iterable[LoggedCommit]:
    """Return each oid once: from the project where it is counted, else where it was made, else of the least id."""
    best: dict[Oid, LoggedCommit] = {}
    for commit in commits:
        other = best.get(commit.oid)
        if other is None or _preference(commit) < _preference(other):
            best[commit.oid] = commit
    return best.values()


def _preference(commit: LoggedCommit) -> tuple[bool, bool, ProjectId]:
    return not commit.record.counted, not commit.record.is_local, commit.project


def project_name(snapshot: Snapshot, project: ProjectId) -> str:
    """Return the name of a project, or its id when the ledger has no record of it."""
    record = snapshot.get(PROJECTS, keys.project(project))
    return record.name if record else project


def rewrite_links(snapshot: Snapshot, commit: LoggedCommit) -> tuple[Link, ...]:
    """Return the rewrite links from a commit to its successors."""
    return commit.record.links


def maker_shown(record: CommitRecord) -> str:
    """Return the agent's name; "human or unmarked" for a commit without any evidence, which may be an agent's too."""
    return "human or unmarked" if record.agent == HUMAN and record.confidence == "low" else record.agent


def summarize(commits: Sequence[LoggedCommit]) -> list[dict[str, Any]]:
    """Return the sums for each agent and model, as ``log --summary --json`` prints them; most commits first.

    ``first`` and ``last`` are committer times in seconds since the epoch.
    """
    groups: dict[tuple[str, str, str | None], list[CommitRecord]] = defaultdict(list)
    for commit in commits:
        groups[commit.record.kind, maker_shown(commit.record), commit.record.model_id].append(commit.record)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), str(group[0])))
    return [
        {
            "schema": SCHEMA,
            "agent": maker,
            "kind": kind,
            "model": model,
            "commits": len(records),
            "files": sum(record.files or 0 for record in records),
            "insertions": sum(record.insertions or 0 for record in records),
            "deletions": sum(record.deletions or 0 for record in records),
            "first": min(record.committed_at for record in records),
            "last": max(record.committed_at for record in records),
        }
        for (kind, maker, model), records in ordered
    ]


def commit_as_json(commit: LoggedCommit, name: str, links: Sequence[Link]) -> dict[str, Any]:
    """Return one commit as ``log --json`` prints it, without its set-up.

    ``name``: the project's. Oids are hexadecimal, times are seconds since the epoch, offsets are minutes from UTC.
    """
    record = commit.record
    return {
        "schema": SCHEMA,
        "project": name,
        "project_id": commit.project,
        "oid": commit.oid,
        "parents": record.parents,
        "author_name": record.author_name,
        "author_email": record.author_email,
        "authored_at": record.authored_at,
        "author_offset": record.author_offset,
        "committer_name": record.committer_name,
        "committer_email": record.committer_email,
        "committed_at": record.committed_at,
        "committer_offset": record.committer_offset,
        "subject": record.subject,
        "agent": record.agent,
        "kind": record.kind,
        "model": record.model,
        "model_id": record.model_id,
        "agent_version": record.agent_version,
        "confidence": record.confidence,
        "signal": record.signal,
        "also": record.also,
        "origin": record.origin,
        "landed": record.landed,
        "live": record.live,
        "counted": record.counted,
        "learnt": record.learnt,
        "recorded_at": record.recorded_at,
        "task_kind": record.task_kind,
        "files": record.files,
        "insertions": record.insertions,
        "deletions": record.deletions,
        **effective_grades(record),
        "carried_grades": [
            {"rater": one.rater, "grade": one.grade, "from": one.source, "kind": one.kind} for one in record.carried
        ],
        "copy_of": record.copy_of,
        "reverts": record.reverts,
        "reverted": record.reverted,
        "pushed": record.published,
        "replaces": record.replaces,
        "replaced_by": [{"oid": link.new, "kind": link.kind, "source": link.source} for link in links],
    }
