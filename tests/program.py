"""Run agent-tracker in this process, or as a new process.

Half of the time of a short command is Python's start and the imports, and the suite runs thousands of commands. So a
command runs in this process, with the environment, working directory and streams that its own process would have.
A new process is started for hooks and the guard (hooks detach), for another locale (Python reads it once, at its
start), in threads (the working directory belongs to the whole process), and for everything with
``AGENT_TRACKER_TEST_WHOLE=1``. At a terminal a command runs in a copy of this process (``tests/forked.py``).
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from tracker.__main__ import main
from tracker.attribution import catalogue_file

WITHOUT_OVERRIDE: Final = () if os.geteuid() else ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
"""Words before a command that have modes of files hold root back as they do other users (util-linux)."""

TRACKER: Final = (sys.executable, "-I", "-m", "tracker")

WHOLE: Final = bool(os.environ.get("AGENT_TRACKER_TEST_WHOLE"))
"""True if the tests run everything, however long it takes."""


def sized(whole: int, otherwise: int) -> int:
    """Return ``whole`` with ``AGENT_TRACKER_TEST_WHOLE=1``, else ``otherwise``: how much of something is done."""
    return whole if WHOLE else otherwise


_LOCALE: Final = "C.UTF-8"
_OWN_PROCESS: Final = frozenset({"hook", "guard"})


def run(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run agent-tracker with an empty standard input; return its output and exit code (negative for a signal)."""
    in_process = runs_here(arguments, environment)
    return run_here(arguments, cwd, environment) if in_process else run_process(arguments, cwd, environment)


def runs_here(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return True if a command needs no new process to do what it would do there."""
    return not (
        WHOLE
        or environment.get("LC_ALL") != _LOCALE
        or environment.get("AGENT_TRACKER_PROCESSES") == "1"
        or _OWN_PROCESS.intersection(arguments[:1])
        or threading.current_thread() is not threading.main_thread()
    )


def run_process(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run agent-tracker as a new process."""
    return subprocess.run(
        [*TRACKER, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def run_here(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Run agent-tracker in this process, with the surroundings that a new one would have."""
    catalogue_file.load_with_user_entries.cache_clear()  # a new process reads the user's file again
    with surroundings(cwd, environment), _streams(stdin) as (out, err):
        code = main([*arguments])
        sys.stdout.flush()
        sys.stderr.flush()
        texts = [_text(file) for file in (out, err)]
    return subprocess.CompletedProcess([*TRACKER, *arguments], code, *texts)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


@contextlib.contextmanager
def surroundings(cwd: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Give this process another environment and working directory inside the context."""
    kept, place = dict(os.environ), Path.cwd()
    os.chdir(cwd)
    _set_environment(environment)
    try:
        yield
    finally:
        _set_environment(kept)
        os.chdir(place)


def _set_environment(environment: Mapping[str, str]) -> None:
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
    time.tzset()


@contextlib.contextmanager
def _streams(given: bytes) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Replace the standard streams by an input and two outputs; yield the files that hold the outputs.

    They are real files because the program asks for their descriptors and may replace those when an output is closed.
    """
    kept = sys.stdin, sys.stdout, sys.stderr
    with contextlib.ExitStack() as opened:
        out, err = (opened.enter_context(tempfile.TemporaryFile()) for _ in range(2))
        words = opened.enter_context(tempfile.TemporaryFile())
        words.write(given)
        words.seek(0)
        sys.stdin = opened.enter_context(open(os.dup(words.fileno()), encoding="utf-8"))  # noqa: PTH123
        sys.stdout, sys.stderr = (
            opened.enter_context(open(os.dup(file.fileno()), "w", encoding="utf-8", errors=errors))  # noqa: PTH123
            for file, errors in ((out, "strict"), (err, "backslashreplace"))
        )
        try:
            yield out, err
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            sys.stdin, sys.stdout, sys.stderr = kept
