"""Table of maker months: the live commits of each maker and model in a project, summed by the month of their commit.

``log --summary`` reads it, so that it costs the same however many commits there are. Of a commit that several projects
hold each of them has it in its own sums, and all but one have it among those that are shown elsewhere, so that sums
over all projects count it once.
"""

import operator
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger.tables import MAKER_MONTHS, STANDINGS, Snapshot, Transaction
from tracker.ledger.working_commits import ChangedCommit, WorkingCommits
from tracker.model import HUMAN, Kind, Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding, MakerMonthRecord, RecordedCommit

SCHEMA: Final = 8
"""The schema version from which on a ledger has this table."""

_NOTHING: Final = (0, 0, 0, 0)
Numbers = tuple[int, int, int, int]


class _Share(NamedTuple):
    """The share of one commit in a row: the row without numbers, its own numbers, those shown elsewhere, its time."""

    row: MakerMonthRecord
    numbers: Numbers
    elsewhere: Numbers
    time: int


_Shares = dict[MakerMonthRecord, _Share]
"""The shares of one commit, by the rows that they are in: each project that holds it has one."""


class MakerMonthsUpdate:
    """Changes of the table in one write transaction, written once at its end."""

    def __init__(self, commits: WorkingCommits) -> None:
        self._commits = commits
        self._changes: dict[Oid, list[ChangedCommit]] = {}

    def follow(self, change: ChangedCommit) -> None:
        """Take note of a changed commit. Call ``write`` when all were noted."""
        self._changes.setdefault(change.commit[1], []).append(change)

    def write(self) -> None:
        """Write the rows that changed."""
        rows = _Rows()
        for oid, changes in self._changes.items():
            before, now = self._shares_of(oid, changes)
            for place, share in before.items():
                if now.get(place) != share:
                    rows[place].take(share, is_kept=place in now)
            for place, share in now.items():
                if before.get(place) != share:
                    rows[place].give(share)
        for row, change in rows.items():
            _write_row(self._commits.transaction, _key(row), change)

    def _shares_of(self, oid: Oid, changes: list[ChangedCommit]) -> tuple[_Shares, _Shares]:
        """Return the shares of a commit before the transaction, and those it has now."""
        before = {change.commit[0]: change.before for change in changes}
        now = {change.commit[0]: change.now for change in changes}
        for project in self._commits.holders(oid):
            if project not in now:
                before[project] = now[project] = self._commits.now((project, oid))
        return _shares(before), _shares(now)


class _Change:
    """The change of one row."""

    def __init__(self, row: MakerMonthRecord) -> None:
        self._row = row
        self._live = self._elsewhere = _NOTHING
        self._given: list[int] = []
        self._taken: list[int] = []

    def give(self, share: _Share) -> None:
        """Add a share."""
        self._live = _added(self._live, share.numbers)
        self._elsewhere = _added(self._elsewhere, share.elsewhere)
        self._given.append(share.time)

    def take(self, share: _Share, *, is_kept: bool) -> None:
        """Take a share away; ``is_kept``: another one of the same commit and row is given instead."""
        self._live = _without(self._live, share.numbers)
        self._elsewhere = _without(self._elsewhere, share.elsewhere)
        if not is_kept:
            self._taken.append(share.time)

    def applied_to(self, stored: MakerMonthRecord | None) -> MakerMonthRecord:
        """Return the row after the change, with the first and last time of all commits that it had or has."""
        times = [*self._given, *self._taken, *((stored.first, stored.last) if stored else ())]
        known = stored or self._row
        live, elsewhere = _added(known.live, self._live), _added(known.elsewhere, self._elsewhere)
        return known._replace(live=live, elsewhere=elsewhere, first=min(times), last=max(times))

    def may_have_lost(self, row: MakerMonthRecord) -> bool:
        """Return True if the first or last time of a row may have gone with its commit."""
        return not {row.first, row.last}.isdisjoint(self._taken)


class _Rows(dict[MakerMonthRecord, _Change]):
    """The changes of rows, each keyed by the row without numbers."""

    def __missing__(self, row: MakerMonthRecord) -> _Change:
        self[row] = _Change(row)
        return self[row]


def _added(numbers: Numbers, change: Numbers) -> Numbers:
    return tuple(map(operator.add, numbers, change)) if change != _NOTHING else numbers


def _without(numbers: Numbers, change: Numbers) -> Numbers:
    return tuple(map(operator.sub, numbers, change)) if change != _NOTHING else numbers


def is_kept(snapshot: Snapshot) -> bool:
    """Return True if the ledger has the table: an older one that cannot be written to has none."""
    return int(snapshot.meta("schema") or 0) >= SCHEMA


def _write_row(transaction: Transaction, key: bytes, change: _Change) -> None:
    """Write a changed row, or delete it. Call it when the standings are written."""
    row = change.applied_to(transaction.get(MAKER_MONTHS, key))
    if not any(row.live):
        transaction.delete(MAKER_MONTHS, key)
        return
    if change.may_have_lost(row):
        first, last = _times_of(transaction, row)
        row = row._replace(first=first, last=last)
    transaction.put(MAKER_MONTHS, key, row)


def _times_of(snapshot: Snapshot, row: MakerMonthRecord) -> tuple[int, int]:
    """Return the first and the last commit time of a row, from the standings of its month."""
    times = [
        time
        for time, standing in _standings_of_month(snapshot, row.project, row.month)
        if standing.live and _maker(standing) == (row.kind, row.agent, row.is_unmarked, row.model)
    ]
    return min(times, default=row.first), max(times, default=row.last)


def _standings_of_month(snapshot: Snapshot, project: ProjectId, month: int) -> Iterator[tuple[int, CommitStanding]]:
    """Yield commit times and standings of a project in a month, newest first. All later times are in the last month."""
    end = None if month >= keys.LAST_MONTH else keys.standings_after(project, _first_second(month + 1) - 1)
    for key, standing in snapshot.newest(STANDINGS, keys.project(project), end):
        time = keys.time_of_standing(key)
        if keys.month(time) < month:
            return
        yield time, standing


def _first_second(month: int) -> int:
    """Return the first second of a month, as ``keys.month`` counts them."""
    return int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


class ExpectedRows:
    """The rows that follow from the commits that were added, which are all of a ledger."""

    def __init__(self) -> None:
        self._rows: dict[tuple[object, ...], _ExpectedRow] = {}

    def add(self, held: Mapping[ProjectId, RecordedCommit]) -> None:
        """Add a commit, as each project has it that holds it."""
        shown = _shown_in(held)
        for project, (facts, standing) in held.items():
            if not standing.live:
                continue
            time = keys.clamped_time(facts.committed_at)
            identity = (project, *_maker(standing), keys.month(time))
            row = self._rows.get(identity)
            if row is None:
                row = self._rows[identity] = _ExpectedRow(MakerMonthRecord(*identity), time)
            row.add(_numbers(facts), time, is_shown=project == shown)

    def by_key(self) -> dict[bytes, MakerMonthRecord]:
        """Return the rows by their keys. Raises ValueError for an id of which no key can be made."""
        return {_key(one.row): one.record() for one in self._rows.values()}


class _ExpectedRow:
    """Sums of the numbers of commits in a row; ``row``: without numbers."""

    def __init__(self, row: MakerMonthRecord, time: int) -> None:
        self.row = row
        self._live = self._elsewhere = _NOTHING
        self._first = self._last = time

    def add(self, numbers: Numbers, time: int, *, is_shown: bool) -> None:
        self._live = _added(self._live, numbers)
        if not is_shown:
            self._elsewhere = _added(self._elsewhere, numbers)
        if time < self._first:
            self._first = time
        elif time > self._last:
            self._last = time

    def record(self) -> MakerMonthRecord:
        return self.row._replace(live=self._live, elsewhere=self._elsewhere, first=self._first, last=self._last)


def _shares(states: Mapping[ProjectId, RecordedCommit | None]) -> _Shares:
    """Return what a commit adds to the rows of the projects that hold it; only live commits add anything."""
    held = {project: one for project, one in states.items() if one is not None and one.standing.live}
    if not held:
        return {}
    shown = _shown_in(held)
    shares = (_share(project, one, is_shown=project == shown) for project, one in held.items())
    return {share.row: share for share in shares}


def _shown_in(states: Mapping[ProjectId, RecordedCommit]) -> ProjectId | None:
    """Return the project in which sums over all projects count a commit, if it is live in any."""
    if len(states) == 1:
        return next(iter(states))
    live = {project: one for project, one in states.items() if one.standing.live}
    return min(live, key=lambda one: preference(live[one], one), default=None)


def preference(commit: RecordedCommit, project: ProjectId) -> tuple[bool, bool, ProjectId]:
    """Return the order of projects that hold a commit: it is shown in the one where it counts, else was made."""
    return not commit.standing.counted, not commit.is_local, project


def _share(project: ProjectId, commit: RecordedCommit, *, is_shown: bool) -> _Share:
    facts, standing = commit
    numbers = _numbers(facts)
    time = keys.clamped_time(facts.committed_at)
    row = MakerMonthRecord(project, *_maker(standing), keys.month(time))
    return _Share(row, numbers, _NOTHING if is_shown else numbers, time)


def _numbers(facts: CommitFacts) -> Numbers:
    """Return the numbers of one commit: itself, its files, inserted and deleted lines; unknown ones count as 0."""
    return 1, facts.files or 0, facts.insertions or 0, facts.deletions or 0


def _maker(standing: CommitStanding) -> tuple[Kind, str, bool, str | None]:
    """Return the kind and name of a commit's maker, whether nothing marks it, and the model's id."""
    is_unmarked = standing.agent == HUMAN and standing.confidence == "low"
    return standing.kind, standing.agent, is_unmarked, standing.model_id


@lru_cache(maxsize=1024)
def _key(row: MakerMonthRecord) -> bytes:
    maker = (row.kind, row.agent, "unmarked" if row.is_unmarked else None, row.model)
    return keys.maker_month(row.project, maker, row.month)
