"""Read the newest entries of a reflog, from its file or from git; one that is missing or cannot be read has none."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.files import open_regular
from tracker.git import process, reflog_places
from tracker.git.reflog import ReflogEntry, parse_lines
from tracker.model import Oid
from tracker.text import escape_undecodable

_SECONDS: Final = re.compile(rb"@\{(\d{1,18})\}\Z")
_LINE_BYTES: Final = 1024
"""Estimated size of a line. More is read if lines are longer."""
_MOST_BYTES: Final = 16 << 20
"""Bytes of one reflog that are read at most, from its end."""


def entries_of_head(common_dir: Path, git_dir: Path, limit: int) -> list[ReflogEntry]:
    """Return up to ``limit`` moves of HEAD in one worktree, newest first. ``git_dir``: that of the worktree."""
    return _entries(common_dir, git_dir, "HEAD", limit)


def pushed_tips(common_dir: Path, ref: str, limit: int) -> list[Oid]:
    """Return the commits that pushes from here moved a remote-tracking branch to, newest first.

    ``limit``: moves of the branch that are examined.
    """
    return [move.new for move in _entries(common_dir, common_dir, ref, limit) if move.action == "push"]


def earlier_remote_tips(common_dir: Path, limit: int) -> set[Oid]:
    """Return the commits that remote-tracking branches pointed to before, by the newest ``limit`` moves of each.

    A branch of a remote that was rebased or deleted there is not reachable from its present tip. Logs that are no files
    (reftable) are not read.
    """
    found: set[Oid] = set()
    for folder, _, names in os.walk(common_dir / "logs" / "refs" / "remotes"):
        for name in names:
            moves = entries_from_file(Path(folder) / name, limit)
            found.update(oid for move in moves for oid in (move.old, move.new) if oid.strip("0"))
    return found


def _entries(common_dir: Path, git_dir: Path, ref: str, limit: int) -> list[ReflogEntry]:
    if reflog_places.are_files(common_dir):
        return entries_from_file(git_dir / "logs" / ref, limit)
    return entries_from_git(git_dir, limit, ref)


def entries_from_file(path: Path, limit: int) -> list[ReflogEntry]:
    """Return up to ``limit`` moves in a reflog file, newest first; none if it is missing or cannot be read."""
    try:
        with open_regular(path) as file:
            lines = _last_lines(file, limit)
    except OSError:
        return []
    return parse_lines(b"\n".join(lines))[::-1]


def _last_lines(file: BinaryIO, limit: int) -> list[bytes]:
    """Return up to ``limit`` last whole lines of a file. Raises OSError."""
    end = file.seek(0, os.SEEK_END)
    size = min(_MOST_BYTES, _LINE_BYTES * limit)
    while True:
        begin = max(0, end - size)
        file.seek(begin)
        lines = file.read(end - begin).split(b"\n")[:-1]
        whole = lines if begin == 0 else lines[1:]  # the first line may be incomplete
        if len(whole) >= limit or begin == 0 or size >= _MOST_BYTES:
            return whole[-limit:]
        size *= 4


def entries_from_git(git_dir: Path, limit: int, ref: str = "HEAD") -> list[ReflogEntry]:
    """Return up to ``limit`` moves of a ref whose reflog is not a file (reftable), newest first; empty without one.

    Git prints only the new oid of each move. The old one is the new oid of the move before.
    """
    return _chained(_walk_reflogs(git_dir, [f"--max-count={limit + 1}", ref, "--"]))[:limit]


def last_entries_of_branches_from_git(common_dir: Path) -> dict[str, ReflogEntry]:
    """Return the newest move of each branch whose reflog is not a file (reftable), keyed by full name."""
    moves: dict[str, list[_Move]] = {}
    for move in _walk_reflogs(common_dir, ["--glob=refs/heads"]):
        moves.setdefault(escape_undecodable(os.fsdecode(move.name.rpartition(b"@{")[0])), []).append(move)
    return {name: _chained(of_branch[:2])[0] for name, of_branch in moves.items()}


class _Move(NamedTuple):
    """An entry as git prints it. ``name``: such as ``HEAD@{1700000000}``."""

    new: str
    name: bytes
    message: str


def _walk_reflogs(git_dir: Path, arguments: Sequence[str]) -> list[_Move]:
    """Return the moves that git prints, newest first; none if it fails."""
    form = ["-z", "--date=unix", "--format=%H%x00%gD%x00%gs"]
    try:
        words = process.run(git_dir, ["log", "--walk-reflogs", *form, *arguments]).split(b"\0")
    except RepositoryError:
        return []
    triples = zip(words[::3], words[1::3], words[2::3], strict=False)
    return [_Move(new.decode("ascii", "replace"), name, text.decode("utf-8", "replace")) for new, name, text in triples]


def _chained(moves: Sequence[_Move]) -> list[ReflogEntry]:
    """Return the moves of one ref, each from where the one before it ended; zeros for the last one."""
    befores = [move.new for move in moves[1:]] + ["0" * len(moves[0].new)] if moves else []
    return [
        ReflogEntry(Oid(old), Oid(move.new), move.message, _time(move.name))
        for old, move in zip(befores, moves, strict=True)
    ]


def _time(name: bytes) -> int:
    """Return the seconds in the name of a reflog entry such as ``HEAD@{1700000000}``; 0 if there are none."""
    found = _SECONDS.search(name)
    return int(found[1]) if found else 0
