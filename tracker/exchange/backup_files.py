"""The file that a backup is written to, or a folder of them of which the newest are kept."""

import os
import tempfile
import time
from pathlib import Path
from typing import IO, Final, NamedTuple

from tracker.errors import TrackerError, UsageError
from tracker.exchange.backup_archive import Manifest, write_backup
from tracker.files import open_regular
from tracker.lazy_regex import LazyRegex
from tracker.ledger import Ledger
from tracker.text import printable

_OURS: Final = LazyRegex(r"agent-tracker-(\d{8}T\d{6}Z)(?:-(\d+))?\.tar\.gz\Z")
"""The names of backups in a folder: the time, and a number where one second has several."""
_GZIP: Final = b"\x1f\x8b"


class Saved(NamedTuple):
    """A backup that was written. ``removed``: older ones in its folder that were deleted."""

    file: Path
    manifest: Manifest
    size: int
    removed: tuple[Path, ...]


def save(ledger: Ledger, target: Path, keep: int | None) -> Saved:
    """Write a backup to a file, or to a new file in a folder, and delete all but the newest ``keep`` of that folder.

    ``keep``: for a folder only; None keeps all. Raises UsageError, TrackerError where the file cannot be written or
    holds something else, and the LedgerUnavailable errors; then no backup is deleted or replaced.
    """
    is_folder = target.is_dir()
    if keep is not None and not is_folder:
        raise UsageError(f"--keep is for the backups in a folder, and {printable(str(target))} is none: make it.")
    file = _name_in(target) if is_folder else target
    try:
        if not is_folder:
            _check_replaceable(file)
        manifest = _write(ledger, file)
        removed = _remove_old(target, keep) if keep is not None else ()
        return Saved(file, manifest, file.stat().st_size, removed)
    except OSError as error:
        raise TrackerError(f"{printable(str(file))} cannot be written: {error.strerror or error}.") from error


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


def _write(ledger: Ledger, file: Path) -> Manifest:
    """Write a backup beside its place, and put it there when it is whole. Only its owner may read it."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            manifest = write_backup(ledger, opened, file.parent)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return manifest


def _name_in(folder: Path) -> Path:
    """Return the path of a new backup in a folder, which comes after all others there."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    numbers = [number for of_second, number, _ in _backups_in(folder) if of_second == stamp]
    suffix = f"-{max(numbers) + 1}" if numbers else ""
    return folder / f"agent-tracker-{stamp}{suffix}.tar.gz"


def _backups_in(folder: Path) -> list[tuple[str, int, Path]]:
    """Return the backups in a folder, oldest first: time, number and path."""
    named = [(path, _OURS.match(path.name)) for path in folder.iterdir()]
    return sorted((name[1], int(name[2] or 0), path) for path, name in named if name and path.is_file())


def _check_replaceable(file: Path) -> None:
    """Raise TrackerError if something is there that is no archive: a mistyped name may be that of somebody's work."""
    try:
        with open_regular(file) as opened:
            begin = opened.read(len(_GZIP))
    except FileNotFoundError:
        return
    if begin not in {b"", _GZIP}:
        raise TrackerError(f"{printable(str(file))} exists and is no backup: name another file.")


def _remove_old(folder: Path, keep: int) -> tuple[Path, ...]:
    """Delete all backups in a folder but the newest ones; files of other names stay."""
    found = _backups_in(folder)
    old = tuple(path for _, _, path in found[: max(0, len(found) - keep)])
    for path in old:
        path.unlink(missing_ok=True)
    return old
