"""One pass over the history of a default branch: who owns each line, when lines came and went, and who removed them."""

from collections import Counter, deque
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.git.line_changes import CommitLines, FileChange
from tracker.model import Oid
from tracker.outcomes.file_map import (
    Applied,
    Files,
    Merge,
    OwnedFile,
    Remembered,
    apply_commit,
    merge_files,
    nothing_applied,
)
from tracker.outcomes.landing_order import Landing
from tracker.outcomes.patch_digests import PatchDigests, patch_digests
from tracker.outcomes.reverts import Reverts

MOST_RECENT: Final = 1000
"""Landings from whose commits a later branch may begin when the pass goes on from a saved state."""


class Step(NamedTuple):
    """The effect of one landing on the default branch.

    ``commits``: those that landed, with the lines that each added. ``came`` and ``gone``: lines by their owner.
    ``removed``: by each commit, the lines that it removed, keyed by their owner. ``patches``: digests of what each
    changed.
    """

    main: Oid
    commits: Mapping[Oid, int]
    came: Counter[Oid]
    gone: Counter[Oid]
    removed: Mapping[Oid, Counter[Oid]]
    patches: Mapping[Oid, PatchDigests | None]


class Recent(NamedTuple):
    """A landing that lies back: what was at the paths that it touched, and how each branch that it merged differed."""

    main: Oid
    before: Mapping[str, OwnedFile | None]
    sides: Mapping[Oid, Mapping[str, OwnedFile | None]]


class BranchTooOld(Exception):
    """A branch begins at a commit whose files are not known any more: the pass must begin anew."""


class PassState:
    """The state of a pass after a landing.

    ``names``: the commits in the order in which they were read; an owner is a number in it. ``main``: the commit of the
    last landing. ``files``: its files. ``recent``: the last landings, the newest last. ``reverts``: those found so far.
    """

    def __init__(self) -> None:
        self.names: list[Oid] = []
        self.main: Oid | None = None
        self.files: Files = {}
        self.recent: deque[Recent] = deque(maxlen=MOST_RECENT)
        self.remembered = Remembered()
        self.reverts = Reverts()

    def files_at(self, oid: Oid) -> Files:
        """Return the files of a commit that landed not long ago. Raises BranchTooOld."""
        files = dict(self.files)
        for recent in reversed(self.recent):
            if recent.main == oid:
                return files
            if oid in recent.sides:
                _change(files, recent.sides[oid])
                return files
            _change(files, recent.before)  # now they are those of the landing before
        raise BranchTooOld(oid)


class HistoryPass:
    """A pass that goes on from a state. ``parents``: those of each commit that is to be read.

    ``is_counted``: which paths count. ``boundary``: commits that are no work of their own, at which a shallow clone
    begins: their lines are there, and they added none.
    """

    def __init__(
        self,
        state: PassState,
        parents: Mapping[Oid, Sequence[Oid]],
        is_counted: Callable[[str], bool],
        boundary: Container[Oid] = frozenset(),
    ) -> None:
        self.state = state
        self._parents = parents
        self._is_counted = is_counted
        self._boundary = boundary
        self._maps: dict[Oid, Files] = {}
        self._waiting = Counter(parent for of_one in parents.values() for parent in of_one)

    def run(
        self, landings: Sequence[Landing], changes: Iterator[CommitLines], differing: Iterator[list[FileChange]]
    ) -> Iterator[Step]:
        """Yield one step for each landing. Raises BranchTooOld, RepositoryError.

        ``changes``: those of the commits in the order of the landings. ``differing``: for each merge among them the
        files that differ from each of its parents.
        """
        self._open_earlier()
        for landing in landings:
            born: dict[Oid, int] = {}
            removed: dict[Oid, Counter[Oid]] = {}
            patches: dict[Oid, PatchDigests | None] = {}
            applied, sides = nothing_applied(), dict[Oid, Files]()
            for oid in landing.commits:
                number = len(self.state.names)
                self.state.names.append(oid)
                of_commit = next(changes).files
                applied, files, sides = self._apply(oid, of_commit, number, differing)
                born[oid] = 0 if oid in self._boundary else applied.came[number]
                patches[oid] = patch_digests(of_commit)
                if applied.gone and len(self._parents[oid]) < 2:
                    removed[oid] = self._named(applied.gone)
                self.state.files = files
            differences = {oid: _differences(side, self.state.files) for oid, side in sides.items()}
            self.state.main = landing.main
            self.state.recent.append(Recent(landing.main, applied.before, differences))
            yield Step(landing.main, born, self._named(applied.came), self._named(applied.gone), removed, patches)

    def _open_earlier(self) -> None:
        """Get the files of the commits before those to be read. Raises BranchTooOld."""
        earlier = [oid for oid in self._waiting if oid not in self._parents]
        for oid in earlier:
            self._maps[oid] = self.state.files_at(oid)

    def _named(self, lines: Counter[int]) -> Counter[Oid]:
        names = self.state.names
        return Counter({names[owner]: count for owner, count in lines.items() if count})

    def _apply(
        self, oid: Oid, changes: Sequence[FileChange], number: int, differing: Iterator[list[FileChange]]
    ) -> tuple[Applied, Files, dict[Oid, Files]]:
        """Return what a commit did, its files, and those of its parents but the first."""
        parents = self._parents[oid]
        files = self._take(parents[0]) if parents else {}
        sides: dict[Oid, Files] = {}
        if len(parents) < 2:
            applied = apply_commit(files, changes, number, self._is_counted, self.state.remembered)
        else:
            sides = {parent: self._maps[parent] for parent in parents[1:]}
            combined = {change.path: change for change in changes}
            merge = Merge([files, *sides.values()], [next(differing) for _ in parents], combined)
            applied = merge_files(files, merge, number, self._is_counted)
            for parent in parents[1:]:
                self._release(parent)
        if self._waiting[oid]:
            self._maps[oid] = files
        return applied, files, sides

    def _take(self, parent: Oid) -> Files:
        """Return the files of a parent: the map itself if nobody else needs it, else a copy."""
        files = self._maps[parent]
        is_last = self._waiting[parent] == 1
        self._release(parent)
        return files if is_last else dict(files)

    def _release(self, parent: Oid) -> None:
        self._waiting[parent] -= 1
        if not self._waiting[parent]:
            del self._maps[parent]


def _change(files: Files, changes: Mapping[str, OwnedFile | None]) -> None:
    """Put files at their paths; None removes the one that is there."""
    for path, file in changes.items():
        if file is None:
            files.pop(path, None)
        else:
            files[path] = file


def _differences(files: Files, others: Files) -> dict[str, OwnedFile | None]:
    """Return what changes some files into others, given first."""
    found: dict[str, OwnedFile | None] = {path: file for path, file in files.items() if others.get(path) is not file}
    return found | dict.fromkeys(others.keys() - files.keys())
