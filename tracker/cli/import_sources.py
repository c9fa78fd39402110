"""Import of what a user names: events, rows or files of the original, another ledger, a backup."""

import os
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import IO

from tracker.cli import output
from tracker.cli.import_files import STANDARD_INPUT, Result, ledger_to_fill, opened_source
from tracker.cli.open_project import WRITE_DEADLINE, open_tracked
from tracker.errors import LedgerForeign, NotTracked, RepositoryError, TrackerError, UsageError
from tracker.exchange.backup_archive import NoBackup, opened_backup
from tracker.exchange.event_lines import line_of
from tracker.exchange.import_events import Imported, import_events, join_lines, lines_of
from tracker.exchange.ledger_events import FACTS, ledger_events
from tracker.exchange.original.commit_names import Home
from tracker.exchange.original.import_rows import import_files, import_rows
from tracker.exchange.original.project_files import has_files
from tracker.exchange.sources import Kind, export_script, kind_of
from tracker.ledger import Ledger
from tracker.ledger.backup_copy import read_in_present_schema
from tracker.ledger.joined_entries import JoinEvidenceEntry
from tracker.ledger.map_size import LARGEST_SIZE_LIMIT
from tracker.ledger.replacement import check_ledger
from tracker.model import Progress
from tracker.project.project import Project, user_catalogue
from tracker.project.settings import USUAL_NAME
from tracker.recording.records_of_tools import read_records_again
from tracker.text import printable


def import_source(path: str, ledger: str | None, source: str, agent: str | None, *, quiet: bool) -> Result:
    """Import a file or folder, or standard input, into the ledger that applies at ``path``.

    ``agent``: whose files those of a folder are, where they do not say it. Raises TrackerError for what cannot be read
    or imported, and what ``ledger_to_fill`` and ``import_events`` raise.
    """
    if source != STANDARD_INPUT and Path(source).is_dir():
        return _import_folder(Path(source), path, ledger, agent, quiet=quiet)
    into = ledger_to_fill(path, ledger, "an import")
    with opened_source(source) as file:
        kind = kind_of(file)
        if kind is Kind.EMPTY and source == STANDARD_INPUT:
            raise TrackerError("standard input is empty: the command before this one may have failed.")
        if kind in {Kind.EVENTS, Kind.EMPTY}:
            return Result(into.path, _import_events(into, file, quiet=quiet))
        if kind is Kind.ROWS:
            return Result(into.path, import_rows(into, lines_of(file), user_catalogue()), "row")
    raise TrackerError(f"{printable(source)} {_REASONS[kind]}")


_REASONS = {
    Kind.DATABASE: "is a database of opencode-agent-tracker, which only the library of that program can read. Run"
    f" 'npm install --no-save lmdb@3', then 'node {export_script()} FILE > rows.jsonl', and import rows.jsonl.",
    Kind.LEDGER: "is a data file of LMDB: if it is that of a ledger, name its folder to 'agent-tracker merge'.",
    Kind.COMPRESSED: "is compressed: a backup is for 'agent-tracker merge' or 'agent-tracker restore', and events are"
    " imported by 'gunzip -c FILE | agent-tracker import -'.",
    Kind.UNKNOWN: "holds nothing that can be imported: neither what 'agent-tracker export' writes, nor rows of"
    " opencode-agent-tracker; of that program's .agent and .journal name the folder that holds them.",
}
"""Reasons for which a file is not imported, with what to do, as the end of a sentence."""


def _import_folder(folder: Path, path: str, ledger: str | None, agent: str | None, *, quiet: bool) -> Result:
    """Import what other trackers left in a project: the original's files, and records of other tools in its repository.

    A tracked repository has its own ledger; the original's files of any other folder go into the one at ``path``.
    """
    project = _tracked_at(folder, ledger)
    has_originals = has_files(folder)
    if project is None and not has_originals:
        raise TrackerError(
            f"{printable(str(folder))} is no tracked repository, and has no files of opencode-agent-tracker"
            " (.agent/status.json, .journal): run 'agent-tracker init' in it first; of a ledger's folder use"
            " 'agent-tracker merge'."
        )
    into = ledger_to_fill(path if project is None else str(folder), ledger, "an import")
    result = Result(into.path, Imported(0, Counter(), 0, None), "record")
    if project is not None:
        with output.progress("Records", quiet=quiet) as progress:
            found = read_records_again(project, progress)
        for name, reason in found.failed.items():
            output.warn(printable(f"{name} cannot be read: {reason}."))
        result.imported.new[JoinEvidenceEntry] += found.changed
        result = result._replace(imported=result.imported._replace(events=found.named))
    return _with_originals(result, into, folder, project, agent) if has_originals else result


def _with_originals(result: Result, into: Ledger, folder: Path, project: Project | None, agent: str | None) -> Result:
    """Import the original's files in a folder, and return a result with both."""
    home = Home(folder, project.files.find_id() if project else None)
    found = import_files(into, home, agent, user_catalogue())
    both = found._replace(events=found.events + result.imported.events, new=found.new + result.imported.new)
    return result._replace(imported=both)


def _tracked_at(folder: Path, ledger: str | None) -> Project | None:
    """Return the project of the repository that a folder is in; None if there is none that is tracked."""
    try:
        return open_tracked(str(folder), ledger, WRITE_DEADLINE)
    except (NotTracked, RepositoryError):
        return None


def _import_events(into: Ledger, file: IO[bytes], *, quiet: bool) -> Imported:
    size = os.fstat(file.fileno()).st_size
    with output.progress("Import", quiet=quiet, unit="KiB") as progress:
        if progress is None:
            return import_events(into, file)
        return import_events(into, file, partial(_advance, progress, size))


def _advance(progress: Progress, size: int, read: int) -> None:
    progress(read >> 10, size >> 10)


def merge(path: str, ledger: str | None, other: str, *, quiet: bool) -> Result:
    """Join the ledger in a folder, or the one in a backup, with the ledger that applies at ``path``.

    Raises UsageError for a ledger that is that one, TrackerError for what is neither a ledger nor a backup, and what
    ``ledger_to_fill`` and ``import_events`` raise.
    """
    into = ledger_to_fill(path, ledger, "a merge")
    if Path(other).is_dir():
        place = _ledger_in(Path(other))
        if place.resolve() == into.path.resolve():
            raise UsageError(f"{printable(other)} is the ledger itself: name another one.")
        try:
            return Result(into.path, _merge(into, Ledger(place, deadline=WRITE_DEADLINE), quiet=quiet))
        except LedgerForeign as error:
            raise TrackerError(f"{printable(other)} cannot be merged: {error.problem}.") from error
    with opened_source(other) as file, tempfile.TemporaryDirectory() as folder:
        try:
            with opened_backup(file, Path(folder)) as (_, place):
                check_ledger(place, LARGEST_SIZE_LIMIT)
                return Result(into.path, _merge(into, Ledger(place), quiet=quiet))
        except NoBackup as error:
            told = _OTHER_WAYS.get(kind_of(file), f"is neither a ledger nor a backup: {error}.")
            raise TrackerError(f"{printable(other)} {told}") from error


_OTHER_WAYS = {
    Kind.EVENTS: "holds events: 'agent-tracker import' joins them.",
    Kind.ROWS: "holds rows of opencode-agent-tracker: 'agent-tracker import' joins them.",
    Kind.LEDGER: "is the data file of a ledger: name the folder that it is in.",
    Kind.EMPTY: "is empty.",
}
"""Other kinds of files, with what to do, as the end of a sentence."""


def _ledger_in(folder: Path) -> Path:
    """Return the folder of a ledger: this one, or the one that has the usual name in it. Raises TrackerError."""
    for place in (folder, folder / USUAL_NAME):
        if (place / "data.mdb").exists():
            return place
    raise TrackerError(f"{printable(str(folder))} holds no ledger: name the folder with its data.mdb, or a backup.")


def _merge(into: Ledger, other: Ledger, *, quiet: bool) -> Imported:
    with read_in_present_schema(other) as snapshot, output.progress("Merge", quiet=quiet, unit="events") as progress:
        count = sum(snapshot.count(table) for table in FACTS)
        lines = map(line_of, ledger_events(snapshot))
        if progress is None:
            return join_lines(into, lines)
        return join_lines(into, lines, lambda done: progress(min(done, count), count))
