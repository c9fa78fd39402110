"""Find commits that were taken back by a later one, and those of them that were done again. Pure.

A commit takes another one back if its message says so, in git's own words, or if its patch is the inverse.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, Self

from tracker.model import Oid
from tracker.outcomes.patch_digests import PatchDigests

How = Literal["message", "inverse"]


class Revert(NamedTuple):
    """A commit was taken back by ``by``. ``again``: a commit that did it again after that, or took ``by`` back."""

    by: Oid
    how: str
    again: Oid | None = None


class Reverts:
    """The reverts among commits that are read in order. ``found``: keyed by the commit that was taken back.

    ``patches``: the digest of each commit's patch.
    """

    def __init__(self) -> None:
        self.found: dict[Oid, Revert] = {}
        self.patches: dict[Oid, str] = {}
        self._read: set[Oid] = set()
        self._by_patch: dict[str, list[Oid]] = defaultdict(list)
        self._taken_back: dict[Oid, list[Oid]] = defaultdict(list)

    @classmethod
    def of(cls, read: Iterable[Oid], found: Mapping[Oid, Revert], patches: Iterable[tuple[Oid, str]]) -> Self:
        """Return reverts that go on from what another one has read and found."""
        reverts = cls()
        reverts._read = set(read)
        reverts.found = dict(found)
        for target, revert in found.items():
            reverts._taken_back[revert.by].append(target)
        for oid, patch in patches:
            reverts._note_patch(oid, patch)
        return reverts

    def read(self, oid: Oid, named: Sequence[Oid], patch: PatchDigests | None) -> list[Oid]:
        """Read a commit; return the commits of which it changes what was found.

        ``named``: the earlier commits that its message says it takes back. ``patch``: None if it changes no line.
        """
        changed = [target for target in named if target in self._read and self._take_back(target, oid, "message")]
        self._read.add(oid)
        if patch is not None:
            if not named:
                earlier = reversed(self._by_patch.get(patch.inverse, ()))
                target = next((one for one in earlier if self._stands(one)), None)
                if target is not None and self._take_back(target, oid, "inverse"):
                    changed.append(target)
            same = [one for one in self._by_patch.get(patch.forward, ()) if not self._stands(one)]
            changed += [one for one in same[-1:] if self._do_again(one, oid)]
            self._note_patch(oid, patch.forward)
        return [*changed, *(one for target in changed for one in self._undo(target, oid))]

    def _note_patch(self, oid: Oid, patch: str) -> None:
        self._by_patch[patch].append(oid)
        self.patches[oid] = patch

    def _stands(self, oid: Oid) -> bool:
        revert = self.found.get(oid)
        return revert is None or revert.again is not None

    def _take_back(self, target: Oid, by: Oid, how: How) -> bool:
        if not self._stands(target) or target == by:
            return False
        self.found[target] = Revert(by, how)
        self._taken_back[by].append(target)
        return True

    def _undo(self, target: Oid, by: Oid) -> list[Oid]:
        """Note that a revert was itself taken back: what it had taken back is done again."""
        if self.found[target].by != by:
            return []
        return [one for one in self._taken_back.get(target, ()) if self._do_again(one, by)]

    def _do_again(self, target: Oid, by: Oid) -> bool:
        revert = self.found.get(target)
        if revert is None or revert.again is not None or revert.by == by:
            return False
        self.found[target] = revert._replace(again=by)
        return True
