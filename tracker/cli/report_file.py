"""The file that ``report --html`` and ``team report --html`` write."""

import stat
import sys
from pathlib import Path
from typing import Final

from tracker.errors import TrackerError, UsageError
from tracker.files import open_regular, replace_users_file
from tracker.text import printable

STANDARD_OUTPUT: Final = "-"
"""The name of a file that stands for standard output."""
_LONGEST_BEGIN: Final = 64
"""Bytes of a file that tell if it is an HTML page."""


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
