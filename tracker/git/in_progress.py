"""Read the state of an operation that git has not finished: rebase, am, cherry-pick or merge.

The files are read directly, without a git process, because hooks ask for them.
"""

import re
from pathlib import Path
from typing import Final

from tracker.model import OID_PATTERN, Oid, parse_oid

_PAIR: Final = re.compile(rf"({OID_PATTERN}) ({OID_PATTERN})\b")


def is_replaying(git_dir: Path) -> bool:
    """Return True if a rebase or am is in progress in a worktree."""
    return any((git_dir / name).is_dir() for name in ("rebase-merge", "rebase-apply"))


def cherry_pick_head(git_dir: Path) -> Oid | None:
    """Return the commit that a cherry-pick copies now, None if there is none (CHERRY_PICK_HEAD, gitrevisions(7))."""
    words = _words(git_dir / "CHERRY_PICK_HEAD")
    return parse_oid(words[0]) if len(words) == 1 else None


def merge_heads(git_dir: Path) -> list[Oid]:
    """Return the commits that an unfinished merge joins to HEAD (MERGE_HEAD, gitrevisions(7))."""
    return [oid for word in _words(git_dir / "MERGE_HEAD") if (oid := parse_oid(word)) is not None]


def rewritten_pairs(git_dir: Path) -> list[tuple[Oid, Oid]]:
    """Return the (old, new) pairs of a rebase or am in progress.

    sequencer.c and git-am keep them until post-rewrite has run.
    """
    for name in ("rebase-merge/rewritten-list", "rebase-apply/rewritten"):
        try:
            return parse_pairs((git_dir / name).read_text(encoding="ascii", errors="replace"))
        except (FileNotFoundError, NotADirectoryError):
            continue
    return []


def parse_pairs(text: str) -> list[tuple[Oid, Oid]]:
    """Return the (old, new) oids in the format of post-rewrite's input (githooks(5)); other lines are ignored."""
    return [(Oid(match[1]), Oid(match[2])) for line in text.split("\n") if (match := _PAIR.match(line))]


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").split()
    except (FileNotFoundError, NotADirectoryError):
        return []
