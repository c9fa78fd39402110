"""The file that a backup is written to, or a folder of them of which the newest are kept."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from tracker.errors import TrackerError, UsageError
from tracker.exchange.backup_archive import Manifest, NoBackup, read_manifest, write_backup
from tracker.exchange.temporary_folders import ARCHIVE, new_file, remove_abandoned, temporary_folder
from tracker.files import open_regular
from tracker.ledger import Ledger
from tracker.text import printable

_PREFIX: Final = "agent-tracker-"
_SUFFIX: Final = ".tar.gz"


class Saved(NamedTuple):
    """A backup that was written. ``removed``: older ones in its folder that were deleted."""

    file: Path
    manifest: Manifest
    size: int
    removed: tuple[Path, ...]


def save(ledger: Ledger, target: Path, keep: int | None) -> Saved:
    """Write a backup to a file, or to a new file in a folder, of which the newest ``keep`` of this ledger stay.

    ``keep``: for a folder only; None keeps all. Raises UsageError, TrackerError where the file cannot be written or
    holds something else, and the LedgerUnavailable errors; then no backup is deleted or replaced.
    """
    is_folder = target.is_dir()
    if keep is not None and not is_folder:
        raise UsageError(f"--keep is for the backups in a folder, and {printable(str(target))} is none: make it.")
    try:
        if not is_folder:
            _check_replaceable(target)
        folder = target if is_folder else target.parent
        remove_abandoned(folder)
        file, manifest = _write(ledger, folder, None if is_folder else target)
        removed = _remove_old(target, keep, file, manifest.identity) if keep is not None else ()
        return Saved(file, manifest, file.stat().st_size, removed)
    except OSError as error:
        raise TrackerError(f"{printable(str(target))} cannot be written: {error.strerror or error}.") from error


def print_backup(ledger: Ledger, output: IO[bytes]) -> None:
    """Write a backup to an open file, such as a pipe. Raises TrackerError, and the LedgerUnavailable errors."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            write_backup(ledger, output, Path(folder))
        output.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise TrackerError(f"the backup cannot be written: {error.strerror or error}.") from error


def _write(ledger: Ledger, folder: Path, file: Path | None) -> tuple[Path, Manifest]:
    """Write a backup beside its place, and put it there when it is whole. ``file``: None for a new name in the folder.

    Only its owner may read it.
    """
    with temporary_folder(folder) as place:
        with new_file(place / ARCHIVE) as opened:
            manifest = write_backup(ledger, opened, folder)
            opened.flush()
            os.fsync(opened.fileno())
        if file is None:
            return _named(place / ARCHIVE, folder), manifest
        (place / ARCHIVE).replace(file)
        return file, manifest


def _named(temporary: Path, folder: Path) -> Path:
    """Give a file a name with the present time that no other one has, and return it."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for number in range(1000):
        file = folder / f"{_PREFIX}{stamp}{f'-{number}' if number else ''}{_SUFFIX}"
        with contextlib.suppress(FileExistsError):
            try:
                os.link(temporary, file)
            except FileExistsError:
                raise
            except OSError:  # a file system without a second name for a file
                file.open("xb").close()
                temporary.replace(file)
            return file
    raise TrackerError(f"{printable(str(folder))} has too many backups of this second: try again.")


def _check_replaceable(file: Path) -> None:
    """Raise TrackerError if something is there that is no backup: a mistyped name may be that of somebody's work."""
    try:
        with open_regular(file) as opened:
            if not os.fstat(opened.fileno()).st_size:
                return
            read_manifest(opened)
    except FileNotFoundError:
        return
    except NoBackup as error:
        raise TrackerError(f"{printable(str(file))} exists and is no backup: name another file.") from error


def _remove_old(folder: Path, keep: int, new: Path, identity: str) -> tuple[Path, ...]:
    """Delete the backups of one ledger in a folder but ``new`` and the newest others; all other files stay."""
    others = sorted((made, path) for path, made in _backups_in(folder, identity) if path != new)
    old = tuple(path for _, path in others[: max(0, len(others) + 1 - keep)])
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _backups_in(folder: Path, identity: str) -> Iterator[tuple[Path, int]]:
    """Yield the backups of one ledger that we named, each with the time at which it was made."""
    for path in folder.iterdir():
        if path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX):
            with contextlib.suppress(NoBackup, OSError), open_regular(path) as opened:
                manifest = read_manifest(opened)
                if manifest.identity == identity:
                    yield path, manifest.created_at
