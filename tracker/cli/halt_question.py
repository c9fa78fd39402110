"""The question before a bug that halts an agent in all its projects."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.cli import keyboard
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.feedback.actor import Actor
    from tracker.feedback.bugs import Stakes
    from tracker.model import Oid
    from tracker.project.project import Project


class Answer(NamedTuple):
    """``is_refused``: the person does not want to go on. ``is_unasked``: the bug halts, and nobody could be asked."""

    is_refused: bool = False
    is_unasked: bool = False


NOT_NEEDED: Final = Answer()
"""The answer where there is nothing to ask."""


def warning(found: Stakes) -> str:
    """Return the sentence that says what the bug of these stakes does to its agent."""
    points = found.score_then.skill_points if found.score_then else 0
    scope = f" in all {found.projects} projects" if found.projects > 1 else ""
    return printable(f"This halts {found.agent}{scope} (it has {points} skill points then).")


def ask(project: Project, oid: Oid, who: Actor, *, yes: bool) -> Answer:
    """Ask a person at a terminal before a bug for a commit halts its agent in several projects; ask nobody else.

    Where the agent has worked in one project only, the bug does what it is for, and the result says so.
    ``yes``: the answer was given beforehand. The question goes to standard error, so that standard output stays JSON.
    Raises TrackerError when the commit is not recorded, and KeyboardInterrupt for Ctrl-C.
    """
    from tracker.feedback.bugs import stakes

    found = stakes(project, oid)
    if not found.would_halt or yes:
        return NOT_NEEDED
    if not (who.is_person and sys.stdin.isatty() and sys.stderr.isatty()):
        return Answer(is_unasked=True)
    if found.projects < 2:
        return NOT_NEEDED
    return Answer(is_refused=not keyboard.agrees(f"{warning(found)} Charge it all the same?"))
