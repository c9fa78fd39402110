"""Table of agents: every agent, bot and human that made a commit or has a journal, with the newest of its commits.

A row is a function of the commits, so it is the same in whatever order they are recorded, corrected and removed. An
agent whose commits were all corrected to be another's keeps its row, and so does one that a withdrawn correction names.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from tracker import keys
from tracker.attribution import CORRECTION_SIGNALS, attribute
from tracker.attribution.verdict import CORRECTION
from tracker.ledger.commits import CommitId
from tracker.ledger.tables import (
    ACTIVITIES,
    AGENTS,
    BALANCES,
    BUGS,
    COMMITS,
    PROJECTS,
    REINSTATEMENTS,
    RETROSPECTIVES,
    STANDINGS,
    Snapshot,
    Table,
    Transaction,
)
from tracker.ledger.working_commits import ChangedCommit
from tracker.lineage import all_evidence
from tracker.model import HUMAN, Kind, Oid
from tracker.records import AgentRecord, CommitStanding, RecordedCommit

JOURNALS: Final[tuple[Table[Any], ...]] = (RETROSPECTIVES, ACTIVITIES, REINSTATEMENTS, BUGS, BALANCES)
"""Tables whose keys begin with the id of an agent that has a row even without a commit."""


class _Sighting(NamedTuple):
    """A commit of an agent. ``time``: commit time in seconds; of one second the largest oid is the newest."""

    time: int
    oid: Oid
    agent: str
    kind: Kind
    model: str | None


class AgentsUpdate:
    """Changes of the table of agents in one write transaction, written once at its end."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._stored: dict[str, AgentRecord | None] = {}
        self._seen: dict[str, AgentRecord] = {}
        self._outdated: set[str] = set()

    def follow(self, change: ChangedCommit) -> None:
        """Take note of a changed commit: its agents now have it, and those before may have lost their newest commit."""
        before = _sightings(change.commit, change.before) if change.before else []
        now = _sightings(change.commit, change.now) if change.now else []
        for lost in before:
            known = self._known(lost.agent)
            if lost not in now and lost.oid in {known.last_commit, known.model_commit}:
                self._outdated.add(lost.agent)
        for seen in now:
            self._seen[seen.agent] = _with_sighting(self._known(seen.agent), seen)

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
            elif record != self._stored_row(name):
                self._transaction.put(AGENTS, key, record)

    def _known(self, agent: str) -> AgentRecord:
        if agent not in self._seen:
            return self._stored_row(agent) or AgentRecord(agent)
        return self._seen[agent]

    def _stored_row(self, agent: str) -> AgentRecord | None:
        """Return the row of an agent before this transaction."""
        if agent not in self._stored:
            self._stored[agent] = self._transaction.get(AGENTS, keys.agent(agent))
        return self._stored[agent]


def agent_row(snapshot: Snapshot, agent: str) -> AgentRecord | None:
    """Return the row of an agent as it follows from commits and journals; None for one without either."""
    last = _newest(snapshot, agent, lambda _: True)
    if last is None:
        entries = (key for table in JOURNALS for key in snapshot.keys(table, keys.agent(agent)))
        return AgentRecord(agent) if any(True for _ in entries) else None
    record = _with_sighting(AgentRecord(agent), last)
    if record.model is None and agent != HUMAN:
        with_model = _newest(snapshot, agent, lambda seen: seen.model is not None)
        record = record if with_model is None else _with_model(record, with_model)
    return record


class ExpectedAgents:
    """The rows of agents that follow from the commits that were added, which are all of a ledger."""

    def __init__(self) -> None:
        self._rows: dict[str, AgentRecord] = {}

    def add(self, commit: CommitId, recorded: RecordedCommit) -> None:
        """Add a commit, as one of each agent that it concerns."""
        for seen in _sightings(commit, recorded):
            self._rows[seen.agent] = _with_sighting(self._rows.get(seen.agent) or AgentRecord(seen.agent), seen)

    def rows(self) -> Iterable[AgentRecord]:
        """Return the rows."""
        return self._rows.values()


def _newest(snapshot: Snapshot, agent: str, is_wanted: Callable[[_Sighting], bool]) -> _Sighting | None:
    """Return the newest commit of an agent in any project that is wanted."""
    best: _Sighting | None = None
    for project_key, _ in [*snapshot.scan(PROJECTS)]:
        for key, standing in snapshot.newest(STANDINGS, project_key):
            if best is not None and (keys.time_of_standing(key), keys.oid_of_standing(key)) <= best[:2]:
                break
            found = [one for one in _of_agent(snapshot, key, standing, agent) if is_wanted(one)]
            if found:
                best = found[0]
                break
    return best


def _of_agent(snapshot: Snapshot, key: bytes, standing: CommitStanding, agent: str) -> list[_Sighting]:
    """Return the commit with a standing as one of the agent; nothing if it is another's."""
    commit = (keys.project_of(key), keys.oid_of_standing(key))
    facts = snapshot.get(COMMITS, keys.commit(*commit))
    found = _sightings(commit, RecordedCommit(facts, standing)) if facts else []
    return [one for one in found if one.agent == agent]


def _sightings(commit: CommitId, recorded: RecordedCommit) -> list[_Sighting]:
    """Return a commit as one of the agent that it is attributed to, first, and of all that corrections concern.

    Those are the agents that corrections name, also withdrawn ones, and the one whose it would be without them.
    """
    (_, oid), (facts, standing) = commit, recorded
    time = keys.clamped_time(facts.committed_at)
    found = [_Sighting(time, oid, standing.agent, standing.kind, standing.model)]
    if not any(one.signal in CORRECTION_SIGNALS for one in (*facts.evidence, *standing.other_evidence)):
        return found
    evidence = all_evidence(recorded)
    corrections = [one for one in evidence if one.signal == CORRECTION]
    if corrections:
        others = {(one.agent, one.kind) for one in corrections if one.agent}
        uncorrected = attribute([one for one in evidence if one.signal not in CORRECTION_SIGNALS])
        others.add((uncorrected.agent, uncorrected.kind))
        by_name = {name: kind for name, kind in sorted(others) if name != standing.agent}
        found += [_Sighting(time, oid, name, kind, None) for name, kind in by_name.items()]
    return found


def _with_sighting(record: AgentRecord, seen: _Sighting) -> AgentRecord:
    """Return a row with one more commit."""
    if (seen.time, seen.oid) >= (record.last_seen, record.last_commit or ""):
        record = record._replace(kind=seen.kind, last_seen=seen.time, last_commit=seen.oid)
    return _with_model(record, seen)


def _with_model(record: AgentRecord, seen: _Sighting) -> AgentRecord:
    """Return a row with the model of a commit, if it names one and is the newest that does. People have no model."""
    if record.name == HUMAN or seen.model is None:
        return record
    if (seen.time, seen.oid) < (record.model_seen, record.model_commit or ""):
        return record
    return record._replace(model=seen.model, model_seen=seen.time, model_commit=seen.oid)
