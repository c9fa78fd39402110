"""Files of hosts that are wholly ours: plugins and the skill. One that the user has changed is never replaced."""

from pathlib import Path

from tracker.errors import TrackerError
from tracker.files import read_regular, replace_users_file
from tracker.hosts.written_files import Written, WrittenFiles, digest_of

_LARGEST = 1 << 20


def write_own_file(path: Path, text: str, agent: str, known: WrittenFiles, project: str) -> str | None:
    """Write a file of ours for a host; return a sentence, or None if it is there as it should be.

    ``project``: the worktree that it is for, empty for the user's home. Raises TrackerError where another file is in
    its place, and OSError.
    """
    data = text.encode()
    before, present = known.get(path), _read(path)
    agents = tuple(dict.fromkeys((*(before.agents if before else ()), agent)))
    if present is not None and present != data and (before is None or digest_of(present) != before.digest):
        raise TrackerError(f"{path} is there and was not written by agent-tracker, or was changed since: move it away.")
    if present == data and before is not None and agents == before.agents:
        return None
    folders = before.folders if before else missing_folders(path)
    replace_users_file(path, data, mode=0o644, makes_folder=True)
    is_new = before.is_new if before else True
    known.put(path, Written(is_new, digest_of(data), (), folders, agents, project=project))
    return f"Wrote {path}." if present != data else None


def remove_own_file(path: Path, text: str | None, agent: str, known: WrittenFiles) -> str | None:
    """Remove a file of ours, unless another host needs it; return a sentence, or None if nothing was there.

    ``text``: as it would be written today, by which one is recognised that nothing is remembered of. Raises OSError.
    """
    before = known.get(path)
    if before is None:
        is_ours = text is not None and _read(path) == text.encode()
        if is_ours:
            path.unlink()
        return f"Removed {path}." if is_ours else None
    others = tuple(one for one in before.agents if one != agent)
    if others:
        known.put(path, before._replace(agents=others))
        return None
    present = _read(path)
    if present is not None and digest_of(present) != before.digest:
        return f"{path} was changed since agent-tracker wrote it, and stays: remove it if you do not need it."
    if present is not None:
        path.unlink()
    remove_folders(before.folders)
    known.forget(path)
    return f"Removed {path}." if present is not None else None


def missing_folders(path: Path) -> tuple[str, ...]:
    """Return the folders above a file that do not exist, the outermost first."""
    return tuple(str(one) for one in reversed(path.parents) if not one.exists())


def remove_folders(folders: tuple[str, ...]) -> None:
    """Remove folders that were made for a file, and hold nothing else by now."""
    for folder in reversed(folders):
        try:
            Path(folder).rmdir()
        except OSError:  # it holds something else, or is gone
            return


def _read(path: Path) -> bytes | None:
    """Return the content of a file, None if there is none."""
    try:
        return read_regular(path, _LARGEST)
    except FileNotFoundError:
        return None
