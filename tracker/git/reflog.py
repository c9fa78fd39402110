"""Parse the entries of reflogs (git-reflog(1)) and classify their messages: what moved a ref. Pure."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from tracker.lazy_regex import LazyRegex
from tracker.model import OID_PATTERN, Oid

_LINE: Final = re.compile(rf"({OID_PATTERN}) ({OID_PATTERN}) (?:[^\t]*> (\d{{1,18}}) )?[^\t]*(?:\t(.*))?\Z")
_BY_PUSH: Final = "update by push"
"""Message for a remote-tracking branch that git moved after a push from this repository (transport.c)."""
_STEP: Final = LazyRegex(r"(?:rebase|pull)\b.*? \(([a-z]+)(?: -[cC])?\): ")
_MERGE_MADE: Final = LazyRegex(r"(?:merge|pull)\b.*: Merge made by ")
_OTHER_COMMIT: Final = LazyRegex(r"commit \([^)]*\): ")


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


def parse_lines(data: bytes) -> list[ReflogEntry]:
    """Return the moves in whole lines of a reflog file, in the order of the lines; other lines are left out."""
    matches = (_LINE.match(line) for line in data.decode("utf-8", "replace").split("\n"))
    return [ReflogEntry(Oid(match[1]), Oid(match[2]), match[4] or "", int(match[3] or 0)) for match in matches if match]
