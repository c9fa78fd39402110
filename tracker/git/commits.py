"""Parse commit objects, one parser for all of them, whichever program reads them.

Objects are untrusted: no content makes it raise, and its texts can be written as UTF-8.
"""

import codecs
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from tracker.git import identity_lines
from tracker.git.objects import ObjectReader
from tracker.model import Commit, Oid, Signature, parse_oid

_LARGEST_MESSAGE: Final = 1 << 20
"""Bytes of a message that are kept, half from its beginning and half from its end; people write shorter ones."""
_MOST_NAMES: Final = 4096
"""Names and addresses whose text is remembered: a history repeats few."""

_UTF_8: Final = "utf-8"
"""The encoding of a commit that names none (git-commit(1), "DISCUSSION")."""


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
    encoding = fields[b"encoding"].decode("ascii", "replace") if b"encoding" in fields else _UTF_8
    committer = fields.get(b"committer", b"")
    if len(message) > _LARGEST_MESSAGE:
        message = message[: _LARGEST_MESSAGE // 2] + message[-_LARGEST_MESSAGE // 2 :]
    return Commit(
        oid=oid,
        parents=tuple(parents),
        author=_signature(fields.get(b"author", b""), encoding),
        committer=_signature(committer, encoding, time=identity_lines.walk_time(committer)),
        message=_text(message, encoding),
    )


def _signature(line: bytes, encoding: str, *, time: int | None = None) -> Signature:
    """Return the parts of an author's or committer's line; ``time`` replaces the time that git shows."""
    name, email, shown, offset = identity_lines.split(line)
    return Signature(_name(name, encoding), _name(email, encoding), shown if time is None else time, offset)


@lru_cache(maxsize=_MOST_NAMES)
def _name(data: bytes, encoding: str) -> str:
    return _text(data, encoding).strip()


def _text(data: bytes, encoding: str) -> str:
    if encoding == _UTF_8:
        return data.decode("utf-8", "replace")
    try:
        text = data.decode(codecs.lookup(encoding).name, "replace")
    except (LookupError, ValueError, UnicodeError):
        text = data.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode("utf-8")


class CommitNode(NamedTuple):
    """The tree, the parents and the committer's time (seconds) of a commit: all that a walk needs."""

    tree: str
    parents: tuple[Oid, ...]
    time: int


def parse_node(data: bytes) -> CommitNode:
    """Parse those headers of a commit object that place it in history; a missing time is 0."""
    tree, time = "", 0
    parents: list[Oid] = []
    for line in data.partition(b"\n\n")[0].split(b"\n"):
        name, _, value = line.partition(b" ")
        if name == b"parent":
            parent = parse_oid(value.strip().decode("ascii", "replace"))
            parents += [parent] if parent is not None else []
        elif name == b"tree" and not tree:
            tree = value.strip().decode("ascii", "replace")
        elif name == b"committer":
            time = identity_lines.walk_time(value)
            break
    return CommitNode(tree, tuple(parents), time)


def read_commits(objects: ObjectReader, oids: Sequence[Oid]) -> Iterator[Commit]:
    """Yield the commits in the given order. Objects that are missing, damaged or no commits are left out.

    Raises RepositoryError when git is needed and cannot be started.
    """
    for oid, item in zip(oids, objects.read(oids), strict=True):
        if item is not None and item.kind == "commit":
            yield parse(oid, item.data)
