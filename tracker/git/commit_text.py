"""Read a commit as a person looks at it: its changed files with numbers, and its diff as ``git show`` prints it.

No program of the repository's configuration runs (no external diff, no textconv), and no more is read than is shown.
"""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.git import missing_objects, streams
from tracker.git.diff_options import PINNED
from tracker.model import Oid

_SAFE: Final = ("--no-color", "--no-ext-diff", "--no-textconv", "--cc")
"""Options of git-show: what is printed goes through our own colours; of a merge what differs from all parents."""
_PREVIEW: Final = (*PINNED, "-c", "core.bigFileThreshold=8m", "-c", "log.showRoot=true")
"""Git's own options for a preview: files above 8 MiB count as binary, which git does not compare."""
_MOST_BYTES: Final = 1 << 18
"""Bytes of a preview that are read, far more than a terminal shows."""
_LONGEST_PIECE: Final = 1 << 16
"""Bytes of a line that are passed on at once; a longer one is passed on in pieces."""


class FileNumbers(NamedTuple):
    """A changed file; None for the lines of a binary file, or where they were not counted."""

    path: str
    insertions: int | None
    deletions: int | None


class Preview(NamedTuple):
    """The beginning of a commit's changes.

    ``is_whole``: nothing was left out. ``is_readable``: git could read the commit and what it changed.
    """

    files: Sequence[FileNumbers]
    patch: Sequence[bytes]
    is_whole: bool
    is_readable: bool


def preview(common_dir: Path, oid: Oid, *, counted: bool) -> Preview:
    """Return the first changed files of a commit and the first lines of its diff.

    ``counted``: with the numbers of each file, against the first parent; git compares all files for them before it
    prints any. Raises RepositoryError when git cannot be started.
    """
    if not is_complete(common_dir, oid):
        return Preview((), (), is_whole=True, is_readable=False)
    arguments = ["show", "--format=", *(["--numstat"] if counted else ["--raw"]), "-p", "-M", *_SAFE, oid, "--"]
    with streams.stream(common_dir, arguments, options=_PREVIEW) as output:
        data = output.read(_MOST_BYTES)
        is_whole = len(data) < _MOST_BYTES
        is_readable = not is_whole or output.succeeded()
    lines = data.split(b"\n")
    lines = lines[:-1]  # the end is an empty piece, or a line that was cut
    begin = next((place for place, line in enumerate(lines) if line.startswith(b"diff ")), len(lines))
    files = [_numbers(line) if counted else _name(line) for line in lines[:begin] if line.strip()]
    return Preview(files, lines[begin:], is_whole, is_readable)


def is_complete(common_dir: Path, oid: Oid) -> bool:
    """Return True if all that a commit changed is here; git would fetch what a partial clone lacks.

    Raises RepositoryError when git cannot be started.
    """
    return bool(missing_objects.diffable(common_dir, [oid]))


def _numbers(line: bytes) -> FileNumbers:
    added, _, rest = line.partition(b"\t")
    deleted, _, path = rest.partition(b"\t")
    return FileNumbers(
        path.decode("utf-8", "replace"),
        int(added) if added.isdigit() else None,
        int(deleted) if deleted.isdigit() else None,
    )


def _name(line: bytes) -> FileNumbers:
    return FileNumbers(line.split(b"\t")[-1].decode("utf-8", "replace"), None, None)


def shown(git_dir: Path, oid: Oid) -> Generator[bytes, None, None]:
    """Yield the lines that ``git show`` prints of a commit, whole, without colours and line ends.

    Raises RepositoryError when git cannot be started.
    """
    with streams.stream(
        git_dir, ["show", "--format=medium", *_SAFE, oid, "--"], options=("-c", "log.showRoot=true")
    ) as output:
        rest = b""
        while block := output.read(_LONGEST_PIECE):
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
            if len(rest) > _LONGEST_PIECE:
                yield rest
                rest = b""
        if rest:
            yield rest


def paths(common_dir: Path, oid: Oid, most: int) -> list[str]:
    """Return up to ``most`` paths that a commit changed against its first parent, without deleted ones."""
    arguments = ["show", "--format=", "--name-only", "-z", "-m", "--first-parent", "--diff-filter=d", oid, "--"]
    found: list[str] = []
    with streams.stream(common_dir, arguments, options=_PREVIEW) as output:
        for piece in output.chunks(b"\0"):
            found += [piece.decode("utf-8", "surrogateescape")] if piece else []
            if len(found) == most:
                break
    return found
