"""The tables of grades and bugs, each as it was given or reported."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from tracker import keys
from tracker.exchange.tables.table import Column, Reference, Source, Table, number_column, shown_model
from tracker.feedback_records import BugRecord, GradeRecord
from tracker.ledger.tables import BUGS, COMMUNICATION
from tracker.model import GRADE_NAMES, Oid, ProjectId


class GradeRow(NamedTuple):
    """One grade of a commit as it was given. ``number``: the ledger's own, in the order of recording."""

    number: int
    project: ProjectId
    oid: Oid
    record: GradeRecord

    @property
    def grade(self) -> str | None:
        """The name of the grade; None where the rater withdrew the one given before."""
        return None if self.record.grade is None else GRADE_NAMES[self.record.grade]


class BugRow(NamedTuple):
    """One bug. ``number``: the ledger's own, in the order of recording."""

    number: int
    record: BugRecord


def _grade_rows(source: Source) -> Iterator[GradeRow]:
    for key, record in source.snapshot.scan(COMMUNICATION):
        project = keys.project_of(key[keys.AGENT_BYTES :])
        if source.has(project):
            yield GradeRow(keys.sequence_of(key), project, keys.oid_of_grade(key), record)


def _bug_rows(source: Source) -> Iterator[BugRow]:
    for key, record in source.snapshot.scan(BUGS):
        if source.has(record.project):
            yield BugRow(keys.sequence_of(key), record)


GRADES_TABLE: Final = Table[GradeRow](
    "grades",
    "Grades of commits as they were given; the commits have those in effect.",
    (
        number_column("grade_id"),
        Column("project_id", "text", "the project in which it was given", attrgetter("project"), required=True),
        Column("oid", "text", "the graded commit", attrgetter("oid"), required=True),
        Column("agent", "text", "who made the commit", attrgetter("record.agent"), required=True),
        Column("rater", "text", "agent (of its own work) or user", attrgetter("record.rater"), required=True),
        Column(
            "grade", "text", "bad, neutral, good, excellence; null: the one before is withdrawn", attrgetter("grade")
        ),
        Column("given_at", "time", "time of giving", attrgetter("record.time"), required=True),
        Column("note", "text", "the text beside it", attrgetter("record.note"), required=True),
        Column("task", "text", "the task that the work was for", attrgetter("record.task"), required=True),
        Column(
            "source",
            "text",
            "command line, review, pending, trailer or import",
            attrgetter("record.source"),
            required=True,
        ),
        Column("speaker", "text", "who gave it, in words", attrgetter("record.speaker"), required=True),
    ),
    key=("grade_id",),
    rows=_grade_rows,
    references=(Reference(("project_id", "oid"), "commits"), Reference(("agent",), "agents")),
    indexes=(("project_id", "oid"), ("agent",), ("rater", "grade"), ("given_at",)),
)

BUGS_TABLE: Final = Table[BugRow](
    "bugs",
    "Bugs that were charged to agents or suggested; only those in the state charged count.",
    (
        number_column("bug_id"),
        Column(
            "project_id", "text", "the project in which it was reported", attrgetter("record.project"), required=True
        ),
        Column("oid", "text", "the commit that it was charged for; null for an agent alone", attrgetter("record.oid")),
        Column("agent", "text", "the agent that it is charged to", attrgetter("record.agent"), required=True),
        Column(
            "state",
            "text",
            "charged, withdrawn, suggested, superseded or dismissed",
            attrgetter("record.state"),
            required=True,
        ),
        Column("note", "text", "what is wrong", attrgetter("record.note"), required=True),
        Column("evidence", "text", "what shows it", attrgetter("record.evidence"), required=True),
        Column("reported_at", "time", "time of the report", attrgetter("record.time"), required=True),
        Column("speaker", "text", "who reported it, in words", attrgetter("record.speaker"), required=True),
        Column("model", "text", "model of the commit", lambda row: shown_model(row.record.model)),
        Column("task_kind", "text", "kind of task of the commit", attrgetter("record.task_kind"), required=True),
        Column("moves_score", "boolean", "false for a fetched commit", attrgetter("record.is_local"), required=True),
        Column("suggested_by", "text", "the agent that suggested it", lambda row: row.record.suggested_by or None),
        Column("confirmed_at", "time", "a person confirmed it", lambda row: row.record.confirmed_at or None),
        Column("withdrawn_at", "time", "it was withdrawn or dismissed", lambda row: row.record.withdrawn_at or None),
    ),
    key=("bug_id",),
    rows=_bug_rows,
    references=(
        Reference(("project_id",), "projects"),
        Reference(("project_id", "oid"), "commits"),
        Reference(("agent",), "agents"),
    ),
    indexes=(("project_id", "oid"), ("agent",), ("state",), ("reported_at",)),
)
