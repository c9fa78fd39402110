"""Read what reflogs gained since the last reconcile, and follow the steps of each ref to links between commits.

Where no reflog is kept, or it has a gap, the move of a branch from its recorded tip to its present one takes its place.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.git import Repository
from tracker.git.reflog import COPIED, ReflogAction
from tracker.git.reflog_reader import BRANCHES, LogReading
from tracker.history.move_links import DatedPair, MoveLinks
from tracker.history.recorded_state import RecordedState
from tracker.history.reflog_steps import Step, began_detached, makings, steps_of_branch, steps_of_head
from tracker.model import Event, LogPosition, Oid
from tracker.rewrite_records import Left, ReflogRecord

MAIN_HEAD: Final = "HEAD"
"""The name of the reflog of the main worktree's HEAD."""

_MOST_UNLOGGED: Final = 64
"""Commits that a branch gained without entries in its reflog up to which each is followed as a step of its own."""

_MOST_SQUASHES: Final = 4
"""Commits on which a squash merge was begun that are remembered."""


class ReflogNews(NamedTuple):
    """The entries that reflogs gained since the last reconcile.

    ``readings``: of each reflog that gained entries, keyed by name. ``made``: the commits that they show as made here.
    ``seen``: every commit that a ref pointed to, oldest first in each reflog. ``gone``: recorded reflogs that are no
    longer there. ``replaying``: HEADs that were in a rebase before or after their entries were read, so that the last
    entries may be of an unfinished one.
    """

    readings: Mapping[str, LogReading]
    made: Mapping[Oid, ReflogAction]
    seen: Sequence[Oid]
    gone: Sequence[str]
    replaying: frozenset[str]


class FollowedReflogs(NamedTuple):
    """The links that reflogs show, and the records to write of those reflogs."""

    pairs: Sequence[DatedPair]
    records: Sequence[ReflogRecord]


def read_news(
    repository: Repository, known: RecordedState, begin: Mapping[str, LogPosition], tips: Mapping[str, Oid]
) -> ReflogNews:
    """Read the entries since the recorded positions.

    ``begin``: positions at which tracking began, keyed by name. ``tips``: the present tips, by name.
    """
    recorded = {name: LogPosition(record.size, record.last_line) for name, record in known.logs.items()}
    moved = {name for name in {*tips, *known.tips} if tips.get(name) != known.tips.get(name)}
    branches = {name for name in moved if name.startswith(BRANCHES)}
    replaying = repository.reflogs.replaying_heads()
    readings = {one.name: one for one in repository.reflogs.new_entries({**begin, **recorded}, branches)}
    replaying |= repository.reflogs.replaying_heads()  # git may begin or end a rebase at any time
    made: dict[Oid, ReflogAction] = {}
    for name, reading in readings.items():
        if not name.startswith(BRANCHES):
            made = makings(reading.entries) | made
    seen = dict.fromkeys(oid for one in readings.values() for entry in one.entries for oid in (entry.old, entry.new))
    worktrees = {name.removesuffix("/HEAD") for name in known.logs if name.startswith("worktrees/")}
    present = {name for name in worktrees if (repository.common_dir / name).is_dir()}
    gone = [
        name
        for name in known.logs
        if (name.startswith(BRANCHES) and name not in tips)
        or (name.startswith("worktrees/") and name.removesuffix("/HEAD") not in present)
    ]
    return ReflogNews(readings, made, [oid for oid in seen if oid.strip("0")], gone, replaying)


def follow(
    repository: Repository,
    known: RecordedState,
    news: ReflogNews,
    tips: Mapping[str, Oid],
    foreign: Container[Oid],
    copies: frozenset[Oid],
) -> FollowedReflogs:
    """Follow the steps of every ref that moved. Raises RepositoryError.

    ``foreign``: the commits that came from elsewhere. ``copies``: cherry-picked commits and applied patches.
    """
    search = MoveLinks(repository, copies | {oid for oid, action in news.made.items() if action in COPIED}, foreign)
    pairs: list[DatedPair] = []
    records: list[ReflogRecord] = []
    moved = [name for name in tips if name.startswith(BRANCHES) and known.tips.get(name, tips[name]) != tips[name]]
    in_rebase = [name for name, record in known.logs.items() if record.rebase_from and name not in news.gone]
    for name in dict.fromkeys([*news.readings, *moved, *in_rebase]):
        before = _before(known, name, news.readings.get(name))
        steps, rebase_from = _steps(repository, name, before, news, known, tips)
        found, left = search.follow(steps, before.left)
        pairs += found
        tip = tips.get(name) if name.startswith(BRANCHES) else repository.reflogs.detached_head(name)
        records.append(_record(before, news.readings.get(name), tip, left, rebase_from))
    return FollowedReflogs(pairs, [record for record in records if record != known.logs.get(record.name)])


def _before(known: RecordedState, name: str, reading: LogReading | None) -> ReflogRecord:
    """Return the record that a reflog had before its new entries were followed.

    That of a renamed branch had its old name. A ref that was made again has left nothing behind.
    """
    old_name = reading.continues if reading and reading.continues else name
    record = known.logs.get(old_name) or ReflogRecord(name, 0, "", None)
    if reading and reading.begins_anew:
        record = record._replace(tip=None, left=(), rebase_from=None)
    return record._replace(name=name)


def squash_merges_begun(known: RecordedState, events: Iterable[Event]) -> tuple[Oid, ...]:
    """Return the last commits that HEADs pointed at when ``merge --squash`` filled the index (githooks(5), post-merge).

    Those of earlier reconciles are included, since another process may record the commit that follows.
    """
    main = known.logs.get(MAIN_HEAD)
    begun = [
        event.head for event in events if event.hook == "post-merge" and event.arguments[:1] == ("1",) and event.head
    ]
    return tuple(dict.fromkeys([*(main.squash_begun if main else ()), *begun]))[-_MOST_SQUASHES:]


def with_squash_merges(
    records: Sequence[ReflogRecord], known: RecordedState, begun: tuple[Oid, ...]
) -> list[ReflogRecord]:
    """Return the records to write, of which that of the main HEAD remembers the squash merges that were begun."""
    others = [record for record in records if record.name != MAIN_HEAD]
    main = next((record for record in records if record.name == MAIN_HEAD), known.logs.get(MAIN_HEAD))
    main = (main or ReflogRecord(MAIN_HEAD, 0, "", None))._replace(squash_begun=begun)
    is_new = main != known.logs.get(MAIN_HEAD) and (begun or len(others) < len(records))
    return [*others, main] if is_new else others


def _steps(
    repository: Repository,
    name: str,
    before: ReflogRecord,
    news: ReflogNews,
    known: RecordedState,
    tips: Mapping[str, Oid],
) -> tuple[list[Step], Oid | None]:
    """Return the steps of a ref, with those that its reflog lacks, and where HEAD was before an unfinished rebase."""
    reading = news.readings.get(name)
    entries = reading.entries if reading else ()
    if not name.startswith(BRANCHES):
        is_replaying = name in news.replaying
        gap = [] if is_replaying else _gap_of_head(repository, before, reading, tips)
        if gap:
            return [*gap, *steps_of_head(entries, None, is_replaying=False).steps], None
        if before.rebase_from and before.tip and not (entries or is_replaying):
            return [Step("moved", before.rebase_from, before.tip, _time_of(repository, before.tip))], None
        steps, rebase_from = steps_of_head(entries, before.rebase_from, is_replaying=is_replaying)
        return [*steps], rebase_from
    seen = {oid for entry in entries for oid in (entry.old, entry.new)}
    start, end = before.tip or known.tips.get(name), tips.get(name)
    steps = steps_of_branch(entries)
    if start and entries and start not in seen and entries[0].old.strip("0"):
        steps = [*_unlogged_steps(repository, start, entries[0].old), *steps]
    last = entries[-1].new if entries else start
    if last and end and end != last and end not in seen:
        steps += _unlogged_steps(repository, last, end)
    return steps, None


def _unlogged_steps(repository: Repository, start: Oid, end: Oid) -> list[Step]:
    """Return the steps by which a branch came from ``start`` to ``end`` without entries in its reflog.

    If it lost nothing, commits were put on top, one after the other; otherwise it moved at once.
    """
    lost = repository.walk([start], [end])
    gained = [*repository.commits(repository.walk([end], [start])[-_MOST_UNLOGGED:])]
    on_top = {commit.parents[0]: commit for commit in gained if commit.parents}
    steps: list[Step] = []
    at = start
    while not lost and at in on_top:
        commit = on_top.pop(at)
        steps.append(Step("grown", at, commit.oid, commit.committer.time))
        at = commit.oid
    return steps if at == end else [Step("moved", start, end, _time_of(repository, end))]


def _gap_of_head(
    repository: Repository, before: ReflogRecord, reading: LogReading | None, tips: Mapping[str, Oid]
) -> list[Step]:
    """Return the step of a detached HEAD that its reflog lacks since it expired; none if there is no certain one."""
    start = before.rebase_from or before.tip
    if reading is None or reading.continues or reading.begins_anew or not start:
        return []
    entries = reading.entries
    now = repository.reflogs.detached_head(before.name)
    is_detached = began_detached(entries)
    end = entries[0].old if entries else now
    is_known = any(before.tip in {entry.old, entry.new} for entry in entries)
    if is_known or end is None or is_detached is False or (is_detached is None and now is None):
        return []
    if not _has_made_or_lost(repository, start, end, tips, now):
        return []
    return [Step("moved", start, end, _time_of(repository, end))]


def _has_made_or_lost(repository: Repository, start: Oid, end: Oid, tips: Mapping[str, Oid], now: Oid | None) -> bool:
    """Return True if a detached HEAD lost the last reference to a commit, or all that it gained is in no branch.

    Else it may have visited another commit, and the commits of both places have nothing to do with each other. ``now``:
    where that HEAD is.
    """
    if repository.walk([start], sorted({*tips.values()})):
        return True
    others = {oid for name, oid in tips.items() if name.startswith(BRANCHES) or oid != now}
    gained = repository.walk([end], [start])
    return bool(gained) and {*gained} <= {*repository.walk([end], sorted(others))}


def _time_of(repository: Repository, oid: Oid) -> int:
    """Return the committer time of a commit, in seconds; 0 if it is missing."""
    return next((commit.committer.time for commit in repository.commits([oid])), 0)


def _record(
    before: ReflogRecord, reading: LogReading | None, tip: Oid | None, left: tuple[Left, ...], rebase_from: Oid | None
) -> ReflogRecord:
    """Return the record of a reflog after its entries were followed."""
    if reading is None:
        return before._replace(
            tip=tip if before.name.startswith(BRANCHES) else before.tip, left=left, rebase_from=rebase_from
        )
    last = reading.entries[-1].new if reading.entries else before.tip
    return before._replace(
        size=reading.position.size,
        last_line=reading.position.last_line,
        tip=tip if tip and all(tip not in {entry.old, entry.new} for entry in reading.entries) else last,
        left=left,
        rebase_from=rebase_from,
    )
