"""Search new commits for the work of whole branches, by comparing patches and merged trees.

One search keeps what it worked out (patch ids, trees, number of merges), so that many branches stay affordable.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.git import Repository
from tracker.model import CONTENT, Commit, Oid, Pair, Signature

_MAX_COMMITS: Final = 500
"""Commits of one branch; a longer branch is not searched."""

_MAX_MERGES: Final = 200
"""Merges worked out in one search."""

_MAX_PREFIXES: Final = 20
"""Commits back from a branch's tip that are tried as the tip that was merged before more was added."""

_SQUASH_MESSAGE: Final = "Squashed commit of the following:"
"""The beginning of the message that ``merge --squash`` proposes (builtin/merge.c)."""


class Candidate(NamedTuple):
    """A new commit that may hold the work of a branch. ``is_made_here``: git-commit made it in this repository."""

    commit: Commit
    is_made_here: bool


class SearchInput(NamedTuple):
    """The input of a search.

    ``squash_merges_begun``: commits of HEAD on which ``merge --squash`` began here. ``replaced_at`` returns those of
    some commits that are this user's, with the times at which they were replaced.
    """

    candidates: Sequence[Candidate]
    squash_merges_begun: Collection[Oid]
    replaced_at: Callable[[Iterable[Oid]], Mapping[Oid, int]]


class MergeSearch:
    """A search of candidates for the work of branches."""

    def __init__(self, repository: Repository, wanted: SearchInput) -> None:
        self._repository = repository
        self._begun = wanted.squash_merges_begun
        self._replaced_at = wanted.replaced_at
        candidates = wanted.candidates
        oids = [one.commit.oid for one in candidates]
        self._changed = {oid: change.paths for oid, change in repository.changes(oids).items()}
        self._trees = repository.trees([*oids, *(one.commit.parents[0] for one in candidates)])
        self._worked_out = 0
        self._patches: dict[Oid, str | None] = {}

    def links(self, gaining: Oid, tip: Oid, unique: Sequence[Oid], among: Iterable[Candidate]) -> list[Pair]:
        """Return links from the commits of one branch to those candidates ``among`` that the tip ``gaining`` reaches.

        ``tip``: the branch's tip. ``unique``: its commits that ``gaining`` does not reach, parents first. Raises
        RepositoryError and the LedgerUnavailable errors.
        """
        if not unique or len(unique) > _MAX_COMMITS:
            return []
        replaced = self._replaced_at(unique)
        commits = [commit for commit in self._repository.commits(unique) if commit.oid in replaced]
        plain = [commit for commit in commits if len(commit.parents) < 2]
        if not plain:
            return []
        reached = {*self._repository.walk([gaining], [tip])}
        # Work is merged after it was made: of two commits with one content the later can hold the earlier only.
        made = min(commit.committer.time for commit in plain)
        by_branch: dict[frozenset[Oid], list[Candidate]] = defaultdict(list)
        for one in among:
            time = one.commit.committer.time
            if one.commit.oid in reached and time >= made:
                by_branch[frozenset(old for old in replaced if replaced[old] > time)].append(one)
        return [
            pair
            for olds, candidates in by_branch.items()
            for pair in self._merges_of(tip, unique, [commit for commit in commits if commit.oid in olds], candidates)
        ]

    def _merges_of(
        self, tip: Oid, unique: Sequence[Oid], commits: Sequence[Commit], candidates: Sequence[Candidate]
    ) -> list[Pair]:
        """Return links to candidates from the commits that the branch had when these were made."""
        plain = [commit for commit in commits if len(commit.parents) < 2]
        if not plain:
            return []
        return self._rebase_merge(plain, candidates) or self._squash_merge(tip, unique, commits, candidates)

    # -- rebase merges: a copy of every commit -------------------------------------------------------------------

    def _rebase_merge(self, plain: Sequence[Commit], candidates: Sequence[Candidate]) -> list[Pair]:
        """Return links if each commit has a copy with its author, date and subject, else with its patch."""
        foreign = [one.commit for one in candidates if not one.is_made_here]
        if len(foreign) < len(plain):
            return []
        by_author = {_identity(commit): commit.oid for commit in foreign}
        by_patch: dict[str, Oid] = {}
        patches: Mapping[Oid, str | None] = {}
        if not all(_identity(commit) in by_author for commit in plain):
            patches = self._patch_ids([commit.oid for commit in [*foreign, *plain]])
            by_patch = {patch: commit.oid for commit in foreign if (patch := patches.get(commit.oid))}
        copies = [by_patch.get(patches.get(commit.oid) or "") or by_author.get(_identity(commit)) for commit in plain]
        if None in copies or len(set(copies)) < len(plain):
            return []
        if not patches and not self._have_same_content(plain, [commit for commit in foreign if commit.oid in copies]):
            return []
        return [Pair(old.oid, new, CONTENT) for old, new in zip(plain, copies, strict=True) if new]

    def _have_same_content(self, plain: Sequence[Commit], copies: Sequence[Commit]) -> bool:
        """Return True if the copies hold the changes of the commits: authors and dates can be forged.

        Either their last tree is what merging the commits gives, also where a conflict of nearby lines changed the
        patches, or all patches are equal.
        """
        if self._trees.get(copies[-1].oid) == self._repository.merged_tree(copies[0].parents[0], plain[-1].oid):
            return True
        patches = self._patch_ids([commit.oid for commit in [*copies, *plain]])
        return {patches.get(commit.oid) for commit in copies} == {patches.get(commit.oid) for commit in plain}

    def _patch_ids(self, oids: Sequence[Oid]) -> Mapping[Oid, str | None]:
        """Return the patch ids of commits, None for a commit without one; each is worked out once in a search."""
        missing = [oid for oid in oids if oid not in self._patches]
        self._patches |= dict.fromkeys(missing) | self._repository.patch_ids(missing)
        return self._patches

    # -- squash merges: one commit for all -----------------------------------------------------------------------

    def _squash_merge(
        self, tip: Oid, unique: Sequence[Oid], commits: Sequence[Commit], candidates: Sequence[Candidate]
    ) -> list[Pair]:
        """Return links to commits with the tree that merging the branch, or an earlier tip of it, would have given."""
        changes = {oid: {*change.paths} for oid, change in self._repository.changes(unique).items()}
        branch_paths = {path for paths in changes.values() for path in paths}
        pairs: list[Pair] = []
        left = [*commits]
        for one, merged_tip in self._holders(tip, unique, candidates, branch_paths):
            within = {*self._repository.walk([merged_tip], one.commit.parents)}
            changed = self._changed[one.commit.oid]
            olds = [
                old
                for old in left
                if old.oid in within
                and old.committer.time <= one.commit.committer.time
                and (not changes.get(old.oid) or not changes[old.oid].isdisjoint(changed))
            ]
            if self._is_merge(one, olds, is_whole=merged_tip == tip):
                pairs += [Pair(old.oid, one.commit.oid, CONTENT) for old in olds]
                left = [old for old in left if old not in olds]
        return pairs

    def _holders(
        self, tip: Oid, unique: Sequence[Oid], candidates: Sequence[Candidate], paths: set[str]
    ) -> list[tuple[Candidate, Oid]]:
        """Return the candidates that hold the branch, each with the tip of the part that it holds, oldest first."""
        possible = [
            one for one in candidates if (changed := self._changed.get(one.commit.oid)) and paths.issuperset(changed)
        ]
        found = {one.commit.oid: tip for one in possible if self._holds(one.commit, tip)}
        earlier = [oid for oid in reversed(unique) if oid != tip][:_MAX_PREFIXES]
        for one in possible:
            if one.commit.oid not in found:
                part = next((oid for oid in earlier if self._holds(one.commit, oid)), None)
                found |= {one.commit.oid: part} if part else {}
        return [(one, found[one.commit.oid]) for one in possible if one.commit.oid in found]

    def _is_merge(self, one: Candidate, olds: Sequence[Commit], *, is_whole: bool) -> bool:
        """Return True if a candidate is more than a copy of one commit.

        If it holds one old commit, a candidate made here must have been begun by ``merge --squash`` or have its
        message, and one that holds only a part of the branch must have another author or date than that commit.
        """
        if len(olds) != 1:
            return bool(olds)
        is_begun = one.commit.parents[0] in self._begun or one.commit.message.startswith(_SQUASH_MESSAGE)
        return (not one.is_made_here or is_begun) and (is_whole or olds[0].author != one.commit.author)

    def _holds(self, commit: Commit, tip: Oid) -> bool:
        """Return True if merging ``tip`` into the commit's parent gives the commit's tree; False beyond the bound."""
        tree, before = self._trees.get(commit.oid), self._trees.get(commit.parents[0])
        if tree is None or tree == before or self._worked_out >= _MAX_MERGES:
            return False
        self._worked_out += 1
        return self._repository.merged_tree(commit.parents[0], tip) == tree


def _identity(commit: Commit) -> tuple[Signature, str]:
    """Return the author, date and subject, which a host's rebase keeps.

    Scripts make many commits with one author and date, so equal identities need equal content too.
    """
    return commit.author, commit.message.split("\n", 1)[0]
