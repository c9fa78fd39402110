"""The interactive review: show commits one after the other, and grade each when a key is pressed.

Bugs that agents suggested come first. The agent's own grade is shown only after the user's is given: people follow an
anchor that they have seen (Bellé and others, Review of Public Personnel Administration 37, 2017).
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from tracker.cli import bug_lines, halt_question, keyboard, output, review_keys, review_work
from tracker.cli.review_work import ReviewWork
from tracker.errors import TrackerError
from tracker.feedback import bug_suggestions, grades
from tracker.feedback.actor import Actor
from tracker.feedback.bugs import stakes
from tracker.feedback.grades import Opinion
from tracker.feedback_records import BugRecord, BugState
from tracker.ledger.entries import SuggestionDecision
from tracker.lineage import contributions
from tracker.model import GRADE_NAMES, GradeValue, Oid
from tracker.project.project import Project
from tracker.recording import reconcile
from tracker.records import CommitStanding, RecordedCommit
from tracker.text import number_of, printable


class Item(NamedTuple):
    """One thing to decide on: the grade of a commit, or an agent's ``report`` of a bug in it."""

    oid: Oid
    commit: RecordedCommit
    report: BugRecord | None = None


class Waiting(NamedTuple):
    """Numbers of the suggested bugs that wait for a decision, and of the commits that wait for a grade."""

    bugs: int
    commits: int


class _Step(NamedTuple):
    """One item that was decided on or skipped. ``undo``: takes the decision back; None when it was skipped."""

    position: int
    undo: Callable[[], object] | None


class InteractiveReview:
    """A review in progress: the items, the current one, and the steps that can be undone.

    ``waiting``: what waits, also what this review leaves out. Each grade is recorded at once, in a
    transaction of its own; the status files are refreshed at the end.
    """

    def __init__(
        self, project: Project, who: Actor, items: Sequence[Item], waiting: Waiting, keys: keyboard.Keys
    ) -> None:
        self._project = project
        self._who = who
        self._items = [*items]
        self._waiting = waiting
        self._keys = keys
        self._work = ReviewWork(project, keys)
        self._steps: list[_Step] = []
        self._position = 0
        self._note = ""
        self._has_recorded = False

    def run(self) -> None:
        """Show the items and act on keys, until the last one or until the user quits.

        Raises KeyboardInterrupt for Ctrl-C, after the line on the terminal is ended; the LedgerUnavailable errors.
        """
        try:
            self._show()
            while self._position < len(self._items):
                key = self._next_key()
                if key == "q":
                    output.say("quit")
                    return
                if not self._act(key):
                    self._prompt()
                    continue
                self._note = ""
                if self._position < len(self._items):
                    self._show()
        except KeyboardInterrupt:
            output.say("")
            raise

    def conclude(self) -> None:
        """Print how many commits were graded and how many are left, and refresh the status files."""
        done = [self._items[step.position] for step in self._steps if step.undo is not None]
        decided = sum(item.report is not None for item in done)
        graded = len(done) - decided
        left = sum(self._waiting) - len(done)
        bugs = f"{number_of(decided, 'suggested bug')} decided"
        parts = [f"{graded} graded" if graded else "", bugs if decided else "", f"{left} left" if left else ""]
        output.say(f"{'; '.join(filter(None, parts)) or 'Nothing is left'}.")
        if self._has_recorded:
            reconcile.refresh_status(self._project, self._project.files.id())

    def _act(self, key: str) -> bool:
        """Do what a key stands for. Return False when only the prompt is needed again, not the commit."""
        item = self._items[self._position]
        if item.report is None and key in review_keys.GRADES:
            return self._grade(review_keys.GRADES[key])
        if item.report is not None and key in {"y", "n"}:
            return self._decide(item, item.report, is_bug=key == "y")
        if key in {"s", " "}:
            output.say("skipped")
            self._finish_step(None)
        elif key == "u":
            return self._undo()
        elif key == "m" and item.report is None:
            output.say("note")
            self._note = keyboard.read_text("  note: ")
            return False
        else:
            self._look(key, item)
            return False
        return True

    def _look(self, key: str, item: Item) -> None:
        """Show the whole diff, open the files, or name the keys."""
        try:
            if key == "d":
                output.say("diff")
                self._work.show_diff(item.oid)
            elif key == "o":
                output.say("open")
                self._work.open_files(item.oid)
            else:
                output.say("")
                texts = review_keys.GRADE_HELP if item.report is None else review_keys.SUGGESTION_HELP
                for line in texts if key == "?" else [f"no such key; {texts[0]}"]:
                    output.say(line)
        except TrackerError as error:
            review_work.tell(error)

    def _grade(self, grade: GradeValue) -> bool:
        oid = self._items[self._position].oid
        with keyboard.held_interrupts():
            try:
                before = grades.current_opinion(self._project, oid, "user")
                after = self._record(self._position, Opinion("user", grade, self._note))
            except TrackerError as error:  # nothing was recorded, and the commit can be graded again
                review_work.tell(error)
                return True
            output.say(GRADE_NAMES[grade])
            agents_grade = _agents_grade(self._project, oid, after.standing)
            output.say(printable(f"  you: {GRADE_NAMES[grade]}   {after.standing.agent}: {agents_grade}"))
            self._finish_step(partial(self._record, self._position, before))
        return True

    def _decide(self, item: Item, report: BugRecord, *, is_bug: bool) -> bool:
        """Charge a suggested bug or dismiss it; return False if the user thinks better of it."""
        found = stakes(self._project, item.oid)
        if is_bug and found.would_halt:
            sys.stdout.write(f"charge\n{halt_question.warning(found)} Charge it all the same? [y/N] ")
            sys.stdout.flush()
            if self._next_key() != "y":
                output.say("no")
                return False
        state: BugState = "charged" if is_bug else "dismissed"
        with keyboard.held_interrupts():
            try:
                decision: SuggestionDecision = "confirmed" if is_bug else "dismissed"
                bug_suggestions.decide(self._project, report, decision, self._who)
            except TrackerError as error:  # decided elsewhere meanwhile
                review_work.tell(error)
                return False
            output.say(state)
            for line in bug_lines.result_lines(item.oid, state, stakes(self._project, item.oid)):
                output.say(printable(f"  {line}"))
            self._finish_step(partial(bug_suggestions.decide, self._project, report, "open", self._who))
        return True

    def _undo(self) -> bool:
        """Return to the item before, and restore what was decided on it."""
        if not self._steps:
            output.say("there is nothing to undo")
            return False
        step = self._steps[-1]
        with keyboard.held_interrupts():
            if step.undo is not None:
                try:
                    step.undo()
                except TrackerError as error:  # the decision stays
                    review_work.tell(error)
                    return False
            self._steps.pop()
            self._position = step.position
        output.say("back" if step.undo is None else "undone")
        return True

    def _record(self, position: int, opinion: Opinion) -> RecordedCommit:
        """Record the user's opinion of a commit, and return the commit as it is then. Raises TrackerError."""
        item = self._items[position]
        (graded,) = grades.record_grades(self._project, [item.oid], [opinion], "", self._who, grades.REVIEW)
        self._items[position] = item._replace(commit=graded.commit)
        self._has_recorded = True
        return graded.commit

    def _finish_step(self, undo: Callable[[], object] | None) -> None:
        self._steps.append(_Step(self._position, undo))
        self._position += 1

    def _show(self) -> None:
        """Print the current commit, without its grades, and the prompt."""
        item = self._items[self._position]
        output.say("")
        title = self._title(item)
        review_work.print_lines(self._work.lines(title, item.oid, item.commit, item.report))
        self._prompt()

    def _title(self, item: Item) -> str:
        """Return the place of an item among those of its sort; suggested bugs come first."""
        bugs = sum(one.report is not None for one in self._items)
        if item.report is not None:
            return f"Suggested bug {self._position + 1} of {self._waiting.bugs}"
        return f"{self._position + 1 - bugs} of {self._waiting.commits}"

    def _prompt(self) -> None:
        is_suggestion = self._items[self._position].report is not None
        columns = review_work.terminal_size().columns
        sys.stdout.write(review_keys.prompt(is_suggestion=is_suggestion, columns=columns))
        sys.stdout.flush()

    def _next_key(self) -> str:
        """Return one key in lower case; "q" at the end of the input."""
        try:
            return self._keys.read().lower()
        except EOFError:
            return "q"


def _agents_grade(project: Project, oid: Oid, standing: CommitStanding) -> str:
    """Return the agent's own grade of a commit with its note, as one line."""
    grade, _ = contributions.grade(standing, "agent")
    if grade is None:
        return "said nothing"
    with project.ledger.read() as snapshot:
        note = grades.last_note(snapshot, project.files.id(), oid, standing, "agent")
    return f"{GRADE_NAMES[grade]}{f' ({note})' if note else ''}".replace("\n", " ")
