"""Read commit objects through pygit2, or through git where libgit2 cannot read the repository.

One parser serves both. Objects are untrusted: no content makes it raise, and its texts can be written as UTF-8.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tracker.git import cat_file
from tracker.model import Commit, Oid, Signature, parse_oid

_SIGNATURE: Final = re.compile(rb"(.*?) ?<([^>]*)>(?: *(-?\d{1,20})(?: *([+-]\d{4,5}))?)?[^\d]*\Z", re.DOTALL)
_LATEST: Final = 2**53
"""Largest time, in seconds: above it JSON readers lose digits (IEEE 754 double precision)."""

_LARGEST_MESSAGE: Final = 1 << 20
"""Bytes of a message that are kept, half from its beginning and half from its end; people write shorter ones."""


def parse(oid: Oid, data: bytes) -> Commit:
    """Parse the content of a commit object: headers, an empty line, the message (git's commit.c)."""
    head, _, message = data.partition(b"\n\n")
    parents: list[Oid] = []
    fields: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name == b"parent":
            parent = parse_oid(value.strip().decode("ascii", "replace"))
            parents += [parent] if parent is not None else []
        elif name and name not in fields:  # a continuation line of gpgsig or mergetag has no name
            fields[name] = value
    encoding = fields.get(b"encoding", b"utf-8").decode("ascii", "replace")
    if len(message) > _LARGEST_MESSAGE:
        message = message[: _LARGEST_MESSAGE // 2] + message[-_LARGEST_MESSAGE // 2 :]
    return Commit(
        oid=oid,
        parents=tuple(parents),
        author=_signature(fields.get(b"author", b""), encoding),
        committer=_signature(fields.get(b"committer", b""), encoding),
        message=_text(message, encoding),
    )


def _signature(line: bytes, encoding: str) -> Signature:
    match = _SIGNATURE.match(line)
    if not match:
        return Signature(_text(line, encoding).strip(), "", 0, 0)
    name, email, seconds, zone = match.groups()
    time = max(-_LATEST, min(_LATEST, int(seconds or 0)))
    return Signature(_text(name, encoding).strip(), _text(email, encoding).strip(), time, _offset(zone))


def _offset(zone: bytes | None) -> int:
    """Return the minutes east of UTC of a zone such as ``+hhmm``; 0 without one."""
    if not zone:
        return 0
    hours, minutes = divmod(int(zone[1:]), 100)
    total = 60 * hours + minutes
    return -total if zone[:1] == b"-" else total


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(codecs.lookup(encoding).name, "replace")
    except (LookupError, ValueError, UnicodeError):
        text = data.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode("utf-8")


class CommitReader:
    """Reader of a repository's commit objects, by pygit2 where it can open the repository, else by git."""

    def __init__(self, common_dir: Path) -> None:
        self._common_dir = common_dir
        self._opened: Any = None
        self._tried = False

    def read(self, oids: Sequence[Oid]) -> Iterator[Commit]:
        """Yield the commits in the given order. Objects that are missing or are not commits are left out.

        Raises RepositoryError when git is needed and cannot be started.
        """
        repository = self._open() if oids else None
        if repository is None:
            yield from self._by_git(oids)
            return
        import pygit2

        for number, oid in enumerate(oids):
            try:
                kind, data = repository.odb.read(oid)
            except KeyError:
                continue
            except (pygit2.GitError, ValueError):
                self._opened = None  # an object store that libgit2 cannot read
                yield from self._by_git(oids[number:])
                return
            if int(kind) == int(pygit2.enums.ObjectType.COMMIT):
                yield parse(oid, data)

    def engine(self) -> str:
        """Return ``pygit2`` or ``git``: the program that reads the objects."""
        return "git" if self._open() is None else "pygit2"

    def _open(self) -> Any:
        """Return a pygit2 repository, or None where its answers would differ from git's.

        libgit2 1.9 refuses sha256 and reftable, cannot fetch the missing objects of a partial clone, and ignores
        refs/replace.
        """
        if self._tried:
            return self._opened
        self._tried = True
        has_replaced = (self._common_dir / "refs" / "replace").is_dir()
        if has_replaced or _contains(self._common_dir / "packed-refs", b"refs/replace/"):
            return None
        import pygit2

        try:
            repository = pygit2.Repository(str(self._common_dir))
            if "extensions.partialclone" not in repository.config:
                self._opened = repository
        except (pygit2.GitError, KeyError, ValueError):
            self._opened = None
        return self._opened

    def _by_git(self, oids: Sequence[Oid]) -> Iterator[Commit]:
        for oid, item in zip(oids, cat_file.read(self._common_dir, oids), strict=True):
            if item is not None and item.kind == "commit":
                yield parse(oid, item.data)


def _contains(path: Path, text: bytes) -> bool:
    try:
        return text in path.read_bytes()
    except OSError:
        return False
