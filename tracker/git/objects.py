"""Read objects by their names: few through one git process that is kept, many through pygit2.

Importing pygit2 takes as much time as some thousand objects read through git, so that a process which reads few of them
is done before pygit2 is there. Both give the same objects, as they were made: those of ``refs/replace`` decide what is
reachable (``walk``), but a commit's facts do not depend on when they are read.
"""

import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tracker.files import open_regular
from tracker.git.cat_file import UNREADABLE, GitObject, ObjectProcess
from tracker.model import Oid

_MANY: Final = 1000
"""Objects from which on pygit2 reads them, whether one call asks for them or several."""

_MOST_KEPT: Final = 4000
"""Objects that are kept for later calls."""

_WINDOW: Final = 1 << 20
_MOST_MAPPED: Final = 16 << 20
"""Bytes of a pack that libgit2 maps at a time, and of all packs together."""

_LARGEST_KEPT: Final = 16 << 10
"""Bytes of the largest object that is kept."""


class ObjectReader:
    """Reader of a repository's objects. Few small objects that were read are kept: an object never changes.

    ``many``: objects from which on pygit2 reads them, whether one call asks for them or several.
    """

    def __init__(self, common_dir: Path, many: int = _MANY) -> None:
        self._common_dir = common_dir
        self._many = many
        self._asked = 0
        self._by_git = ObjectProcess(common_dir)
        self._kept: dict[Oid, GitObject] = {}
        self._opened: Any = None
        self._tried = False

    def read(self, oids: Sequence[Oid]) -> Iterator[GitObject | None]:
        """Yield one object for each oid, in the same order; None for a missing one.

        ``oid`` of an object is the one that was asked for. One that cannot be read has the kind ``UNREADABLE``. Raises
        RepositoryError when git is needed and cannot be started.
        """
        self._asked += len(oids)
        is_opened = self._asked >= self._many and self._open() is not None
        if is_opened and len(oids) >= self._many:
            yield from self._read_many(oids)
            return
        for start in range(0, len(oids), _MANY):
            part = oids[start : start + _MANY]
            found = self._read_few([oid for oid in dict.fromkeys(part) if oid not in self._kept])
            # Looked up before anything is yielded: another call may drop what is kept.
            yield from [found.get(oid) or self._kept.get(oid) for oid in part]

    def read_named(self, names: Sequence[str], largest: int) -> Iterator[GitObject | None]:
        """Yield one object for each name of gitrevisions(7), None for a missing one.

        ``names``: without line feeds. ``largest``: bytes of the largest one that is read. Raises RepositoryError.
        """
        return self._by_git.read(names, largest)

    def engine(self) -> str:
        """Return ``pygit2`` or ``git``: the program that reads many objects."""
        return "git" if self._open() is None else "pygit2"

    def _read_few(self, oids: Sequence[Oid]) -> dict[Oid, GitObject]:
        """Return the objects that exist, by oid, and keep the small ones."""
        items = self._by_git.read(oids) if self._opened is None else self._read_many(oids)
        found = {oid: one._replace(oid=oid) for oid, one in zip(oids, items, strict=True) if one is not None}
        small = {oid: one for oid, one in found.items() if one.data and len(one.data) <= _LARGEST_KEPT}
        if len(self._kept) + len(small) <= _MOST_KEPT:
            self._kept |= small
        return found

    def _read_many(self, oids: Sequence[Oid]) -> Iterator[GitObject | None]:
        """Yield objects as pygit2 reads them; from the first one that it cannot read on, git does."""
        import pygit2

        repository = self._opened
        for number, oid in enumerate(oids):
            loose = _read_loose(self._common_dir, oid)
            if loose is not None:
                yield loose
                continue
            try:
                kind, data = repository.odb.read(oid)
            except KeyError:
                yield None
                continue
            except (pygit2.GitError, ValueError):
                self._opened = None  # an object store that libgit2 cannot read
                yield from self._by_git.read(oids[number:])
                return
            yield GitObject(oid, _KINDS.get(int(kind), "other"), data)

    def _open(self) -> Any:
        """Return a pygit2 repository, or None where its answers would differ from git's.

        libgit2 1.9 refuses sha256 and reftable, and cannot fetch the missing objects of a partial clone.
        """
        if self._tried:
            return self._opened
        self._tried = True
        import pygit2

        _bound_memory(pygit2.settings)
        try:
            repository = pygit2.Repository(str(self._common_dir))
            if "extensions.partialclone" not in repository.config:
                self._opened = repository
        except (pygit2.GitError, KeyError, ValueError):
            self._opened = None
        return self._opened


def _bound_memory(settings: Any) -> None:
    """Have libgit2 map small parts of packs, not gigabytes, and keep no objects: each is read once."""
    settings.mwindow_size = _WINDOW
    settings.mwindow_mapped_limit = _MOST_MAPPED
    settings.enable_caching(value=False)


_KINDS: Final = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
"""Types of objects by the numbers that packs and libgit2 have for them (gitformat-pack(5))."""


def _read_loose(common_dir: Path, oid: Oid) -> GitObject | None:
    """Return an object that is a file of its own, None if there is no such file (git's object-file.c).

    libgit2 1.9 never returns from reading such a file that was cut off.
    """
    path = f"{common_dir}/objects/{oid[:2]}/{oid[2:]}"
    if not os.access(path, os.F_OK):  # as of most objects of a long history, and faster than an attempt to open it
        return None
    try:
        with open_regular(path) as file:
            content = zlib.decompress(file.read())
    except FileNotFoundError:
        return None
    except (OSError, zlib.error):
        return GitObject(oid, UNREADABLE, b"")
    header, _, data = content.partition(b"\0")
    kind, _, size = header.partition(b" ")
    is_whole = size.isdigit() and int(size) == len(data)
    return GitObject(oid, kind.decode("ascii", "replace"), data) if is_whole else GitObject(oid, UNREADABLE, b"")
