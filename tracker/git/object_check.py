"""Find the objects that git should have and cannot read: missing, cut off, damaged (git-fsck(1))."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.git import process
from tracker.git.watchdog import TooSlow
from tracker.lazy_regex import LazyRegex
from tracker.model import OID_PATTERN, Oid

_PATIENCE: Final = 10.0
"""Seconds that each of the two checks may take: git reads some hundred megabytes of objects in that time."""

_ANY_CODE: Final = range(256)
_UNREADABLE: Final = LazyRegex(
    rf"missing \w+ ({OID_PATTERN})|error: ({OID_PATTERN}): object corrupt|fatal: loose object ({OID_PATTERN}) |"
    rf"error: \S+: invalid sha1 pointer ({OID_PATTERN})|error: cannot unpack ({OID_PATTERN}) from "
)
_GAVE_UP: Final = "fatal: "


_FEW_BYTES: Final = 1 << 20
"""Bytes of packs and loose objects that git reads in a twentieth of a second."""
_FEW_LOOSE: Final = 500
"""Objects in files of their own that it reads in the same time."""


class ObjectCheck(NamedTuple):
    """The objects that git cannot read, and its message if it gave up."""

    unreadable: Sequence[Oid]
    failure: str


def are_few_objects(common_dir: Path) -> bool:
    """Return True if a repository has so few objects that git reads all of them in a small part of a second.

    Those of another repository that it borrows from are not counted, and are many.
    """
    objects, size, loose = common_dir / "objects", 0, 0
    if (objects / "info" / "alternates").exists():
        return False
    try:
        for folder in (objects / "pack", *(objects / f"{number:02x}" for number in range(256))):
            with contextlib.suppress(FileNotFoundError):
                for file in os.scandir(folder):
                    size += file.stat().st_size
                    loose += folder.name != "pack"
            if size > _FEW_BYTES or loose > _FEW_LOOSE:
                return False
    except OSError:
        return False
    return True


def check_objects(common_dir: Path) -> ObjectCheck:
    """Return the objects that HEAD, a ref, the index or another object names, and that cannot be read.

    Those that a partial or shallow clone lacks on purpose are left out. In a repository that is too large to read all
    of it in ten seconds only commits, trees and the existence of blobs are checked, and in a still larger one nothing.
    Raises RepositoryError when git cannot be run.
    """
    arguments = ["fsck", "--no-dangling", "--no-reflogs", "--no-progress"]
    for options in ([], ["--connectivity-only"]):
        with contextlib.suppress(TooSlow):
            answer = process.run(
                common_dir, [*arguments, *options], accept=_ANY_CODE, patience=_PATIENCE, with_errors=True
            )
            lines = answer.decode("utf-8", "replace").split("\n")
            found = [Oid(next(filter(None, match.groups()))) for match in map(_UNREADABLE.match, lines) if match]
            failures = [line.removeprefix(_GAVE_UP) for line in lines if line.startswith(_GAVE_UP)]
            return ObjectCheck([*dict.fromkeys(found)], failures[0] if failures else "")
    return ObjectCheck((), "")
