"""The interactive review: show commits one after the other, and grade each when a key is pressed.

The agent's own grade is shown only after the user's is given: people follow an anchor that they have seen (Bellé and
others, Review of Public Personnel Administration 37, 2017).
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tracker.cli import keyboard, output
from tracker.errors import TrackerError
from tracker.feedback import grades
from tracker.feedback.actor import Actor
from tracker.feedback.grades import Opinion
from tracker.lineage import contributions
from tracker.model import GRADE_NAMES, GradeValue, Oid
from tracker.project.project import Project
from tracker.recording import reconcile
from tracker.records import CommitFacts, CommitStanding, RecordedCommit
from tracker.text import printable

_GRADES: Final[Mapping[str, GradeValue]] = {
    **{name[0]: value for value, name in GRADE_NAMES.items()},
    **{f"{value}"[0]: value for value in GRADE_NAMES},
}
"""The grades by their key: the first letter of the name, or the first character of the number (``-`` for bad)."""
_KEYS_HINT: Final = "b bad  n neutral  g good  e excellence   m note  s skip  u undo  q quit"
_LONGEST_SUBJECT: Final = 72


class _Step(NamedTuple):
    """One commit that was graded or skipped: its position, and the user's opinion before; None when it was skipped."""

    position: int
    before: Opinion | None


class InteractiveReview:
    """A review in progress: the commits, the current one, and the steps that can be undone.

    Each grade is recorded at once, in a transaction of its own; the status files are refreshed at the end.
    """

    def __init__(self, project: Project, who: Actor, commits: Sequence[tuple[Oid, RecordedCommit]]) -> None:
        self._project = project
        self._who = who
        self._commits = [*commits]
        self._steps: list[_Step] = []
        self._position = 0
        self._note = ""
        self._has_recorded = False

    def run(self, read_key: keyboard.ReadKey) -> None:
        """Show the commits and act on keys, until the last commit or until the user quits.

        Raises KeyboardInterrupt for Ctrl-C, and the LedgerUnavailable errors.
        """
        self._show()
        while self._position < len(self._commits):
            key = _next_key(read_key)
            if key == "q":
                output.say("quit")
                return
            if not self._act(key):
                self._prompt()
                continue
            self._note = ""
            if self._position < len(self._commits):
                self._show()

    def conclude(self) -> None:
        """Print how many commits were graded and how many are left, and refresh the status files."""
        graded = sum(step.before is not None for step in self._steps)
        output.say(f"Graded {graded}, left {len(self._commits) - graded}.")
        if self._has_recorded:
            reconcile.refresh_status(self._project, self._project.files.id())

    def _act(self, key: str) -> bool:
        """Do what a key stands for. Return False when only the prompt is needed again, not the commit."""
        if key in _GRADES:
            self._grade(_GRADES[key])
        elif key in {"s", " "}:
            output.say("skipped")
            self._finish_step(_Step(self._position, None))
        elif key == "u":
            self._undo()
        elif key == "m":
            self._note = _read_note()
            return False
        else:
            output.say(f"keys: {_KEYS_HINT}")
            return False
        return True

    def _grade(self, grade: GradeValue) -> None:
        oid, _ = self._commits[self._position]
        try:
            before = grades.current_opinion(self._project, oid, "user")
            after = self._record(self._position, Opinion("user", grade, self._note))
        except TrackerError as error:  # nothing was recorded, and the commit can be graded again
            output.say(printable(str(error)))
            return
        output.say(GRADE_NAMES[grade])
        agents_grade = _agents_grade(self._project, oid, after.standing)
        output.say(printable(f"  you: {GRADE_NAMES[grade]}   {after.standing.agent}: {agents_grade}"))
        self._finish_step(_Step(self._position, before))

    def _undo(self) -> None:
        """Return to the commit before, and restore the grade that it had."""
        if not self._steps:
            output.say("there is nothing to undo")
            return
        step = self._steps[-1]
        if step.before is not None:
            try:
                self._record(step.position, step.before)
            except TrackerError as error:  # the grade that was given stays
                output.say(printable(str(error)))
                return
        self._steps.pop()
        self._position = step.position
        output.say("back" if step.before is None else "taken back")

    def _record(self, position: int, opinion: Opinion) -> RecordedCommit:
        """Record the user's opinion of a commit, and return the commit as it is then. Raises TrackerError."""
        oid, _ = self._commits[position]
        (graded,) = grades.record_grades(self._project, [oid], [opinion], "", self._who, grades.REVIEW)
        self._commits[position] = (oid, graded.commit)
        self._has_recorded = True
        return graded.commit

    def _finish_step(self, step: _Step) -> None:
        self._steps.append(step)
        self._position += 1

    def _show(self) -> None:
        """Print the current commit, without its grades, and the prompt."""
        oid, (facts, standing) = self._commits[self._position]
        maker = f"{standing.agent} ({standing.model})" if standing.model else standing.agent
        time = output.moment(facts.committed_at)
        for line in (
            "",
            f"{self._position + 1} of {len(self._commits)}  {oid[:10]}  {time}  {maker}",
            f"  {facts.subject[:_LONGEST_SUBJECT]}",
            f"  {_changes(facts)}, {facts.task_kind}{', reverted since' if standing.reverted else ''}",
        ):
            output.say(printable(line))
        self._prompt()

    def _prompt(self) -> None:
        sys.stdout.write(f"{_KEYS_HINT} > " if not self._steps else "> ")
        sys.stdout.flush()


def _changes(facts: CommitFacts) -> str:
    if facts.files is None:
        return "changes unknown"
    return f"{facts.files} {'file' if facts.files == 1 else 'files'}, +{facts.insertions} -{facts.deletions}"


def _agents_grade(project: Project, oid: Oid, standing: CommitStanding) -> str:
    """Return the agent's own grade of a commit with its note, as one line."""
    grade, _ = contributions.grade(standing, "agent")
    if grade is None:
        return "said nothing"
    with project.ledger.read() as snapshot:
        note = grades.last_note(snapshot, project.files.id(), oid, standing, "agent")
    return f"{GRADE_NAMES[grade]}{f' ({note})' if note else ''}".replace("\n", " ")


def _next_key(read_key: keyboard.ReadKey) -> str:
    """Return one key in lower case; "q" at the end of the input."""
    try:
        return read_key().lower()
    except EOFError:
        return "q"


def _read_note() -> str:
    """Return the note that the user types; "" after Ctrl-C."""
    output.say("note")
    try:
        return keyboard.read_text("  note: ")
    except KeyboardInterrupt:
        output.say("")
        return ""
