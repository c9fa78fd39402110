"""Completion or removal of what a killed or failed ``compaction`` or ``replacement`` left beside a ledger.

Whoever holds the writer lock next does it before anything else, whatever the last writer's note says: a folder that is
there from the beginning to the end of such work shows that it was not finished (``integrity.has_unfinished``).
"""

import contextlib
import os
import shutil
from pathlib import Path

from tracker.ledger import integrity, restored_keys
from tracker.ledger.lmdb_access import DAMAGE


def finish(path: Path, size_limit: int) -> None:
    """Put keys in place that belong to the data file in use, and remove everything else that was left.

    Needs the writer lock, and no environment of the ledger open in this process. Keys that cannot be put in place wait
    for the next one, and ``doctor`` says so.
    """
    with contextlib.suppress(OSError, *DAMAGE):
        restored_keys.put_in_place(path, size_limit)
    _remove_second_names(path)
    remove_copy(path)


def remove_copy(path: Path) -> None:
    """Remove the copy that was to replace the data file at ``path``. Needs the writer lock."""
    if (path / integrity.COMPACTED).exists():
        shutil.rmtree(path / integrity.COMPACTED, ignore_errors=True)


def _remove_second_names(path: Path) -> None:
    """Remove what was set aside of a data file that is still in use.

    A folder below ``set-aside`` with the data file that is in use is the beginning of a replacement: it would change
    with that file. Only a second name of the file is removed, and no link that leads to the first; and empty folders.
    """
    for place in (path / integrity.SET_ASIDE).glob("[0-9]*Z-[0-9]*"):
        with contextlib.suppress(OSError):
            place.rmdir()
    with contextlib.suppress(OSError):
        used = (path / "data.mdb").stat()
        for data in (path / integrity.SET_ASIDE).glob("*/data.mdb") if used.st_nlink > 1 else ():
            is_link = data.parent.is_symlink() or data.parent.samefile(path)
            if not is_link and os.path.samestat(data.lstat(), used):
                for name in ("data.mdb", integrity.KEY, integrity.USER_KEY, integrity.MARKER, integrity.SUSPECT):
                    (data.parent / name).unlink(missing_ok=True)
                data.parent.rmdir()
