"""Identity of the folders above a ledger: shows that a path leads to another place than before."""

from pathlib import Path


def folder_ids(ledger: Path) -> str:
    """Return the device and inode number of each existing parent directory of a ledger, from the root down."""
    return " ".join(identity for folder in reversed(ledger.parents) if (identity := _identity(folder)))


def has_other_folder(ledger: Path, place: str) -> bool:
    """Return True if the nearest existing parent is a different directory than ``folder_ids`` returned before.

    For example, the disk is not mounted. False if it is the same one and what was below it was deleted.
    """
    now, before = folder_ids(ledger).split(), place.split()
    return len(now) > len(before) or now[-1:] != before[len(now) - 1 : len(now)]


def _identity(folder: Path) -> str:
    """Return device and inode number of a directory, or an empty string if it cannot be read."""
    try:
        status = folder.stat()
    except OSError:
        return ""
    return f"{status.st_dev}:{status.st_ino}"
