"""The tables of looks back, journal entries and ends of halts, each as it was given."""

from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from typing import Any, Final, Generic, NamedTuple, TypeVar

from tracker import keys
from tracker.exchange.tables.table import Column, Reference, Source, Table, number_column
from tracker.feedback_records import ActivityRecord, ReinstatementRecord, RetrospectiveRecord
from tracker.ledger.tables import ACTIVITIES, REINSTATEMENTS, RETROSPECTIVES
from tracker.ledger.tables import Table as LedgerTable
from tracker.model import GRADE_NAMES, GradeValue, ProjectId

R = TypeVar("R", ActivityRecord, ReinstatementRecord, RetrospectiveRecord)


class JournalRow(NamedTuple, Generic[R]):
    """A record with its ``number``: the ledger's own, in the order of recording."""

    number: int
    record: R


def _rows(table: LedgerTable[Any], source: Source) -> Iterator[JournalRow[Any]]:
    for key, record in source.snapshot.scan(table):
        if _has(source, record.project):
            yield JournalRow(keys.sequence_of(key), record)


def _has(source: Source, project: ProjectId | None) -> bool:
    """Return True if rows of a project are exported; those of none are where all projects are."""
    return source.projects is None if project is None else source.has(project)


def _name(grade: GradeValue | None) -> str | None:
    return None if grade is None else GRADE_NAMES[grade]


_AGENT: Final = Column("agent", "text", "the agent", attrgetter("record.agent"), required=True)
_PROJECT: Final = Column(
    "project_id", "text", "the project in which it was given; null for none", attrgetter("record.project")
)
_GIVEN_AT: Final = Column("given_at", "time", "time of giving", attrgetter("record.time"), required=True)
_SPEAKER: Final = Column("speaker", "text", "who gave it, in words", attrgetter("record.speaker"), required=True)
_REFERENCES: Final = (Reference(("project_id",), "projects"), Reference(("agent",), "agents"))
_INDEXES: Final = (("agent",), ("project_id",), ("given_at",))

RETROSPECTIVES_TABLE: Final = Table[JournalRow[RetrospectiveRecord]](
    "retrospectives",
    "Looks back at finished work, with the grades of sessions; grades of commits are in the table grades.",
    (
        number_column("retrospective_id"),
        _AGENT,
        _PROJECT,
        Column("subject", "text", "a commit, or a session", attrgetter("record.subject"), required=True),
        Column("is_session", "boolean", "the subject is a session", attrgetter("record.is_session"), required=True),
        _GIVEN_AT,
        Column("task", "text", "the task that the work was for", attrgetter("record.task"), required=True),
        Column("agent_grade", "text", "the agent's grade", lambda row: _name(row.record.agent_grade)),
        Column("user_grade", "text", "the user's grade", lambda row: _name(row.record.user_grade)),
        Column("score_before", "integer", "communication score before it", attrgetter("record.score_before")),
        Column("score_after", "integer", "communication score after it", attrgetter("record.score_after")),
        Column("notes", "text", "what was learnt", attrgetter("record.notes"), required=True),
        Column("source", "text", "the way in which it was given", attrgetter("record.source"), required=True),
        _SPEAKER,
    ),
    key=("retrospective_id",),
    rows=partial(_rows, RETROSPECTIVES),
    references=_REFERENCES,
    indexes=(*_INDEXES, ("subject",)),
)

ACTIVITIES_TABLE: Final = Table[JournalRow[ActivityRecord]](
    "activities",
    "Entries of agents' journals.",
    (
        number_column("activity_id"),
        _AGENT,
        _PROJECT,
        _GIVEN_AT,
        Column("task", "text", "what was to be done", attrgetter("record.task"), required=True),
        Column("actions", "text", "what was done", attrgetter("record.actions"), required=True),
        Column("outcome", "text", "what came of it", attrgetter("record.outcome"), required=True),
        Column("decisions", "text", "what was decided", attrgetter("record.decisions"), required=True),
        _SPEAKER,
    ),
    key=("activity_id",),
    rows=partial(_rows, ACTIVITIES),
    references=_REFERENCES,
    indexes=_INDEXES,
)

REINSTATEMENTS_TABLE: Final = Table[JournalRow[ReinstatementRecord]](
    "reinstatements",
    "Ends of halts that the user gave.",
    (
        number_column("reinstatement_id"),
        _AGENT,
        _PROJECT,
        _GIVEN_AT,
        Column("skill_points", "integer", "points that it gave", attrgetter("record.skill_points"), required=True),
        Column("plan", "text", "what the agent will do otherwise", attrgetter("record.plan"), required=True),
        _SPEAKER,
    ),
    key=("reinstatement_id",),
    rows=partial(_rows, REINSTATEMENTS),
    references=_REFERENCES,
    indexes=_INDEXES,
)
