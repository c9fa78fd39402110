"""Reports of others: what machines of other people say of who made the commits that came by fetch.

A report is one piece of evidence among others, a ``record`` of medium confidence at most. It counts for no work of this
user (``lineage.makers``), and a grade, a bug or a correction of others never counts. One report of a commit is kept,
the first that is read.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import orjson

from tracker import keys
from tracker.attribution import REPORT, attribute, combine, evidence_of_moments, is_report
from tracker.exchange.event_lines import Unreadable, read_line
from tracker.exchange.events import CommitEvent
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.joined_entries import JoinEvidenceEntry
from tracker.ledger.tables import COMMITS
from tracker.model import Confidence, Evidence, Oid, parse_oid
from tracker.project.project import Project
from tracker.records import CommitFacts

_MOST: Final = 50_000
"""Reports that are held, and remembered for commits that are not recorded yet."""
_MOST_READ: Final = 100_000
"""Events of others that are looked at in one reading; each takes a twentieth of a millisecond."""
_AT_ONCE: Final = 200
"""Reports recorded in one transaction."""
_LONGEST_MODEL: Final = 1000
"""Characters of the name of a model, as in an event (``exchange.value_types.Word``)."""
_SEEN: Final = frozenset({"process", "environment", "host", "user", "config"})
"""Signals of the circumstances of a commit. What the commit itself shows is known here as well."""
_MEDIUM: Final[Confidence] = "medium"


class Report(NamedTuple):
    """A report of one commit: an agent of the catalogue, and a model as the event has it."""

    oid: Oid
    agent: str
    model: str | None
    confidence: Confidence

    def as_line(self) -> str:
        """Return the report as it is remembered."""
        return orjson.dumps([*self]).decode()


class Reports:
    """The reports about commits of one project: those that wait for their commits, and those that are read now."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._agents = project.catalogue.by_name
        remembered = (_of_line(line) for line in project.files.sharing.waiting_reports()[:_MOST])
        self._left = _MOST_READ
        self._held = {one.oid: one for one in remembered if one is not None and self._is_agent(one.agent)}

    def add(self, line: bytes) -> None:
        """Hold what an event of somebody else reports, if it is about the making of a commit."""
        if self._left == 0 or len(self._held) >= _MOST:
            return
        self._left -= 1
        try:
            event = read_line(line).event
        except Unreadable:
            return
        if not isinstance(event, CommitEvent) or event.oid in self._held:
            return
        verdict = attribute(combine(event.evidence, evidence_of_moments(event.moments, is_rewritten=False)))
        if self._is_agent(verdict.agent) and verdict.signal in _SEEN:
            confidence = min(verdict.confidence, _MEDIUM, key=("low", _MEDIUM, "high").index)
            self._held[event.oid] = Report(event.oid, verdict.agent, verdict.model, confidence)

    def _is_agent(self, name: str) -> bool:
        """Return True for an agent of the catalogue, from which a rule of the user may have gone since."""
        found = self._agents.get(name)
        return found is not None and found.kind == "agent"

    def record(self) -> None:
        """Record the reports about fetched commits; remember those about commits that are not recorded yet.

        Raises the LedgerUnavailable errors.
        """
        project = self._project.files.id()
        due: list[Report] = []
        waiting: list[Report] = []
        with self._project.ledger.read() as snapshot:
            for one in self._held.values():
                facts = snapshot.get(COMMITS, keys.commit(project, one.oid))
                if facts is None:
                    waiting.append(one)
                elif _may_be_told(facts):
                    due.append(one)
        for start in range(0, len(due), _AT_ONCE):
            self._write(due[start : start + _AT_ONCE])
        self._project.files.sharing.remember_waiting_reports(one.as_line() for one in waiting)

    def _write(self, reports: Sequence[Report]) -> None:
        project = self._project.files.id()
        buffer = EntryBuffer()
        for one in reports:
            buffer.add(JoinEvidenceEntry(project, one.oid, self._evidence(one)))
        buffer.flush(self._project.ledger)

    def _evidence(self, report: Report) -> Evidence:
        agent = self._agents[report.agent]
        return Evidence(
            "record", REPORT, "", agent.name, agent.kind, report.model, report.confidence, vendors=agent.model_vendors
        )


def _may_be_told(facts: CommitFacts) -> bool:
    """Return True for a commit that came by fetch and of which nobody reported anything yet."""
    return facts.origin == "fetched" and not any(is_report(one) for one in facts.evidence)


def _of_line(line: str) -> Report | None:
    """Return a report that was remembered; None for a damaged line."""
    try:
        oid, agent, model, confidence = orjson.loads(line)
    except (ValueError, TypeError):
        return None
    if not isinstance(oid, str) or parse_oid(oid) is None or not isinstance(agent, str):
        return None
    if not (model is None or (isinstance(model, str) and len(model) <= _LONGEST_MODEL and "\0" not in model)):
        return None
    if confidence not in ("low", _MEDIUM):  # no set: the value may be a list, which has no hash
        return None
    return Report(Oid(oid), agent, model, confidence)
