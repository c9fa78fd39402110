"""Add our hooks to a host's settings file, and take them out again: the rest of the file stays as the user wrote it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.files import read_regular, replace_users_file
from tracker.hosts import chained_status_line
from tracker.hosts.changes import what_changed
from tracker.hosts.hooks_in_settings import find_ours, has_exactly, keep_only, made_lists, remove_ours
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

    Hooks of ours for other events, and those of another folder of data, are taken out. Raises TrackerError for a file
    that is no JSON, that cannot be written, or in which something else has the place of a list of hooks, and OSError;
    the file is unchanged then.
    """
    wanted = additions(host, script, wish.events)
    if _has_all(path, wanted, host, script, status_line=wish.status_line):
        return []
    earlier, before, present = present_in(path, host, script), known.get(path), _read(path)
    folders = missing_folders(Path(os.path.realpath(path)))
    try:
        if present is None:
            written, changed = _on_base(None, present, wanted, path, host, script, wish)
            written = written._replace(is_new=True, folders=folders)
        elif before is not None and digest_of(present) == before.digest:
            base = None if before.is_new else undo(present.decode("utf-8-sig"), before.edits)
            written, changed = _on_base(base, present, wanted, path, host, script, wish)
            written = written._replace(is_new=before.is_new, folders=before.folders)
        else:
            written, changed = _on_changed(present, before, wanted, path, host, script, wish)
    except NotJson as error:
        raise TrackerError(f"{path} cannot be read as JSON: {error}: nothing was changed there.") from error
    kept = chained_status_line.kept_file(_json_text(present or b""), host, script)
    _replace(path, _encoded(changed.text, present))
    known.put(path, written)
    if (
        kept is not None
        and kept.parent == script.parent
        and kept != chained_status_line.kept_file(changed, host, script)
    ):
        kept.unlink(missing_ok=True)  # its command is back in the settings, or kept under another name
    return [*what_changed(path, earlier, present_in(path, host, script))]


def _on_base(
    base: str | None,
    present: bytes | None,
    wanted: Sequence[Addition],
    path: Path,
    host: Host,
    script: Path,
    wish: Wish,
) -> tuple[Written, JsonText]:
    """Add everything to a text without ours; None for a new file. Its edits are remembered, to be undone exactly."""
    text = JsonText(base or "")
    if base is None:
        for key, value in first_of(host.agent, wish.project).items():
            text.set((key,), value)
    made = made_lists(text, wanted)
    for addition in wanted:
        text.append(addition.path, addition.element)
    if wish.status_line:
        chained_status_line.chain(text, path, host, script)
    edits = tuple(text.edits) if base is not None else ()
    digest = digest_of(_encoded(text.text, present))
    written = Written(is_new=False, digest=digest, edits=edits, agents=(host.agent,), made=made, project=wish.project)
    return written, text


def _on_changed(
    present: bytes, before: Written | None, wanted: Sequence[Addition], path: Path, host: Host, script: Path, wish: Wish
) -> tuple[Written, JsonText]:
    """Add what is missing to a text that somebody has changed, and take out what is not wanted; the rest stays there.

    Where hooks of ours were in it, it cannot be made as it once was: no edits are remembered, and no digest.
    """
    text = _json_text(present)
    if not _has_any(text, host, script):
        return _on_base(present.decode("utf-8-sig"), present, wanted, path, host, script, wish)
    made = before.made if before else _made_by_another(text, wanted, script)
    missing = keep_only(text, wanted, script)
    made = tuple(dict.fromkeys((*made, *made_lists(text, missing))))
    for addition in missing:
        text.append(addition.path, addition.element)
    if wish.status_line:
        chained_status_line.chain(text, path, host, script)
    else:
        chained_status_line.unchain(text, host, script)
    earlier = before or Written(is_new=False, digest="")
    return earlier._replace(digest="", edits=(), agents=(host.agent,), made=made, project=wish.project), text


def _made_by_another(text: JsonText, wanted: Sequence[Addition], script: Path) -> tuple[str, ...]:
    """Return the lists that an installation with another folder of data has made, as far as it can be told."""
    without = JsonText(text.text)
    return made_lists(without, wanted) if remove_ours(without, script, None) else ()


def remove_hooks(path: Path, host: Host, script: Path, known: WrittenFiles) -> str | None:
    """Take our hooks out of a settings file; return a sentence, None if there are none.

    A file that nobody has changed since is as it was before, byte for byte; one that we made is removed. Raises
    TrackerError and OSError as ``add_hooks`` does.
    """
    before, present = known.get(path), _read(path)
    if present is None:
        known.forget(path)  # the command of its status line stays, for a file that comes back
        return None
    try:
        text = _json_text(present)
        kept = chained_status_line.kept_file(text, host, script)
        after = _without_ours(present, text, host, script, before)
    except NotJson as error:
        if before is None:
            return None  # nothing of ours was ever there
        raise TrackerError(f"{path} cannot be read as JSON: {error}: take the hooks out by hand.") from error
    is_changed = after is None or _encoded(after, present) != present
    if after is None:
        Path(os.path.realpath(path)).unlink()  # a link of the user's stays, to nothing as it was before
        remove_folders(before.folders if before else ())
    elif is_changed:
        _replace(path, _encoded(after, present))
    left = _left_status_line(after, path, host, script) if after else ""
    known.forget(path)
    if kept is not None and not left:
        kept.unlink(missing_ok=True)
    return " ".join(one for one in (f"Took hooks out of {path}." if is_changed else "", left) if one) or None


def _has_any(text: JsonText, host: Host, script: Path) -> bool:
    """Return True if a settings file has hooks of ours, or our status line."""
    return bool(find_ours(text, script)) or chained_status_line.kind_of(text, host, script) == "ours"


def _without_ours(present: bytes, text: JsonText, host: Host, script: Path, before: Written | None) -> str | None:
    """Return the text of a file without ours; None for one that we made and that says nothing else.

    ``text``: that of ``present``.
    """
    if not _has_any(text, host, script):
        return present.decode("utf-8-sig")
    if before is not None and digest_of(present) == before.digest:
        return None if before.is_new else undo(text.text, before.edits)
    chained_status_line.unchain(text, host, script)
    remove_ours(text, script, before.made if before else None)
    if before is not None and before.is_new:
        says_anything = content(text.text, text.root) != dict(first_of(host.agent, before.project))
        return text.text if says_anything else None
    return text.text


def _left_status_line(text: str, path: Path, host: Host, script: Path) -> str:
    """Return the sentence about a status line of the user's own making that runs ours; empty if there is none."""
    found = JsonText(text)
    if chained_status_line.kind_of(found, host, script) != "runs ours":
        return ""
    kept = chained_status_line.kept(found, host, script)
    earlier = f" The command that was there before: {kept}" if kept is not None else ""
    return f"You changed the status line in {path}, and it runs agent-tracker still: take that out by hand.{earlier}"


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
    kind = chained_status_line.kind_of(text, host, script)
    return Present(tuple(hooks), kind, fault_of(host.agent, text.text))


def _json_text(data: bytes) -> JsonText:
    """Return the content of a settings file, to be changed. Raises NotJson."""
    try:
        return JsonText(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotJson("it is not UTF-8") from error


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
    kind = chained_status_line.kind_of(text, host, script)
    if kind == "ours":
        return status_line and chained_status_line.is_current(text, path, host, script)
    return not status_line or kind in ("runs ours", "without command")


def _read(path: Path) -> bytes | None:
    """Return the content of a file, None if there is none. Raises OSError."""
    try:
        return read_regular(path, _LARGEST)
    except FileNotFoundError:
        return None
