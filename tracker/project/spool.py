"""The spool: one file for each event, holding what only the hook's moment knew. It is the durable buffer.

A file is lines of ``key=value`` under ``agent-tracker-event=1`` and ends with ``end=1``; a file without that end is
still being written. The native hook writes it with the shell alone (hooks/event), the pre-commit door from here.
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

_LARGEST: Final = 32 << 20
"""Bytes of an event: the pairs of a rebase take 82 or 130 each."""

_PATIENCE: Final = 60.0
"""Seconds after which a file without its end is taken for the work of a killed hook."""

_OPTIONAL: Final = ("picked", "branch", "process")

_OID: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


class Spool:
    """The spool of one project; ``set-aside`` beside it keeps what could not be used, each with its reason."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.aside = directory.parent / "set-aside"

    def write(self, event: Event) -> Path:
        """Write an event as the native hook would. Raises OSError."""
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
        """The complete events in the order they were written, and the files that had to be set aside.

        Raises OSError when the folder cannot be read.
        """
        events: list[tuple[int, Event]] = []
        refused: list[Path] = []
        for entry in self._entries():
            try:
                status = entry.stat(follow_symlinks=False)
                if status.st_size == 0 and time.time() - status.st_mtime > _PATIENCE:
                    Path(entry.path).unlink()  # a hook was killed before it wrote anything
                    continue
                if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                    raise ValueError("it is no plain file of an event")
                event = self._parse(Path(entry.path), status)
            except FileNotFoundError:
                continue  # another process drained it
            except (ValueError, OSError) as error:
                with contextlib.suppress(OSError):  # what cannot be moved either must not stop the others
                    refused.append(self.set_aside(Path(entry.path), str(error)))
                continue
            if event is not None:
                events.append((status.st_mtime_ns, event))
        events.sort(key=lambda one: (one[0], one[1].name))
        return [event for _, event in events], refused

    def remove(self, events: Iterable[Event]) -> None:
        """Remove the files of events that are durably recorded."""
        for event in events:
            with contextlib.suppress(FileNotFoundError):
                (self.directory / event.name).unlink()

    def count(self) -> int:
        """How many files wait."""
        return len(self._entries())

    def set_aside(self, path: Path, reason: str) -> Path:
        """Move a file that cannot be used out of the spool, and write down why."""
        self.aside.mkdir(mode=0o700, exist_ok=True)
        place = self.aside / f"{path.name}-{time.time_ns()}"
        path.replace(place)
        atomic_write(place.with_name(f"{place.name}.reason"), reason.encode("utf-8", "backslashreplace"))
        return place

    def keep_aside(self, name: str, text: str, reason: str) -> Path:
        """Keep an entry that the ledger cannot hold, and why."""
        self.aside.mkdir(mode=0o700, exist_ok=True)
        place = self.aside / f"{name}-{time.time_ns()}"
        atomic_write(place, text.encode("utf-8", "backslashreplace"))
        atomic_write(place.with_name(f"{place.name}.reason"), reason.encode("utf-8", "backslashreplace"))
        return place

    def set_aside_entries(self) -> list[tuple[str, str]]:
        """The names of what was set aside, and the reasons."""
        try:
            names = sorted(path for path in self.aside.iterdir() if path.suffix == ".reason")
        except FileNotFoundError:
            return []
        return [(path.stem, path.read_text(encoding="utf-8", errors="replace").strip()) for path in names]

    def _entries(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.directory) as found:
                return [entry for entry in found if not entry.name.startswith(".")]
        except FileNotFoundError:
            return []

    def _parse(self, path: Path, status: os.stat_result) -> Event | None:
        """The event in a file, None while it is being written. Raises ValueError for what is none."""
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
        complete = lines[-2:] == [LAST_LINE, ""]
        if not complete and time.time() - status.st_mtime < _PATIENCE:
            return None
        if lines[0] != FIRST_LINE:
            raise ValueError("it does not begin as an event of a version that this agent-tracker knows")
        if not complete:
            lines.pop()  # what a killed hook wrote may end in the middle of a value
        return _event(path.name, int(status.st_mtime), lines[1:])


def _event(name: str, when: int, lines: Iterable[str]) -> Event:
    single: dict[str, str] = {}
    arguments: list[str] = []
    environment: list[tuple[str, str]] = []
    pairs: list[tuple[Oid, Oid]] = []
    for line in lines:
        key, _, value = line.partition("=")
        if key == "arg":
            arguments.append(value)
        elif key == "pair":
            words = value.split(" ")[:2]
            if len(words) == 2 and all(_OID.match(word) for word in words):
                pairs.append((Oid(words[0]), Oid(words[1])))
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
    return value.split("\n", 1)[0]
