"""Long output at a terminal goes through the pager that git would use.

What a block prints is collected, and shown when the block has ended. So neither the ledger nor a lock is held while
the pager waits for keys, and warnings stand on the terminal before the pager takes it over.
"""

import contextlib
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import click

VARIABLE: Final = "AGENT_TRACKER_PAGER"
"""The pager of this program alone; stronger than all that git knows."""

_NO_PAGER: Final = frozenset({"", "cat"})
_NOT_STARTED: Final = frozenset({126, 127})
"""Exit codes of the shell for a program that is not there or cannot be run (POSIX)."""


class _Collected(io.TextIOWrapper):
    """Output that is kept in memory. It calls itself a terminal, so that what is printed is laid out for one."""

    def __init__(self, encoding: str, errors: str | None) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors=errors, newline="")

    def isatty(self) -> bool:
        return True

    def content(self) -> bytes:
        self.flush()
        kept = self.buffer
        assert isinstance(kept, io.BytesIO)  # noqa: S101 - so it was made
        return kept.getvalue()


@contextlib.contextmanager
def paged() -> Iterator[None]:
    """Show through a pager what the block prints on standard output, where the running command wants one.

    Without one the block prints as ever. A pager that is left early, fails or does not exist is no error: the exit code
    of the command stays.
    """
    show = _way_to_show()
    if show is None:
        yield
        return
    stream = sys.stdout
    collected = _Collected(stream.encoding or "utf-8", stream.errors)
    sys.stdout = collected
    try:
        yield
    except BaseException:
        show = _write
        raise
    finally:
        sys.stdout = stream
        content = collected.content()
        if content:
            show(content)


def _way_to_show() -> Callable[[bytes], None] | None:
    """Return the function that shows the output of the running command; None to print as ever."""
    context = click.get_current_context(silent=True)
    parameters = {} if context is None else context.params
    if parameters.get("json"):
        return None
    if not sys.stdout.isatty():
        return _write if _is_gits_pipe() else None
    command = chosen_pager(Path(parameters.get("path") or "."))
    return None if command is None else partial(_run, command)


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


def _run(command: str, content: bytes) -> None:
    """Run the pager with the content as its input, and wait until it ends."""
    import subprocess

    from tracker.git.pager import DEFAULT_VARIABLES

    sys.stdout.flush()
    sys.stderr.flush()
    with _interrupts_left_to_the_pager():
        pager = subprocess.Popen(  # noqa: S602 - the user's own command, which git gives to the shell too
            command,
            shell=True,
            stdin=subprocess.PIPE,
            env={**DEFAULT_VARIABLES, **os.environ},
        )
        assert pager.stdin is not None  # noqa: S101 - a pipe was asked for
        with contextlib.suppress(BrokenPipeError), pager.stdin as pipe:  # the pager was left before it read all
            pipe.write(content)
        code = pager.wait()
    if code in _NOT_STARTED:
        _write(content)
    elif code > 0:
        from tracker.cli import output
        from tracker.text import printable

        output.warn(f"the pager '{printable(command)}' ended with exit code {code}: --no-pager shows all without one.")


@contextlib.contextmanager
def _interrupts_left_to_the_pager() -> Iterator[None]:
    """Let Ctrl-C reach the pager alone, which has a meaning for it; a function, unlike SIG_IGN, is not inherited."""
    import signal

    kept = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)


def _write(content: bytes) -> None:
    """Write collected output to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
