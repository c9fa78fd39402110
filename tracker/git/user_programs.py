"""Run the user's pager and editor, as git chooses and runs them, when a person asks for them at a terminal.

Git's rules for the editor: ``GIT_EDITOR``, ``core.editor``, ``VISUAL``, ``EDITOR``, vi (git-var(1)). Both programs run
in the person's own environment and in the terminal's foreground.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError, TrackerError
from tracker.git import pager
from tracker.git.process import run

_CHOOSING: Final = ("GIT_PAGER", "GIT_EDITOR", "GIT_CONFIG_")
"""Beginnings of the variables by which a person chooses programs for one command."""
_NEEDS_SHELL: Final = re.compile(r"[|&;<>()$`\\\"' \t\n*?\[#~=%]")
"""Characters that make git run a command in a shell (git's run-command.c)."""
_GRACE: Final = 2.0
"""Seconds that a pager gets to restore the terminal and end."""
_INTERRUPTED: Final = frozenset({-signal.SIGINT, 128 + signal.SIGINT})


def page(command: str | None, lines: Iterable[bytes]) -> None:
    """Show lines in the user's pager, or print them where there is none, and wait until the person leaves it.

    ``command``: the pager's, None for none. Raises KeyboardInterrupt for Ctrl-C, when the pager has ended; TrackerError
    when it cannot be started.
    """
    if command is None:
        sys.stdout.flush()
        for line in lines:
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.flush()
        return
    variables = {name: value for name, value in pager.DEFAULT_VARIABLES.items() if name not in os.environ}
    process = _started(_words(command, ()), command, stdin=subprocess.PIPE, variables=variables)
    assert process.stdin is not None  # noqa: S101 - opened as a pipe
    try:
        with contextlib.suppress(BrokenPipeError):  # the person has left the pager before the end
            for line in lines:
                process.stdin.write(line + b"\n")
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
    except BaseException:
        _end(process)
        raise
    if process.returncode in _INTERRUPTED:
        raise KeyboardInterrupt


def edit(git_dir: Path, paths: Sequence[str], place: Path) -> int:
    """Open files in the user's editor, wait for its end, and return its exit code. ``place``: where it runs.

    Ctrl-C is left to the editor, as git does, since some use it as a key. Raises KeyboardInterrupt when it ends the
    editor, TrackerError when the editor cannot be started.
    """
    command = _variable(git_dir, "GIT_EDITOR")
    with _interrupts_ignored():
        process = _started(_words(command, paths), command, cwd=place)
        try:
            process.wait()
        except BaseException:
            _end(process)
            raise
    if process.returncode in _INTERRUPTED:
        raise KeyboardInterrupt
    return process.returncode


def _variable(git_dir: Path, name: str) -> str:
    """Return a program that git would choose. Raises TrackerError where it would choose none."""
    chosen = {key: value for key, value in os.environ.items() if key.startswith(_CHOOSING)}
    try:
        found = run(git_dir, ["var", name], variables=chosen)
    except RepositoryError as error:
        kind = name.removeprefix("GIT_")
        raise TrackerError(f"git knows no {kind.lower()} for this terminal: set the variable {kind}.") from error
    return found.decode("utf-8", "surrogateescape").removesuffix("\n")


def _words(command: str, arguments: Sequence[str]) -> list[str]:
    if _NEEDS_SHELL.search(command):
        return ["sh", "-c", f'{command} "$@"' if arguments else command, command, *arguments]
    return [command, *arguments]


def _started(
    words: Sequence[str],
    command: str,
    *,
    stdin: int | None = None,
    cwd: Path | None = None,
    variables: dict[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a program in the process group of this one, to which the terminal sends Ctrl-C and Ctrl-Z."""
    try:
        return subprocess.Popen(words, stdin=stdin, cwd=cwd, env={**os.environ, **(variables or {})})
    except OSError as error:
        raise TrackerError(f"'{command}' could not be started: {error.strerror or error}.") from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program, first with the signal on which it restores the terminal, and wait for its end."""
    process.terminate()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C here while another program handles it; a handler of ours is not passed on to that program."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
