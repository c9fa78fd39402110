"""Match old and new commits by author and author date, or by patch. In doubt nothing is matched."""

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from typing import Final

from tracker.git import Repository
from tracker.git.messages import first_line
from tracker.model import MATCH, Commit, Oid, Pair, Signature

_MOST_COMMITS: Final = 4000
"""Old and new commits together of which those with the same patch are searched for."""
_MOST_PAIRS: Final = 4000
"""Pairs of commits with the same author whose contents are compared."""


def same_patch(repository: Repository, old: Sequence[Oid], new: Sequence[Oid]) -> list[Pair]:
    """Return pairs of commits each of which is the only one with its patch: a tool changed the author or date.

    Nothing is compared if there are more than 4000 commits. Raises RepositoryError.
    """
    if not old or not new or len(old) + len(new) > _MOST_COMMITS:
        return []
    patches = repository.patch_ids([*old, *new])
    old_of, new_of = _only_with_patch(old, patches), _only_with_patch(new, patches)
    return [Pair(old_of[patch], new_of[patch], MATCH) for patch in old_of if patch in new_of]


def _only_with_patch(oids: Sequence[Oid], patches: Mapping[Oid, str]) -> dict[str, Oid]:
    """Return the commits that are the only ones with their patch, keyed by it."""
    counts = Counter(patches[oid] for oid in oids if oid in patches)
    return {patches[oid]: oid for oid in oids if oid in patches and counts[patches[oid]] == 1}


def same_author(
    repository: Repository,
    old: Sequence[Oid],
    new: Sequence[Oid],
    foreign: Container[Oid],
    *,
    is_apart: bool = False,
) -> list[Pair]:
    """Return pairs with the same author and author date, of several such ones with the same subject or tree too.

    The second half of a commit that was split has its tree, and may have its subject like the first half. Agents and
    people share one identity, and scripts make many commits in one second, so the content must agree
    (``_with_same_content``). ``is_apart``: something else may have happened between the old commits and the new ones,
    so their subjects or patches must be the same. Raises RepositoryError.
    """
    by_author: dict[Signature, list[Commit]] = defaultdict(list)
    for commit in repository.commits(new):
        by_author[commit.author].append(commit)
    pairs: dict[Pair, bool] = {}
    for commit in repository.commits(old) if by_author else ():
        candidates = by_author.get(commit.author, [])
        named = [other for other in candidates if first_line(other.message) == first_line(commit.message)]
        chosen = candidates if len(candidates) == 1 else named
        if len(candidates) > 1 and len(chosen) != 1:
            chosen = _with_tree_of(repository, commit, named or candidates)
        if len(chosen) == 1:
            pairs[Pair(commit.oid, chosen[0].oid, MATCH)] = bool(named)
    return _with_same_content(repository, pairs, foreign, is_apart=is_apart) if pairs else []


def _with_tree_of(repository: Repository, commit: Commit, others: Sequence[Commit]) -> list[Commit]:
    """Return the other commits that have a commit's tree."""
    trees = repository.trees([commit.oid, *(other.oid for other in others)])
    return [other for other in others if commit.oid in trees and trees.get(other.oid) == trees[commit.oid]]


def _with_same_content(
    repository: Repository, pairs: Mapping[Pair, bool], foreign: Container[Oid], *, is_apart: bool
) -> list[Pair]:
    """Return the pairs whose content agrees; each is given with True if both have one subject.

    A commit from elsewhere must have the same patch, since author and date can be forged. One that was made here may
    have been changed, so one file that both touch is enough, with the same subject if they are ``is_apart``. An empty
    patch says nothing without the subject. Of more than 4000 pairs (filter-branch) those made here are accepted
    without comparison.
    """
    if len(pairs) > _MOST_PAIRS:
        return [pair for pair in pairs if pair.new not in foreign]
    oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
    merged = {commit.oid: commit.parents[1:] for commit in repository.commits(oids) if len(commit.parents) > 1}
    patches = repository.patch_ids([*oids, *sorted({oid for parents in merged.values() for oid in parents})])
    changes, trees = repository.changes(oids), repository.trees([*merged])

    def merge_one_work(pair: Pair) -> bool:
        """Return True if both commits are merges and give one tree, or merge the same commits or patches."""
        if pair.old not in merged or pair.new not in merged:
            return False
        old, new = ([patches.get(oid, oid) for oid in merged[one]] for one in pair[:2])
        return trees.get(pair.old) == trees.get(pair.new) or old == new

    def agrees(pair: Pair, *, has_same_subject: bool) -> bool:
        if pair.old in merged or pair.new in merged:
            return merge_one_work(pair) and (has_same_subject or pair.new not in foreign)
        old, new = patches.get(pair.old), patches.get(pair.new)
        if old == new:
            return old is not None or has_same_subject
        if pair.new in foreign or pair.old not in changes or pair.new not in changes:
            return False
        touch_one_file = not {*changes[pair.old].paths}.isdisjoint(changes[pair.new].paths)
        return touch_one_file and (has_same_subject or not is_apart)

    return [pair for pair, is_named in pairs.items() if agrees(pair, has_same_subject=is_named)]
