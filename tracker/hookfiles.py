"""The hook files in a repository's hooks directory: written by ``init``, looked at by ``doctor``, taken back whole.

A hook that was there before is renamed, so its bytes, mode and times stay, and our stub runs it with its arguments and
standard input and returns its exit code.
"""

import contextlib
import os
import shlex
import stat
import subprocess
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from tracker import __version__
from tracker.errors import TrackerError

EVENTS: Final = ("post-commit", "post-merge", "post-rewrite", "post-applypatch", "post-checkout")
KEPT: Final = ".agent-tracker-kept"
MARKER: Final = b"# agent-tracker hook "

State = Literal["ours", "ours-outdated", "ours-behind-pre-commit", "foreign", "absent", "not-executable"]

_LEGACY: Final = ".legacy"
"""What the pre-commit framework renames a hook to that it finds, and runs first."""


def template() -> str:
    """The stub's text: package data, or in a checkout the file it is made of."""
    packaged = resources.files("tracker") / "_hooks" / "event"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent / "hooks" / "event").read_text(encoding="utf-8")


def render(event: str, *, interpreter: str, flags: Sequence[str], variables: Sequence[str]) -> bytes:
    """The stub of one event, with the interpreter it starts. Raises TrackerError for a path of two lines."""
    values = {
        "@VERSION@": __version__,
        "@EVENT@": event,
        "@PYTHON@": shlex.quote(interpreter),
        "@FLAGS@": shlex.quote(" ".join(flags)),
        "@NAMES@": shlex.quote(" ".join(variables)),
    }
    text = template()
    for name, value in values.items():
        if "\n" in value:
            raise TrackerError(f"a hook cannot hold a path with a line break: {value!r}.")
        text = text.replace(name, value, 1)
    return text.encode("utf-8", "surrogateescape")


def interpreter_flags(interpreter: str) -> tuple[str, ...]:
    """Flags that keep the repository's own modules from being imported.

    ``-I`` drops the user's site directory too; where the package lives there, ``-P -E`` must do.
    """
    done = subprocess.run(
        [interpreter, "-I", "-c", "import tracker"], cwd=os.sep, capture_output=True, check=False, timeout=60
    )
    return ("-I",) if done.returncode == 0 else ("-P", "-E")


def is_writable_place(hooks_dir: Path, common_dir: Path) -> bool:
    """Whether the hooks directory is the repository's own: a tracked or shared one is never written."""
    return hooks_dir.resolve().is_relative_to(common_dir.resolve())


def line_to_add(stub: Path) -> str:
    """The line that runs a stub from a hook that is not ours to write."""
    return f'{shlex.quote(str(stub))} "$@"'


def install(hooks_dir: Path, rendered: Mapping[str, bytes]) -> list[str]:
    """Write the stubs; what was done, one sentence each. Repeating it changes nothing.

    Raises TrackerError when a hook would have to be kept under a name that is taken, before anything is written, and
    OSError.
    """
    hooks_dir.mkdir(parents=True, exist_ok=True)
    states = inspect(hooks_dir)
    for event in rendered:
        kept = hooks_dir / f"{event}{KEPT}"
        if states[event] in {"foreign", "not-executable"} and _is_foreign(hooks_dir / event) and os.path.lexists(kept):
            raise TrackerError(
                f"{hooks_dir / event} was replaced by another program since agent-tracker kept {kept.name} beside it:"
                " put one of the two away, then run 'agent-tracker init' again."
            )
    done: list[str] = []
    written: list[str] = []
    for event, content in rendered.items():
        place = hooks_dir / event
        if states[event] == "ours-behind-pre-commit":
            place = hooks_dir / f"{event}{_LEGACY}"
        elif _is_foreign(place):
            place.rename(hooks_dir / f"{event}{KEPT}")
            done.append(f"Kept the {event} hook that was there: it is run with its arguments and input.")
        if not (place.exists() and place.read_bytes() == content and os.access(place, os.X_OK)):
            _write(place, content)
            written.append(event)
    return [*done, f"Wrote the hooks {', '.join(written)}."] if written else done


def remove(hooks_dir: Path) -> list[str]:
    """Take the stubs back and put kept hooks in their places; what was done, one sentence each.

    A hook that another program put in our place is left alone, and so is the one that we had kept before.
    """
    done: list[str] = []
    removed: list[str] = []
    for event in EVENTS:
        place, kept, legacy = (hooks_dir / f"{event}{suffix}" for suffix in ("", KEPT, _LEGACY))
        for ours in (place, legacy):
            if _is_ours(ours):
                ours.unlink()
                removed.append(event)
        if not os.path.lexists(kept):
            continue
        if os.path.lexists(place):
            done.append(f"{place} is not ours any more: the hook that was there before stays as {kept.name}.")
        else:
            kept.rename(place)
            done.append(f"Put back the {event} hook that was there before.")
    return [f"Removed the hooks {', '.join(removed)}.", *done] if removed else done


def inspect(hooks_dir: Path) -> dict[str, State]:
    """What stands at each event's hook."""
    return {event: _state(hooks_dir, event) for event in EVENTS}


def _state(hooks_dir: Path, event: str) -> State:
    place = hooks_dir / event
    if not os.path.lexists(place):
        return "absent"
    if _is_ours(hooks_dir / f"{event}{_LEGACY}"):
        return "ours-behind-pre-commit"
    if _is_foreign(place):
        return "foreign"
    if not os.access(place, os.X_OK):
        return "not-executable"
    return "ours" if f"{__version__}:".encode() in place.read_bytes().split(b"\n", 2)[1] else "ours-outdated"


def _is_ours(place: Path) -> bool:
    """Whether a file begins as our stub does."""
    try:
        with place.open("rb") as file:
            return not place.is_symlink() and file.read(200).split(b"\n", 2)[1:2][0].startswith(MARKER)
    except (OSError, IndexError):
        return False


def _is_foreign(place: Path) -> bool:
    return os.path.lexists(place) and not _is_ours(place)


def _write(place: Path, content: bytes) -> None:
    """Write an executable file for whoever the umask allows, in one step."""
    temporary = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        mode = temporary.stat().st_mode
        temporary.chmod(mode | (mode & 0o444) >> 2 | stat.S_IXUSR)
        temporary.replace(place)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
