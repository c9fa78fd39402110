"""Import from a file for ``import``: who may, which ledger is filled, and the sentences about the result."""

import os
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from tracker.cli import output
from tracker.cli.open_project import WRITE_DEADLINE, open_at
from tracker.errors import LedgerForeign, RepositoryError, TrackerError, UsageError
from tracker.exchange.backup_archive import NoBackup, opened_backup
from tracker.exchange.event_lines import line_of
from tracker.exchange.import_events import Imported, import_events, join_lines
from tracker.exchange.ledger_events import FACTS, ledger_events
from tracker.feedback.actor import actor_with, current_actor, decide_for_user
from tracker.files import open_regular
from tracker.git.config import settings_outside
from tracker.ledger import Ledger, joined_entries
from tracker.ledger.map_size import LARGEST_SIZE_LIMIT
from tracker.ledger.replacement import check_ledger
from tracker.model import Progress
from tracker.project.project import user_catalogue
from tracker.project.settings import resolve_settings
from tracker.text import listed, number_of, printable

STANDARD_INPUT: Final = "-"

_WORDS: Final = {
    joined_entries.JoinProjectEntry: "project",
    joined_entries.JoinCommitEntry: "commit",
    joined_entries.JoinCorrectionEntry: "correction",
    joined_entries.JoinGradeEntry: "grade",
    joined_entries.JoinBugEntry: "bug",
    joined_entries.JoinReinstatementEntry: "reinstatement",
    joined_entries.JoinRetrospectiveEntry: "retrospective",
    joined_entries.JoinActivityEntry: "activity",
    joined_entries.JoinOutcomesEntry: "run of outcomes",
    joined_entries.JoinOutcomeEntry: "outcome",
    joined_entries.JoinCostEntry: "cost",
    joined_entries.JoinProfileEntry: "profile",
}
"""The noun for what each type of entry joins, in the order of the sentence."""


class Result(NamedTuple):
    """The result of an import for its user."""

    ledger: Path
    imported: Imported

    @property
    def aside(self) -> int:
        """The number of lines that were kept aside."""
        return self.imported.aside

    def as_json(self) -> dict[str, Any]:
        """Return the result as it is printed in JSON."""
        found = self.imported
        return {
            "ledger": str(self.ledger),
            "events": found.events,
            "changed": {word: found.new[kind] for kind, word in _WORDS.items() if found.new[kind]},
            "aside": found.aside,
            "place": str(found.place) if found.place else None,
        }

    def sentences(self) -> Iterator[str]:
        """Yield sentences about the result."""
        found = self.imported
        changed = [number_of(found.new[kind], word) for kind, word in _WORDS.items() if found.new[kind]]
        read = f"{number_of(found.events, 'event')} read"
        yield f"{read}: new or changed here are {listed(changed)}." if changed else f"{read}: all are known here."
        if found.aside:
            lines = "1 line was" if found.aside == 1 else f"{found.aside} lines were"
            yield f"{lines} not used: {found.place} has each with its reason."


def ledger_to_fill(path: str, ledger: str | None, what: str) -> Ledger:
    """Return the ledger that applies at ``path``, after a check that the actor may change it for the user.

    ``what``: the change, as the subject of a sentence. Raises NotTheUser, UsageError for a path that does not exist,
    and ConfigError.
    """
    if not Path(path).exists():
        raise UsageError(f"there is no {printable(path)}.")
    try:
        project = open_at(path, ledger, WRITE_DEADLINE)
    except RepositoryError:
        settings = resolve_settings({"ledger": ledger}, settings_outside())
        home = {variable: os.environ[variable] for variable in ("HOME",) if variable in os.environ}
        decide_for_user(actor_with(user_catalogue(), home), settings, what)
        return Ledger(settings.ledger, settings.size_limit, WRITE_DEADLINE)
    decide_for_user(current_actor(project), project.settings, what)
    return project.ledger


def import_file(path: str, ledger: str | None, source: str, *, quiet: bool) -> Result:
    """Import a file, or standard input, into the ledger that applies at ``path``.

    Raises TrackerError where the file cannot be read, and what ``ledger_to_fill`` and ``import_events`` raise.
    """
    into = ledger_to_fill(path, ledger, "an import")
    with opened_source(source) as file:
        return Result(into.path, _import(into, file, quiet=quiet))


def merge(path: str, ledger: str | None, other: str, *, quiet: bool) -> Result:
    """Join the ledger in a folder, or the one in a backup, with the ledger that applies at ``path``.

    Raises UsageError for a ledger that is that one, TrackerError for what is neither a ledger nor a backup, and what
    ``ledger_to_fill`` and ``import_events`` raise.
    """
    into = ledger_to_fill(path, ledger, "a merge")
    if Path(other).is_dir():
        if Path(other).resolve() == into.path.resolve():
            raise UsageError(f"{printable(other)} is the ledger itself: name another one.")
        try:
            return Result(into.path, _merge(into, Ledger(Path(other), deadline=WRITE_DEADLINE), quiet=quiet))
        except LedgerForeign as error:
            raise TrackerError(f"{printable(other)} cannot be merged: {error.problem}.") from error
    with opened_source(other) as file, tempfile.TemporaryDirectory() as folder:
        try:
            with opened_backup(file, Path(folder)) as (_, place):
                check_ledger(place, LARGEST_SIZE_LIMIT)
                return Result(into.path, _merge(into, Ledger(place), quiet=quiet))
        except NoBackup as error:
            raise TrackerError(f"{printable(other)} is neither a ledger nor a backup: {error}.") from error


def _merge(into: Ledger, other: Ledger, *, quiet: bool) -> Imported:
    with other.read(begin=False) as snapshot, output.progress("Merge", quiet=quiet, unit="events") as progress:
        count = sum(snapshot.count(table) for table in FACTS)
        lines = map(line_of, ledger_events(snapshot))
        if progress is None:
            return join_lines(into, lines)
        return join_lines(into, lines, lambda done: progress(min(done, count), count))


def _import(into: Ledger, file: IO[bytes], *, quiet: bool) -> Imported:
    size = os.fstat(file.fileno()).st_size
    with output.progress("Import", quiet=quiet, unit="KiB") as progress:
        if progress is None:
            return import_events(into, file)
        return import_events(into, file, partial(_advance, progress, size))


def _advance(progress: Progress, size: int, read: int) -> None:
    progress(read >> 10, size >> 10)


def opened_source(source: str) -> IO[bytes]:
    """Open a file; what comes on standard input (``-``) is copied first, because its end may be far away.

    Raises TrackerError where it cannot be read.
    """
    try:
        return _opened(source)
    except OSError as error:
        raise TrackerError(f"{printable(source)} cannot be read: {error.strerror or error}.") from error


def _opened(source: str) -> IO[bytes]:
    if source != STANDARD_INPUT:
        return open_regular(Path(source))
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    for chunk in iter(lambda: sys.stdin.buffer.read(1 << 20), b""):
        copy.write(chunk)
    copy.seek(0)
    return copy
