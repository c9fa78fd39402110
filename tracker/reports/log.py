"""Select recorded commits for ``log``: filtering, and the commits that several clones share."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from tracker import keys
from tracker.cost_records import CostRecord
from tracker.ledger import Snapshot
from tracker.ledger.commits import replaced_commits
from tracker.ledger.maker_months import is_kept, preference
from tracker.ledger.tables import COMMITS, PROJECTS, STANDINGS
from tracker.ledger.totals import cost_of
from tracker.model import Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding, RecordedCommit
from tracker.reports.commit_cost import cost_as_json
from tracker.reports.effective_grades import effective_grades
from tracker.reports.maker_rows import spans_of
from tracker.reports.maker_words import maker_word, model_of

SCHEMA: Final = 1
_PAGE: Final = 500
"""Commits that are read from one snapshot."""


class Filters(NamedTuple):
    """The commits to select: those that match every field. None means no condition.

    ``projects``: None for all. ``agent``: its name, or one of the words of ``maker_word``. ``model``: its id, empty for
    agents' commits whose model is unknown. ``since`` and ``until`` are committer times in seconds since the epoch,
    inclusive. ``include_dead``: also commits that no ref reaches. ``most``: how many to return, newest first.
    """

    projects: frozenset[ProjectId] | None
    agent: str | None = None
    model: str | None = None
    since: int | None = None
    until: int | None = None
    include_dead: bool = False
    most: int | None = None


class LoggedCommit(NamedTuple):
    """A commit in one project, with its facts and standing there; ``replaces``: the commits rewritten into it.

    ``cost``: with that of its other versions if it is counted; None where none is recorded.
    """

    project: ProjectId
    oid: Oid
    facts: CommitFacts
    standing: CommitStanding
    replaces: Sequence[Oid]
    cost: CostRecord | None = None


def select_commits(snapshot: Snapshot, filters: Filters) -> list[LoggedCommit]:
    """Return the commits that match, newest first, each oid once.

    The standings are read by time, newest first, until there are enough; facts are looked up for the rows returned and
    where two rows must be compared.
    """
    pages = LogPages(filters, None)
    return pages.read(snapshot)


class LogPages:
    """Commits that match, newest first, each oid once, in pages that can be read from one snapshot after the other.

    A program that waits for its reader, as below a pager, must not hold a snapshot: LMDB keeps all that changes as long
    as one is open. Commits that are recorded meanwhile are not in later pages. ``is_done``: all pages were read.
    """

    def __init__(self, filters: Filters, size: int | None = _PAGE) -> None:
        self._filters = filters
        self._size = size
        self.is_done = filters.most == 0

    def read(self, snapshot: Snapshot) -> list[LoggedCommit]:
        """Return the next page: whole seconds, until it has its size."""
        page: list[LoggedCommit] = []
        most = self._filters.most
        if self.is_done:
            return page
        rows = _newest_rows(snapshot, self._filters)
        for time, second in groupby(rows, key=lambda row: row.time):
            page += _in_order(snapshot, second)
            if most is not None and len(page) >= most:
                break
            if self._size is not None and len(page) >= self._size:
                left = None if most is None else most - len(page)
                self._filters = self._filters._replace(until=time - 1, most=left)
                return page
        self.is_done = True
        return page[:most]


class _Row(NamedTuple):
    """A standing as it was read. ``time``: the commit time in its key."""

    time: int
    project: ProjectId
    oid: Oid
    standing: CommitStanding


def _newest_rows(snapshot: Snapshot, filters: Filters) -> Iterator[_Row]:
    """Yield the rows that match, newest first; rows of one second in any order."""
    by_project = [_rows_of_project(snapshot, project, filters) for project in _projects(snapshot, filters)]
    return heapq.merge(*by_project, key=lambda row: -row.time)


def _rows_of_project(snapshot: Snapshot, project: ProjectId, filters: Filters) -> Iterator[_Row]:
    """Yield the rows of one project that match, newest first.

    Those of a maker or a model are looked for only where the sums of makers and months say that there are some. The
    sums are of live commits.
    """
    is_of_maker = filters.agent is not None or filters.model is not None
    if not is_of_maker or filters.include_dead or not is_kept(snapshot):
        yield from _rows_between(snapshot, project, filters, filters.since, filters.until)
        return
    for span in spans_of(snapshot, project, filters.agent, filters.model):
        since = span.first if filters.since is None else max(span.first, filters.since)
        until = span.last if filters.until is None else min(span.last, filters.until)
        if since <= until:
            yield from _rows_between(snapshot, project, filters, since, until)


def _rows_between(
    snapshot: Snapshot, project: ProjectId, filters: Filters, since: int | None, until: int | None
) -> Iterator[_Row]:
    """Yield the rows of one project that match, newest first. ``since``, ``until``: None for no bound."""
    begin = b"" if since is None else keys.standings_from(project, since)
    end = None if until is None else keys.standings_after(project, until)
    return _matching_rows(snapshot.newest(STANDINGS, keys.project(project), end, begin), filters)


def _projects(snapshot: Snapshot, filters: Filters) -> list[ProjectId]:
    """Return the projects that filters select."""
    if filters.projects is not None:
        return sorted(filters.projects)
    return [keys.project_of(key) for key in snapshot.keys(PROJECTS)]


def _matching_rows(newest: Iterable[tuple[bytes, CommitStanding]], filters: Filters) -> Iterator[_Row]:
    """Yield the rows of one project that match."""
    for key, standing in newest:
        time = keys.time_of_standing(key)
        if filters.since is not None and time < filters.since:
            return
        if (filters.until is None or time <= filters.until) and _matches(standing, filters):
            yield _Row(time, keys.project_of(key), keys.oid_of_standing(key), standing)


def _matches(standing: CommitStanding, filters: Filters) -> bool:
    """Return True if a standing meets all conditions that concern neither time nor project."""
    return (
        (filters.include_dead or standing.live)
        and (filters.agent is None or filters.agent in {standing.agent, maker_word(standing)})
        and (filters.model is None or filters.model == model_of(standing))
    )


def _in_order(snapshot: Snapshot, rows: Iterable[_Row]) -> list[LoggedCommit]:
    """Return the commits of one second, each before its parents, else the last recorded first, each oid once.

    Of several projects that have an oid, the one counts in which it is counted, else where it was made, else that of
    the least id.
    """
    best: dict[Oid, LoggedCommit] = {}
    for row in rows:
        facts = snapshot.get(COMMITS, keys.commit(row.project, row.oid))
        if facts is None:
            continue  # verify reports it
        cost = cost_of(snapshot, row.oid, RecordedCommit(facts, row.standing))
        commit = LoggedCommit(row.project, row.oid, facts, row.standing, replaced_commits(snapshot, row.oid), cost)
        other = best.get(row.oid)
        if other is None or _order(commit) < _order(other):
            best[row.oid] = commit
    recorded = sorted(best.values(), key=lambda one: (one.facts.committed_at, one.facts.sequence))
    return _parents_first(recorded)[::-1]


def _parents_first(commits: Sequence[LoggedCommit]) -> list[LoggedCommit]:
    """Return commits in their order, but none before a parent of it: two recorders may have recorded one each."""
    by_oid = {one.oid: one for one in commits}
    placed: dict[Oid, LoggedCommit] = {}
    seen: set[Oid] = set()
    for one in commits:
        waiting = [one]
        while waiting:
            last = waiting[-1]
            missing = [oid for oid in last.facts.parents if oid in by_oid and oid not in seen]
            if last.oid not in seen and missing:
                waiting += [by_oid[oid] for oid in missing]
            else:
                placed.setdefault(last.oid, waiting.pop())
            seen.add(last.oid)
    return [*placed.values()]


def _order(commit: LoggedCommit) -> tuple[bool, bool, ProjectId]:
    return preference(RecordedCommit(commit.facts, commit.standing), commit.project)


def project_name(snapshot: Snapshot, project: ProjectId) -> str:
    """Return the name of a project, or its id when the ledger has no record of it."""
    record = snapshot.get(PROJECTS, keys.project(project))
    return record.name if record else project


def commit_as_json(commit: LoggedCommit, name: str) -> dict[str, Any]:
    """Return one commit as ``log --json`` prints it, without its set-up.

    ``name``: the project's. Oids are hexadecimal, times are seconds since the epoch, offsets are minutes from UTC.
    """
    facts, standing = commit.facts, commit.standing
    return {
        "schema": SCHEMA,
        "project": name,
        "project_id": commit.project,
        "oid": commit.oid,
        "parents": facts.parents,
        "author_name": facts.author_name,
        "author_email": facts.author_email,
        "authored_at": facts.authored_at,
        "author_offset": facts.author_offset,
        "committer_name": facts.committer_name,
        "committer_email": facts.committer_email,
        "committed_at": facts.committed_at,
        "committer_offset": facts.committer_offset,
        "subject": facts.subject,
        "agent": standing.agent,
        "kind": standing.kind,
        "model": standing.model,
        "model_id": standing.model_id,
        "agent_version": standing.agent_version,
        "confidence": standing.confidence,
        "signal": standing.signal,
        "also": standing.also,
        "origin": facts.origin,
        "landed": standing.landed,
        "made_here": RecordedCommit(facts, standing).is_local,
        "live": facts.live,
        "counted": standing.counted,
        "learnt": facts.learnt,
        "recorded_at": facts.recorded_at,
        "task_kind": facts.task_kind,
        "files": facts.files,
        "insertions": facts.insertions,
        "deletions": facts.deletions,
        **effective_grades(standing),
        "carried_grades": [
            {"rater": one.rater, "grade": one.grade, "from": one.source, "kind": one.kind} for one in standing.carried
        ],
        "copy_of": facts.copy_of,
        "reverts": facts.reverts,
        "reverted": standing.reverted,
        "cost": cost_as_json(commit.cost),
        "pushed": standing.published,
        "replaces": commit.replaces,
        "replaced_by": [{"oid": link.new, "kind": link.kind, "source": link.source} for link in standing.links],
    }
