"""``review``: a person walks through the commits that wait for the user's grade, one key each.

The agent's own grade is shown only after the user's is given: people follow an anchor that they have seen (Bellé and
others, Review of Public Personnel Administration 37, 2017).
"""

import sys
from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker.cli import keyboard, open_project, output
from tracker.errors import TrackerError
from tracker.feedback import actor, grades
from tracker.feedback.actor import Speaker
from tracker.feedback.grades import Opinion
from tracker.lineage import contributions
from tracker.model import GRADE_NAMES, GradeValue, Oid
from tracker.project.project import Project
from tracker.recording import reconcile
from tracker.records import CommitRecord
from tracker.text import printable

_GRADES: Final[Mapping[str, GradeValue]] = {
    **{name[0]: value for value, name in GRADE_NAMES.items()},
    **{f"{value}"[0]: value for value in GRADE_NAMES},
}
"""By the first letter of its name, or of its number: ``-`` for bad."""
_KEYS: Final = "b bad  n neutral  g good  e excellence   m note  s skip  u undo  q quit"
_LONGEST_SUBJECT: Final = 72


class _Step(NamedTuple):
    """What was done with a commit: ``before`` is what the user held of it until then, None where it was skipped."""

    place: int
    before: Opinion | None


def run(path: str, flags: Mapping[str, str | None], agent: str | None, most: int | None) -> int:
    """Walk through the commits. Raises NotThePerson, and TrackerError where there is no terminal to do it in."""
    project = open_project.opened(path, flags, open_project.WRITING)
    who = actor.here(project.rules)
    actor.speak_for_user(who, project.settings, "a review")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TrackerError(
            "a review needs a terminal on both sides: 'agent-tracker grade REV --user GRADE' does without one."
        )
    waiting = grades.waiting_for_user(project, agent)[:most]
    if not waiting:
        output.say("No commit waits for a grade.")
        return 0
    walk = _Walk(project, who, waiting)
    try:
        with keyboard.keys() as read_key:
            walk.go(read_key)
    finally:
        walk.conclude()
    return 0


class _Walk:
    """A person on the way through the commits; what was graded is recorded at once."""

    def __init__(self, project: Project, who: Speaker, commits: list[tuple[Oid, CommitRecord]]) -> None:
        self._project = project
        self._who = who
        self._commits = commits
        self._steps: list[_Step] = []
        self._place = 0
        self._has_spoken = False

    def go(self, read_key: keyboard.ReadKey) -> None:
        """Show one commit after the other until the last, or until the person has had enough."""
        note = ""
        self._show()
        while self._place < len(self._commits):
            key = _next_key(read_key)
            if key == "q":
                output.say("quit")
                return
            if key in _GRADES:
                self._grade(_GRADES[key], note)
            elif key == "m":
                note = _note()
                self._prompt()
                continue
            elif key in {"s", " "}:
                output.say("skipped")
                self._go_on(_Step(self._place, None))
            elif key == "u":
                self._undo()
            else:
                output.say(f"keys: {_KEYS}")
                self._prompt()
                continue
            note = ""
            if self._place < len(self._commits):
                self._show()

    def conclude(self) -> None:
        """Say what was done, and refresh the status files."""
        graded = sum(step.before is not None for step in self._steps)
        left = len(self._commits) - graded
        output.say(f"Graded {graded}, left {left}.")
        if self._has_spoken:
            reconcile.publish(self._project, self._project.files.id())

    def _grade(self, grade: GradeValue, note: str) -> None:
        oid, record = self._commits[self._place]
        try:
            before = grades.own_opinion(self._project, oid, "user")
            after = self._say(self._place, Opinion("user", grade, note))
        except TrackerError as error:  # nothing was recorded, and the commit can be graded again
            output.say(printable(str(error)))
            return
        output.say(GRADE_NAMES[grade])
        said = f"  you: {GRADE_NAMES[grade]}   {record.agent}: {_of_agent(self._project, oid, after)}"
        output.say(printable(said))
        self._go_on(_Step(self._place, before))

    def _undo(self) -> None:
        """Go back to the commit before, and take back what was said of it."""
        if not self._steps:
            output.say("there is nothing to undo")
            return
        step = self._steps[-1]
        if step.before is not None:
            try:
                self._say(step.place, step.before)
            except TrackerError as error:  # it stands as it was graded
                output.say(printable(str(error)))
                return
        self._steps.pop()
        self._place = step.place
        output.say("back" if step.before is None else "taken back")

    def _say(self, place: int, opinion: Opinion) -> CommitRecord:
        oid, _ = self._commits[place]
        (graded,) = grades.record_words(self._project, [oid], [opinion], "", self._who, grades.REVIEW)
        self._commits[place] = (oid, graded.record)
        self._has_spoken = True
        return graded.record

    def _go_on(self, step: _Step) -> None:
        self._steps.append(step)
        self._place += 1

    def _show(self) -> None:
        oid, record = self._commits[self._place]
        who = f"{record.agent} ({record.model})" if record.model else record.agent
        day = output.moment(record.committed_at)
        for line in (
            "",
            f"{self._place + 1} of {len(self._commits)}  {oid[:10]}  {day}  {who}",
            f"  {record.subject[:_LONGEST_SUBJECT]}",
            f"  {_changes(record)}, {record.task_kind}{', reverted since' if record.reverted else ''}",
        ):
            output.say(printable(line))
        self._prompt()

    def _prompt(self) -> None:
        sys.stdout.write(f"{_KEYS} > " if not self._steps else "> ")
        sys.stdout.flush()


def _changes(record: CommitRecord) -> str:
    if record.files is None:
        return "changes unknown"
    return f"{record.files} {'file' if record.files == 1 else 'files'}, +{record.insertions} -{record.deletions}"


def _of_agent(project: Project, oid: Oid, record: CommitRecord) -> str:
    """What the agent said of the commit, for the person who has said theirs."""
    grade, _ = contributions.grade(record, "agent")
    if grade is None:
        return "said nothing"
    with project.ledger.read() as snapshot:
        note = grades.last_note(snapshot, project.files.id(), oid, record, "agent")
    return f"{GRADE_NAMES[grade]}{f' ({note})' if note else ''}".replace("\n", " ")


def _next_key(read_key: keyboard.ReadKey) -> str:
    """One key, in lower case; quitting where the terminal is at its end."""
    try:
        return read_key().lower()
    except EOFError:
        return "q"


def _note() -> str:
    """What the person writes; nothing where they think better of it."""
    output.say("note")
    try:
        return keyboard.read_text("  note: ")
    except KeyboardInterrupt:
        output.say("")
        return ""
