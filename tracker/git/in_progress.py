"""Read the state of an operation that git has not finished: rebase, am, cherry-pick or merge.

The files are read directly, without a git process, because hooks ask for them. One that cannot be read counts as
missing.
"""

import os
from pathlib import Path
from typing import Final

from tracker.files import open_regular
from tracker.lazy_regex import LazyRegex
from tracker.model import OID_PATTERN, Oid, parse_oid

_PAIR: Final = LazyRegex(rf"({OID_PATTERN}) ({OID_PATTERN})\b")


def is_replaying(git_dir: Path) -> bool:
    """Return True if a rebase or am is in progress in a worktree."""
    return any(os.path.isdir(git_dir / name) for name in ("rebase-merge", "rebase-apply"))  # noqa: PTH112 - never raises


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
        text = _text(git_dir / name)
        if text is not None:
            return parse_pairs(text)
    return []


def parse_pairs(text: str) -> list[tuple[Oid, Oid]]:
    """Return the (old, new) oids in the format of post-rewrite's input (githooks(5)); other lines are ignored."""
    return [(Oid(match[1]), Oid(match[2])) for line in text.split("\n") if (match := _PAIR.match(line))]


def _words(path: Path) -> list[str]:
    return (_text(path) or "").split()


def _text(path: Path) -> str | None:
    """Return the text of a file, None if it cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read().decode("ascii", "replace")
    except OSError:
        return None
