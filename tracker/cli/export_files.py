"""Writing what ``export`` writes: to standard output or a file, whole or not at all."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final

from tracker.cli.open_project import open_ledger
from tracker.errors import TrackerError, UsageError
from tracker.exchange.event_lines import line_of
from tracker.exchange.ledger_events import ledger_events
from tracker.ledger import Snapshot
from tracker.model import ProjectId
from tracker.reports.known_names import projects_named
from tracker.text import number_of, printable

Projects = frozenset[ProjectId] | None
"""The projects that are exported; None for all."""


def export(path: str, ledger: str | None, form: str, file: str | None, project: str | None) -> Iterator[str]:
    """Export the ledger that applies at ``path``; yield sentences about it, none if it goes to standard output.

    ``file``: where to, None for standard output. ``project``: the name of the only one that is exported. Raises
    UsageError, TrackerError where the file cannot be written, and what ``open_ledger`` raises.
    """
    if file is None and form in _FILES_ONLY:
        raise UsageError(f"{form} is no text: name a file with --output.")
    opened = open_ledger(path, ledger, everywhere=True, needs_tracking=False)
    with opened.ledger.read(begin=False) as snapshot:
        chosen = None if project is None else projects_named(snapshot, project)
    write = _WRITERS[form]
    if file is None:
        # The snapshot ends before anybody reads the output: a reader may take its time (``reports.log.LogPages``).
        with tempfile.TemporaryFile() as copy:
            with opened.ledger.read(begin=False) as snapshot:
                write(snapshot, chosen, copy)
            copy.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(copy, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    with opened.ledger.read(begin=False) as snapshot:
        count = _write_file(Path(file), lambda opened_file: write(snapshot, chosen, opened_file))
    yield f"{number_of(count, _UNITS[form])} written to {printable(file)}."


def _write_file(target: Path, write: Callable[[IO[bytes]], int]) -> int:
    """Write a file that only its owner may read, and put it in its place when it is whole. Raises TrackerError."""
    try:
        if target.exists() and not target.is_file():
            raise TrackerError(f"{printable(str(target))} is not a regular file: name another one.")
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                count = write(file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise TrackerError(f"{printable(str(target))} cannot be written: {error.strerror or error}.") from error
    return count


def _write_events(snapshot: Snapshot, projects: Projects, file: IO[bytes]) -> int:
    count = 0
    for event in ledger_events(snapshot, projects):
        file.write(line_of(event))
        count += 1
    return count


_WRITERS: Final[Mapping[str, Callable[[Snapshot, Projects, IO[bytes]], int]]] = {"events": _write_events}
_UNITS: Final[Mapping[str, str]] = {"events": "event"}
_FILES_ONLY: Final = frozenset({"sqlite", "parquet"})
