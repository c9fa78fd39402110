"""Commit objects: read through pygit2, or through git where libgit2 cannot; parsed by one parser for both.

Everything in an object is untrusted: no content makes the parser raise, and what it gives can be written as UTF-8.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tracker.git import process
from tracker.model import Commit, Oid, Signature

_SIGNATURE: Final = re.compile(rb"(.*?) ?<([^>]*)>(?: *(-?\d{1,20})(?: *([+-]\d{4,5}))?)?[^\d]*\Z", re.DOTALL)
_LATEST: Final = 2**53
"""Seconds beyond which a time means nothing and JSON readers lose digits."""

_LARGEST_MESSAGE: Final = 1 << 20
"""Bytes of a message that are looked at; longer ones are cut, since subject and trailers of such are no text."""


def parse(oid: Oid, data: bytes) -> Commit:
    """The commit in an object's bytes (gitformat: headers, an empty line, the message)."""
    head, _, message = data.partition(b"\n\n")
    parents: list[Oid] = []
    fields: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name == b"parent":
            parents.append(Oid(value.strip().decode("ascii", "replace")))
        elif name and name not in fields:  # a continuation line of gpgsig or mergetag has no name
            fields[name] = value
    encoding = fields.get(b"encoding", b"utf-8").decode("ascii", "replace")
    if len(message) > _LARGEST_MESSAGE:
        message = message[: _LARGEST_MESSAGE // 2] + message[-_LARGEST_MESSAGE // 2 :]
    return Commit(
        oid=oid,
        parents=tuple(parent for parent in parents if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", parent)),
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
    """Minutes east of UTC of ``+hhmm``."""
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
    """Reads commit objects of one repository, by pygit2 where it can open it and git where it cannot."""

    def __init__(self, common_dir: Path) -> None:
        self._common_dir = common_dir
        self._opened: Any = None
        self._tried = False

    def read(self, oids: Sequence[Oid]) -> Iterator[Commit]:
        """The commits in the order asked for; what is not there, or no commit, is left out."""
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
                self._opened = None  # an object store that libgit2 does not understand after all
                yield from self._by_git(oids[number:])
                return
            if int(kind) == int(pygit2.enums.ObjectType.COMMIT):
                yield parse(oid, data)

    def engine(self) -> str:
        """``pygit2`` or ``git``: who reads here."""
        return "git" if self._open() is None else "pygit2"

    def _open(self) -> Any:
        """A pygit2 repository, or None where its answers would differ from git's.

        libgit2 1.9 refuses sha256 and reftable, does not fetch what a partial clone lacks, and ignores refs/replace.
        """
        if self._tried:
            return self._opened
        self._tried = True
        if (self._common_dir / "refs" / "replace").is_dir() or _mentions(
            self._common_dir / "packed-refs", b"refs/replace/"
        ):
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
        if not oids:
            return
        with process.stream(self._common_dir, ["cat-file", "--batch"], lines=oids) as output:
            for oid in oids:
                header = output.readline().split()
                if len(header) != 3:
                    continue
                data = output.read(int(header[2]) + 1)[:-1]
                if header[1] == b"commit":
                    yield parse(oid, data)


def _mentions(path: Path, word: bytes) -> bool:
    try:
        return word in path.read_bytes()
    except OSError:
        return False
