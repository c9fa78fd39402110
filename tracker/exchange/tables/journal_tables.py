"""The tables of looks back, journal entries and ends of halts, each as it was given."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from tracker import keys
from tracker.exchange.tables.table import Column, Reference, Source, Table
from tracker.feedback_records import ActivityRecord, ReinstatementRecord, RetrospectiveRecord
from tracker.ledger.tables import ACTIVITIES, REINSTATEMENTS, RETROSPECTIVES
from tracker.model import GRADE_NAMES, GradeValue, ProjectId


class RetrospectiveRow(NamedTuple):
    """One look back. ``number``: the ledger's own, in the order of recording."""

    number: int
    record: RetrospectiveRecord


class ActivityRow(NamedTuple):
    """One entry of a journal. ``number``: the ledger's own, in the order of recording."""

    number: int
    record: ActivityRecord


class ReinstatementRow(NamedTuple):
    """One end of a halt. ``number``: the ledger's own, in the order of recording."""

    number: int
    record: ReinstatementRecord


def _retrospective_rows(source: Source) -> Iterator[RetrospectiveRow]:
    for key, record in source.snapshot.scan(RETROSPECTIVES):
        if _has(source, record.project):
            yield RetrospectiveRow(keys.sequence_of(key), record)


def _activity_rows(source: Source) -> Iterator[ActivityRow]:
    for key, record in source.snapshot.scan(ACTIVITIES):
        if _has(source, record.project):
            yield ActivityRow(keys.sequence_of(key), record)


def _reinstatement_rows(source: Source) -> Iterator[ReinstatementRow]:
    for key, record in source.snapshot.scan(REINSTATEMENTS):
        if _has(source, record.project):
            yield ReinstatementRow(keys.sequence_of(key), record)


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

RETROSPECTIVES_TABLE: Final = Table[RetrospectiveRow](
    "retrospectives",
    "Looks back at finished work, with the grades of sessions; grades of commits are in the table grades.",
    (
        Column(
            "retrospective_id",
            "integer",
            "number in this ledger, in the order of recording",
            attrgetter("number"),
            required=True,
        ),
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
    rows=_retrospective_rows,
    references=_REFERENCES,
    indexes=(*_INDEXES, ("subject",)),
)

ACTIVITIES_TABLE: Final = Table[ActivityRow](
    "activities",
    "Entries of agents' journals.",
    (
        Column(
            "activity_id",
            "integer",
            "number in this ledger, in the order of recording",
            attrgetter("number"),
            required=True,
        ),
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
    rows=_activity_rows,
    references=_REFERENCES,
    indexes=_INDEXES,
)

REINSTATEMENTS_TABLE: Final = Table[ReinstatementRow](
    "reinstatements",
    "Ends of halts that the user gave.",
    (
        Column(
            "reinstatement_id",
            "integer",
            "number in this ledger, in the order of recording",
            attrgetter("number"),
            required=True,
        ),
        _AGENT,
        _PROJECT,
        _GIVEN_AT,
        Column("skill_points", "integer", "points that it gave", attrgetter("record.skill_points"), required=True),
        Column("plan", "text", "what the agent will do otherwise", attrgetter("record.plan"), required=True),
        _SPEAKER,
    ),
    key=("reinstatement_id",),
    rows=_reinstatement_rows,
    references=_REFERENCES,
    indexes=_INDEXES,
)
