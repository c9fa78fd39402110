"""Writing what ``export`` writes: to standard output, a file or a folder, whole or not at all."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Final, NamedTuple

from tracker.cli import output
from tracker.cli.open_project import READ_DEADLINE, WRITE_DEADLINE, OpenedLedger, open_ledger
from tracker.cli.recommendation_lines import page_of_a_file
from tracker.cli.report_lines import csv_lines, lines_for_people, nothing_sentence
from tracker.cli.set_up_facts import TOO_MANY, Asked, bring_computed_up_to_date, gather
from tracker.cli.user_prices import user_prices
from tracker.cli.whole_files import PRIVATE, READABLE, whole_file, whole_folder
from tracker.errors import TrackerError, UsageError
from tracker.exchange.event_lines import line_of
from tracker.exchange.ledger_events import ledger_events
from tracker.exchange.sources import Kind, kind_of
from tracker.exchange.tables import open_metrics, parquet_files, sqlite_file
from tracker.exchange.tables.table import Source
from tracker.files import open_regular
from tracker.ledger import Snapshot
from tracker.ledger.backup_copy import read_in_present_schema
from tracker.model import ProjectId
from tracker.reports.known_names import projects_named
from tracker.reports.set_ups.groups import groups_of
from tracker.text import number_of, printable

_STANDARD_OUTPUT: Final = "-"
"""The name of a file that stands for standard output."""
Projects = frozenset[ProjectId] | None
"""The projects that are exported; None for all."""


class Wanted(NamedTuple):
    """The export that a user asks for. ``path``, ``ledger``: the options of that name.

    ``form``: the format. ``file``: where to, None for standard output. ``project``: the name of the only one.
    """

    path: str
    ledger: str | None
    form: str
    file: str | None
    project: str | None


def export(wanted: Wanted) -> Iterator[str]:
    """Export the ledger that applies; yield sentences about it, none if it goes to standard output.

    Raises UsageError, TrackerError where the file cannot be written, and what ``open_ledger`` raises.
    """
    if wanted.file == _STANDARD_OUTPUT:
        wanted = wanted._replace(file=None)
    if wanted.file is not None and not Path(wanted.file).name:
        raise UsageError(f"--output needs the name of a file, and '{printable(wanted.file)}' is none.")
    count = _FORMATS[wanted.form](wanted)
    if wanted.file is not None:
        yield f"{number_of(count, _UNITS[wanted.form])} written to {printable(wanted.file)}."


def _events(wanted: Wanted) -> int:
    opened, projects = _opened(wanted)

    def write(file: IO[bytes]) -> int:
        count = 0
        with read_in_present_schema(opened.ledger) as snapshot:
            for event in ledger_events(snapshot, projects):
                file.write(line_of(event))
                count += 1
        return count

    return _write_text(wanted, write, is_ours=_is_events)


def _report(wanted: Wanted) -> int:
    """Write the report of set-ups as ``report --everywhere`` prints it, with all of its lines."""
    asked = Asked("set-up", everywhere=True, project=wanted.project)
    facts = gather(wanted.path, wanted.ledger, asked, quiet=True)
    groups = groups_of(facts.rows, "set-up", facts.names, "commits")
    if wanted.form == "csv":
        lines = csv_lines("set-up", groups)
    elif groups:
        lines = lines_for_people("set-up", groups, facts, page_of_a_file(), most=0, markdown=True)
    else:
        lines = iter([nothing_sentence(facts)])

    def write(file: IO[bytes]) -> int:
        file.writelines(f"{line}\n".encode() for line in lines)
        return len(groups)

    return _write_text(wanted, write, is_ours=partial(_begins_with, _REPORTS[wanted.form]))


def _metrics(wanted: Wanted) -> int:
    opened, projects = _opened(wanted, computes=True)

    def write(file: IO[bytes]) -> int:
        with opened.ledger.read(begin=False) as snapshot:
            return open_metrics.write_open_metrics(_source(opened, snapshot, projects), file)

    # Another user's Prometheus reads it, and no text of commits is in it.
    return _write_text(wanted, write, READABLE, _is_open_metrics)


def _sqlite(wanted: Wanted) -> int:
    target = _named(wanted)
    opened, projects = _opened(wanted, computes=True)
    journal = sqlite_file.unfinished_file(Path(os.path.realpath(target)))
    if journal is not None:
        raise TrackerError(f"{printable(target)} is in use, since {printable(journal)} is beside it: close it first.")
    with whole_file(target, is_ours=sqlite_file.is_export) as path, opened.ledger.read(begin=False) as snapshot:
        return sqlite_file.write_sqlite(_source(opened, snapshot, projects), path)


def _parquet(wanted: Wanted) -> int:
    target = _named(wanted)
    parquet_files.require_pyarrow()
    opened, projects = _opened(wanted, computes=True)
    with (
        whole_folder(target, parquet_files.foreign_file) as folder,
        opened.ledger.read(begin=False) as snapshot,
    ):
        return parquet_files.write_parquet(_source(opened, snapshot, projects), folder)


def _named(wanted: Wanted) -> str:
    """Return the name of the file or folder of a format that is no text. Raises UsageError if none is given."""
    if wanted.file is None:
        raise UsageError(f"{wanted.form} is no text: name a {_PLACES[wanted.form]} with --output.")
    return wanted.file


def _opened(wanted: Wanted, *, computes: bool = False) -> tuple[OpenedLedger, Projects]:
    """Open the ledger, with what is new recorded; ``computes``: also the outcomes and costs that are missing."""
    deadline = WRITE_DEADLINE if computes else READ_DEADLINE
    opened = open_ledger(wanted.path, wanted.ledger, deadline, everywhere=True, needs_tracking=False)
    if computes and not bring_computed_up_to_date(opened, quiet=False):
        output.warn(TOO_MANY)
    with opened.ledger.read(begin=False) as snapshot:
        return opened, None if wanted.project is None else projects_named(snapshot, wanted.project)


def _source(opened: OpenedLedger, snapshot: Snapshot, projects: Projects) -> Source:
    prices = user_prices(opened.project.recording_places if opened.project else None)
    return Source(snapshot, projects, opened.settings.policy, opened.catalogue, prices)


def _write_text(
    wanted: Wanted,
    write: Callable[[IO[bytes]], int],
    mode: int = PRIVATE,
    is_ours: Callable[[Path], bool] | None = None,
) -> int:
    """Write text to the file, or to standard output once it is complete; return what ``write`` returns."""
    if wanted.file is not None:
        with whole_file(wanted.file, mode, is_ours) as path, path.open("wb") as file:
            return write(file)
    # The snapshot ends before anybody reads the output: a reader may take its time (``reports.log.LogPages``).
    with tempfile.TemporaryFile() as copy:
        count = write(copy)
        copy.seek(0)
        sys.stdout.flush()
        shutil.copyfileobj(copy, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    return count


def _is_events(file: Path) -> bool:
    """Return True if a file is an export of events, or empty. Raises OSError."""
    with open_regular(file) as opened:
        return not file.stat().st_size or kind_of(opened) is Kind.EVENTS


def _begins_with(beginnings: tuple[bytes, ...], file: Path) -> bool:
    """Return True if a file begins with one of some texts, or is empty. Raises OSError."""
    with open_regular(file) as opened:
        found = opened.read(_LONGEST_LINE)
    return not found or found.startswith(beginnings)


def _is_open_metrics(file: Path) -> bool:
    """Return True if a file is metrics of ours, or empty. Raises OSError."""
    with open_regular(file) as opened:
        begin = opened.readline(_LONGEST_LINE)
    return not begin or begin == b"# EOF\n" or begin.startswith(f"# TYPE {open_metrics.PREFIX}".encode())


_REPORTS: Final = {
    "csv": (b"set-up,",),
    "markdown": (b"| set-up | commits |", b"Nothing is recorded of ", b"No recorded commit of "),
}
"""Beginnings of reports of ours, by their format; those of reports without any commit are sentences."""
_LONGEST_LINE: Final = 200
_FORMATS: Final = {
    "events": _events,
    "csv": _report,
    "markdown": _report,
    "sqlite": _sqlite,
    "parquet": _parquet,
    "openmetrics": _metrics,
}
_UNITS: Final = {
    "events": "event",
    "csv": "set-up",
    "markdown": "set-up",
    "sqlite": "row",
    "parquet": "row",
    "openmetrics": "sample",
}
_PLACES: Final = {"sqlite": "file", "parquet": "folder"}
