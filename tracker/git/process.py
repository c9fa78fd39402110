"""Run git with a clean environment and pinned options; a failure becomes a RepositoryError of one sentence."""

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git.watchdog import PATIENCE, TooSlow

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


_HAS_GROUPS: Final = hasattr(os, "killpg")

CONFIGURATION_VARIABLES: Final = (
    "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"
)  # fmt: skip
"""Variables that choose git's configuration files outside the repository (git-config(1), "Files")."""


def environment(places: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of every git call: no lazy fetch, no prompt, no optional lock, English messages.

    ``places``: the variables that choose git's configuration files and program, in place of this process's.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT_VARIABLES}
    if places is not None:
        chosen = {name: places[name] for name in CONFIGURATION_VARIABLES if name in places}
        kept = {name: value for name, value in kept.items() if name not in {*CONFIGURATION_VARIABLES, "GIT_EXEC_PATH"}}
        kept |= chosen
    kept |= {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    return kept


def configuration(settings: Mapping[str, str]) -> dict[str, str]:
    """Return variables that give git settings by name, whatever characters a name holds (git-config(1))."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


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
    patience: float = PATIENCE,
    with_errors: bool = False,
    places: Mapping[str, str] | None = None,
) -> bytes:
    """Run git and return its standard output, in bytes.

    ``options``: git's own options, before the subcommand. ``lines``: standard input, one line each. ``cwd``: the
    directory that git runs in, by default ``git_dir``. ``accept``: exit codes that count as success. ``variables``:
    additions to the environment. ``patience``: seconds after which git is ended. ``with_errors``: return its standard
    error too. ``places``: as for ``environment``.

    Raises RepositoryError with git's message when it ends with another code, and when git cannot be started or gives
    no answer in time.
    """
    answer = run_apart(
        git_dir, arguments, options=options, lines=lines, cwd=cwd, variables=variables, patience=patience,
        with_errors=with_errors, places=places,
    )  # fmt: skip
    if answer.code not in accept:
        raise RepositoryError(f"git {arguments[0]} ended with an error: {_reason(answer.errors)}")
    return answer.output


class Answer(NamedTuple):
    """The exit code of a program, and what it wrote to standard output and to standard error."""

    code: int
    output: bytes
    errors: bytes


def run_apart(
    git_dir: Path | None,
    arguments: Sequence[str],
    *,
    options: Sequence[str] = (),
    lines: Iterable[str] | None = None,
    cwd: Path | None = None,
    variables: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
    with_errors: bool = False,
    places: Mapping[str, str] | None = None,
    in_group: bool = False,
) -> Answer:
    """Run git and return its whole answer, whatever its exit code. The parameters are those of ``run``.

    ``with_errors``: standard error is part of the standard output. ``in_group``: git gets a process group of its own,
    and is ended with the programs that it started, such as ssh. Raises RepositoryError when git cannot be started or
    gives no answer in time.
    """
    try:
        with _Git(
            command(git_dir, arguments, options),
            stdin=subprocess.DEVNULL if lines is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if with_errors else subprocess.PIPE,
            cwd=cwd or git_dir,
            env=environment(places) | dict(variables or {}),
            process_group=0 if in_group and _HAS_GROUPS else None,
        ) as git:
            git.ends_group = in_group and _HAS_GROUPS
            output, errors = git.answer(None if lines is None else encoded(lines), patience)
    except subprocess.TimeoutExpired as error:
        raise TooSlow(arguments[0], patience) from error
    except FileNotFoundError as error:
        raise RepositoryError(absence(cwd or git_dir)) from error
    except OSError as error:
        raise RepositoryError(f"git could not be run: {error.strerror or error}.") from error
    return Answer(git.returncode, output, errors)


class _Git(subprocess.Popen[bytes]):
    """A git process whose end is noticed at once.

    Popen.wait with a timeout looks again after a millisecond and more, so that each short git took one longer (CPython,
    Lib/subprocess.py). ``ends_group``: it leads a process group, which is killed with it.
    """

    ends_group = False

    def kill(self) -> None:
        """Kill git, and with ``ends_group`` also what it started; do nothing if it has ended."""
        if not self.ends_group:
            super().kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def answer(self, given: bytes | None, patience: float) -> tuple[bytes, bytes]:
        """Return standard output and standard error. Raises subprocess.TimeoutExpired; git is killed then."""
        try:
            output, errors = self.communicate(given, timeout=patience)
        except BaseException:
            self.kill()
            raise
        return output, errors or b""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until git ends, and return its exit code. Raises subprocess.TimeoutExpired after ``timeout`` seconds."""
        if timeout is not None and self.returncode is None and not _has_ended(self.pid, timeout):
            raise subprocess.TimeoutExpired(self.args, timeout)
        return super().wait(timeout)


def _has_ended(pid: int, seconds: float) -> bool:
    """Wait until a process ends, and return False if it has not after some seconds.

    True at once where the system cannot be asked, and Popen waits in its own way: some builds of Python, PyPy, and some
    sandboxes have no pidfd_open.
    """
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return True
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return True
    try:
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        return bool(ended.poll(max(0.0, seconds) * 1000))
    finally:
        os.close(descriptor)


def encoded(lines: Iterable[str]) -> bytes:
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


def _reason(errors: bytes) -> str:
    """Return the first line of git's standard error without its prefix."""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else "it gave no reason."


def absence(place: Path | None) -> str:
    """Return the sentence for a program or working directory that does not exist."""
    if place is not None and not place.is_dir():
        return f"{place} is not a folder."
    return "git is not installed, or not on the PATH: install git."
