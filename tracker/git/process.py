"""Run git with a clean environment and pinned options; a failure becomes a RepositoryError of one sentence."""

import contextlib
import os
import re
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Final, Self

from tracker.errors import RepositoryError

_KEPT_VARIABLES: Final = frozenset(
    {
        "GIT_EXEC_PATH",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CEILING_DIRECTORIES",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    }
)
"""Variables that choose the git program and its configuration files. Every other GIT_ variable is removed, because a
hook inherits ones that may name another repository (githooks(5))."""

_PINNED: Final[Sequence[str]] = (
    "-c", "core.fsmonitor=false",
    "-c", "core.quotePath=false",
    "-c", "log.showSignature=false",
)  # fmt: skip


LARGEST_REQUEST: Final = 4096
"""Bytes that fit into the smallest pipe that a system gives (pipe(7)): more could make both sides wait forever."""


def environment() -> dict[str, str]:
    """Return the environment of every git call: no lazy fetch, no prompt, no optional lock, English messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT_VARIABLES}
    kept |= {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    return kept


def command(git_dir: Path | None, arguments: Sequence[str], options: Sequence[str] = ()) -> list[str]:
    """Return the argument list of a git call. ``git_dir`` None: git discovers the repository from its directory."""
    place = [f"--git-dir={git_dir}"] if git_dir is not None else []
    return ["git", *place, *_PINNED, *options, *arguments]


def run(
    git_dir: Path | None,
    arguments: Sequence[str],
    *,
    options: Sequence[str] = (),
    lines: Iterable[str] | None = None,
    cwd: Path | None = None,
    accept: Sequence[int] = (0,),
    variables: Mapping[str, str] | None = None,
) -> bytes:
    """Run git and return its standard output, in bytes.

    ``options``: git's own options, before the subcommand. ``lines``: standard input, one line each. ``cwd``: the
    directory that git runs in, by default ``git_dir``. ``accept``: exit codes that count as success. ``variables``:
    additions to the environment.

    Raises RepositoryError with git's message when it ends with another code, and when git cannot be started.
    """
    try:
        done = subprocess.run(
            command(git_dir, arguments, options),
            input=b"" if lines is None else _input(lines),
            capture_output=True,
            cwd=cwd or git_dir,
            env=environment() | dict(variables or {}),
            check=False,
        )
    except FileNotFoundError as error:
        raise RepositoryError(_absence(cwd or git_dir)) from error
    except OSError as error:
        raise RepositoryError(f"git could not be run: {error.strerror or error}.") from error
    if done.returncode not in accept:
        raise RepositoryError(f"git {arguments[0]} failed: {_reason(done.stderr)}")
    return done.stdout


def _input(lines: Iterable[str]) -> bytes:
    """Return lines as a standard input: a byte that is no UTF-8 as it was, any other lone surrogate as ``?``."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


@cache
def version() -> tuple[int, ...]:
    """Return the version of git as three numbers; ``(2, 54, 0)`` for a development build such as ``2.54.GIT``.

    ``(0, 0, 0)`` if git's answer contains no version. Raises RepositoryError when git cannot be run.
    """
    text = run(None, ["version"], cwd=Path(os.sep)).decode("utf-8", "replace")
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(number or 0) for number in found.groups()) if found else (0, 0, 0)


def stream(
    git_dir: Path, arguments: Sequence[str], *, options: Sequence[str] = (), lines: Iterable[str] = ()
) -> "Stream":
    """Start git, to read its output while it runs. ``lines``: standard input, one line each.

    Raises RepositoryError when git cannot be started.
    """
    return Stream(command(git_dir, arguments, options), lines, git_dir)


class Stream:
    """A running git process, used as a context manager. Its error messages are dropped.

    Its input is a temporary file unless it is short: with two pipes each side could wait for the other forever.
    """

    def __init__(self, words: Sequence[str], lines: Iterable[str], cwd: Path) -> None:
        data = _input(lines)
        self._input: IO[bytes] | None = None
        if len(data) > LARGEST_REQUEST:
            import tempfile  # most recorders need none

            self._input = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
            self._input.write(data)
            self._input.seek(0)
        try:
            self._process = subprocess.Popen(
                words,
                stdin=self._input or subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=cwd,
                env=environment(),
            )
        except OSError as error:
            raise RepositoryError(_absence(cwd)) from error
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
                pipe.write(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()
        if self._input is not None:
            self._input.close()

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes of output; fewer only at its end."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        return self._process.stdout.read(size)

    def readline(self) -> bytes:
        """Return the next line of output with its line end; empty at the end of the output."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
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
            yield from second.stdout

    def succeeded(self) -> bool:
        """Wait until git ends; return True if it reports success."""
        return self._process.wait() == 0


class Dialogue:
    """A git process that answers lines of its input while it runs. It ends with this object.

    ``options``: git's own options, before the subcommand. Its error messages are dropped. Raises RepositoryError when
    git cannot be started.
    """

    def __init__(self, git_dir: Path, arguments: Sequence[str], options: Sequence[str] = ()) -> None:
        try:
            self._process = subprocess.Popen(
                command(git_dir, arguments, options),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=git_dir,
                env=environment(),
            )
        except OSError as error:
            raise RepositoryError(_absence(git_dir)) from error
        self._owner = os.getpid()
        self.close = weakref.finalize(self, _end, self._process)

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
        """Return the next line of the answers with its line end; an incomplete or empty one if git has ended."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        return self._process.stdout.readline()

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes of the answers; fewer only if git has ended."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        return self._process.stdout.read(size)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Close the pipes of a git process, which ends it, and wait for that."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


def _reason(errors: bytes) -> str:
    """Return the first line of git's standard error without its prefix."""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else "it gave no reason."


def _absence(place: Path | None) -> str:
    """Return the sentence for a program or working directory that does not exist."""
    if place is not None and not place.is_dir():
        return f"{place} is not a folder."
    return "git is not installed, or not on the PATH: install git."
