"""What git itself noted of HEAD's moves and of rewrites: reflogs, and the list a rebase keeps while it runs."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import process
from tracker.model import Oid

_LINE: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) [^\t]*(?:\t(.*))?\Z")
_PAIR: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64})\b")
_FETCHED: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\t")
_BY_PUSH: Final = "update by push"
"""What git writes for a remote-tracking branch that it moves after a push of its own (transport.c)."""
_STEP: Final = re.compile(r"(?:rebase|pull)\b.*? \(([a-z]+)\): ")
_MERGE_MADE: Final = re.compile(r"(?:merge|pull)\b.*: Merge made by ")
_OTHER_COMMIT: Final = re.compile(r"commit \([^)]*\): ")
_LINE_BYTES: Final = 1024
"""What a line takes at first guess; a subject may be longer."""
_LARGEST: Final = 16 << 20


ReflogAction = Literal[
    "commit", "initial", "amend", "concluded-merge", "cherry-pick", "revert", "am", "merge", "push",
    "rebase-start", "rebase-pick", "rebase-reword", "rebase-edit", "rebase-squash", "rebase-fixup", "rebase-merge",
    "rebase-continue", "rebase-finish", "other",
]  # fmt: skip
"""What moved a ref. ``commit``, ``initial`` and ``concluded-merge`` are git-commit's; ``merge`` is a merge commit that
git-merge or git-pull made; ``other`` moved the ref to a commit that was there already (checkout, reset, fast-forward)
or is unknown."""

COMMITTED: Final[frozenset[ReflogAction]] = frozenset({"commit", "initial", "amend", "concluded-merge"})
"""Actions of git-commit itself, all of which run post-commit."""

COPIED: Final[frozenset[ReflogAction]] = frozenset({"cherry-pick", "am"})
"""Actions that make a commit from another commit or from a patch; they replace nothing."""

MADE_HERE: Final[frozenset[ReflogAction]] = COMMITTED | COPIED | frozenset({
    "revert", "merge",
    "rebase-pick", "rebase-reword", "rebase-edit", "rebase-squash", "rebase-fixup", "rebase-merge", "rebase-continue",
})  # fmt: skip
"""Actions that made the commit that the ref moved to, in this repository."""


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
    """One move of a ref from ``old`` to ``new`` (all zeros where it did not exist), with git's message about it."""

    old: Oid
    new: Oid
    message: str

    @property
    def action(self) -> ReflogAction:
        """What moved the ref, by the message that git wrote."""
        return parse_action(self.message)


def parse_action(message: str) -> ReflogAction:
    """Return what moved a ref, by its reflog message.

    The messages are those of builtin/commit.c, sequencer.c, builtin/am.c, builtin/merge.c and transport.c. The command
    that began a rebase may put its own name before the step (``pull --rebase origin main (pick): …``).
    """
    verb, _, rest = message.partition(": ")
    if verb in _BY_VERB:
        return "other" if rest == "fast-forward" and verb == "cherry-pick" else _BY_VERB[verb]
    if message == _BY_PUSH:
        return "push"
    if not message.startswith(("rebase", "pull", "merge")):
        return "commit" if _OTHER_COMMIT.match(message) else "other"
    step = _STEP.match(message)
    if step:
        return _BY_STEP.get(step[1], "other")
    return "merge" if _MERGE_MADE.match(message) else "other"


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
    return [move.new for move in moves if move.action == "push"]


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
