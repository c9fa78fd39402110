"""Long output at a terminal goes through the pager that git would use.

What a block prints is collected, and shown when the block has ended, or in parts where the block says so
(``show_so_far``). So neither the ledger nor a lock is held while the pager waits for keys, and warnings stand on the
terminal before the pager takes it over.
"""

import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click

if TYPE_CHECKING:
    import subprocess

VARIABLE: Final = "AGENT_TRACKER_PAGER"
"""The pager of this program alone; stronger than all that git knows."""

_NO_PAGER: Final = frozenset({"", "cat"})
_NOT_STARTED: Final = frozenset({126, 127})
"""Exit codes of the shell for a program that is not there or cannot be run (POSIX)."""
_LARGEST_PIPE: Final = 1 << 20
"""Bytes that a pipe can hold though nobody reads it: Linux's limit for a user, larger than that of other systems."""


class _Left(Exception):
    """The pager was left before it showed all."""


class _Collected(io.TextIOWrapper):
    """Output that is kept in memory. It calls itself a terminal, so that what is printed is laid out for one."""

    def __init__(self, encoding: str, errors: str | None, shown: "_Shown") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors=errors, newline="")
        self.shown = shown

    def isatty(self) -> bool:
        return True

    def taken(self) -> bytes:
        """Return what was written since this was called last."""
        self.flush()
        kept = self.buffer
        assert isinstance(kept, io.BytesIO)  # noqa: S101 - so it was made
        content = kept.getvalue()
        kept.seek(0)
        kept.truncate()
        return content


@contextlib.contextmanager
def paged() -> Iterator[None]:
    """Show through a pager what the block prints on standard output, where the running command wants one.

    Without one the block prints as ever. A pager that is left early, fails or does not exist is no error: the exit code
    of the command stays. One that is left while the block has more to show ends the block.
    """
    shown = _way_to_show()
    if shown is None:
        yield
        return
    stream = sys.stdout
    collected = _Collected(stream.encoding or "utf-8", stream.errors, shown)
    sys.stdout = collected
    try:
        yield
    except _Left:
        collected.taken()
    except BaseException:
        shown.begin_without_pager()
        raise
    finally:
        sys.stdout = stream
        with contextlib.suppress(_Left):
            shown.show(collected.taken())
        shown.end()


def show_so_far() -> None:
    """Show what the running command has printed. Call it while the ledger is closed: a pager may wait for keys.

    It ends the block of ``paged`` if the pager was left.
    """
    if isinstance(sys.stdout, _Collected):
        sys.stdout.shown.show(sys.stdout.taken())
    else:
        sys.stdout.flush()


def _way_to_show() -> "_Shown | None":
    """Return the way in which the output of the running command is shown; None to print as ever."""
    context = click.get_current_context(silent=True)
    parameters = {} if context is None else context.params
    if parameters.get("json"):
        return None
    if not sys.stdout.isatty():
        return _Shown(sys.stdout, None) if _is_gits_pipe() else None
    command = chosen_pager(Path(parameters.get("path") or "."))
    return None if command is None else _Shown(sys.stdout, command)


def chosen_pager(folder: Path) -> str | None:
    """Return the shell command of the pager for a command that runs in a folder; None for none.

    By ``--no-pager``, our own variable, then git.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.find_root().params.get("no_pager"):
        return None
    command = os.environ.get(VARIABLE)
    if command is None:
        command = _gits_pager(folder)
    return None if command.strip() in _NO_PAGER else command


def _gits_pager(folder: Path) -> str:
    from tracker.errors import RepositoryError
    from tracker.git.pager import NO_PAGER, pager_command

    try:
        return pager_command(folder, "agent-tracker")
    except RepositoryError:  # without git's answer the output is shown as it is
        return NO_PAGER


def _is_gits_pipe() -> bool:
    """Return True if standard output is a pager that git itself has started: ``git -p agent-tracker log``."""
    from tracker.git.pager import is_in_use

    try:
        return is_in_use() and stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode)
    except OSError:  # standard output is not a file, or closed
        return False


class _Shown:
    """Output that goes into a pager, which is started for the first of it; without a command into a stream."""

    def __init__(self, stream: TextIO, command: str | None) -> None:
        self._stream = stream
        self._command = command
        self._pager: subprocess.Popen[bytes] | None = None
        self._begun = b""
        self._interrupts = contextlib.ExitStack()

    def show(self, content: bytes) -> None:
        """Show more output; waits while the pager takes no more. Raises _Left when it was left."""
        if self._command is None:
            self._write(content)
            return
        if not content:
            return
        pager = self._pager or self._start(self._command)
        assert pager.stdin is not None  # noqa: S101 - a pipe was asked for
        if len(self._begun) <= _LARGEST_PIPE:  # else something has read it
            self._begun += content
        try:
            pager.stdin.write(content)
            pager.stdin.flush()
        except BrokenPipeError:
            self.end()
            if self._command is not None:
                raise _Left from None

    def begin_without_pager(self) -> None:
        """Show what follows without a pager, unless it runs already."""
        if self._pager is None:
            self._command = None

    def end(self) -> None:
        """Wait until the pager ends. If it could not be started, all goes into the stream, also what it was given."""
        if self._pager is None or self._command is None:
            return
        pager, self._pager = self._pager, None
        assert pager.stdin is not None  # noqa: S101 - a pipe was asked for
        with self._interrupts:
            with contextlib.suppress(BrokenPipeError):  # the pager was left before it read all
                pager.stdin.close()
            code = pager.wait()
        if code in _NOT_STARTED:
            self._command = None
            self._write(self._begun)
        elif code > 0:
            from tracker.cli import output
            from tracker.text import printable

            command = printable(self._command)
            output.warn(f"the pager '{command}' ended with exit code {code}: --no-pager shows all without one.")

    def _start(self, command: str) -> "subprocess.Popen[bytes]":
        import subprocess

        from tracker.git.pager import DEFAULT_VARIABLES

        self._stream.flush()
        sys.stderr.flush()
        self._interrupts.enter_context(_interrupts_left_to_the_pager())
        self._pager = subprocess.Popen(  # noqa: S602 - the user's own command, which git gives to the shell too
            command,
            shell=True,
            stdin=subprocess.PIPE,
            env={**DEFAULT_VARIABLES, **os.environ},
        )
        return self._pager

    def _write(self, content: bytes) -> None:
        self._stream.flush()
        self._stream.buffer.write(content)
        self._stream.flush()


@contextlib.contextmanager
def _interrupts_left_to_the_pager() -> Iterator[None]:
    """Let Ctrl-C reach the pager alone, which has a meaning for it; a function, unlike SIG_IGN, is not inherited."""
    import signal

    kept = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)
