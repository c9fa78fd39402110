"""Feedback on commits as texts: the tasks and notes of grades, bugs and retrospectives, keyed by commit."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final, Literal, NamedTuple

from tracker import keys
from tracker.feedback_records import GradeRecord
from tracker.ledger import Snapshot
from tracker.ledger.commits import present_version
from tracker.ledger.tables import BUGS, COMMUNICATION, RETROSPECTIVES
from tracker.model import Oid, Rater, parse_oid

Origin = Literal["bug", "user", "retrospective", "agent", "outcome", "decisions", "actions"]

_ORDER: Final[tuple[Origin, ...]] = ("bug", "user", "retrospective", "agent", "outcome", "decisions", "actions")
"""Notes as they are shown: first what was wrong, then the user's word."""


class Note(NamedTuple):
    """A text with a commit or in a journal. ``origin``: the rater of a grade, or what the text was written with."""

    origin: Origin
    text: str


class Feedback(NamedTuple):
    """Everything that was said about a commit. ``has_bug``: a bug was charged for it and not withdrawn."""

    tasks: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    has_bug: bool = False

    def joined(self, other: "Feedback") -> "Feedback":
        """Return both, each text once, notes in the order in which they are shown."""
        return Feedback(
            tuple(dict.fromkeys(self.tasks + other.tasks)),
            in_order(dict.fromkeys(self.notes + other.notes)),
            self.has_bug or other.has_bug,
        )


def in_order(notes: Collection[Note]) -> tuple[Note, ...]:
    """Return the notes that hold text, in the order in which they are shown."""
    return tuple(sorted((note for note in notes if note.text.strip()), key=lambda note: _ORDER.index(note.origin)))


def read_feedback(snapshot: Snapshot, live: Collection[Oid]) -> Mapping[Oid, Feedback]:
    """Return the feedback on commits, keyed by commit, of all projects.

    ``live``: the live commits. Feedback on a commit that was rewritten is that of the live one that came of it.
    """
    found: dict[Oid, Feedback] = {}
    for oid, feedback in (*_grades(snapshot), *_bugs(snapshot), *_retrospectives(snapshot)):
        present = oid if oid in live else present_version(snapshot, oid, live.__contains__)
        if present is not None:
            known = found.get(present)
            found[present] = known.joined(feedback) if known else feedback
    return found


def _grades(snapshot: Snapshot) -> Iterator[tuple[Oid, Feedback]]:
    """Yield what was written with each rater's last grade of each commit, unless it was withdrawn."""
    last: dict[tuple[Oid, Rater], GradeRecord] = {}
    for key, record in snapshot.scan(COMMUNICATION):
        graded = keys.oid_of_grade(key), record.rater
        if graded not in last or record.time >= last[graded].time:
            last[graded] = record
    for (oid, rater), record in last.items():
        if record.grade is not None and (record.note or record.task):
            yield oid, Feedback((record.task,) if record.task else (), in_order([Note(rater, record.note)]))


def _bugs(snapshot: Snapshot) -> Iterator[tuple[Oid, Feedback]]:
    for _, bug in snapshot.scan(BUGS):
        if bug.oid is not None and bug.holds:
            text = f"{bug.note} ({bug.evidence})" if bug.note and bug.evidence else bug.note or bug.evidence
            yield bug.oid, Feedback(notes=in_order([Note("bug", text)]), has_bug=True)


def _retrospectives(snapshot: Snapshot) -> Iterator[tuple[Oid, Feedback]]:
    for _, record in snapshot.scan(RETROSPECTIVES):
        oid = None if record.is_session else parse_oid(record.subject)
        if oid is not None:  # another program's look back may be at something else
            tasks = (record.task,) if record.task else ()
            yield oid, Feedback(tasks, in_order([Note("retrospective", record.notes)]))
