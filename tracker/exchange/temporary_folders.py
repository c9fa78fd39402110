"""Folders for what is there only while a backup, a restore or an import works, and removal of those that were left.

They lie beside what the user named, among the user's own files. So a folder is removed later only if everything shows
that it is one of these: its name, a file that says so, and nothing else in it than what is made there.
"""

import contextlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from tracker.files import read_regular
from tracker.ledger.integrity import KEY, MARKER, SUSPECT, USER_KEY

DATA: Final = "data.mdb"
ARCHIVE: Final = "backup.tar.gz"
LINES: Final = "lines.jsonl"

_BEGINNING: Final = ".agent-tracker-"
_NAME: Final = re.compile(rf"{re.escape(_BEGINNING)}[a-z0-9_]{{8}}")
_SIGN: Final = "temporary"
_SENTENCE: Final = b"Made by agent-tracker while it works, and removed by it.\n"
_CONTENT: Final = frozenset(
    {_SIGN, ARCHIVE, LINES, DATA, "lock.mdb", "writer.lock", MARKER, SUSPECT, KEY, USER_KEY},
)
_ABANDONED: Final = 6 * 3600
"""Seconds after which a folder is one that a killed process left."""


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Run the block with a new private folder in ``parent``, removed at the end. Raises OSError."""
    with tempfile.TemporaryDirectory(dir=parent, prefix=_BEGINNING) as name:
        (Path(name) / _SIGN).write_bytes(_SENTENCE)
        yield Path(name)


def new_file(path: Path) -> IO[bytes]:
    """Open a new file for writing, which only its owner may read. Raises OSError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")


def remove_abandoned(parent: Path) -> None:
    """Remove what killed backups, restores and imports left in a folder: copies of a ledger, with its key.

    Everything else stays, whatever its name is.
    """
    for folder in parent.glob(f"{_BEGINNING}*"):
        with contextlib.suppress(OSError):
            if _NAME.fullmatch(folder.name) and time.time() - folder.lstat().st_mtime > _ABANDONED:
                _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder if it is one of ours; the sign goes last, so that one that is removed in part stays ours."""
    if not stat.S_ISDIR(folder.lstat().st_mode):
        return
    with os.scandir(folder) as found:
        is_ours = all(one.name in _CONTENT and one.is_file(follow_symlinks=False) for one in found)
    if not is_ours or read_regular(folder / _SIGN, len(_SENTENCE)) != _SENTENCE:
        return
    for name in sorted(_CONTENT - {_SIGN}):
        (folder / name).unlink(missing_ok=True)
    (folder / _SIGN).unlink()
    folder.rmdir()
