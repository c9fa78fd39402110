"""The spool, the durable buffer of events: one file for each event, with the facts that only the hook could see.

A file is lines of ``key=value`` after ``agent-tracker-event=1`` and ends with ``end=1``; a file without that last line
is still being written. The native hook (hooks/event) writes it with the shell alone, ``recording.capture_event`` with
this module.
"""

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tracker.files import atomic_write
from tracker.model import Event, Oid

FIRST_LINE: Final = "agent-tracker-event=1"
LAST_LINE: Final = "end=1"

_MAX_EVENT: Final = 32 << 20
"""Bytes of an event; each pair of a rebase takes 82 (sha1) or 130 (sha256)."""

_WRITING_DEADLINE: Final = 60.0
"""Seconds after which a file without its last line counts as that of a killed hook."""

_OPTIONAL: Final = ("picked", "branch", "process")

_OID: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


class Spool:
    """The spool of one project. The folder ``set-aside`` beside it keeps what could not be used, with the reasons."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.aside = directory.parent / "set-aside"

    def write(self, event: Event) -> Path:
        """Write an event in the format of the native hook; return its file. Raises OSError."""
        lines = [FIRST_LINE, f"hook={event.hook}"]
        lines += [f"arg={argument}" for argument in event.arguments]
        lines += [f"work_tree={event.work_tree}", f"head={event.head or ''}"]
        lines += [f"author_date={event.author_date or ''}"]
        lines += [f"{name}=1" for name in ("picking", "merging", "terminal") if getattr(event, name)]
        lines += [f"{name}={value}" for name in _OPTIONAL if (value := getattr(event, name))]
        lines += [f"env.{name}={_first_line(value)}" for name, value in event.environment]
        lines += [f"pair={old} {new}" for old, new in event.pairs]
        text = "\n".join([*(_first_line(line) for line in lines), LAST_LINE, ""])
        path = self.directory / f"{os.getpid()}.{time.time_ns()}"
        atomic_write(path, text.encode("utf-8", "surrogateescape"))
        return path

    def read(self) -> tuple[list[Event], list[Path]]:
        """Return the complete events, oldest first, and the files that were set aside because they are invalid.

        Raises OSError when the folder cannot be read.
        """
        events: list[tuple[int, Event]] = []
        refused: list[Path] = []
        for entry in self._entries():
            try:
                status = entry.stat(follow_symlinks=False)
                event = self._read_event(Path(entry.path), status)
            except FileNotFoundError:
                continue  # another process removed it
            except (ValueError, OSError) as error:
                with contextlib.suppress(OSError):  # a file that cannot be moved must not stop the others
                    refused.append(self.set_aside(Path(entry.path), str(error)))
                continue
            if event is not None:
                events.append((status.st_mtime_ns, event))
        events.sort(key=lambda one: (one[0], one[1].name))
        return [event for _, event in events], refused

    def remove(self, events: Iterable[Event]) -> None:
        """Remove the files of events that are durably recorded. Raises OSError."""
        for event in events:
            with contextlib.suppress(FileNotFoundError):
                (self.directory / event.name).unlink()

    def count(self) -> int:
        """Return the number of files that wait. Raises OSError when the folder cannot be read."""
        return len(self._entries())

    def set_aside(self, path: Path, reason: str) -> Path:
        """Move an invalid file out of the spool and store the reason; return its new path. Raises OSError."""
        place = self._place_aside(path.name)
        path.replace(place)
        self._write_reason(place, reason)
        return place

    def keep_aside(self, name: str, text: str, reason: str) -> Path:
        """Store the text of an entry that the ledger refused, and the reason; return its path. Raises OSError."""
        place = self._place_aside(name)
        atomic_write(place, text.encode("utf-8", "backslashreplace"))
        self._write_reason(place, reason)
        return place

    def set_aside_entries(self) -> list[tuple[str, str]]:
        """Return the names of what was set aside, each with its reason, sorted by name. Raises OSError."""
        try:
            names = sorted(path for path in self.aside.iterdir() if path.suffix == ".reason")
        except FileNotFoundError:
            return []
        return [(path.stem, path.read_text(encoding="utf-8", errors="replace").strip()) for path in names]

    def _place_aside(self, name: str) -> Path:
        """Return a new path in the folder of what was set aside, which is created if needed."""
        self.aside.mkdir(mode=0o700, exist_ok=True)
        return self.aside / f"{name}-{time.time_ns()}"

    def _write_reason(self, place: Path, reason: str) -> None:
        """Store a reason beside a file that was set aside."""
        atomic_write(place.with_name(f"{place.name}.reason"), reason.encode("utf-8", "backslashreplace"))

    def _entries(self) -> list[os.DirEntry[str]]:
        """Return the files in the spool, hidden ones (being written) left out."""
        try:
            with os.scandir(self.directory) as found:
                return [entry for entry in found if not entry.name.startswith(".")]
        except FileNotFoundError:
            return []

    def _read_event(self, path: Path, status: os.stat_result) -> Event | None:
        """Return the event in a file; None while it is being written.

        Raises ValueError, with the reason, when the file is invalid, and OSError.
        """
        is_overdue = time.time() - status.st_mtime >= _WRITING_DEADLINE
        if status.st_size == 0 and is_overdue:
            path.unlink()  # a hook was killed before it wrote anything
            return None
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_EVENT:
            raise ValueError("it is not a plain file of an event")
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
        is_complete = lines[-2:] == [LAST_LINE, ""]
        if not is_complete and not is_overdue:
            return None
        if lines[0] != FIRST_LINE:
            raise ValueError("it does not begin as an event of a version that this agent-tracker knows")
        if not is_complete:
            lines.pop()  # a killed hook may have stopped in the middle of a value
        return _event(path.name, int(status.st_mtime), lines[1:])


def _event(name: str, when: int, lines: Iterable[str]) -> Event:
    """Return the event that lines describe, written at ``when`` (seconds). Raises ValueError if they name no hook.

    Unknown keys and object names that are not full ones are ignored.
    """
    single: dict[str, str] = {}
    arguments: list[str] = []
    environment: list[tuple[str, str]] = []
    pairs: list[tuple[Oid, Oid]] = []
    for line in lines:
        key, _, value = line.partition("=")
        if key == "arg":
            arguments.append(value)
        elif key == "pair":
            oids = value.split(" ")[:2]
            if len(oids) == 2 and all(_OID.match(oid) for oid in oids):
                pairs.append((Oid(oids[0]), Oid(oids[1])))
        elif key.startswith("env."):
            environment.append((key[4:], value))
        else:
            single[key] = value
    if "hook" not in single:
        raise ValueError("it names no hook")
    head, picked = single.get("head", ""), single.get("picked", "")
    return Event(
        name=name,
        hook=single["hook"],
        arguments=tuple(arguments),
        time=when,
        work_tree=single.get("work_tree", ""),
        head=Oid(head) if _OID.match(head) else None,
        author_date=single.get("author_date") or None,
        picking=single.get("picking") == "1",
        merging=single.get("merging") == "1",
        terminal=single.get("terminal") == "1",
        environment=tuple(environment),
        pairs=tuple(pairs),
        picked=Oid(picked) if _OID.match(picked) else None,
        process=single.get("process") or None,
        branch=single.get("branch") or None,
    )


def _first_line(value: str) -> str:
    """Return the first line, so that a value cannot add lines to a file."""
    return value.split("\n", 1)[0]
