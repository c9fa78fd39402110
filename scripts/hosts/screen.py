"""Running a program at a terminal until something has happened."""

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def run_at_terminal(
    words: Sequence[str], cwd: Path, environment: Mapping[str, str], is_done: Callable[[], bool], most_seconds: float
) -> str:
    """Run a program at a pseudo-terminal until ``is_done`` or the time is over, end it, and return what it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*words],
        cwd=cwd,
        env={**environment, "COLUMNS": "120", "LINES": "40"},
        preexec_fn=lambda: os.login_tty(theirs),  # noqa: PLW1509 - servers' threads hold no lock that is needed here
        pass_fds=[theirs],
    )
    os.close(theirs)
    shown = b""
    end = time.monotonic() + most_seconds
    while time.monotonic() < end and process.poll() is None and not is_done():
        if select.select([ours], [], [], 0.1)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the terminal was closed
                break
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        process.kill()
        process.wait()
    os.close(ours)
    return shown.decode("utf-8", "replace")
