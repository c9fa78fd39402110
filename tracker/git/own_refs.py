"""Refs of our own: chains of commits with the empty tree, whose messages hold lines (docs/sharing.md).

Git's negotiation and fast-forwards work on commits, and a whole chain is read with one process. Nobody's name, time or
signature is in these commits. Their time is the beginning of the epoch: ``git log --all`` shows them after everything
else. The lines are compressed: a remote searches for similarities between all that it sends, and in compressed text it
finds soon that there are none.
"""

import zlib
from base64 import b85decode, b85encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import process
from tracker.git.cat_file import TOO_LARGE, ObjectProcess
from tracker.model import Oid, parse_oid

SUBJECT: Final = "Events of agent-tracker"
"""The first line of each message."""
LARGEST_COMMIT: Final = 8 << 20
"""Bytes of a commit that is read, and of the lines in it."""
_WIDTH: Final = 120
"""Characters in a line of compressed text."""
MOST_COMMITS: Final = 100_000
"""Commits of one chain that are read."""
_MAKER: Final = "agent-tracker <agent-tracker@localhost> 0 +0000"
_WITHOUT_HOOKS: Final = ("-c", "core.hooksPath=/dev/null")


class Link(NamedTuple):
    """One commit of a chain: its name, the commit before it, and the lines that it holds."""

    oid: Oid
    parent: Oid | None
    lines: list[bytes]


class NoChain(RepositoryError):
    """A ref is no chain of events; the message is a clause."""


def add_commit(common_dir: Path, parent: Oid | None, lines: Sequence[bytes]) -> Oid:
    """Write a commit that holds lines, and return its name. Lines hold no line feeds. Raises RepositoryError."""
    tree = _written(common_dir, "tree", [])
    header = [f"tree {tree}", *([f"parent {parent}"] if parent else []), f"author {_MAKER}", f"committer {_MAKER}"]
    text = b85encode(zlib.compress(b"\n".join(lines))).decode("ascii")
    texts = [text[begin : begin + _WIDTH] for begin in range(0, len(text), _WIDTH)]
    return _written(common_dir, "commit", [*header, "", SUBJECT, "", *texts])


def _written(common_dir: Path, kind: str, lines: Sequence[str]) -> Oid:
    answer = process.run(common_dir, ["hash-object", "-t", kind, "-w", "--stdin"], lines=lines)
    oid = parse_oid(answer.decode("ascii", "replace").strip())
    if oid is None:
        raise RepositoryError("git hash-object gave no object name: run 'agent-tracker doctor'.")
    return oid


def move_ref(common_dir: Path, ref: str, new: Oid, old: Oid | None) -> None:
    """Let a ref point to another commit if it is still at ``old`` (None: absent). Raises RepositoryError if it is not.

    No hook of the user runs.
    """
    absent = "0" * len(new)
    process.run(common_dir, ["update-ref", "--no-deref", ref, new, old or absent], options=_WITHOUT_HOOKS)


def remove_refs(common_dir: Path, prefix: str) -> int:
    """Remove all refs below a prefix; return how many there were. Raises RepositoryError."""
    answer = process.run(common_dir, ["for-each-ref", "--format=%(refname)", prefix]).decode("utf-8", "surrogateescape")
    names = answer.split("\n")[:-1]
    if names:
        lines = [f"delete {name}" for name in names]
        process.run(common_dir, ["update-ref", "--no-deref", "--stdin"], options=_WITHOUT_HOOKS, lines=lines)
    return len(names)


class ChainReader:
    """Reader of chains of one repository, through one git process that ends with this object."""

    def __init__(self, common_dir: Path) -> None:
        self._objects = ObjectProcess(common_dir)

    def links(self, tip: Oid, known: Oid | None) -> Iterator[Link]:
        """Yield the commits of a chain, newest first, down to ``known`` or to the beginning; at most ``MOST_COMMITS``.

        Raises NoChain for what no program of ours wrote, such as a commit that is too large, and RepositoryError when
        git cannot read the repository.
        """
        oid: Oid | None = tip
        for _ in range(MOST_COMMITS):
            if oid is None or oid == known:
                return
            (found,) = self._objects.read([oid], LARGEST_COMMIT)
            if found is None:
                raise NoChain("a commit of it is missing")
            if found.kind == TOO_LARGE:
                raise NoChain("a commit of it is too large")
            if found.kind != "commit":
                raise NoChain(f"it holds a {found.kind} in the place of a commit")
            link = _link(oid, found.data)
            yield link
            oid = link.parent

    def is_chain(self, tip: Oid) -> bool:
        """Return True if the newest commit of a chain is one of ours. Raises RepositoryError as ``links`` does."""
        try:
            return next(self.links(tip, None), None) is not None
        except NoChain:
            return False


def _link(oid: Oid, data: bytes) -> Link:
    """Return the link that a commit is. Raises NoChain if it is none."""
    subject, *texts = data.partition(b"\n\n")[2].split(b"\n")
    if subject != SUBJECT.encode():
        raise NoChain("a commit of it holds no events")
    inflater = zlib.decompressobj()
    try:
        lines = inflater.decompress(b85decode(b"".join(texts)), LARGEST_COMMIT)
    except (ValueError, zlib.error) as error:
        raise NoChain("a commit of it holds something else than events") from error
    if not inflater.eof:
        raise NoChain(f"a commit of it is {'too large' if inflater.unconsumed_tail else 'cut off'}")
    return Link(oid, _parent(data), [line for line in lines.split(b"\n") if line])


def _parent(data: bytes) -> Oid | None:
    """Return the first parent of a commit."""
    parents = [line[7:] for line in data.partition(b"\n\n")[0].split(b"\n") if line.startswith(b"parent ")]
    return parse_oid(parents[0].decode("ascii", "replace")) if parents else None
