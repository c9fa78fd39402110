"""Add our hooks to a host's settings file, and take them out again: the rest of the file stays as the user wrote it."""

import os
from collections.abc import Sequence
from pathlib import Path

import orjson

from tracker.errors import TrackerError
from tracker.files import read_regular, replace_users_file
from tracker.hosts import chained_status_line
from tracker.hosts.host_table import Event, Host
from tracker.hosts.json_edits import JsonText, undo
from tracker.hosts.json_places import Member, NotJson, Value, content
from tracker.hosts.own_files import missing_folders, remove_folders
from tracker.hosts.settings_files import SETTINGS, Addition, additions, is_ours
from tracker.hosts.written_files import Written, WrittenFiles, digest_of

_LARGEST = 16 << 20


def add_hooks(
    path: Path, host: Host, script: Path, events: Sequence[Event], known: WrittenFiles, *, status_line: bool
) -> str | None:
    """Add our hooks to a settings file, and our part of the status line; return a sentence, None if they are there.

    Hooks of ours for other events are taken out first. Raises TrackerError for a file that is no
    JSON, or in which something else has the place of a list of hooks, and OSError.
    """
    wanted = additions(host, script, events)
    if _has_all(path, wanted, host, script, status_line=status_line):
        return None
    remove_hooks(path, host, script, known)
    before = _read(path)
    folders = missing_folders(Path(os.path.realpath(path)))
    try:
        changed = _json_text(before or b"")
        if before is None:
            for key, value in SETTINGS[host.agent].first.items():
                changed.set((key,), value)
        for addition in wanted:
            changed.append(addition.path, addition.element)
        if status_line:
            chained_status_line.chain(changed, path, host, script)
    except NotJson as error:
        raise TrackerError(f"{path} cannot be read as JSON: {error}: nothing was changed there.") from error
    data = _encoded(changed.text, before)
    replace_users_file(path, data, mode=0o600, makes_folder=True)
    edits = tuple(changed.edits) if before is not None else ()
    known.put(path, Written(before is None, digest_of(data), edits, folders, (host.agent,)))
    return f"Added hooks to {path}."


def remove_hooks(path: Path, host: Host, script: Path, known: WrittenFiles) -> str | None:
    """Take our hooks out of a settings file; return a sentence, None if there are none.

    A file that nobody has changed since is as it was before, byte for byte; one that we made is removed. Raises
    TrackerError and OSError as ``add_hooks`` does.
    """
    before, present = known.get(path), _read(path)
    if present is None:
        known.forget(path)
        return None
    if before is not None and digest_of(present) == before.digest:
        _restore(path, present, before)
        _forget(path, script, known)
        return f"Took hooks out of {path}."
    try:
        changed = _json_text(present)
        is_changed = chained_status_line.unchain(changed, path, host, script)
        is_changed = _remove_ours(changed, script) or is_changed
    except NotJson as error:
        if before is None:
            return None  # nothing of ours was ever there
        raise TrackerError(f"{path} cannot be read as JSON: {error}: take the hooks out by hand.") from error
    if is_changed:
        if before is not None and before.is_new and not _says_anything(changed, host):
            Path(os.path.realpath(path)).unlink()
            remove_folders(before.folders)
        else:
            replace_users_file(path, _encoded(changed.text, present), mode=0o600)
    _forget(path, script, known)
    return f"Took hooks out of {path}." if is_changed else None


def _forget(path: Path, script: Path, known: WrittenFiles) -> None:
    chained_status_line.forget(path, script)
    known.forget(path)


def installed_events(path: Path, host: Host, script: Path) -> list[Event]:
    """Return the events at which a settings file calls us; none of a file that is not there, or no JSON."""
    try:
        present = _read(path)
        text = _json_text(present) if present is not None else None
    except (OSError, NotJson):
        return []
    if text is None:
        return []
    return [event for event, name in host.events.items() if _ours_in(text, ("hooks", name), script)]


def _json_text(data: bytes) -> JsonText:
    """Return the content of a settings file, to be changed. Raises NotJson."""
    try:
        return JsonText(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotJson("it is not UTF-8") from error


def _restore(path: Path, present: bytes, before: Written) -> None:
    if before.is_new:
        Path(os.path.realpath(path)).unlink()  # a link of the user's stays, to nothing as it was before
        remove_folders(before.folders)
    else:
        replace_users_file(path, _encoded(undo(present.decode("utf-8-sig"), before.edits), present), mode=0o600)


def _encoded(text: str, before: bytes | None) -> bytes:
    """Return a text as bytes, with the byte order mark that the file had."""
    has_mark = before is not None and before.startswith(b"\xef\xbb\xbf")
    return (b"\xef\xbb\xbf" if has_mark else b"") + text.encode()


def _has_all(path: Path, wanted: Sequence[Addition], host: Host, script: Path, *, status_line: bool) -> bool:
    """Return True if a file has exactly the hooks that are wanted, and no other ones of ours."""
    try:
        present = _read(path)
        text = _json_text(present) if present is not None else None
        if text is None or chained_status_line.is_chained(text, path, host, script) != status_line:
            return False
        found = [(path_of, one) for path_of, _, one in _all_ours(text, script)]
        return [(one.path, one.element) for one in wanted] == [
            (path_of, content(text.text, member.value)) for path_of, member in found
        ]
    except NotJson:
        return False


def _all_ours(text: JsonText, script: Path) -> list[tuple[tuple[str, ...], Value, Member]]:
    """Return our elements of all lists of hooks: the path of the list, the list, and the element."""
    hooks = text.find(("hooks",))
    if hooks is None or hooks.kind != "object":
        return []
    return [
        (("hooks", one.key), one.value, member)
        for one in hooks.members
        if one.value.kind == "array"
        for member in one.value.members
        if is_ours(content(text.text, member.value), script)
    ]


def _ours_in(text: JsonText, path: tuple[str, ...], script: Path) -> bool:
    return any(found == path for found, _, _ in _all_ours(text, script))


def _remove_ours(text: JsonText, script: Path) -> bool:
    """Take our elements out, with the lists and the object that are empty then; return True if there was any."""
    paths = list(dict.fromkeys(path for path, _, _ in _all_ours(text, script)))
    while found := _all_ours(text, script):
        _, holder, member = found[-1]
        text.remove(holder, member)
    for path in [*paths, ("hooks",)] if paths else []:
        value, around = text.find(path), text.find(path[:-1])
        if value is not None and around is not None and not value.members:
            text.remove(around, next(one for one in around.members if one.value == value))
    return bool(paths)


def _says_anything(text: JsonText, host: Host) -> bool:
    """Return True if a file that we made holds more than it began with."""
    return bool(orjson.dumps(content(text.text, text.root)) != orjson.dumps(dict(SETTINGS[host.agent].first)))


def _read(path: Path) -> bytes | None:
    """Return the content of a file, None if there is none. Raises OSError."""
    try:
        return read_regular(path, _LARGEST)
    except FileNotFoundError:
        return None
