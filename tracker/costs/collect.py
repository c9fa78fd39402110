"""Read what is due of the costs of a project's commits, and record it.

Never while git waits. Each session is read once, for all of its commits; when the time is over, the rest is left to the
next call. Only stores of the user on this machine are read.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.attribution.agent_session_logs import user_stores
from tracker.attribution.session_log_files import StoreLocation
from tracker.cost_records import CostRecord
from tracker.costs.apportion import apportion
from tracker.costs.due import SeenCommit, commits_of_sessions, due_commits
from tracker.costs.events import SessionUnreadable
from tracker.costs.read_session import read_session, root_session, session_showing
from tracker.costs.settle import SOON, given_up, held, replaces, settle
from tracker.costs.timeline import Timeline
from tracker.ledger.buffer import buffer_of
from tracker.ledger.computed_entries import CostEntry
from tracker.ledger.tables import COSTS
from tracker.model import Oid
from tracker.project.project import Project

MOST_SECONDS: Final = 2.0
"""Seconds after which no further session is begun."""

_Place = tuple[str, str]
"""An agent, and the id of its session that contains those of its subagents."""


class Collected(NamedTuple):
    """Result of a call. ``settled``: commits whose cost is recorded now. ``waiting``: those that are left for later."""

    settled: int = 0
    waiting: int = 0


class _Read(NamedTuple):
    """The commits of the ledger that matter. ``due``: oldest first. ``seen``: of sessions. ``known``: their costs."""

    due: Sequence[SeenCommit]
    seen: Sequence[SeenCommit]
    known: Mapping[Oid, CostRecord | None]


def collect(project: Project, most_seconds: float = MOST_SECONDS, *, is_background: bool = False) -> Collected:
    """Record the costs that are due, unless the settings forbid it.

    ``is_background``: nobody asks for the costs now, so a session is read only when that settles a commit for certain.
    Raises RepositoryError, NotTracked, OSError and the LedgerUnavailable errors.
    """
    if not (project.settings.costs and project.settings.read_sessions):
        return Collected()
    end = time.monotonic() + most_seconds
    now = time.time()
    found = _read_ledger(project, int(now), SOON // 1000 if is_background else 0)
    if not found.due:
        return Collected()
    collector = _Collector(user_stores(), found, round(now * 1000))
    with_sessions = _with_sessions(project, collector, found.due, end - most_seconds / 2)
    for agent_session, commits in _by_session(with_sessions).items():
        if time.monotonic() > end:
            break
        collector.settle_session(agent_session, commits)
    if collector.entries:
        buffer_of(collector.entries.values()).flush(project.ledger)
    settled = sum(one.oid in collector.entries for one in found.due)
    return Collected(settled, len(found.due) - settled)


def _read_ledger(project: Project, now: int, least_age: int) -> _Read:
    with project.ledger.read() as snapshot:
        every = due_commits(snapshot, project.files.id(), now)
        due = [one for one in every if now - one.age_from >= least_age]
        seen = commits_of_sessions(snapshot, now) if due else []
        return _Read(due, seen, {one.oid: snapshot.get(COSTS, keys.cost(one.oid)) for one in seen})


def _with_sessions(
    project: Project, collector: "_Collector", due: Iterable[SeenCommit], end: float
) -> Iterator[SeenCommit]:
    """Yield commits with the roots of their sessions, looked for until ``end``; commits of no session are left out."""
    commits = [*due]
    folders = [one.path for one in project.repository.worktrees()] if not all(one.session for one in commits) else []
    for one in commits:
        found = collector.with_session(one, folders)
        if found is not None:
            yield found
        if time.monotonic() > end:
            return


def _by_session(commits: Iterable[SeenCommit]) -> dict[_Place, list[SeenCommit]]:
    groups: dict[_Place, list[SeenCommit]] = defaultdict(list)
    for one in commits:
        groups[one.agent, one.session].append(one)
    return groups


class _Collector:
    """Reads sessions and gathers what is to be recorded. ``now``: in milliseconds."""

    def __init__(self, place: StoreLocation, found: _Read, now: int) -> None:
        self.entries: dict[Oid, CostEntry] = {}
        self._place = place
        self._found = found
        self._now = now

    def with_session(self, commit: SeenCommit, folders: Sequence[str]) -> SeenCommit | None:
        """Return a commit with the root of its session; None if there is no session, which may give it up."""
        try:
            if commit.session:
                return commit._replace(session=root_session(commit.agent, self._place, commit.session))
            for folder in folders:
                shown = session_showing(self._place, folder, commit.oid, commit.committed_at * 1000)
                if shown is not None:
                    return commit._replace(session=shown)
        except SessionUnreadable as unreadable:
            self._give_up([commit], unreadable.reason)
            return None
        self._give_up([commit], "missing")
        return None

    def settle_session(self, agent_session: _Place, commits: Sequence[SeenCommit]) -> None:
        """Read a session, and settle those of its commits that can be."""
        try:
            events = read_session(agent_session[0], self._place, agent_session[1])
        except SessionUnreadable as unreadable:
            self._give_up(commits, unreadable.reason)
            return
        ids = {agent_session[1], *(one.session for one in self._found.due if one.oid in {due.oid for due in commits})}
        others = [one for one in self._found.seen if one.agent == agent_session[0] and one.session in ids]
        every = {one.oid: one.in_session for one in (*others, *commits)}
        timeline = Timeline.of(events)
        costs = apportion(timeline, [*every.values()], self._now // 1000).commits
        for one in commits:
            store = held(timeline, one.in_session)
            if settle(one.age_from * 1000, self._now, store) == "read" and one.oid in costs:
                self._record(one.oid, costs[one.oid])
        for oid in {one.oid for one in others}:
            known = self._found.known.get(oid)
            if known is not None and oid in costs and known.calls is not None and replaces(costs[oid], known):
                self._record(oid, costs[oid])

    def _give_up(self, commits: Iterable[SeenCommit], reason: str) -> None:
        """Record that commits have no cost if they are old enough."""
        for one in commits:
            if settle(one.age_from * 1000, self._now, None) == "give_up":
                self._record(one.oid, given_up(reason, self._now // 1000))

    def _record(self, oid: Oid, cost: CostRecord) -> None:
        self.entries[oid] = CostEntry(oid, cost)
