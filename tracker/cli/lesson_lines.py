"""The output of ``lessons``: text for people, Markdown for agents, JSON for programs.

All texts of lessons come from repositories and agents. In the text each is one printable line; in Markdown it is code,
so that nothing in it is a link, a heading or an instruction of the document.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tracker.attribution.model_names import model_id, model_shown
from tracker.cli import output
from tracker.cli.colours import Style
from tracker.model import GRADE_NAMES, HUMAN
from tracker.reports.lessons.git_log_search import LogAnswer
from tracker.reports.lessons.lesson import KINDS, Kind, Lesson
from tracker.reports.maker_words import PERSON, UNMARKED, UNMARKED_MAKER
from tracker.text import number_of, one_line, printable

_HEADINGS: Final[Mapping[Kind, str]] = {
    "worked": "Worked",
    "avoid": "To avoid",
    "ungraded": "No clear result",
    "git log": "From git's log, not recorded",
}

_STYLES: Final[Mapping[Kind, Style]] = {"worked": "good", "avoid": "bad"}

_LONGEST_NOTE: Final = 500
"""Characters of a note in text and Markdown; ``--json`` has all of it."""

_INDENT: Final = 4
"""Columns before the lines that belong to a lesson."""


def print_json(lessons: Sequence[Lesson]) -> None:
    """Print one JSON object for each lesson, on one line each."""
    for lesson in lessons:
        output.print_json(lesson.as_json())


def print_text(lessons: Sequence[Lesson], logs: LogAnswer | None) -> None:
    """Print the lessons for people: wrapped at the width of a terminal, one line for each text elsewhere."""
    for kind, chosen in _by_kind(lessons):
        output.paragraph(f"{_HEADINGS[kind]}:", style=_STYLES.get(kind, ""))
        for lesson in chosen:
            _say("  ".join([*_facts(lesson), lesson.title]), 2)
            for name, text in _details(lesson):
                _say(f"{name}: {text}", 2 + _INDENT)
    conclusion = _conclusion(lessons, logs)
    if conclusion is not None:
        _say(conclusion, 0)


def print_markdown(task: str, lessons: Sequence[Lesson], logs: LogAnswer | None) -> None:
    """Print the lessons as a Markdown document, each text of others as code."""
    output.say(f"# Lessons for {_code(task)}")
    for kind, chosen in _by_kind(lessons):
        output.say(f"\n## {_HEADINGS[kind]}\n")
        for lesson in chosen:
            output.say(f"- {', '.join(map(_code, _facts(lesson)))}: {_code(lesson.title)}")
            for name, text in _details(lesson):
                output.say(f"  - {name}: {_code(text)}")
    conclusion = _conclusion(lessons, logs)
    if conclusion is not None:
        output.say(f"\n{conclusion}")


def _by_kind(lessons: Sequence[Lesson]) -> Iterator[tuple[Kind, list[Lesson]]]:
    """Yield the kinds that have lessons, with these, in the order in which they are shown."""
    for kind in KINDS:
        chosen = [one for one in lessons if one.kind == kind]
        if chosen:
            yield kind, chosen


def _facts(lesson: Lesson) -> list[str]:
    """Return commit or kind of entry, date, project, maker and grade of a lesson, as far as they are known."""
    maker = UNMARKED if lesson.maker == UNMARKED_MAKER else PERSON if lesson.maker == HUMAN else lesson.maker
    maker = f"{maker} ({model_shown(model_id(lesson.model))})" if lesson.model else maker
    place = lesson.oid[:10] if lesson.oid else lesson.source
    grade = GRADE_NAMES[lesson.grade] if lesson.grade is not None else ""
    return [one for one in (place, output.moment(lesson.time, "%Y-%m-%d"), lesson.project_name, maker, grade) if one]


def _details(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Yield name and text of what is known beside the title: why it is listed, tasks, notes."""
    if lesson.source != "git log":
        yield "why", "; ".join(lesson.reasons)
    for task in lesson.tasks:
        yield "task", _cut(task)
    for note in lesson.notes:
        yield note.origin, _cut(note.text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}…"


def _conclusion(lessons: Sequence[Lesson], logs: LogAnswer | None) -> str | None:
    """Return the sentence about a search that found little, and how far git's log was searched; None if it found."""
    found = "The ledger holds little near this task" if lessons else "Nothing near this task is recorded"
    if logs is None or not (logs.commits or logs.unread):
        return None if lessons else f"{found}."
    projects = number_of(logs.projects, "project")
    unread = f"; {logs.unread} more could not be read" if logs.unread else ""
    commits = number_of(logs.commits, "unrecorded commit")
    return f"{found}. Git's log was searched too: the newest {commits} of {projects}{unread}."


def _say(text: str, indent: int) -> None:
    """Print a text on one line after an indent; on a terminal wrapped at its width."""
    output.paragraph(one_line(text), " " * indent, " " * indent)


def _code(text: str) -> str:
    """Return a text as Markdown code on one line, whatever it holds (CommonMark, 6.1)."""
    line = printable(one_line(text)).strip()
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""
