"""Infer rewrites that no hook reported: by author and date, by steps of a rebase in the reflog, by content.

Examined are the branches whose old tip is no ancestor of the new one, and commits that nothing reaches any more. In
doubt nothing is linked (docs/rewritten-history.md).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from tracker.git import Repository
from tracker.git.messages import first_line
from tracker.history.changes import Changes
from tracker.history.pseudo_tips import BEFORE, BRANCH
from tracker.history.recorded_state import RecordedState
from tracker.history.reflog_rewrites import links_from_melds
from tracker.model import CONTENT, Commit, Oid, Pair, Signature

_MAX_PATCHES: Final = 4000
"""Pairs, and new commits of a branch, whose patches are compared."""

_NO_CHANGE: Final = "no change"
"""The patch id of a commit that has no patch."""


def infer(
    repository: Repository,
    known: RecordedState,
    changes: Changes,
    linked_old: set[Oid],
    linked_new: set[Oid],
    copies: set[Oid],
    foreign: frozenset[Oid],
) -> list[Pair]:
    """Return links for branches that moved other than forward, and for commits that nothing reaches any more.

    ``linked_old`` and ``linked_new``: commits that are the old or new one of a known link. ``copies``: cherry-picked
    commits and applied patches; they replace nothing, unless a branch was put onto them: a rebase leaves out what is
    there already. ``foreign``: new commits that came from elsewhere; only their content is trusted.

    Raises RepositoryError.
    """
    pairs: list[Pair] = []
    lost = {*changes.died, *changes.unreachable} - linked_old
    gained = {*changes.fresh} - linked_new - copies
    for then, now in _moved_branches(known, changes):
        old_only = repository.walk([then], [now])
        if not old_only:
            continue  # it moved forward
        new_only = [oid for oid in repository.walk([now], [then]) if oid not in linked_new]
        left = [oid for oid in old_only if oid not in linked_old]
        of_branch = _of_branch(repository, then, now, left, new_only, foreign)
        pairs += of_branch
        lost -= {pair.old for pair in of_branch}
    if lost and gained:
        pairs += _same_author(repository, sorted(lost), sorted(gained), foreign)
    return pairs


def _moved_branches(known: RecordedState, changes: Changes) -> list[tuple[Oid, Oid]]:
    """Return the old and new tips of branches that moved, since before a rebase that was in progress."""
    before = {name.removeprefix(BEFORE): then for name, then in known.tips.items() if name.startswith(BEFORE)}
    return [
        (then, changes.tips[name])
        for name, then in {**known.tips, **before}.items()
        if name.startswith(BRANCH) and changes.tips.get(name, then) != then
    ]


def _of_branch(
    repository: Repository, then: Oid, now: Oid, left: Sequence[Oid], new_only: Sequence[Oid], foreign: frozenset[Oid]
) -> list[Pair]:
    """Return links from commits that a branch lost to ones that it gained: by author, as melds, or into one commit."""
    pairs = _same_author(repository, left, new_only, foreign)
    linked = {pair.old for pair in pairs}
    rest = [oid for oid in left if oid not in linked]
    if not rest:
        return pairs
    return pairs + (links_from_melds(repository, rest, new_only) or _squashed(repository, then, now, rest, new_only))


def _same_author(repository: Repository, old: Sequence[Oid], new: Sequence[Oid], foreign: frozenset[Oid]) -> list[Pair]:
    """Return pairs with the same author and author date, and of several such ones with the same subject."""
    by_author: dict[Signature, list[Commit]] = defaultdict(list)
    for commit in repository.commits(new):
        by_author[commit.author].append(commit)
    pairs: list[Pair] = []
    for commit in repository.commits(old) if by_author else ():
        candidates = by_author.get(commit.author, [])
        if len(candidates) > 1:
            candidates = [other for other in candidates if first_line(other.message) == first_line(commit.message)]
        if len(candidates) == 1:
            pairs.append(Pair(commit.oid, candidates[0].oid, "match"))
    return _with_same_content(repository, pairs, foreign)


def _with_same_content(repository: Repository, pairs: Sequence[Pair], foreign: frozenset[Oid]) -> list[Pair]:
    """Return the pairs whose content agrees.

    Scripts make many commits with one author and date, and both can be forged. A commit from elsewhere must have the
    same patch. One that was made here may have been changed, so one file that both touch is enough. Of more than 4000
    pairs (filter-branch) those made here are accepted without comparison.
    """
    if len(pairs) > _MAX_PATCHES:
        return [pair for pair in pairs if pair.new not in foreign]
    oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
    patches, changes = repository.patch_ids(oids), repository.changes(oids)

    def agrees(pair: Pair) -> bool:
        if patches.get(pair.old, _NO_CHANGE) == patches.get(pair.new, _NO_CHANGE):
            return True
        if pair.new in foreign or pair.old not in changes or pair.new not in changes:
            return False
        return not {*changes[pair.old].paths}.isdisjoint(changes[pair.new].paths)

    return [pair for pair in pairs if agrees(pair)]


def _squashed(repository: Repository, then: Oid, now: Oid, left: Sequence[Oid], new_only: Sequence[Oid]) -> list[Pair]:
    """Return links from the commits that a branch lost to one gained commit that holds all that the branch held.

    That is a commit with the tree of the old tip (``reset --soft`` and commit), or with the patch of the whole branch.
    """
    branch_patch = repository.patch_id_between(now, then)
    changes = repository.changes([*left, *new_only[-_MAX_PATCHES:]])
    changing = [oid for oid in new_only[-_MAX_PATCHES:] if oid in changes and changes[oid].paths]
    if branch_patch is None or not changing:
        return []  # the branch changed nothing, so an equal tree proves nothing
    trees = repository.trees([then, *changing])
    holders = [oid for oid in changing if trees.get(oid) == trees.get(then)]
    if not holders:
        holders = [oid for oid, patch in repository.patch_ids(changing).items() if patch == branch_patch]
    if not holders:
        return []
    held = {*changes[holders[0]].paths}
    return [
        Pair(old, holders[0], CONTENT)
        for old in left
        if old in changes and (not changes[old].paths or not held.isdisjoint(changes[old].paths))
    ]
