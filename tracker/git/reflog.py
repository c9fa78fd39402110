"""Read reflogs (git-reflog(1)) and classify their messages: the one reader of what git wrote about moves of refs."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple

from tracker.errors import RepositoryError
from tracker.files import open_regular
from tracker.git import process
from tracker.model import OID_PATTERN, Oid

_LINE: Final = re.compile(rf"({OID_PATTERN}) ({OID_PATTERN}) (?:[^\t]*> (\d{{1,18}}) )?[^\t]*(?:\t(.*))?\Z")
_BY_PUSH: Final = "update by push"
"""Message for a remote-tracking branch that git moved after a push from this repository (transport.c)."""
_STEP: Final = re.compile(r"(?:rebase|pull)\b.*? \(([a-z]+)(?: -[cC])?\): ")
_MERGE_MADE: Final = re.compile(r"(?:merge|pull)\b.*: Merge made by ")
_SECONDS: Final = re.compile(r"@\{(\d{1,18})\}\Z")
_OTHER_COMMIT: Final = re.compile(r"commit \([^)]*\): ")
_LINE_BYTES: Final = 1024
"""Estimated size of a line. More is read if lines are longer."""
_MOST_BYTES: Final = 16 << 20
"""Bytes of one reflog that are read at most, from its end."""


ReflogAction = Literal[
    "commit", "initial", "amend", "concluded-merge", "cherry-pick", "revert", "am", "merge", "push",
    "rebase-start", "rebase-pick", "rebase-reword", "rebase-edit", "rebase-squash", "rebase-fixup", "rebase-merge",
    "rebase-continue", "rebase-finish", "other",
]  # fmt: skip
"""Cause of a ref's move. ``commit``, ``initial``, ``amend`` and ``concluded-merge`` are git-commit's; ``merge`` is a
merge commit that git-merge or git-pull made; ``other`` moved the ref to an existing commit (checkout, reset,
fast-forward) or is unknown."""

COMMITTED: Final[frozenset[ReflogAction]] = frozenset({"commit", "initial", "amend", "concluded-merge"})
"""Actions of git-commit. Each of them runs the post-commit hook (githooks(5))."""

COPIED: Final[frozenset[ReflogAction]] = frozenset({"cherry-pick", "am"})
"""Actions that made a commit from another commit or from a patch and left the original in place."""

MADE_HERE: Final[frozenset[ReflogAction]] = COMMITTED | COPIED | frozenset({
    "revert", "merge",
    "rebase-pick", "rebase-reword", "rebase-edit", "rebase-squash", "rebase-fixup", "rebase-merge", "rebase-continue",
})  # fmt: skip
"""Actions that made the new commit in this repository, rather than moving the ref to an existing one."""


_BY_VERB: Final[Mapping[str, ReflogAction]] = {
    "commit": "commit",
    "commit (initial)": "initial",
    "commit (amend)": "amend",
    "commit (merge)": "concluded-merge",
    "commit (cherry-pick)": "cherry-pick",
    "cherry-pick": "cherry-pick",
    "revert": "revert",
    "am": "am",
}
_BY_STEP: Final[Mapping[str, ReflogAction]] = {
    "start": "rebase-start",
    "pick": "rebase-pick",
    "reword": "rebase-reword",
    "edit": "rebase-edit",
    "squash": "rebase-squash",
    "fixup": "rebase-fixup",
    "merge": "rebase-merge",
    "continue": "rebase-continue",
    "finish": "rebase-finish",
}


class ReflogEntry(NamedTuple):
    """One move of a ref from ``old`` to ``new``, with git's message. Zeros for a ref that did not exist.

    ``time``: committer time of the process that moved the ref, in seconds; 0 if unknown.
    """

    old: Oid
    new: Oid
    message: str
    time: int = 0

    @property
    def action(self) -> ReflogAction:
        """Cause of the move, as the message tells it."""
        return parse_action(self.message)


def parse_action(message: str) -> ReflogAction:
    """Return the cause of a ref's move from its reflog message.

    The forms are those of builtin/commit.c, sequencer.c, builtin/am.c, builtin/merge.c and transport.c. In a rebase the
    name of the command that began it comes before the step (``pull --rebase origin main (pick): …``).
    """
    text = f"{message} "  # git drops the space behind the colon if the commit's message is empty (refs.c)
    verb, _, rest = text.partition(": ")
    if verb in _BY_VERB:
        return "other" if rest.strip() == "fast-forward" and verb == "cherry-pick" else _BY_VERB[verb]
    if message == _BY_PUSH:
        return "push"
    if not message.startswith(("rebase", "pull", "merge")):
        return "commit" if _OTHER_COMMIT.match(text) else "other"
    step = _STEP.match(text)
    if step:
        return _BY_STEP.get(step[1], "other")
    return "merge" if _MERGE_MADE.match(message) else "other"


def entries(git_dir: Path, limit: int) -> list[ReflogEntry]:
    """Return up to ``limit`` moves of HEAD in one worktree, newest first; empty without a reflog that can be read.

    ``git_dir``: the git directory of the worktree.
    """
    log = git_dir / "logs" / "HEAD"
    if os.path.lexists(log):
        return _from_file(log, limit)
    return entries_from_git(git_dir, limit)


def entries_of_every_worktree(common_dir: Path, limit: int) -> Iterator[list[ReflogEntry]]:
    """Yield the moves of HEAD for each worktree, the main one first: up to ``limit`` each, newest first.

    The git directories of linked worktrees are ``worktrees/<id>`` (gitrepository-layout(5)).
    """
    for git_dir in (common_dir, *sorted((common_dir / "worktrees").glob("*/"))):
        yield entries(git_dir, limit)


def earlier_remote_tips(common_dir: Path, limit: int) -> set[Oid]:
    """Return the commits that remote-tracking branches pointed to before, by the newest ``limit`` moves of each.

    A branch of a remote that was rebased or deleted there is not reachable from its present tip. Logs that are no files
    (reftable) are not read.
    """
    found: set[Oid] = set()
    for folder, _, names in os.walk(common_dir / "logs" / "refs" / "remotes"):
        for name in names:
            moves = _from_file(Path(folder) / name, limit)
            found.update(oid for move in moves for oid in (move.old, move.new) if oid.strip("0"))
    return found


def pushed_tips(common_dir: Path, ref: str, limit: int) -> list[Oid]:
    """Return the commits that pushes from here moved a remote-tracking branch to, newest first.

    ``limit``: moves of the branch that are examined.
    """
    log = common_dir / "logs" / ref
    moves = _from_file(log, limit) if os.path.lexists(log) else entries_from_git(common_dir, limit, ref)
    return [move.new for move in moves if move.action == "push"]


def _from_file(path: Path, limit: int) -> list[ReflogEntry]:
    """Return up to ``limit`` moves in a reflog file, newest first; none if it is missing or cannot be read."""
    try:
        with open_regular(path) as file:
            lines = _last_lines(file, limit)
    except OSError:
        return []
    matches = (_LINE.match(line.decode("utf-8", "replace")) for line in reversed(lines))
    return [_entry(match) for match in matches if match]


def _last_lines(file: BinaryIO, limit: int) -> list[bytes]:
    """Return up to ``limit`` last lines of a file that end in it. Raises OSError."""
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


def parse_lines(data: bytes) -> list[ReflogEntry]:
    """Return the moves in whole lines of a reflog file, in the order of the lines; other lines are left out."""
    matches = (_LINE.match(line) for line in data.decode("utf-8", "replace").split("\n"))
    return [_entry(match) for match in matches if match]


def _entry(match: re.Match[str]) -> ReflogEntry:
    return ReflogEntry(Oid(match[1]), Oid(match[2]), match[4] or "", int(match[3] or 0))


def entries_from_git(git_dir: Path, limit: int, ref: str = "HEAD") -> list[ReflogEntry]:
    """Return up to ``limit`` moves of a ref whose reflog is not a file (reftable), newest first; empty without one.

    Git prints only the new oid of each move. The old one is the new oid of the move before.
    """
    arguments = ["log", "--walk-reflogs", "-z", "--date=unix", "--format=%H%x00%gd%x00%gs"]
    try:
        answer = process.run(git_dir, [*arguments, f"--max-count={limit + 1}", ref, "--"])
    except RepositoryError:
        return []
    words = answer.decode("utf-8", "replace").split("\0")
    moves = list(zip(words[::3], words[1::3], words[2::3], strict=False))
    befores = [new for new, _, _ in moves[1:]] + ["0" * len(moves[0][0])] if moves else []
    found = zip(befores, moves, strict=True)
    return [ReflogEntry(Oid(old), Oid(new), message, _time(name)) for old, (new, name, message) in found][:limit]


def _time(name: str) -> int:
    """Return the seconds in the name of a reflog entry such as ``HEAD@{1700000000}``; 0 if there are none."""
    found = _SECONDS.search(name)
    return int(found[1]) if found else 0
