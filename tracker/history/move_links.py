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
from tracker.model import CONTENT, Change, Oid, Pair
from tracker.rewrite_records import Left

_MOST_HOLDERS: Final = 4000
"""New commits of a ref, the newest, that are compared with all that it lost."""
_MOST_LOST: Final = 4000
"""Commits that a ref left behind for one commit to hold all of them; more are not looked for."""
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
        """Return links from commits that a move lost to those that it gained; True if others are looked for later."""
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
                if rest and len(lost) <= _MOST_LOST:
                    found = squashed(self._repository, _Lost(step.old, step.new, lost), rest, gained)
                    pairs += self._made_later(found, margin=0) if step.kind == "reset" else found
            has_more = len(lost) <= _MOST_LOST and bool(set(lost) - {pair.old for pair in pairs})
            self._examined[key] = pairs, has_more
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
        # The others the ref has again, or it left them behind too long ago.
        remembered = [one for one in waiting if one.tip != step.new and one.steps < _REMEMBERED_STEPS]
        # A copy stands beside its original; lineage decides which of them counts.
        is_made = step.kind in {"grown", "amended"} and step.new not in self._copies
        found = self._replaced_by(remembered, step.new) if is_made and remembered else {}
        still = [one._replace(steps=one.steps + 1) for one in remembered if not found.get(one.tip)]
        return [pair for pairs in found.values() for pair in pairs], still

    def _replaced_by(self, left: Sequence[Left], new: Oid) -> dict[Oid, list[Pair]]:
        """Return links to a new commit that holds what was left behind, or one commit of it, keyed by its tip."""
        trees = self._repository.trees([*(one.tip for one in left), new])
        found: dict[Oid, list[Pair]] = {}
        rests: list[tuple[_Lost, list[Oid]]] = []
        below: dict[Oid, list[Oid]] = {}
        for one in left:
            lost, gained = self._repository.difference(one.tip, new)
            if not lost or new not in gained:
                continue
            found[one.tip] = same_author(self._repository, lost, [new], self._foreign, is_apart=True)
            rest = [oid for oid in lost if oid not in {pair.old for pair in found[one.tip]}]
            if rest and (trees.get(one.tip) == trees.get(new) or one.steps < _PATCH_STEPS):
                rests.append((_Lost(one.tip, new, lost), rest))
                below[one.tip] = [oid for oid in gained if oid != new]
        if len(rests) > 1:
            _read_together(self._repository, rests, new)
        for all_lost, rest in rests:
            pairs = squashed(self._repository, all_lost, rest, [new])
            found[all_lost.tip] += self._not_made_below(pairs, below[all_lost.tip])
        return found

    def _not_made_below(self, pairs: Sequence[Pair], below: Sequence[Oid]) -> list[Pair]:
        """Return the pairs whose old commit was not made again below the new one, as by a rebase of the branch."""
        olds = [pair.old for pair in pairs] if below else []
        again = {pair.old for pair in same_author(self._repository, olds, below, self._foreign)} if olds else set()
        return [pair for pair in pairs if pair.old not in again]


class _Lost(NamedTuple):
    """Commits that a ref had at ``tip`` and has no more at ``now``, parents before children."""

    tip: Oid
    now: Oid
    oids: Sequence[Oid]


def _read_together(repository: Repository, rests: Sequence[tuple[_Lost, Sequence[Oid]]], new: Oid) -> None:
    """Read the differences that ``squashed`` will ask for, of all tips in a few processes; they are kept."""
    changes = repository.changes([new, *dict.fromkeys(oid for _, rest in rests for oid in rest)])
    near = [lost for lost, rest in rests if new in changes and _can_hold(changes, [new], rest)]
    bases = {lost.tip: base for lost in near if (base := _base(repository, lost))}
    if bases:
        repository.patch_ids([new], bases)


def _base(repository: Repository, lost: _Lost) -> Oid | None:
    """Return the commit below lost commits that are in a line; None if there are merges or a root among them."""
    commits = [*repository.commits(lost.oids)]
    if len(commits) < len(lost.oids) or any(len(commit.parents) != 1 for commit in commits):
        return None
    below = {commit.parents[0] for commit in commits} - {*lost.oids}
    return below.pop() if len(below) == 1 else None


def squashed(repository: Repository, lost: _Lost, rest: Sequence[Oid], gained: Sequence[Oid]) -> list[Pair]:
    """Return links from commits that a ref lost to one gained commit that holds all that the ref held.

    That is a commit with the tree of the old tip (``reset --soft`` and commit), or with the patch of all of it.
    ``rest``: those of the lost commits to link. Merges that alone are left of others are not linked: a rebase drops
    them. Raises RepositoryError.
    """
    if len(rest) < len(lost.oids) and all(len(commit.parents) > 1 for commit in repository.commits(rest)):
        return []
    changes = repository.changes([*rest, *gained[-_MOST_HOLDERS:]])
    changing = [oid for oid in gained[-_MOST_HOLDERS:] if oid in changes and changes[oid].paths]
    holder = _holder(repository, lost, changing) if _can_hold(changes, changing, rest) else None
    return [Pair(old, holder, CONTENT) for old in rest if holder and _can_hold(changes, [holder], [old])]


def _can_hold(changes: Mapping[Oid, Change], holders: Iterable[Oid], olds: Iterable[Oid]) -> bool:
    """Return True if a commit without files is among the old ones, or a file that one of the holders changed too."""
    held = {path for oid in holders for path in changes[oid].paths}
    known = [changes[oid].paths for oid in olds if oid in changes]
    return any(not paths or not held.isdisjoint(paths) for paths in known)


def _holder(repository: Repository, lost: _Lost, changing: Sequence[Oid]) -> Oid | None:
    """Return the first commit with the tree of the lost tip, else the first with the patch; None if there is none.

    None also if the lost commits changed nothing together: an equal tree proves nothing then.
    """
    trees: Mapping[Oid, str] = repository.trees([lost.tip, *changing])
    same_tree = next((oid for oid in changing if trees.get(oid) == trees.get(lost.tip)), None)
    compared = () if same_tree else changing
    base = _base(repository, lost)
    patches: Mapping[Oid, str] = repository.patch_ids(compared, {lost.tip: base} if base else {})
    whole_patch = patches.get(lost.tip) if base else repository.patch_id_between(lost.now, lost.tip)
    if whole_patch is None:
        return None
    return same_tree or next((oid for oid in compared if patches.get(oid) == whole_patch), None)
