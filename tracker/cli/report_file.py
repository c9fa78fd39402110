"""Writing the file of ``report --html``."""

import stat
import sys
import time
from pathlib import Path
from typing import Final

from tracker.cli.set_up_facts import Facts
from tracker.errors import TrackerError, UsageError
from tracker.files import open_regular, replace_users_file
from tracker.reports.page.content import read_report
from tracker.reports.page.document import page_as_html
from tracker.reports.set_ups.read_sums import SetUpReader
from tracker.reports.set_ups.recommendation import recommend
from tracker.text import printable

STANDARD_OUTPUT: Final = "-"
"""The name of a file that stands for standard output."""
_LONGEST_BEGIN: Final = 64
"""Bytes of a file that tell if it is an HTML page."""


def write(facts: Facts, file: str) -> None:
    """Write the page of these facts to a file, in place of an HTML page that is there; ``-`` is standard output.

    Raises UsageError for what is no name of a file, TrackerError for a file that holds something else, and if it cannot
    be written.
    """
    check_name(file)
    found = recommend(facts.rows)
    first = facts.scope.first
    since = None if first is None else f"{first // 12:04}-{first % 12 + 1:02}"
    with facts.opened.ledger.read(begin=False) as snapshot:
        reader = SetUpReader(snapshot, facts.opened.catalogue, facts.by)
        report = read_report(
            snapshot, reader, facts.scope, found, facts.here, int(time.time()), by=facts.by, since=since
        )
    write_page(page_as_html(report), file)


def check_name(file: str) -> None:
    """Raise UsageError for what is no name of a file, TrackerError for a file that holds no page."""
    if not Path(file).name:
        raise UsageError(f"--html needs the name of a file, and '{printable(file)}' is none: such as report.html.")
    _check_replaceable(Path(file))


def write_page(page: str, file: str) -> None:
    """Write a page to a file, or to standard output. Raises TrackerError if it cannot be written."""
    if file == STANDARD_OUTPUT:
        sys.stdout.write(page)
        return
    try:
        replace_users_file(Path(file), page.encode(), mode=0o644)
    except OSError as error:
        raise TrackerError(f"{file} cannot be written: {error.strerror}.") from error


def _check_replaceable(file: Path) -> None:
    """Raise TrackerError if something is there that is no HTML page: a mistyped name may be that of somebody's work."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise TrackerError(f"{file} is not a regular file: name another one, or '-' for standard output.")
        with open_regular(file) as opened:
            begin = opened.read(_LONGEST_BEGIN)
    except FileNotFoundError:
        return
    except OSError as error:
        raise TrackerError(f"{file} cannot be written: {error.strerror}.") from error
    if begin and not begin.lstrip().lower().startswith(b"<!doctype html"):
        raise TrackerError(f"{file} exists and is no HTML page: name another file.")
