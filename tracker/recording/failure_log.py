"""The logs of what works without a terminal: a known error's sentence to the recorder's log, a traceback to defects."""

import contextlib
import sys
import time
from pathlib import Path

from tracker.errors import TrackerError
from tracker.project.files import ProjectFiles


def log_failure(common_dir: Path | None) -> None:
    """Write the exception that is handled now to a project's logs. Never raises.

    ``common_dir``: the common git directory; None where it was not found, then that of the current folder.
    """
    with contextlib.suppress(Exception):  # not even if there is no folder for the log
        _log(common_dir or Path.cwd() / ".git")


def log_sentence(common_dir: Path, sentence: str) -> None:
    """Write a sentence to the recorder's log. Raises OSError."""
    ProjectFiles(common_dir).log_error(f"{_now()} {sentence}\n")


def _log(common_dir: Path) -> None:
    files = ProjectFiles(common_dir)
    if not files.folder.is_dir():
        return
    error = sys.exception()
    if isinstance(error, TrackerError):
        log_sentence(common_dir, str(error))
        return
    import traceback

    from tracker import __version__

    about = f"{_now()} agent-tracker {__version__}, Python {sys.version.split()[0]}"
    files.log_defect(f"{about}\n{traceback.format_exc()}")


def _now() -> str:
    """Return the present time in ISO 8601, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
