"""Agent-tracker at a terminal, in a copy of this process.

Python's start and the imports are most of the time of a short command, and the copy has both behind it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from tests.program import surroundings
from tracker.__main__ import main
from tracker.attribution import catalogue_file

_FAILED = 120
"""The exit code of Python when its output cannot be written to the end."""


class Forked:
    """A copy of this process that runs agent-tracker at a terminal, with what ``subprocess.Popen`` has of it."""

    def __init__(self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], terminal: int) -> None:
        self._arguments = [*arguments]
        self.returncode: int | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads of pytest-xdist only wait for messages
            self.pid = os.fork()
        if self.pid == 0:
            self._run(cwd, environment, terminal)

    def _run(self, cwd: Path, environment: Mapping[str, str], terminal: int) -> NoReturn:
        """Run the program with the surroundings that a new process would have, and end."""
        code = _FAILED
        try:
            os.login_tty(terminal)
            os.closerange(3, 1 << 16)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            sys.stdin, sys.stdout, sys.stderr = (
                open(number, mode, encoding="utf-8", errors=errors)  # noqa: PTH123, SIM115 - they end with the process
                for number, mode, errors in ((0, "r", "strict"), (1, "w", "strict"), (2, "w", "backslashreplace"))
            )
            catalogue_file.load_with_user_entries.cache_clear()
            with surroundings(cwd, environment):
                code = main(self._arguments)
                sys.stdout.flush()
        except BaseException:  # noqa: BLE001 - Python would print it too
            code = _FAILED
            with contextlib.suppress(OSError):
                traceback.print_exc(file=sys.stderr)
        finally:
            with contextlib.suppress(OSError):
                sys.stderr.flush()
            os._exit(code)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal, or None while the program runs."""
        return self._wait(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code. Raises subprocess.TimeoutExpired."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self._wait(0 if end is None else os.WNOHANG)) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(self._arguments, timeout or 0)
            time.sleep(0.01)
        return code

    def kill(self) -> None:
        """Kill the program, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _wait(self, options: int) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, options)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode
