"""The hook files in a repository's hooks directory: written by ``init``, looked at by ``doctor``, taken back whole.

A hook that was there before is renamed, so its bytes, mode and times stay, and our stub runs it with its arguments and
standard input and returns its exit code. It is run through a link in a folder where it has its own name, with links to
everything else beside it: a hook may look at either part of ``$0``.
"""

import contextlib
import filecmp
import hashlib
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from tracker import __version__
from tracker.attribution import Catalogue
from tracker.errors import TrackerError
from tracker.hooks import template as template_
from tracker.hooks.managers import LEFTHOOK_CONFIGURATIONS, Manager, calls_ours, manager_of, pre_commit_configuration

EVENTS: Final = ("post-commit", "post-merge", "post-rewrite", "post-applypatch", "post-checkout")
"""The hooks that record."""
GUARD: Final = "pre-commit"
"""The hook of the guard, which is there only where it is asked for (``init --guard``)."""
EVERY: Final = (*EVENTS, GUARD)

KEPT: Final = ".agent-tracker-kept"
KEPT_FOLDER: Final = "agent-tracker-kept.d"
MARKER: Final = b"# agent-tracker hook "

FRAMEWORK_EVENTS: Final = ("post-commit", "post-merge", "post-rewrite", "post-checkout")
"""The events for which .pre-commit-hooks.yaml has an id: the framework knows no post-applypatch."""

FRAMED: Final = (*FRAMEWORK_EVENTS, GUARD)
"""The same with the guard's."""

State = Literal[
    "ours", "ours-outdated", "no-interpreter", "not-executable", "ours-behind-pre-commit", "calls-ours", "framework",
    "lefthook", "foreign", "absent",
]  # fmt: skip
"""``no-interpreter``: ours, with a Python that is gone. ``calls-ours``: somebody else's hook that has the line for us.
``framework``: pre-commit's own hook, ``lefthook``: that program's."""

_INTERPRETER: Final = re.compile(rb"^python=(.*)$", re.MULTILINE)

_LARGEST_LOOKED_AT: Final = 1 << 16

_PUT_ASIDE: Final[Mapping[Manager, str]] = {"pre-commit": ".legacy", "lefthook": ".old"}
"""What a program renames a hook to that it finds. pre-commit runs that one first, lefthook never does."""


def template() -> str:
    """The stub's text: package data, or in a checkout the file it is made of."""
    packaged = resources.files("tracker") / "_hooks" / "event"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "hooks" / "event").read_text(encoding="utf-8")


def render(event: str, *, interpreter: str, flags: Sequence[str], catalogue: Catalogue) -> bytes:
    """The stub of one event, with the interpreter it starts and what the catalogue lets it look at.

    Raises TrackerError for a path of two lines.
    """
    if "\n" in interpreter:
        raise TrackerError(f"a hook cannot hold a path with a line break: {interpreter!r}.")
    values = {
        "@VERSION@": __version__,
        "@EVENT@": event,
        "@PYTHON@": shlex.quote(interpreter),
        "@INTERPRETER_FLAGS@": shlex.quote(" ".join(flags)),
        **template_.pieces(catalogue),
    }
    values["@RULES@"] = rules_digest(catalogue)
    pieces = re.compile("|".join(map(re.escape, values)))
    return pieces.sub(lambda match: values[match[0]], template()).encode("utf-8", "surrogateescape")


def rules_digest(catalogue: Catalogue) -> str:
    """What a stub says that it was made of: another template or catalogue makes another one."""
    text = "\0".join([template(), *template_.pieces(catalogue).values()])
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


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


def place_to_edit(hooks_dir: Path, event: str) -> Path:
    """The file that a user writes to have something run at an event, where the hooks are not ours to write.

    husky's folder ``_`` is made anew by each install and runs the file of that name one folder up (its file ``h``).
    """
    return (hooks_dir.parent if is_of_husky(hooks_dir) else hooks_dir) / event


def is_of_husky(hooks_dir: Path) -> bool:
    """Whether a hooks directory is the one that husky 9 makes, also where it is not made yet."""
    return hooks_dir.name == "_" and ((hooks_dir / "h").is_file() or not hooks_dir.exists())


def install(hooks_dir: Path, rendered: Mapping[str, bytes], work_tree: Path | None = None) -> list[str]:
    """Write the stubs; what was done, one sentence each. Repeating it changes nothing.

    A hook that runs ours already is left as it is. Raises TrackerError when a hook would have to be kept under a name
    that is taken, before anything is written, and OSError.
    """
    hooks_dir.mkdir(parents=True, exist_ok=True)
    states = inspect(hooks_dir, work_tree, events=rendered)
    wanted = {event: content for event, content in rendered.items() if states[event] != "calls-ours"}
    for event in wanted:
        kept = kept_in_the_way(hooks_dir, event)
        if kept is not None:
            raise TrackerError(
                f"{hooks_dir / event} was replaced by another program since agent-tracker kept {kept.name} beside it:"
                " put one of the two away, then run 'agent-tracker init' again."
            )
    done: list[str] = []
    written: list[str] = []
    for event, content in wanted.items():
        place = hooks_dir / event
        if _put_us_aside(place) == "pre-commit":
            place = _aside(place, "pre-commit")
        elif _is_foreign(place):
            _keep(place)
            done.append(f"Kept the {event} hook that was there: it is run with its arguments and input.")
        if not (place.exists() and place.read_bytes() == content and os.access(place, os.X_OK)):
            _write(place, content)
            written.append(event)
        for ours in (_aside(place, manager) for manager in _PUT_ASIDE):
            if _is_ours(place) and _is_ours(ours):  # left over; lefthook would stumble over it
                ours.unlink()
    _link_kept(hooks_dir)
    return [*done, f"Wrote the hooks {', '.join(written)}."] if written else done


def kept_in_the_way(hooks_dir: Path, event: str) -> Path | None:
    """The hook kept from before, where another program has put its own in our place and neither may be given up."""
    place, kept = hooks_dir / event, hooks_dir / f"{event}{KEPT}"
    if not _is_foreign(place) or not os.path.lexists(kept):
        return None
    return None if _put_us_aside(place) or _is_rewritten(kept, place) else kept


def _keep(place: Path) -> None:
    """Rename a hook that is not ours, so that our stub runs it.

    A kept one that its program has written anew since is replaced, as it would have been without us; and what lefthook
    would have put aside in our stead it finds there.
    """
    kept, aside = place.with_name(f"{place.name}{KEPT}"), _aside(place, "lefthook")
    if _put_us_aside(place) == "lefthook":
        aside.unlink()
        if os.path.lexists(kept) and not _is_rewritten(kept, place):
            kept.rename(aside)
    place.replace(kept)


def _is_rewritten(kept: Path, place: Path) -> bool:
    """Whether a hook is the one that was kept, or another one of the same program."""
    manager = manager_of(text_of(place))
    if manager is not None and manager == manager_of(text_of(kept)):
        return True
    try:
        return filecmp.cmp(kept, place, shallow=False)
    except OSError:  # one that cannot be read may be anything
        return False


def _put_us_aside(place: Path) -> Manager | None:
    """The program that put its own hook in our place and has ours beside it under another name."""
    manager = manager_of(text_of(place))
    return manager if manager and manager in _PUT_ASIDE and _is_ours(_aside(place, manager)) else None


def _aside(place: Path, manager: Manager) -> Path:
    return place.with_name(f"{place.name}{_PUT_ASIDE[manager]}")


def _link_kept(hooks_dir: Path) -> None:
    """Make the folder that kept hooks are run in anew; where links cannot be made the stub runs them as they are."""
    _unlink_kept(hooks_dir)
    kept = {event for event in EVERY if os.path.lexists(hooks_dir / f"{event}{KEPT}")}
    if not kept:
        return
    ours = {*EVENTS, GUARD} if _is_ours(hooks_dir / GUARD) else {*EVENTS}
    beside = [path.name for path in hooks_dir.iterdir() if path.name not in ours and path.suffix != ".sample"]
    folder = hooks_dir / KEPT_FOLDER
    folder.mkdir()
    try:
        for name in beside:
            (folder / name).symlink_to(f"../{name}")
        for event in kept:
            place = hooks_dir / f"{event}{KEPT}"
            target = str(place.readlink()) if place.is_symlink() else event
            # A link to a hook that was kept as well leads to where that is now.
            (folder / event).symlink_to(f"../{target if target in kept else event}{KEPT}")
    except (OSError, NotImplementedError):  # Windows makes links only for whoever may; the stub does without them
        _unlink_kept(hooks_dir)


def _unlink_kept(hooks_dir: Path) -> None:
    folder = hooks_dir / KEPT_FOLDER
    if folder.is_dir() and not folder.is_symlink():
        for path in folder.iterdir():
            if path.is_symlink():
                path.unlink()
        folder.rmdir()


def remove(hooks_dir: Path, events: Sequence[str] = EVERY) -> list[str]:
    """Take the stubs of some events back and put kept hooks in their places; what was done, one sentence each.

    A hook that another program put in our place is left alone. The one that we had kept before goes where it would be
    without us, as far as that can be told; else it stays.
    """
    done: list[str] = []
    removed: list[str] = []
    _unlink_kept(hooks_dir)
    for event in events:
        place, kept = hooks_dir / event, hooks_dir / f"{event}{KEPT}"
        manager = _put_us_aside(place)
        for ours in (place, *(_aside(place, one) for one in _PUT_ASIDE)):
            if _is_ours(ours):
                ours.unlink()
                removed.append(event)
        if os.path.lexists(kept):
            done.append(_give_back(kept, place, manager))
    if events != EVERY:
        _link_kept(hooks_dir)
    return [f"Removed the hooks {', '.join(dict.fromkeys(removed))}.", *done] if removed else done


def _give_back(kept: Path, place: Path, manager: Manager | None) -> str:
    if not os.path.lexists(place):
        kept.rename(place)
        return f"Put back the {place.name} hook that was there before."
    if _is_rewritten(kept, place):
        kept.unlink()
        return f"Left the {place.name} hook that its program wrote anew."
    if manager is not None:
        kept.rename(_aside(place, manager))
        return f"Put the {place.name} hook that was there before where {manager} puts hooks that it finds."
    return f"{place} is not ours any more: the hook that was there before stays as {kept.name}."


def inspect(
    hooks_dir: Path, work_tree: Path | None = None, rules: str = "", events: Iterable[str] = EVENTS
) -> dict[str, State]:
    """What stands at each event's hook. ``work_tree``: where lefthook's configuration is, which may name ours.

    ``rules``: what a stub of today is made of (``rules_digest``); not looked at when empty.
    """
    states = {event: _state(hooks_dir, event, f"{__version__} {rules}".encode()) for event in events}
    if work_tree is not None and "lefthook" in states.values():
        texts = [text_of(work_tree / name) for name in LEFTHOOK_CONFIGURATIONS]
        for event, state in states.items():
            if state == "lefthook" and any(calls_ours(text, event) for text in texts):
                states[event] = "calls-ours"
    return states


def _state(hooks_dir: Path, event: str, made_of: bytes) -> State:
    place = hooks_dir / event
    if not os.path.lexists(place):
        return "absent"
    if _put_us_aside(place) == "pre-commit":
        state = _own_state(_aside(place, "pre-commit"), made_of)
        return "ours-behind-pre-commit" if state == "ours" else state
    return _foreign_state(hooks_dir, event) if _is_foreign(place) else _own_state(place, made_of)


def _own_state(place: Path, made_of: bytes) -> State:
    if not os.access(place, os.X_OK):
        return "not-executable"
    text = text_of(place)
    if not text.split(b"\n", 2)[1].startswith(MARKER + made_of):
        return "ours-outdated"
    interpreter = _INTERPRETER.search(text)
    named = shlex.split(os.fsdecode(interpreter[1])) if interpreter else []
    return "ours" if named and os.access(named[0], os.X_OK) else "no-interpreter"


def _foreign_state(hooks_dir: Path, event: str) -> State:
    place = hooks_dir / event
    text = text_of(place)
    if calls_ours(text, event) or calls_ours(text_of(place_to_edit(hooks_dir, event)), event):
        return "calls-ours" if os.access(place, os.X_OK) else "not-executable"
    manager = manager_of(text)
    if manager == "pre-commit":
        return "framework"
    return "lefthook" if manager == "lefthook" else "foreign"


def lines_left(hooks_dir: Path, events: Iterable[str] = EVERY) -> list[str]:
    """The lines for us in hooks that are not ours to write, once they have no effect, one sentence each."""
    return [
        f"The line for agent-tracker in {place_to_edit(hooks_dir, event)} does nothing any more: take it out."
        for event, state in inspect(hooks_dir, events=events).items()
        if state == "calls-ours"
    ]


def framework_id(event: str) -> str:
    """What .pre-commit-hooks.yaml calls our hook of an event."""
    return "agent-tracker-guard" if event == GUARD else f"agent-tracker-{event}"


def framework_configuration(place: Path) -> str | None:
    """The configuration file that a hook of the pre-commit framework names, relative to the work tree."""
    return pre_commit_configuration(text_of(place))


def text_of(place: Path) -> bytes:
    """The beginning of a hook, empty where it cannot be read."""
    try:
        with place.open("rb") as file:
            return file.read(_LARGEST_LOOKED_AT)
    except OSError:
        return b""


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
