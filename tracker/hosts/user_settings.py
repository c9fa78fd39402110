"""Add our hooks to a host's settings file, and take them out again: the rest of the file stays as the user wrote it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.files import read_regular, replace_users_file
from tracker.hosts import chained_status_line
from tracker.hosts.changes import what_changed
from tracker.hosts.hooks_in_settings import find_ours, has_exactly, made_lists, remove_ours
from tracker.hosts.host_table import Event, Host
from tracker.hosts.json_edits import JsonText, undo
from tracker.hosts.json_places import NotJson, content
from tracker.hosts.own_files import missing_folders, remove_folders
from tracker.hosts.present_parts import Installed, Present
from tracker.hosts.settings_files import Addition, additions, fault_of, first_of
from tracker.hosts.written_files import Written, WrittenFiles, digest_of

_LARGEST = 16 << 20


class Wish(NamedTuple):
    """Our parts that a settings file is to have. ``project``: the worktree that it is for, empty for the home."""

    events: Sequence[Event]
    status_line: bool
    project: str = ""


def add_hooks(path: Path, host: Host, script: Path, wish: Wish, known: WrittenFiles) -> list[str]:
    """Add our hooks to a settings file, and our part of the status line; return what was done, nothing if all is there.

    Hooks of ours for other events, and those of another folder of data, are taken out first. Raises TrackerError for a
    file that is no JSON, that cannot be written, or in which something else has the place of a list of hooks, and
    OSError.
    """
    wanted = additions(host, script, wish.events)
    if _has_all(path, wanted, host, script, status_line=wish.status_line):
        return []
    earlier = present_in(path, host, script)
    remove_hooks(path, host, script, known)
    before = _read(path)
    folders = missing_folders(Path(os.path.realpath(path)))
    try:
        changed = _json_text(before or b"")
        if before is None:
            for key, value in first_of(host.agent, wish.project).items():
                changed.set((key,), value)
        made = made_lists(changed, wanted)
        for addition in wanted:
            changed.append(addition.path, addition.element)
        if wish.status_line:
            chained_status_line.chain(changed, path, host, script)
    except NotJson as error:
        raise TrackerError(f"{path} cannot be read as JSON: {error}: nothing was changed there.") from error
    data = _encoded(changed.text, before)
    _replace(path, data)
    edits = tuple(changed.edits) if before is not None else ()
    written = Written(before is None, digest_of(data), edits, folders, (host.agent,), made, wish.project)
    known.put(path, written)
    return [*what_changed(path, earlier, present_in(path, host, script))]


def remove_hooks(path: Path, host: Host, script: Path, known: WrittenFiles) -> str | None:
    """Take our hooks out of a settings file; return a sentence, None if there are none.

    A file that nobody has changed since is as it was before, byte for byte; one that we made is removed. Raises
    TrackerError and OSError as ``add_hooks`` does.
    """
    before, present = known.get(path), _read(path)
    if present is None:
        known.forget(path)  # the command of its status line stays, for a file that comes back
        return None
    if before is not None and digest_of(present) == before.digest:
        left = _restore(path, present, before, host, script)
        known.forget(path)
        if not left:
            chained_status_line.forget(path, script)
        return " ".join(one for one in (f"Took hooks out of {path}.", left) if one)
    try:
        changed = _json_text(present)
        is_changed = chained_status_line.unchain(changed, path, host, script)
        is_changed = remove_ours(changed, script, before.made if before else None) or is_changed
    except NotJson as error:
        if before is None:
            return None  # nothing of ours was ever there
        raise TrackerError(f"{path} cannot be read as JSON: {error}: take the hooks out by hand.") from error
    if is_changed:
        if before is not None and before.is_new and not _says_anything(changed, host, before.project):
            Path(os.path.realpath(path)).unlink()
            remove_folders(before.folders)
        else:
            _replace(path, _encoded(changed.text, present))
    left = _left_status_line(changed, path, host, script)
    known.forget(path)
    if not left:
        chained_status_line.forget(path, script)
    return " ".join(one for one in (f"Took hooks out of {path}." if is_changed else "", left) if one) or None


def _left_status_line(text: JsonText, path: Path, host: Host, script: Path) -> str:
    """Return the sentence about a status line of the user's own making that runs ours; empty if there is none."""
    if chained_status_line.kind_of(text, path, host, script) != "runs ours":
        return ""
    kept = chained_status_line.kept(path, script)
    earlier = f" The command that was there before: {kept}" if kept is not None else ""
    return f"You changed the status line in {path}; it runs agent-tracker still, so it shows nothing now.{earlier}"


def present_in(path: Path, host: Host, script: Path) -> Present:
    """Return our parts of a settings file, by our names of the events; none of a file that is not there."""
    try:
        data = _read(path)
        text = _json_text(data) if data is not None else None
        found = find_ours(text, script) if text is not None else []
    except OSError as error:
        return Present(fault=f"it cannot be read: {error.strerror or error}")
    except NotJson as error:
        return Present(fault=f"it is no JSON: {error}")
    if text is None:
        return Present()
    hooks = [
        Installed(event, one.element, one.hook)
        for event, name in host.events.items()
        for one in found
        if one.event == name
    ]
    kind = chained_status_line.kind_of(text, path, host, script)
    return Present(tuple(hooks), kind, fault_of(host.agent, text.text))


def _json_text(data: bytes) -> JsonText:
    """Return the content of a settings file, to be changed. Raises NotJson."""
    try:
        return JsonText(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotJson("it is not UTF-8") from error


def _restore(path: Path, present: bytes, before: Written, host: Host, script: Path) -> str:
    """Make a file as it was before; return the sentence about a status line that runs ours still, if it had one."""
    if before.is_new:
        Path(os.path.realpath(path)).unlink()  # a link of the user's stays, to nothing as it was before
        remove_folders(before.folders)
        return ""
    text = undo(present.decode("utf-8-sig"), before.edits)
    _replace(path, _encoded(text, present))
    return _left_status_line(JsonText(text), path, host, script) if text.strip() else ""


def _replace(path: Path, data: bytes) -> None:
    """Write a settings file. Raises TrackerError, which names the file and not one that was to replace it."""
    try:
        replace_users_file(path, data, mode=0o600, makes_folder=True)
    except OSError as error:
        raise TrackerError(f"{path} cannot be written: {error.strerror or error}.") from error


def _encoded(text: str, before: bytes | None) -> bytes:
    """Return a text as bytes, with the byte order mark that the file had."""
    has_mark = before is not None and before.startswith(b"\xef\xbb\xbf")
    return (b"\xef\xbb\xbf" if has_mark else b"") + text.encode()


def _has_all(path: Path, wanted: Sequence[Addition], host: Host, script: Path, *, status_line: bool) -> bool:
    """Return True if a file has exactly the hooks that are wanted, and the status line, as far as it can have ours."""
    try:
        present = _read(path)
        text = _json_text(present) if present is not None else None
        if text is None or not has_exactly(text, wanted, script):
            return False
    except NotJson:
        return False
    kind = chained_status_line.kind_of(text, path, host, script)
    return kind not in ({"none", "the user's"} if status_line else {"ours"})


def _says_anything(text: JsonText, host: Host, project: str) -> bool:
    """Return True if a file that we made holds more than it began with."""
    return content(text.text, text.root) != dict(first_of(host.agent, project))


def _read(path: Path) -> bytes | None:
    """Return the content of a file, None if there is none. Raises OSError."""
    try:
        return read_regular(path, _LARGEST)
    except FileNotFoundError:
        return None
