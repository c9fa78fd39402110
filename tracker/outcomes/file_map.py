"""The files of one commit with the owners of their lines, and how commits change them. Pure."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from tracker.git.line_changes import CombinedHunk, FileChange, Hunk
from tracker.outcomes.owned_lines import Spliced, combine, differing_part, new_lines, splice


class OwnedFile(NamedTuple):
    """A file: its blob, and the owners of its lines. None: its lines are not followed, as of a binary file."""

    blob: str
    owners: "array[int] | None"


Files = dict[str, OwnedFile]
"""The files of a commit, keyed by path; those that are not counted are left out."""


class Remembered:
    """Contents that files had not long ago, so that a revert gives the lines back to those who wrote them first.

    The last ones of each path; of paths that were changed longest ago none.
    """

    _MOST_VERSIONS = 8
    _MOST_PATHS = 2000

    def __init__(self) -> None:
        self._files: dict[str, dict[str, array[int]]] = {}

    @classmethod
    def of(cls, files: dict[str, "dict[str, array[int]]"]) -> Self:
        """Return what ``items`` of another one gave."""
        remembered = cls()
        remembered._files = files
        return remembered

    def items(self) -> "Iterable[tuple[str, Mapping[str, array[int]]]]":
        """Return the owners by path and blob, the oldest first."""
        return self._files.items()

    def add(self, path: str, file: OwnedFile) -> None:
        """Remember the content that a file had before a change."""
        if file.owners is None:
            return
        known = self._files.pop(path, {})
        known.pop(file.blob, None)
        known[file.blob] = file.owners
        if len(known) > self._MOST_VERSIONS:
            del known[next(iter(known))]
        self._files[path] = known
        if len(self._files) > self._MOST_PATHS:
            del self._files[next(iter(self._files))]

    def find(self, path: str, blob: str) -> "array[int] | None":
        """Return the owners that a file had when it last had a content."""
        return self._files.get(path, {}).get(blob)


class Applied(NamedTuple):
    """The effect of a commit.

    ``gone`` and ``came``: lines by their owner; a commit's own lines came, and lines that a revert gave back.
    ``before``: the file that was at each path that it touched, None if there was none.
    """

    gone: Counter[int]
    came: Counter[int]
    before: dict[str, OwnedFile | None]


def nothing_applied() -> Applied:
    """Return what a commit without changes did."""
    return Applied(Counter(), Counter(), {})


def apply_commit(
    files: Files, changes: Sequence[FileChange], owner: int, is_counted: Callable[[str], bool], before: Remembered
) -> Applied:
    """Change the files as a commit with one parent, or none, does; return what it did."""
    applied = nothing_applied()
    old_files = _take_old(files, changes, applied)
    for change in changes:
        old = old_files.get(change.old) if change.status != "A" else None
        new, spliced = None, None
        if change.status != "D" and is_counted(change.path):
            spliced = _spliced(change, old, owner, before)
            owners = _owners(change, old, owner, before) if spliced is None else spliced.owners
            new = OwnedFile(change.blob, owners)
            files[change.path] = new
        if spliced is None:
            _note_difference(applied, old, new)
        else:  # the lines of most changes are few, those of their files many
            applied.gone.update(spliced.removed)
            applied.came[owner] += spliced.added
    for path, file in old_files.items():
        before.add(path, file)
    return applied


def _take_old(files: Files, changes: Sequence[FileChange], applied: Applied) -> Files:
    """Take the files that changes begin with out of the files of a commit, and note what was at each touched path."""
    for change in changes:
        applied.before.setdefault(change.old, files.get(change.old))
        applied.before.setdefault(change.path, files.get(change.path))
    return {change.old: files.pop(change.old) for change in changes if change.status != "A" and change.old in files}


def _spliced(change: FileChange, old: OwnedFile | None, owner: int, before: Remembered) -> Spliced | None:
    """Return a file after a change of some of its lines; None for any other change."""
    if old is None or old.owners is None or change.status == "T" or change.is_binary or not change.is_regular:
        return None
    if before.find(change.path, change.blob) is not None:
        return None
    return splice(old.owners, [hunk for hunk in change.hunks if isinstance(hunk, Hunk)], owner)


def _owners(change: FileChange, old: OwnedFile | None, owner: int, before: Remembered) -> "array[int] | None":
    """Return the owners of a file that a change replaces as a whole; None if its lines cannot be followed."""
    if change.is_binary or not change.is_regular:
        return None
    restored = before.find(change.path, change.blob)
    if restored is not None:
        return restored
    if change.status == "T" or (old is None and change.status == "A"):
        return new_lines(owner, sum(len(hunk.added) for hunk in change.hunks if isinstance(hunk, Hunk)))
    return None


def _note_difference(applied: Applied, old: OwnedFile | None, new: OwnedFile | None) -> None:
    """Add to what was done the lines that a file lost and gained."""
    owners = (file.owners if file and file.owners is not None else array("I") for file in (old, new))
    before, now = map(Counter, differing_part(*owners))
    for one, count in before.items():
        if (lost := count - now.get(one, 0)) > 0:
            applied.gone[one] += lost
    for one, count in now.items():
        if (gained := count - before.get(one, 0)) > 0:
            applied.came[one] += gained


class Merge(NamedTuple):
    """A merge: the files of its parents, what differs from each, and its combined changes keyed by path."""

    parents: Sequence[Mapping[str, OwnedFile]]
    differing: Sequence[Sequence[FileChange]]
    combined: Mapping[str, FileChange]


def merge_files(files: Files, merge: Merge, owner: int, is_counted: Callable[[str], bool]) -> Applied:
    """Change the files of a merge's first parent to those of the merge; return what that did."""
    applied = nothing_applied()
    old_paths = [{change.path: change.old for change in differing} for differing in merge.differing]
    old_files = _take_old(files, merge.differing[0], applied)
    for change in merge.differing[0]:
        old = old_files.get(change.old) if change.status != "A" else None
        new = None
        if change.status != "D" and is_counted(change.path):
            new = OwnedFile(change.blob, _merged_owners(change, old, merge, old_paths, owner))
            files[change.path] = new
        _note_difference(applied, old, new)
    return applied


def _merged_owners(
    change: FileChange, first: OwnedFile | None, merge: Merge, old_paths: Sequence[Mapping[str, str]], owner: int
) -> "array[int] | None":
    """Return the owners of a file that a merge has otherwise than its first parent; None if they are not known."""
    if not change.is_regular:
        return None
    others = [
        files.get(paths.get(change.path, change.path))
        for files, paths in zip(merge.parents[1:], old_paths[1:], strict=True)
    ]
    for other in others:
        if other is not None and other.blob == change.blob:
            return other.owners
    if first is not None and first.blob == change.blob:  # renamed
        return first.owners
    combined = merge.combined.get(change.path)
    known = [first, *others]
    if combined is None or combined.is_binary or any(file is not None and file.owners is None for file in known):
        return None
    hunks = [hunk for hunk in combined.hunks if isinstance(hunk, CombinedHunk)]
    return combine([None if file is None else file.owners for file in known], hunks, owner)
