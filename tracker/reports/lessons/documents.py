"""The documents among which lessons are looked for: live commits with their feedback, and the lines of journals."""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from tracker import keys
from tracker.feedback_records import ActivityRecord, RetrospectiveRecord
from tracker.ledger import Snapshot
from tracker.ledger.tables import ACTIVITIES, COMMITS, RETROSPECTIVES
from tracker.model import GradeValue, Oid, ProjectId
from tracker.reports.lessons.feedback_texts import Feedback, Note, in_order, read_feedback
from tracker.reports.lessons.word_index import Texts


class CommitDocument(NamedTuple):
    """A live commit. ``projects``: those that hold it, one or several clones. ``time``: of the commit, in seconds."""

    oid: Oid
    projects: list[ProjectId]
    subject: str
    time: int
    feedback: Feedback = Feedback()

    def texts(self) -> Texts:
        """Return the texts to index."""
        return Texts(self.subject, "\n".join(self.feedback.tasks), _joined(self.feedback.notes))


class JournalDocument(NamedTuple):
    """The activities of an agent on one task, or the retrospectives on one session without a commit.

    ``project`` is None where none was recorded. ``time``: of the last line, in seconds. The grades are a session's.
    """

    source: Literal["activity", "session"]
    project: ProjectId | None
    agent: str
    task: str
    time: int
    notes: tuple[Note, ...]
    agent_grade: GradeValue | None = None
    user_grade: GradeValue | None = None

    def texts(self) -> Texts:
        """Return the texts to index."""
        return Texts("", self.task, _joined(self.notes))


class Documents(NamedTuple):
    """All documents of a ledger. ``recorded``: the commits that it has recorded, live or not."""

    commits: Sequence[CommitDocument]
    journals: Sequence[JournalDocument]
    recorded: frozenset[Oid]


def read_documents(snapshot: Snapshot) -> Documents:
    """Return the documents of all projects of a ledger."""
    live: dict[Oid, CommitDocument] = {}
    recorded: set[Oid] = set()
    for key, facts in snapshot.scan(COMMITS):
        oid, project = keys.oid_of(key), keys.project_of(key)
        recorded.add(oid)
        if oid in live and facts.live:
            live[oid].projects.append(project)
        elif facts.live:
            live[oid] = CommitDocument(oid, [project], facts.subject, facts.committed_at)
    for oid, feedback in read_feedback(snapshot, live).items():
        live[oid] = live[oid]._replace(feedback=feedback)
    return Documents([*live.values()], [*_activities(snapshot), *_sessions(snapshot)], frozenset(recorded))


def _activities(snapshot: Snapshot) -> list[JournalDocument]:
    """Return one document for all entries of an agent on one task; entries that only state a task teach nothing."""
    grouped: dict[tuple[str, ProjectId | None, str], JournalDocument] = {}
    for _, record in snapshot.scan(ACTIVITIES):
        key, notes = (record.agent, record.project, record.task), _notes(record)
        if notes:
            before = grouped[key].notes if key in grouped else ()
            every = in_order(dict.fromkeys(before + notes))
            grouped[key] = JournalDocument("activity", record.project, record.agent, record.task, record.time, every)
    return [*grouped.values()]


def _notes(record: ActivityRecord) -> tuple[Note, ...]:
    return in_order(
        [Note("outcome", record.outcome), Note("decisions", record.decisions), Note("actions", record.actions)]
    )


def _sessions(snapshot: Snapshot) -> list[JournalDocument]:
    """Return one document for each session that somebody looked back on."""
    records = [record for _, record in snapshot.scan(RETROSPECTIVES) if record.is_session]
    records.sort(key=_session_of)  # stable: those of one session stay in the order of time
    return [_session([*group]) for _, group in groupby(records, key=_session_of)]


def _session_of(record: RetrospectiveRecord) -> tuple[str, str, str]:
    return record.agent, record.project or "", record.subject


def _session(records: Sequence[RetrospectiveRecord]) -> JournalDocument:
    """Return the document of a session's retrospectives, oldest first; the last grade of each rater counts."""
    last = records[-1]
    tasks = dict.fromkeys(record.task for record in records if record.task)
    return JournalDocument(
        source="session",
        project=last.project,
        agent=last.agent,
        task="; ".join(tasks),
        time=last.time,
        notes=in_order(dict.fromkeys(Note("retrospective", record.notes) for record in records)),
        agent_grade=next((one.agent_grade for one in reversed(records) if one.agent_grade is not None), None),
        user_grade=next((one.user_grade for one in reversed(records) if one.user_grade is not None), None),
    )


def _joined(notes: Sequence[Note]) -> str:
    return "\n".join(note.text for note in notes)
