"""Digests of patches, by which a commit is found that takes another one back, or does it again. Pure."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker.digests import blake2b
from tracker.git.line_changes import FileChange, Hunk

_TEXT: Final = re.compile(rb"[0-9A-Za-z\x80-\xff]")
"""A letter or a digit, or a byte of a letter that is not ASCII."""


class PatchDigests(NamedTuple):
    """The digest of what a commit changes, and that of the change that would take it back."""

    forward: str
    inverse: str


def patch_digests(changes: Sequence[FileChange]) -> PatchDigests | None:
    """Return the digests of a commit's patch; None for one that changes no text, or a file that git did not compare.

    Empty lines and punctuation alone are no text: many patches add or remove just those. A patch is the removed and
    added lines of each file in order; where in the file they are does not matter, since other commits may have moved
    them.
    """
    forward: list[bytes] = []
    inverse: list[bytes] = []
    has_text = False
    for change in changes:
        hunks = [hunk for hunk in change.hunks if isinstance(hunk, Hunk)]
        if change.is_binary or len(hunks) < len(change.hunks):
            return None
        if not hunks:
            continue
        # With an end of its own, one empty line differs from none.
        removed = b"\n".join([*(line for hunk in hunks for line in hunk.removed), b""])
        added = b"\n".join([*(line for hunk in hunks for line in hunk.added), b""])
        has_text = has_text or _TEXT.search(removed) is not None or _TEXT.search(added) is not None
        old, new = (path.encode("utf-8", "surrogateescape") for path in (change.old, change.path))
        forward.append(b"\0".join((old, new, removed, added)))
        inverse.append(b"\0".join((new, old, added, removed)))
    if not has_text:
        return None
    return PatchDigests(_digest(forward), _digest(inverse))


def _digest(files: list[bytes]) -> str:
    return blake2b(b"\1".join(sorted(files)), digest_size=12).hexdigest()
