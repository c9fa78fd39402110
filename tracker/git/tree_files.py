"""List the files of a commit's tree, and read some of them, in bounded number and size."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git.cat_file import ObjectProcess
from tracker.git.streams import stream
from tracker.model import Oid, parse_oid

_REGULAR: Final = frozenset({b"100644", b"100755", b"100664"})
"""Modes of files with content of their own: no links, which may lead anywhere, and no submodules (fsck.c)."""


class TreeFile(NamedTuple):
    """A regular file of a tree. ``path``: from the top of the tree; bytes that are no UTF-8 are lone surrogates."""

    path: str
    oid: Oid


def files_of(common_dir: Path, tip: Oid, most: int) -> Iterator[TreeFile]:
    """Yield the first ``most`` entries of a commit's tree, folders descended into, that are regular files.

    Raises RepositoryError, also at the end where git could not read all of the tree.
    """
    arguments = ["ls-tree", "-r", "-z", "--full-tree", tip]
    with stream(common_dir, arguments, options=["--no-replace-objects"]) as listing:
        for number, entry in enumerate(listing.chunks(b"\0")):
            if number == most:
                return
            head, _, path = entry.partition(b"\t")
            mode, _, rest = head.partition(b" ")
            oid = parse_oid(rest.rpartition(b" ")[2].decode("ascii", "replace"))
            if mode in _REGULAR and oid is not None:
                yield TreeFile(os.fsdecode(path), oid)
        if not listing.succeeded():
            raise RepositoryError(f"git could not read all of the tree of {tip}: run 'agent-tracker doctor'.")


def contents(common_dir: Path, oids: Sequence[Oid], largest: int) -> list[bytes | None]:
    """Return the content of each file; None for one that is missing, damaged or has more than ``largest`` bytes.

    Raises RepositoryError when git cannot be started, or cannot read the repository.
    """
    found = ObjectProcess(common_dir).read(oids, largest)
    return [one.data if one is not None and one.kind == "blob" else None for one in found]
