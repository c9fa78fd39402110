"""Read the trailers in which an agent grades its own commit. Pure; messages are untrusted and of any size.

The trailers are ``Agent-Grade``, ``Agent-Note`` and ``Task``.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from tracker.lazy_regex import LazyRegex
from tracker.model import GradeValue, grade_named
from tracker.text import one_line

_AGENT_GRADE: Final = "agent-grade"
_AGENT_NOTE: Final = "agent-note"
_TASK: Final = "task"
_TRAILER: Final = LazyRegex(rf"({_AGENT_GRADE}|{_AGENT_NOTE}|{_TASK})[ \t]*:[ \t]*(.*)\Z", re.IGNORECASE)
_OPINION: Final = LazyRegex(rf"(?:{_AGENT_GRADE}|{_AGENT_NOTE})[ \t]*:", re.IGNORECASE)
_GRADE: Final = LazyRegex(r"[+-]?\w+")
_FENCE: Final = LazyRegex(r" {0,3}(?:```|~~~)")
"""Line that begins or ends a fenced code block (CommonMark)."""

_SCANNED: Final = 4 << 20
"""Characters from the end of a message that are searched; the note beside a grade may be very long."""


class DeclaredGrade(NamedTuple):
    """A grade in a commit's own trailers; ``note`` and ``task`` may be empty."""

    grade: GradeValue
    note: str
    task: str


def without_grades(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a message without an agent's grade and note, also where they are indented.

    A folded trailer goes with its further lines.
    """
    indent: str | None = None
    for line in lines:
        text = line.lstrip(" \t")
        if _OPINION.match(text):
            indent = line[: len(line) - len(text)]
        elif indent is None or not text or not line.startswith((f"{indent} ", f"{indent}\t")):
            indent = None
            yield line


def declared_grade(message: str, longest: int) -> DeclaredGrade | None:
    """Return the grade that a message's trailers declare; None if there is none or its value is not a grade.

    The last of several equal trailers counts. Trailers may be above the last paragraph, because agents write their own
    attribution below. Indented, quoted and fenced lines are not trailers. ``longest``: characters kept of the note and
    of the task.
    """
    text = message[-_SCANNED:]
    if _AGENT_GRADE not in text.lower():
        return None
    found: dict[str, list[str]] = {}
    key, is_fenced = "", False
    for line in text.split("\n")[1:]:
        is_fenced ^= bool(_FENCE.match(line))
        match = None if is_fenced else _TRAILER.match(line.rstrip())
        if match:
            key = match[1].lower()
            found[key] = [match[2]]
        elif key and line[:1] in {" ", "\t"} and line.strip():
            found[key].append(line.strip())  # a folded line (git-interpret-trailers(1))
        else:
            key = ""
    values = {key: " ".join(parts) for key, parts in found.items()}
    word = _GRADE.match(values.get(_AGENT_GRADE, ""))
    grade = grade_named(word[0]) if word else None
    note, task = (one_line(values.get(name, ""))[:longest].strip() for name in (_AGENT_NOTE, _TASK))
    return None if grade is None else DeclaredGrade(grade, note, task)
