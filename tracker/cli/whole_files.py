"""Files and folders that are written whole or not at all, beside their place and then put into it."""

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tracker.errors import TrackerError
from tracker.text import printable

PRIVATE: Final = 0o600
READABLE: Final = 0o644


@contextlib.contextmanager
def whole_file(name: str, mode: int = PRIVATE, is_ours: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """Yield the path of an empty file to write; at the end of the block it takes the place of the file ``name``.

    ``mode``: of a new file, from which the umask takes bits away; one that is replaced keeps its own. ``is_ours``: says
    if a file that is there may be replaced; None for every regular file. Raises TrackerError, also for an OSError in
    the block; nothing is changed then.
    """
    with _errors_of(name):
        target = Path(os.path.realpath(name))  # the file, and not the link that it may be
        status = _status(target)
        if status is not None and not stat.S_ISREG(status.st_mode):
            raise TrackerError(f"{printable(name)} is not a regular file: name another one.")
        if status is not None and is_ours is not None and not is_ours(target):
            raise TrackerError(f"{printable(name)} exists and is no export of that format: name another file.")
        temporary = _beside(target)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        try:
            yield temporary
            if status is not None:
                temporary.chmod(stat.S_IMODE(status.st_mode))
            _on_disk(temporary)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def whole_folder(name: str, foreign_file: Callable[[Path], str | None]) -> Iterator[Path]:
    """Yield the path of an empty folder to fill; at the end of the block it takes the place of the folder ``name``.

    ``foreign_file``: names a file because of which a folder that is there may not be replaced. Raises TrackerError,
    also for an OSError in the block; nothing is changed then.
    """
    with _errors_of(name):
        target = Path(os.path.realpath(name))
        status = _status(target)
        if status is not None:
            _check_folder(name, target, status, foreign_file)
        temporary, before = _beside(target), _beside(target, "before")
        temporary.mkdir(mode=0o700)
        try:
            yield temporary
            for file in temporary.iterdir():
                _on_disk(file)
            if status is None:
                temporary.rename(target)
                return
            temporary.chmod(stat.S_IMODE(status.st_mode))
            target.rename(before)
            try:
                temporary.rename(target)
            except OSError:
                before.rename(target)
                raise
            shutil.rmtree(before, ignore_errors=True)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def _check_folder(name: str, target: Path, status: os.stat_result, foreign_file: Callable[[Path], str | None]) -> None:
    if not stat.S_ISDIR(status.st_mode):
        raise TrackerError(f"{printable(name)} is not a folder: name another one.")
    foreign = foreign_file(target)
    if foreign is not None:
        raise TrackerError(
            f"{printable(name)} holds {printable(foreign)}, which is of no export of that format: name another folder."
        )


@contextlib.contextmanager
def _errors_of(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TrackerError(f"{printable(name)} cannot be written: {error.strerror or error}.") from error


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _beside(target: Path, what: str = "new") -> Path:
    """Return a name in the same folder that no other process uses, and that ends as no name of ours does."""
    return target.with_name(f".{target.name}.{os.getpid()}.{time.monotonic_ns()}.{what}")


def _on_disk(file: Path) -> None:
    """Have the system write a file to the disk, so that it is whole also after the power fails."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
