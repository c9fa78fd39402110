"""Digests of patches, by which a commit is found that takes another one back, or does it again. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from tracker.digests import blake2b
from tracker.git.line_changes import FileChange, Hunk


class PatchDigests(NamedTuple):
    """The digest of what a commit changes, and that of the change that would take it back."""

    forward: str
    inverse: str


def patch_digests(changes: Sequence[FileChange]) -> PatchDigests | None:
    """Return the digests of a commit's patch; None if it changes no line, or a file that git did not compare.

    A patch is the removed and added lines of each file in order; where in the file they are does not matter, since
    other commits may have moved them.
    """
    forward: list[bytes] = []
    inverse: list[bytes] = []
    for change in changes:
        hunks = [hunk for hunk in change.hunks if isinstance(hunk, Hunk)]
        if change.is_binary or len(hunks) < len(change.hunks):
            return None
        if not hunks:
            continue
        removed = b"\n".join(line for hunk in hunks for line in hunk.removed)
        added = b"\n".join(line for hunk in hunks for line in hunk.added)
        old, new = (path.encode("utf-8", "surrogateescape") for path in (change.old, change.path))
        forward.append(b"\0".join((old, new, removed, added)))
        inverse.append(b"\0".join((new, old, added, removed)))
    if not forward:
        return None
    return PatchDigests(_digest(forward), _digest(inverse))


def _digest(files: list[bytes]) -> str:
    return blake2b(b"\1".join(sorted(files)), digest_size=12).hexdigest()
