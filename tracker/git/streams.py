"""Git processes that are read while they run: the output of one command, or a dialogue of questions and answers."""

import contextlib
import os
import signal
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final, Self

from tracker.errors import RepositoryError
from tracker.git.process import absence, command, encoded, environment
from tracker.git.watchdog import Watchdog

_HAS_GROUPS: Final = hasattr(os, "killpg")
LARGEST_REQUEST: Final = 4096
"""Bytes that fit into the smallest pipe that a system gives (pipe(7)): more could make both sides wait forever."""
_LINES: Final = 5000
"""Lines of input that are written at a time; so many are always more bytes than ``LARGEST_REQUEST``, or all."""


def stream(
    git_dir: Path, arguments: Sequence[str], *, options: Sequence[str] = (), lines: Iterable[str] = ()
) -> "Stream":
    """Start git, to read its output while it runs. ``lines``: standard input, one line each.

    Raises RepositoryError when git cannot be started.
    """
    return Stream(command(git_dir, arguments, options), arguments[0], lines, git_dir)


class Stream:
    """A running git process, used as a context manager. Its error messages are dropped.

    One that gives no more output for too long is ended, which the reader sees as a failure of git. Its input is a
    temporary file unless it is short: with two pipes each side could wait for the other forever.
    """

    def __init__(self, words: Sequence[str], subcommand: str, lines: Iterable[str], cwd: Path) -> None:
        rest = iter(lines)
        data = encoded(islice(rest, _LINES))
        self._input: IO[bytes] | None = None
        if len(data) > LARGEST_REQUEST:
            import tempfile  # most recorders need none

            self._input = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
            while data:
                self._input.write(data)
                data = encoded(islice(rest, _LINES))
            self._input.seek(0)
        try:
            self._process = _start(words, self._input or subprocess.PIPE, cwd)
        except OSError as error:
            raise RepositoryError(absence(cwd)) from error
        self._watchdog = Watchdog(partial(_kill, self._process), subcommand)
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
                pipe.write(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        if kind is not None:
            _kill(self._process)  # git is not in the process group that a terminal interrupts
        if self._process.stdout:
            self._process.stdout.close()
        self._wait()
        self._watchdog.end()
        if self._input is not None:
            self._input.close()

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes of output; fewer only at its end."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        with self._watchdog.waiting():
            return self._process.stdout.read(size)

    def readline(self) -> bytes:
        """Return the next line of output with its line end; empty at the end of the output."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        with self._watchdog.waiting():
            return self._process.stdout.readline()

    def chunks(self, separator: bytes) -> Iterator[bytes]:
        """Yield the pieces of output between separators.

        A last piece without a separator is left out: git was interrupted there.
        """
        rest = b""
        while block := self.read(1 << 16):
            *whole, rest = (rest + block).split(separator)
            yield from whole

    def pipe_to(self, words: Sequence[str]) -> Iterator[bytes]:
        """Pipe the output into another program and yield the lines that it prints."""
        with subprocess.Popen(
            words, stdin=self._process.stdout, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
        ) as second:
            assert second.stdout is not None  # noqa: S101 - opened as a pipe
            lines = iter(second.stdout)
            while True:
                with self._watchdog.waiting():
                    line = next(lines, b"")
                if not line:
                    return
                yield line

    def succeeded(self) -> bool:
        """Wait until git ends; return True if it reports success."""
        return self._wait() == 0

    def _wait(self) -> int:
        """Wait until git ends, and return its exit code."""
        with self._watchdog.waiting():
            return self._process.wait()


class Dialogue:
    """A git process that answers lines of its input while it runs. It ends with this object.

    ``options``: git's own options, before the subcommand. ``variables``: additions to the environment. Its error
    messages are dropped. Raises RepositoryError when git cannot be started.
    """

    def __init__(
        self,
        git_dir: Path,
        arguments: Sequence[str],
        options: Sequence[str] = (),
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        try:
            self._process = _start(command(git_dir, arguments, options), subprocess.PIPE, git_dir, variables)
        except OSError as error:
            raise RepositoryError(absence(git_dir)) from error
        self._owner = os.getpid()
        self._watchdog = Watchdog(partial(_kill, self._process), arguments[0])
        self.close = weakref.finalize(self, _end, self._process, self._watchdog)

    @property
    def is_usable(self) -> bool:
        """False once it was closed, and in a process that was forked since."""
        return self.close.alive and self._owner == os.getpid()

    def send(self, text: bytes) -> None:
        """Write whole lines to git. At most ``LARGEST_REQUEST`` bytes may wait for answers, unless they are one line.

        Nothing happens if git has ended: the next ``readline`` returns no line then.
        """
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(text)
            self._process.stdin.flush()

    def readline(self) -> bytes:
        """Return the next line of the answers with its line end; an incomplete or empty one if git has ended.

        Raises RepositoryError when git gives no answer in time.
        """
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        with self._watchdog.answering():
            return self._process.stdout.readline()

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes of the answers; fewer only if git has ended.

        Raises RepositoryError when git gives no answer in time.
        """
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        with self._watchdog.answering():
            return self._process.stdout.read(size)


def _start(
    words: Sequence[str],
    stdin: int | IO[bytes],
    cwd: Path,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> "subprocess.Popen[bytes]":
    """Start a process in a process group of its own, so that it can be killed with those that it starts.

    The git on the PATH may be a script that starts another one. Raises OSError.
    """
    return subprocess.Popen(
        words,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=cwd,
        env=environment() | dict(variables),
        process_group=0 if _HAS_GROUPS else None,
    )


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and those that it started; do nothing if it has ended."""
    if process.poll() is None:
        if _HAS_GROUPS:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _end(process: "subprocess.Popen[bytes]", watchdog: Watchdog) -> None:
    """Close the pipes of a git process, which ends it, and wait for that."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    with watchdog.waiting():
        process.wait()
    watchdog.end()
