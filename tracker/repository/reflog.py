"""What git itself noted of HEAD's moves and of rewrites: reflogs, and the list a rebase keeps while it runs."""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.model import Oid
from tracker.repository import process

_LINE: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) [^\t]*(?:\t(.*))?\Z")
_PAIR: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64})\b")
_FETCHED: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\t")
_BY_PUSH: Final = "update by push"
"""What git writes for a remote-tracking branch that it moves after a push of its own (transport.c)."""
_LINE_BYTES: Final = 1024
"""What a line takes at first guess; a subject may be longer."""
_LARGEST: Final = 16 << 20


class ReflogEntry(NamedTuple):
    """HEAD moved from ``old`` to ``new`` (all zeros where there was none); ``message`` says by what."""

    old: Oid
    new: Oid
    message: str


def entries(git_dir: Path, limit: int) -> list[ReflogEntry]:
    """The newest moves of HEAD in one worktree, newest first; empty where no reflog is kept."""
    log = git_dir / "logs" / "HEAD"
    if log.is_file():
        return _from_file(log, limit)
    return _from_git(git_dir, limit)


def pushed_to(common_dir: Path, ref: str, limit: int) -> list[Oid]:
    """The commits that pushes put a remote-tracking branch to, by the newest moves that its reflog keeps."""
    log = common_dir / "logs" / ref
    moves = _from_file(log, limit) if log.is_file() else _from_git(common_dir, limit, ref)
    return [move.new for move in moves if move.message == _BY_PUSH]


def rewritten(git_dir: Path) -> list[tuple[Oid, Oid]]:
    """The pairs of the rebase or am in progress (sequencer.c and git-am keep them until post-rewrite has run)."""
    for name in ("rebase-merge/rewritten-list", "rebase-apply/rewritten"):
        path = git_dir / name
        try:
            return parse_pairs(path.read_text(encoding="ascii", errors="replace"))
        except (FileNotFoundError, NotADirectoryError):
            continue
    return []


def fetched(common_dir: Path) -> list[Oid]:
    """What the last fetch of each worktree brought: the first word of every line in its FETCH_HEAD."""
    oids: list[Oid] = []
    for path in (common_dir / "FETCH_HEAD", *sorted((common_dir / "worktrees").glob("*/FETCH_HEAD"))):
        try:
            with path.open("rb") as file:
                lines = file.read(_LARGEST).decode("ascii", "replace").split("\n")
        except (FileNotFoundError, NotADirectoryError):
            continue
        oids += [Oid(match[1]) for line in lines if (match := _FETCHED.match(line))]
    return oids


def parse_pairs(text: str) -> list[tuple[Oid, Oid]]:
    """The old and new oids in lines of post-rewrite's format (githooks(5)); other lines are passed over."""
    return [(Oid(match[1]), Oid(match[2])) for line in text.split("\n") if (match := _PAIR.match(line))]


def _from_file(path: Path, limit: int) -> list[ReflogEntry]:
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        size = min(_LARGEST, _LINE_BYTES * limit)
        while True:
            begin = max(0, end - size)
            file.seek(begin)
            lines = file.read(end - begin).decode("utf-8", "replace").split("\n")[:-1]
            whole = lines if begin == 0 else lines[1:]  # the first may be cut
            if len(whole) >= limit or begin == 0 or size >= _LARGEST:
                break
            size *= 4
    matches = (_LINE.match(line) for line in reversed(whole[-limit:]))
    return [ReflogEntry(Oid(match[1]), Oid(match[2]), match[3] or "") for match in matches if match]


def _from_git(git_dir: Path, limit: int, ref: str = "HEAD") -> list[ReflogEntry]:
    """Where reflogs are not files (reftable): git names the new oid of each move, the old one is the move before's."""
    arguments = ["log", "--walk-reflogs", "-z", "--format=%H%x00%gs", f"--max-count={limit + 1}", ref, "--"]
    try:
        words = process.run(git_dir, arguments).decode("utf-8", "replace").split("\0")
    except RepositoryError:
        return []
    moves = list(zip(words[::2], words[1::2], strict=False))
    befores = [new for new, _ in moves[1:]] + ["0" * len(moves[0][0])] if moves else []
    return [ReflogEntry(Oid(old), Oid(new), message) for old, (new, message) in zip(befores, moves, strict=True)][
        :limit
    ]
