"""Days of the original's journal, which agents kept by hand in ``.journal/DATE.md``. Pure.

A heading that begins with a time begins an entry. What follows is its text up to the next heading that is no part of
it: the named fields, and other lines, which continue the field before them, or else the task.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_TIME: Final = re.compile(
    r"[\[(*]*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\b\.?)?(?![\d:])[\])*]*", re.IGNORECASE
)
_BEFORE_TITLE: Final = " \t-\u2013\u2014:|,·"
_DEEPEST: Final = 6
"""Number signs of a heading."""
_FIELD: Final = re.compile(
    r"\s*(?:[-*+][ \t]+)?\*\*(Task|Actions(?: taken)?|Outcome|Decisions(?: made)?)(?:\*\*\s*:|:\s*\*\*) ?(.*)\Z",
    re.IGNORECASE,
)
_FIELDS: Final[Mapping[str, str]] = {
    "task": "task", "actions": "actions", "actions taken": "actions", "outcome": "outcome", "decisions": "decisions",
    "decisions made": "decisions",
}  # fmt: skip
_FENCES: Final = ("```", "~~~")


class Entry(NamedTuple):
    """An entry of a day. ``time``: HH:MM or HH:MM:SS, None if its heading has none. ``fields``: texts by name."""

    heading: str
    time: str | None
    fields: Mapping[str, str]


@dataclass
class _Section:
    """A heading and what follows it. ``level``: the number of its signs, 0 before the first one."""

    heading: str = ""
    level: int = 0
    time: str | None = None
    lines: dict[str, list[str]] = field(default_factory=dict)
    last: str = ""
    fence: str = ""

    def add(self, line: str) -> None:
        """Add a line: a field, or one that continues the field before it."""
        named = None if self.fence else _FIELD.match(line)
        if named:
            self.last = _FIELDS[named[1].lower()]
            self.lines.setdefault(self.last, []).append(named[2].strip())
        elif line.strip() and (self.last or self.time):
            self.lines.setdefault(self.last, []).append(line.strip())
        mark = line.strip()[:3]
        if mark in _FENCES and self.fence in {"", mark}:
            self.fence = "" if self.fence else mark

    def entry(self) -> Entry | None:
        """Return the entry that this is, None if it says nothing."""
        free = [line for line in self.lines.pop("", []) if line]
        if free:
            self.lines["task"] = [*self.lines.get("task", []), *free]
        texts = {name: "\n".join(line for line in lines if line) for name, lines in self.lines.items()}
        return Entry(self.heading, self.time, texts) if any(texts.values()) else None


def entries_of(text: str) -> Iterator[Entry]:
    """Yield the entries of a day's journal, and sections without a time that have fields of an entry."""
    for section in _sections(text.splitlines()):
        entry = section.entry()
        if entry is not None:
            yield entry


class _Heading(NamedTuple):
    level: int
    title: str
    time: re.Match[str] | None


def _heading(line: str) -> _Heading | None:
    """Return the heading that a line is; a number sign before a word or a number makes none."""
    title = line.lstrip("#")
    level = len(line) - len(title)
    time = _TIME.match(title.lstrip())
    if not 1 <= level <= _DEEPEST or not (title[:1] in {"", " ", "\t"} or (time and level > 1)):
        return None
    return _Heading(level, title.strip().rstrip("#").rstrip(), time)


def _sections(lines: Iterable[str]) -> Iterator[_Section]:
    section = _Section()
    for line in lines:
        heading = _heading(line)
        if heading and heading.time:  # also within a fence, which somebody may have forgotten to close
            yield section
            title = heading.title[heading.time.end() :].strip(_BEFORE_TITLE)
            section = _Section(heading.title, heading.level, _clock(heading.time), {"": [title]})
        elif heading and not section.fence and (section.time is None or heading.level <= section.level):
            yield section
            section = _Section(heading.title, heading.level)
        else:
            section.add(line)
    yield section


def _clock(time: re.Match[str]) -> str:
    """Return a time as HH:MM or HH:MM:SS; one that no clock shows is returned as it is, and is no time later."""
    hour = int(time[1])
    if time[4] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if time[4].lower() == "p" else 0)
    return f"{hour:02}:{time[2]}" + (f":{time[3]}" if time[3] else "")
