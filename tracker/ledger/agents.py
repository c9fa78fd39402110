"""Table of agents: every agent, bot and human that made a commit or has a journal, with the newest of its commits.

A row is a function of the standings, so it is the same in whatever order commits are recorded, corrected and removed.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from tracker import keys
from tracker.ledger.commits import CommitId
from tracker.ledger.tables import (
    ACTIVITIES,
    AGENTS,
    BUGS,
    PROJECTS,
    REINSTATEMENTS,
    RETROSPECTIVES,
    STANDINGS,
    Snapshot,
    Table,
    Transaction,
)
from tracker.ledger.working_commits import ChangedCommit
from tracker.model import HUMAN, Oid
from tracker.records import AgentRecord, CommitStanding, RecordedCommit

JOURNALS: Final[tuple[Table[Any], ...]] = (RETROSPECTIVES, ACTIVITIES, REINSTATEMENTS, BUGS)
"""Tables whose keys begin with the id of an agent that has a row even without a commit."""


class _Sighting(NamedTuple):
    """A commit of an agent; compared by commit time (seconds), within one second by oid."""

    time: int
    oid: Oid
    standing: CommitStanding


class AgentsUpdate:
    """Changes of the table of agents in one write transaction, written once at its end."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._seen: dict[str, AgentRecord] = {}
        self._outdated: set[str] = set()

    def follow(self, change: ChangedCommit) -> None:
        """Take note of a changed commit: its agent now has it, and the one before may have lost its newest commit."""
        before, now = (one and _sighting(change.commit, one) for one in (change.before, change.now))
        if before is not None and (now is None or _shown(now.standing) != _shown(before.standing)):
            known = self._known(before.standing.agent)
            if before.oid in {known.last_commit, known.model_commit}:
                self._outdated.add(before.standing.agent)
        if now is not None:
            self._seen[now.standing.agent] = _with_sighting(self._known(now.standing.agent), now)

    def introduce(self, agent: str) -> None:
        """Give an agent with a journal a row, unless it has one."""
        self._seen[agent] = self._known(agent)

    def write(self) -> None:
        """Write the changed rows. Call after the standings were written."""
        for name in self._seen.keys() | self._outdated:
            record = agent_row(self._transaction, name) if name in self._outdated else self._seen[name]
            key = keys.agent(name)
            if record is None:
                self._transaction.delete(AGENTS, key)
            elif record != self._transaction.get(AGENTS, key):
                self._transaction.put(AGENTS, key, record)

    def _known(self, agent: str) -> AgentRecord:
        if agent not in self._seen:
            return self._transaction.get(AGENTS, keys.agent(agent)) or AgentRecord(agent)
        return self._seen[agent]


def agent_row(snapshot: Snapshot, agent: str) -> AgentRecord | None:
    """Return the row of an agent as it follows from standings and journals; None for one without either."""
    last = _newest(snapshot, lambda standing: standing.agent == agent)
    if last is None:
        entries = (key for table in JOURNALS for key in snapshot.keys(table, keys.agent(agent)))
        return AgentRecord(agent) if any(True for _ in entries) else None
    record = _with_sighting(AgentRecord(agent), last)
    if record.model is None and agent != HUMAN:
        with_model = _newest(snapshot, lambda standing: standing.agent == agent and standing.model is not None)
        record = record if with_model is None else _with_model(record, with_model)
    return record


def agent_rows(commits: Mapping[CommitId, RecordedCommit]) -> Iterable[AgentRecord]:
    """Return the rows of all agents that follow from these commits, which are all of the ledger."""
    rows: dict[str, AgentRecord] = {}
    for commit, recorded in commits.items():
        seen = _sighting(commit, recorded)
        rows[seen.standing.agent] = _with_sighting(
            rows.get(seen.standing.agent, AgentRecord(seen.standing.agent)), seen
        )
    return rows.values()


def _newest(snapshot: Snapshot, is_wanted: Callable[[CommitStanding], bool]) -> _Sighting | None:
    """Return the newest commit of all projects with a standing that is wanted."""
    best: _Sighting | None = None
    for project, _ in [*snapshot.scan(PROJECTS)]:
        for key, standing in snapshot.newest(STANDINGS, project):
            found = _Sighting(keys.time_of_standing(key), keys.oid_of_standing(key), standing)
            if best is not None and found[:2] <= best[:2]:
                break
            if is_wanted(standing):
                best = found
                break
    return best


def _sighting(commit: CommitId, recorded: RecordedCommit) -> _Sighting:
    project, oid = commit
    key = keys.standing(project, recorded.facts.committed_at, oid)
    return _Sighting(keys.time_of_standing(key), oid, recorded.standing)


def _shown(standing: CommitStanding) -> tuple[object, ...]:
    """Return the fields of a standing that a row shows."""
    return standing.agent, standing.kind, standing.model


def _with_sighting(record: AgentRecord, seen: _Sighting) -> AgentRecord:
    """Return a row with one more commit."""
    if (seen.time, seen.oid) >= (record.last_seen, record.last_commit or ""):
        record = record._replace(kind=seen.standing.kind, last_seen=seen.time, last_commit=seen.oid)
    return _with_model(record, seen)


def _with_model(record: AgentRecord, seen: _Sighting) -> AgentRecord:
    """Return a row with the model of a commit, if it names one and is the newest that does. People have no model."""
    if (
        record.name == HUMAN
        or seen.standing.model is None
        or (seen.time, seen.oid) < (record.model_seen, record.model_commit or "")
    ):
        return record
    return record._replace(model=seen.standing.model, model_seen=seen.time, model_commit=seen.oid)
