"""Read which lines each commit changed: ``git diff-tree -p -U0 -w -M`` against the first parent, of merges combined.

With ``-w`` a line whose white space alone has changed is no change (git-diff(1)). Files above 1 MiB count as binary,
which git does not compare line by line.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import streams
from tracker.git.diff_options import EACH_COMMIT, PINNED, PLAIN
from tracker.model import Oid

_OPTIONS: Final = (*PINNED, "-c", "core.bigFileThreshold=1m")
_UNREADABLE: Final = "git cannot read all changes: an object is missing or damaged: run 'agent-tracker doctor'."
_LEFT_OUT: Final = (
    "this partial clone leaves out objects that hold changes, and agent-tracker fetches nothing:"
    " 'git fetch --refetch --no-filter' (git 2.36) gets them."
)
_COMMIT: Final = b"\x01"
"""The beginning of the line that names a commit; no line of a patch begins so."""
_HUNK: Final = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")
_COMBINED: Final = re.compile(rb"@@@+((?: -\d+(?:,\d+)?)+) \+(\d+)(?:,(\d+))? @@@+")
_QUOTED: Final = re.compile(rb"\\([abtnvfr\"\\]|[0-7]{3})")
_ESCAPES: Final = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_REGULAR: Final = (b"100644", b"100755")
"""The modes of files whose lines are followed; symbolic links and submodules have none."""


class Hunk(NamedTuple):
    """Lines at ``start`` (from 0) of the old file that were replaced; all without their line ends."""

    start: int
    removed: Sequence[bytes]
    added: Sequence[bytes]


class CombinedHunk(NamedTuple):
    """Lines of a merge that some parent does not have. ``starts``: where they begin in each parent (from 0).

    ``lines``: one sign for each parent, as in git's combined format: ``+`` the parent lacks the line, ``-`` the parent
    alone has it, a space otherwise.
    """

    starts: Sequence[int]
    start: int
    lines: Sequence[bytes]


class FileChange(NamedTuple):
    """One changed file. ``status``: git's letter. ``old``: its path before. ``blob``: its new content, zeros if none.

    ``is_regular``: it is a file now. ``hunks``: what changed in it, those of a merge combined. ``is_binary``: git did
    not compare its lines.
    """

    status: str
    old: str
    path: str
    blob: str
    is_regular: bool
    hunks: list[Hunk | CombinedHunk]
    is_binary: bool = False


class CommitLines(NamedTuple):
    """The files that a commit changed against its first parent; of a merge those that differ from each parent."""

    oid: Oid
    files: Sequence[FileChange]


def line_changes(common_dir: Path, oids: Sequence[Oid]) -> Iterator[CommitLines]:
    """Yield the changes of commits in the given order. Raises RepositoryError when an object cannot be read."""
    arguments = [
        *EACH_COMMIT, *PLAIN, "-c", "-p", "--raw", "-U0", "-w", "--no-abbrev", "--always", "--format=%x01%H",
    ]  # fmt: skip
    with streams.stream(common_dir, arguments, options=_OPTIONS, lines=oids) as output:
        commit: CommitLines | None = None
        parser = _Parser()
        for line in output.chunks(b"\n"):
            if line.startswith(_COMMIT):
                if commit is not None:
                    yield commit._replace(files=parser.files())
                commit, parser = CommitLines(Oid(line[1:].decode("ascii")), ()), _Parser()
            else:
                parser.read(line)
        if not output.succeeded():
            raise _unreadable(common_dir)
        if commit is not None:
            yield commit._replace(files=parser.files())


def _unreadable(common_dir: Path) -> RepositoryError:
    """Return the error for changes that cannot be read. A partial clone marks its packs (git's partial-clone.txt)."""
    is_partial = any((common_dir / "objects" / "pack").glob("*.promisor"))
    return RepositoryError(_LEFT_OUT if is_partial else _UNREADABLE)


def changes_from_parents(common_dir: Path, pairs: Sequence[tuple[Oid, Oid]]) -> Iterator[list[FileChange]]:
    """Yield for each pair of a commit and one of its parents the files that differ, without their lines.

    Raises RepositoryError when an object cannot be read.
    """
    arguments = [*EACH_COMMIT, *PLAIN, "--raw", "--no-abbrev", "--always", "--format=%x01%H"]
    lines = [f"{oid} {parent}" for oid, parent in pairs]  # a commit with the parents that it is to be compared with
    with streams.stream(common_dir, arguments, options=_OPTIONS, lines=lines) as output:
        files: list[FileChange] | None = None
        for line in output.chunks(b"\n"):
            if line.startswith(_COMMIT):
                if files is not None:
                    yield files
                files = []
            elif line.startswith(b":") and files is not None:
                files.append(_raw(line))
        if not output.succeeded():
            raise _unreadable(common_dir)
        if files is not None:
            yield files


class _Parser:
    """The reader of one commit's changes, line by line."""

    def __init__(self) -> None:
        self._files: dict[str, FileChange] = {}
        self._hunks: list[Hunk | CombinedHunk] | None = None
        self._old = ""
        self._in_hunk = False
        self._removed: list[bytes] = []
        self._added: list[bytes] = []
        self._combined: list[bytes] = []
        self._parents = 1

    def files(self) -> list[FileChange]:
        """Return the files that were read."""
        return [*self._files.values()]

    def read(self, line: bytes) -> None:
        """Read the next line."""
        sign = line[:1]
        if self._in_hunk and sign in (b"+", b"-", b" "):
            self._read_body(line, sign)
        elif sign == b":":
            change = _raw(line)
            self._files[change.path] = change
        elif sign == b"@":
            self._read_hunk(line)
        elif line.startswith((b"diff --git ", b"diff --combined ", b"diff --cc ")):
            self._in_hunk, self._hunks = False, None
        elif not self._in_hunk and line.startswith((b"--- ", b"+++ ")):
            self._read_name(line)
        elif line.startswith(b"Binary files "):
            self._mark_binary(line)

    def _read_body(self, line: bytes, sign: bytes) -> None:
        if self._parents > 1:
            self._combined.append(line[: self._parents])
        elif sign == b"-":
            self._removed.append(line[1:])
        else:
            self._added.append(line[1:])

    def _read_hunk(self, line: bytes) -> None:
        self._in_hunk = True
        self._removed, self._added, self._combined = [], [], []
        found = _HUNK.match(line)
        hunk: Hunk | CombinedHunk
        if found:
            # A hunk without old lines stands after the line that it names.
            hunk = Hunk(int(found[1]) - (found[2] != b"0"), self._removed, self._added)
            self._parents = 1
        else:
            hunk = self._combined_hunk(line)
            self._parents = len(hunk.starts)
        if self._hunks is not None:
            self._hunks.append(hunk)

    def _combined_hunk(self, line: bytes) -> CombinedHunk:
        found = _COMBINED.match(line)
        if found is None:
            raise RepositoryError(
                "git shows changes in a form that agent-tracker does not know: run 'agent-tracker doctor'."
            )
        ranges = [part[1:].split(b",") for part in found[1].split()]
        starts = [int(part[0]) - (len(part) == 1 or part[1] != b"0") for part in ranges]
        return CombinedHunk(starts, int(found[2]) - (found[3] != b"0"), self._combined)

    def _read_name(self, line: bytes) -> None:
        """Read the name of the old or the new file of a patch, which tells whose hunks follow."""
        name = _path(line[4:].removesuffix(b"\t"))
        if line.startswith(b"--- "):
            self._old = name
            return
        change = self._files.get((self._old if name == "/dev/null" else name)[2:])
        self._hunks = None if change is None else change.hunks

    def _mark_binary(self, line: bytes) -> None:
        """Mark the file that a line names after the old one, "Binary files a/x and b/y differ"."""
        words = line.removesuffix(b" differ").split(b" and ")
        for count in range(1, len(words)):
            path = _path(b" and ".join(words[count:]))[2:]
            if path in self._files:
                self._files[path] = self._files[path]._replace(is_binary=True)


def _raw(line: bytes) -> FileChange:
    """Return a changed file from a raw line: modes, blobs, status and paths (git-diff-tree(1), "RAW OUTPUT FORMAT")."""
    head, *paths = line.split(b"\t")
    parents = len(head) - len(head.lstrip(b":"))
    words = head[parents:].split(b" ")
    mode, blob, status = words[parents], words[2 * parents + 1], words[-1]
    names = [_path(path) for path in paths]
    return FileChange(status[:1].decode(), names[0], names[-1], blob.decode(), mode in _REGULAR, [])


def _path(text: bytes) -> str:
    """Return a path that git has quoted if it holds special characters."""
    if text.startswith(b'"') and text.endswith(b'"') and len(text) > 1:
        text = _QUOTED.sub(lambda found: _unescape(found[1]), text[1:-1])
    return text.decode("utf-8", "surrogateescape")


def _unescape(escape: bytes) -> bytes:
    return bytes([int(escape, 8)]) if escape.isdigit() else _ESCAPES.get(escape, escape)
