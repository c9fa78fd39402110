"""The events of a ledger: every record that is a fact, in an order that depends on the facts alone.

Projects and instruction files come first, then commits, then what is about them, so that a reader who takes the events
in their order finds what each one is about. Little is held in memory.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final, TypeVar

from tracker import keys
from tracker.attribution import CORRECTION_SIGNALS
from tracker.exchange import events
from tracker.exchange.computed_events import CostEvent, OutcomeEvent, OutcomesEvent, ProfileEvent
from tracker.exchange.events import Event
from tracker.exchange.value_types import Offset, Place, Setup
from tracker.ledger import Snapshot, Table
from tracker.ledger.tables import (
    ACTIVITIES,
    BALANCES,
    BUGS,
    COMMITS,
    COMMUNICATION,
    COSTS,
    OUTCOME_RUNS,
    OUTCOMES,
    PROFILES,
    PROJECTS,
    REINSTATEMENTS,
    RETROSPECTIVES,
    REWRITES,
    SETUPS,
)
from tracker.model import Evidence, Oid, ProjectId
from tracker.records import CommitFacts, ProjectRecord

E = TypeVar("E", bound=Event)

FACTS: Final[tuple[Table[Any], ...]] = (
    PROJECTS, SETUPS, COMMITS, REWRITES, COMMUNICATION, BUGS, REINSTATEMENTS, RETROSPECTIVES, ACTIVITIES, OUTCOME_RUNS,
    BALANCES, OUTCOMES, COSTS, PROFILES,
)  # fmt: skip
"""The tables whose records become events, about one each."""


def ledger_events(snapshot: Snapshot, projects: frozenset[ProjectId] | None = None) -> Iterator[Event]:
    """Yield the events of a ledger. ``projects``: only what is about these; None for everything."""
    chosen = _Choice(projects)
    yield from _project_events(snapshot, chosen)
    yield from _instruction_events(snapshot, chosen)
    yield from _commit_events(snapshot, chosen)
    yield from _rewrite_events(snapshot, chosen)
    yield from _grade_events(snapshot, chosen)
    yield from _bug_events(snapshot, chosen)
    yield from _journal_events(snapshot, chosen)
    yield from _balance_events(snapshot, chosen)
    yield from _computed_events(snapshot, chosen)


class _Choice:
    """The choice of records: everything, or some projects and what is about their commits."""

    def __init__(self, projects: frozenset[ProjectId] | None) -> None:
        self._projects = projects
        self._oids: set[bytes] = set()
        self._setups: set[str] = set()

    def has(self, project: ProjectId | None) -> bool:
        """Return True if a project is chosen; what belongs to no project is, where everything is."""
        return self._projects is None or project in self._projects

    def has_commit(self, oid: Oid) -> bool:
        """Return True if a chosen project has a commit; only after its commits were yielded."""
        return self._projects is None or bytes.fromhex(oid) in self._oids

    def follow(self, oid: Oid) -> None:
        """Note that a chosen project has a commit."""
        if self._projects is not None:
            self._oids.add(bytes.fromhex(oid))

    def setups(self, snapshot: Snapshot) -> set[str] | None:
        """Return the keys of the instruction files in the commits of the chosen projects; None for all."""
        if self._projects is None:
            return None
        found = (facts for one in sorted(self._projects) for _, facts in snapshot.scan(COMMITS, keys.project(one)))
        return {facts.setup for facts in found if facts.setup}


def _project_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    for key, record in snapshot.scan(PROJECTS):
        project = ProjectId(key.hex())
        if chosen.has(project):
            yield project_event(project, record)


def project_event(project: ProjectId, record: ProjectRecord) -> events.ProjectEvent:
    """Return the event of a project; its paths are in the order of their names, since each ledger has its own first."""
    same: dict[str, Any] = {
        name: getattr(record, name)
        for name in ("name", "object_format", "first_seen", "last_seen", "remotes", "baseline", "away")
    }
    return events.ProjectEvent(project=project, paths=tuple(map(Place, sorted(record.paths))), **same)


def _instruction_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    wanted = chosen.setups(snapshot)
    for key, record in snapshot.scan(SETUPS):
        if wanted is None or key.hex() in wanted:
            yield events.InstructionsEvent(Setup(key.hex()), record.files)


def _commit_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    for key, facts in snapshot.scan(COMMITS):
        project, oid = keys.project_of(key), keys.oid_of(key)
        if not chosen.has(project):
            continue
        chosen.follow(oid)
        yield commit_event(project, oid, facts)
        corrections = [one for one in facts.evidence if one.signal in CORRECTION_SIGNALS]
        for correction in corrections:
            yield correction_event(project, oid, correction)


_SAME_IN_COMMITS = tuple(name for name in events.CommitEvent._fields if name in CommitFacts._fields)


def commit_event(project: ProjectId, oid: Oid, facts: CommitFacts) -> events.CommitEvent:
    """Return the event of a commit."""
    fields: dict[str, Any] = {name: getattr(facts, name) for name in _SAME_IN_COMMITS}
    fields["evidence"] = tuple(one for one in facts.evidence if one.signal not in CORRECTION_SIGNALS)
    author = _person(facts.author_name, facts.author_email, facts.authored_at, facts.author_offset)
    committer = _person(facts.committer_name, facts.committer_email, facts.committed_at, facts.committer_offset)
    return events.CommitEvent(project=project, oid=oid, author=author, committer=committer, **fields)


def _person(name: str, email: str, time: int, offset: int) -> events.Person:
    return events.Person(name, email, time, Offset(offset))


def correction_event(project: ProjectId, oid: Oid, correction: Evidence) -> events.CorrectionEvent:
    """Return the event of a correction or withdrawal."""
    fields: dict[str, Any] = correction._asdict()
    del fields["inherited"]  # what a commit inherits is derived, and not in its facts
    return events.CorrectionEvent(project=project, oid=oid, **fields)


def _rewrite_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    for key, record in snapshot.scan(REWRITES):
        old, new = keys.related_oids(key)
        if chosen.has_commit(old) or chosen.has_commit(new):
            for claim in record.claims:
                yield events.RewriteEvent(old=old, new=new, **claim._asdict())


def _grade_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    for prefix, grades in _in_groups(snapshot, COMMUNICATION):
        project, oid = (
            keys.project_of(prefix[keys.AGENT_BYTES :]),
            Oid(prefix[keys.AGENT_BYTES + keys.PROJECT_BYTES :].hex()),
        )
        if chosen.has(project):
            yield from _sorted(event_of(events.GradeEvent, one, project=project, oid=oid) for one in grades)


def _bug_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    for _, bugs in _in_groups(snapshot, BUGS):
        yield from _sorted(
            event_of(events.BugEvent, bug, agent=None if bug.oid else bug.agent)
            for bug in bugs
            if chosen.has(bug.project)
        )


def _journal_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    for table, kind in (
        (REINSTATEMENTS, events.ReinstatementEvent),
        (RETROSPECTIVES, events.RetrospectiveEvent),
        (ACTIVITIES, events.ActivityEvent),
    ):
        for _, records in _in_groups(snapshot, table):
            yield from _sorted(event_of(kind, one) for one in records if chosen.has(one.project))


def _balance_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    if chosen.has(None):
        for _, balance in snapshot.scan(BALANCES):
            yield event_of(events.BalanceEvent, balance)


def _computed_events(snapshot: Snapshot, chosen: _Choice) -> Iterator[Event]:
    runs: dict[ProjectId, str] = {}
    for key, run in snapshot.scan(OUTCOME_RUNS):
        project = ProjectId(key.hex())
        if chosen.has(project):
            runs[project] = run.digest
            yield event_of(OutcomesEvent, run, project=project)
    for key, outcome in snapshot.scan(OUTCOMES):
        project = keys.project_of(key)
        if chosen.has(project) and project in runs:
            yield event_of(OutcomeEvent, outcome, project=project, oid=keys.oid_of(key), run=runs[project])
    for key, cost in snapshot.scan(COSTS):
        if chosen.has_commit(keys.oid_of_cost(key)):
            yield event_of(CostEvent, cost, oid=keys.oid_of_cost(key))
    for key, profile in snapshot.scan(PROFILES):
        if chosen.has(ProjectId(key.hex())):
            yield event_of(ProfileEvent, profile, project=ProjectId(key.hex()))


def _in_groups(snapshot: Snapshot, table: Table[Any]) -> Iterator[tuple[bytes, list[Any]]]:
    """Yield the records whose keys differ in the sequence number alone, which is each ledger's own."""
    for prefix, rows in groupby(snapshot.scan(table), key=lambda row: row[0][:-8]):
        yield prefix, [record for _, record in rows]


def event_of(kind: type[E], record: Any, **others: Any) -> E:
    """Return an event with the fields of a record that it has too. ``others``: fields with other values."""
    fields = {name: getattr(record, name) for name in kind._fields if name not in others and name in record._fields}
    return kind(**fields, **others)


def _sorted(found: Iterable[E]) -> list[E]:
    """Return events of one group in an order that depends on nothing else: by time, place and then text."""
    return sorted(found, key=lambda event: (event.time, event.place, repr(event)))  # type: ignore[union-attr]
