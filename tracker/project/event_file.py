"""The format of an event's file in the spool: how an event becomes text, and text an event.

A file is lines of ``key=value`` after ``agent-tracker-event=1`` and ends with ``end=1``; a file without that last line
is still being written. The native hook (hooks/event) writes the same format.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from tracker.model import Event, Oid, parse_oid

_FIRST_LINE: Final = "agent-tracker-event=1"
LAST_LINE: Final = "end=1"
"""The last line of an event's file."""

_OPTIONAL: Final = ("picked", "branch", "process")


def format_event(event: Event) -> str:
    """Return the text of an event's file. Values are cut at their first line, so that they cannot add lines."""
    lines = [_FIRST_LINE, f"hook={event.hook}"]
    lines += [f"arg={argument}" for argument in event.arguments]
    lines += [f"work_tree={event.work_tree}", f"head={event.head or ''}"]
    lines += [f"author_date={event.author_date or ''}"]
    lines += [f"{name}=1" for name in ("picking", "merging", "terminal", "alone") if getattr(event, name)]
    lines += [f"{name}={value}" for name in _OPTIONAL if (value := getattr(event, name))]
    lines += [f"env.{name}={value}" for name, value in event.environment]
    lines += [f"pair={old} {new}" for old, new in event.pairs]
    return "\n".join([*(line.split("\n", 1)[0] for line in lines), LAST_LINE, ""])


def is_complete(text: str) -> bool:
    """Return True if a file was written to its end."""
    return text.split("\n")[-2:] == [LAST_LINE, ""]


def parse_event(name: str, time: int, text: str) -> Event:
    """Return the event of a file with this name, written at ``time`` (seconds).

    An incomplete file counts up to its last whole line. Unknown keys and abbreviated object names are ignored. Raises
    ValueError, with the reason, for another format or an event without a hook.
    """
    lines = text.split("\n")
    if lines[0] != _FIRST_LINE:
        raise ValueError("it does not begin as an event of a version that this agent-tracker knows")
    if not is_complete(text):
        lines.pop()  # a killed hook may have stopped in the middle of a value
    values = _parse_lines(lines[1:])
    single = values.single
    if "hook" not in single:
        raise ValueError("it names no hook")
    return Event(
        name=name,
        hook=single["hook"],
        arguments=tuple(values.arguments),
        time=time,
        work_tree=single.get("work_tree", ""),
        head=parse_oid(single.get("head", "")),
        author_date=single.get("author_date") or None,
        picking=single.get("picking") == "1",
        merging=single.get("merging") == "1",
        terminal=single.get("terminal") == "1",
        environment=tuple(values.environment),
        pairs=tuple(values.pairs),
        picked=parse_oid(single.get("picked", "")),
        process=single.get("process") or None,
        branch=single.get("branch") or None,
        alone=single.get("alone") == "1",
    )


class _Values(NamedTuple):
    """The values of an event's file: those of keys that occur once, by key, and those of keys that may repeat."""

    single: dict[str, str]
    arguments: list[str]
    environment: list[tuple[str, str]]
    pairs: list[tuple[Oid, Oid]]


def _parse_lines(lines: Iterable[str]) -> _Values:
    """Return the values of ``key=value`` lines; of a repeated single key the last counts."""
    values = _Values({}, [], [], [])
    for line in lines:
        key, _, value = line.partition("=")
        if key == "arg":
            values.arguments.append(value)
        elif key == "pair":
            oids = [parse_oid(word) for word in value.split(" ")[:2]]
            if len(oids) == 2 and oids[0] is not None and oids[1] is not None:
                values.pairs.append((oids[0], oids[1]))
        elif key.startswith("env."):
            values.environment.append((key[4:], value))
        else:
            values.single[key] = value
    return values
