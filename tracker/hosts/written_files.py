"""Remember what was written into the files of hosts, so that each can be made as it was, byte for byte.

Of a user's settings file only what was added is kept, and where, with the command of a status line that it replaced.
"""

import contextlib
import os
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from tracker.digests import blake2b
from tracker.files import atomic_write, read_regular
from tracker.hosts.json_edits import Edit

_NAME: Final = "written.json"
_SCHEMA: Final = 1
_LARGEST: Final = 16 << 20


class Written(NamedTuple):
    """Our changes of a file. ``is_new``: there was none before. ``digest``: of the content afterwards.

    ``edits``: of the text that was there, in their order. ``folders``: those that were made, the outermost first.
    ``agents``: the hosts that it is for. ``made``: the keys of the lists of hooks that were made, empty for what holds
    these lists. ``project``: the worktree for which it was written, empty for the user's home.
    """

    is_new: bool
    digest: str
    edits: tuple[Edit, ...] = ()
    folders: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    project: str = ""


class WrittenFiles:
    """The files that were written, by path, remembered in a folder. Its methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._files = self._read()

    def get(self, path: Path) -> Written | None:
        """Return what was written into a file, None if nothing was."""
        return self._files.get(self._key(path))

    def of(self, agent: str, project: str) -> list[Path]:
        """Return the files that were written for a host in a worktree or, if that is empty, in the user's home.

        Those that were written last come first.
        """
        found = reversed([*self._files.items()])
        return [Path(path) for path, one in found if agent in one.agents and one.project == project]

    def is_any(self) -> bool:
        """Return True if anything is remembered."""
        return bool(self._files)

    def put(self, path: Path, written: Written) -> None:
        """Remember what was written into a file."""
        self._files[self._key(path)] = written
        self._write()

    def forget(self, path: Path) -> None:
        """Forget a file that was made as it was."""
        self._files.pop(self._key(path), None)
        self._write()

    def _key(self, path: Path) -> str:
        """Return the key of a file: its name as it was remembered, also where its folder is a link by now."""
        return str(path) if str(path) in self._files else str(identity(path))

    def _read(self) -> dict[str, Written]:
        """Return what is remembered; nothing where that cannot be read: then files are recognised by their content."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            found = orjson.loads(read_regular(self._path, _LARGEST))
            if found.get("schema") == _SCHEMA:
                files = {path: _written(one) for path, one in found["files"].items()}
                return {path: one for path, one in files.items() if not _is_deleted(one.project)}
        return {}

    def _write(self) -> None:
        if not self._files:
            self._path.unlink(missing_ok=True)
            return
        files = {path: one._asdict() | {"edits": [[*edit] for edit in one.edits]} for path, one in self._files.items()}
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(self._path, orjson.dumps({"schema": _SCHEMA, "files": files}, option=orjson.OPT_INDENT_2))


def identity(path: Path) -> Path:
    """Return the one name of a file in a folder that may have several. A file that is itself a link stays one."""
    return Path(os.path.realpath(path.parent)) / path.name


def _is_deleted(project: str) -> bool:
    """Return True for a project that is gone, and has taken its files with it.

    One whose whole folder is missing or empty may be on a disk that is not mounted, and comes back with it.
    """
    if not project or os.path.isdir(project):  # noqa: PTH112
        return False
    with contextlib.suppress(OSError), os.scandir(os.path.dirname(project)) as found:  # noqa: PTH120
        return any(found)
    return False


def digest_of(data: bytes) -> str:
    """Return the digest by which a file is recognised as unchanged."""
    return blake2b(data, digest_size=16).hexdigest()


def _written(one: dict[str, Any]) -> Written:
    edits = tuple(Edit(int(place), str(added), str(removed)) for place, added, removed in one["edits"])
    folders, agents, made = (tuple(one.get(name, ())) for name in ("folders", "agents", "made"))
    return Written(bool(one["is_new"]), str(one["digest"]), edits, folders, agents, made, str(one.get("project", "")))
