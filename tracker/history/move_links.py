"""Link the commits that a ref left behind to those that replaced them: by author and date, by content, as melds.

A reflog shows the steps of a ref (``reflog_steps``). What a step left behind is remembered for a few further steps,
since its work may be committed again later (``reset --soft``, then ``commit``). In doubt nothing is linked
(docs/rewritten-history.md).
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.git import Repository
from tracker.history.matches import same_author, same_patch
from tracker.history.reflog_melds import links_from_melds
from tracker.history.reflog_steps import Step
from tracker.model import CONTENT, Oid, Pair
from tracker.rewrite_records import Left

_MAX_PATCHES: Final = 4000
"""Pairs, and new commits of a branch, whose patches are compared."""
_REMEMBERED_STEPS: Final = 8
"""Steps of a ref after which what it left behind is no longer looked for."""
_PATCH_STEPS: Final = 3
"""Of those, the steps whose patch is compared with that of everything left behind; later ones need an equal tree."""
_MAX_LEFT: Final = 4
"""Tips that one ref remembers at most, the newest."""


class DatedPair(NamedTuple):
    """A pair and the time of the step that showed it, in seconds."""

    pair: Pair
    time: int


class MoveLinks:
    """Search of one reconcile for links along the steps of refs; a move that several reflogs show is examined once.

    ``copies``: cherry-picked commits and applied patches. They replace nothing that a ref left behind, unless it was
    put onto them. ``foreign``: commits that came from elsewhere; only their content is trusted.
    """

    def __init__(self, repository: Repository, copies: Collection[Oid], foreign: Container[Oid]) -> None:
        self._repository = repository
        self._copies = copies
        self._foreign = foreign
        self._examined: dict[tuple[Oid, Oid], tuple[list[Pair], bool]] = {}

    def follow(self, steps: Iterable[Step], left: Sequence[Left]) -> tuple[list[DatedPair], tuple[Left, ...]]:
        """Return the links that the steps of one ref show, and what the ref has left behind after them.

        ``left``: what it had left behind before. Raises RepositoryError.
        """
        found: list[DatedPair] = []
        waiting = [*left]
        for step in steps:
            if step.kind == "amended":
                found.append(DatedPair(Pair(step.old, step.new, "reflog"), step.time))
            pairs, has_more = self._moved(step) if step.kind in {"moved", "reset"} else ([], False)
            found += [DatedPair(pair, step.time) for pair in pairs]
            if waiting:
                pairs, waiting = self._found_again(step, waiting)
                found += [DatedPair(pair, step.time) for pair in pairs]
            if has_more:
                waiting = [*(one for one in waiting if one.tip != step.old), Left(step.old, 0)][-_MAX_LEFT:]
        return found, tuple(waiting)

    # -- a ref that moved ----------------------------------------------------------------------------------------

    def _moved(self, step: Step) -> tuple[list[Pair], bool]:
        """Return links from the commits that a move lost to those that it gained, and True if others were lost too."""
        key = step.old, step.new
        if key not in self._examined:
            lost, gained = self._repository.difference(step.old, step.new)
            pairs: list[Pair] = []
            if lost and gained:
                pairs = same_author(self._repository, lost, gained, self._foreign)
                olds, news = {pair.old for pair in pairs}, {pair.new for pair in pairs}
                pairs += same_patch(
                    self._repository,
                    [oid for oid in lost if oid not in olds],
                    [oid for oid in gained if oid not in news],
                )
                if step.kind == "reset":
                    pairs = self._made_later(pairs)
                rest = [oid for oid in lost if oid not in {pair.old for pair in pairs}]
                if rest and step.kind == "moved":
                    pairs += links_from_melds(self._repository, rest, gained, step.new)
                    rest = [oid for oid in lost if oid not in {pair.old for pair in pairs}]
                if rest:
                    found = squashed(self._repository, step.old, step.new, rest, gained)
                    pairs += self._made_later(found, margin=0) if step.kind == "reset" else found
            self._examined[key] = pairs, bool(set(lost) - {pair.old for pair in pairs})
        return self._examined[key]

    def _made_later(self, pairs: Sequence[Pair], margin: int = 1) -> list[Pair]:
        """Return the pairs whose new commit was made after the old one: a reset may go back to an earlier version.

        ``margin``: seconds that must lie between them.
        """
        oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
        times = {commit.oid: commit.committer.time for commit in self._repository.commits(oids)}
        return [pair for pair in pairs if times[pair.new] - times[pair.old] >= margin]

    # -- what was left behind before -----------------------------------------------------------------------------

    def _found_again(self, step: Step, waiting: Sequence[Left]) -> tuple[list[Pair], list[Left]]:
        """Return links from what a ref left behind to the commit that a step made, and what is still left behind."""
        pairs: list[Pair] = []
        still: list[Left] = []
        for one in waiting:
            if one.tip == step.new or one.steps >= _REMEMBERED_STEPS:
                continue  # the ref has it again, or it is too long ago
            found = self._replaced_by(one, step.new) if step.kind in {"grown", "amended"} else []
            pairs += found
            if not found:
                still.append(one._replace(steps=one.steps + 1))
        return pairs, still

    def _replaced_by(self, left: Left, new: Oid) -> list[Pair]:
        """Return links to a new commit that holds what was left behind, or one commit of it."""
        if new in self._copies:
            return []  # a copy stands beside its original; lineage decides which of them counts
        trees = self._repository.trees([left.tip, new])
        is_whole = trees.get(left.tip) == trees.get(new)
        lost, gained = self._repository.difference(left.tip, new)
        if not lost or new not in gained:
            return []
        pairs = same_author(self._repository, lost, [new], self._foreign, is_apart=True)
        rest = [oid for oid in lost if oid not in {pair.old for pair in pairs}]
        if rest and (is_whole or left.steps < _PATCH_STEPS):
            pairs += squashed(self._repository, left.tip, new, rest, [new])
        return pairs


def squashed(repository: Repository, then: Oid, now: Oid, lost: Sequence[Oid], gained: Sequence[Oid]) -> list[Pair]:
    """Return links from the commits that a ref lost to one gained commit that holds all that the ref held.

    That is a commit with the tree of the old tip ``then`` (``reset --soft`` and commit), or with the patch of all of
    it. Raises RepositoryError.
    """
    branch_patch = repository.patch_id_between(now, then)
    if branch_patch is None:
        return []  # the ref's own commits changed nothing, so an equal tree proves nothing
    changes = repository.changes([*lost, *gained[-_MAX_PATCHES:]])
    changing = [oid for oid in gained[-_MAX_PATCHES:] if oid in changes and changes[oid].paths]
    holder = _holder(repository, then, changing, branch_patch)
    if holder is None:
        return []
    held = {*changes[holder].paths}
    return [
        Pair(old, holder, CONTENT)
        for old in lost
        if old in changes and (not changes[old].paths or not held.isdisjoint(changes[old].paths))
    ]


def _holder(repository: Repository, then: Oid, changing: Sequence[Oid], branch_patch: str) -> Oid | None:
    """Return the first commit with the tree of ``then``, else the first with the patch; None if there is none."""
    trees: Mapping[Oid, str] = repository.trees([then, *changing])
    for oid in changing:
        if trees.get(oid) == trees.get(then):
            return oid
    patches = repository.patch_ids(changing)
    return next((oid for oid in changing if patches.get(oid) == branch_patch), None)
