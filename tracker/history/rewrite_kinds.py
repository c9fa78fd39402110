"""Decide what became of a rewritten commit's content: the kind of each rewrite link."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from tracker.git import Repository
from tracker.history.made_here import commits_made_in_last_rebase
from tracker.model import CONTENT, Commit, Oid, Pair, RewriteKind

_MAX_PATCHES: Final = 4000
"""Commits whose patches are compared in one reconcile; of a longer rewrite (filter-branch) only the trees are."""

_AMENDS: Final = frozenset({"amend", "reflog"})
"""Sources of pairs that certainly are amends."""

_CERTAIN: Final = _AMENDS | {CONTENT}
"""Sources of pairs whose new commit was certainly made of the old one, whatever its author."""


def classify(repository: Repository, pairs: Sequence[Pair], content: dict[Oid, str]) -> dict[Pair, RewriteKind]:
    """Return the kind of each pair; pairs with ``old == new`` are left out. Raises RepositoryError.

    ``content`` is a cache of patch ids and trees keyed by oid; this function adds the commits that it lacks.

    ``same``: equal patches. ``changed``: one old commit with another patch. If several old commits became one, each is
    ``squashed``, unless one of them alone has the new patch: then the others were ``dropped``, as a rebase lists
    commits that were skipped or became empty. It lists them with the commit before them, which may have existed
    already: a new commit that has the authorship of none of its old ones and was not made in that rebase replaces
    nothing. If content showed that all of them went into it, none is dropped for that reason.
    """
    pairs = [pair for pair in pairs if pair.old != pair.new]
    if not pairs:
        return {}
    oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
    commits = {commit.oid: commit for commit in repository.commits(oids)}
    content |= _content(repository, {oid: commit for oid, commit in commits.items() if oid not in content})
    sources = _sources(pairs, commits)
    certain = {pair.new for pair in pairs if pair.source in _CERTAIN}
    made_in_rebase = cache(lambda: commits_made_in_last_rebase(repository))

    def is_made_of(new: Oid, olds: Sequence[Oid]) -> bool:
        if new not in commits or new in certain:
            return True
        authors = {commits[old].author for old in olds if old in commits}
        return commits[new].author in authors or new in made_in_rebase()

    return {
        pair: _kind(pair, sources[pair.new], content) if is_made_of(pair.new, sources[pair.new]) else "dropped"
        for pair in pairs
    }


def _kind(pair: Pair, olds: Sequence[Oid], content: Mapping[Oid, str]) -> RewriteKind:
    """Return the kind of a pair whose new commit was made of ``olds``."""
    new = content.get(pair.new)
    if content.get(pair.old, "?") == new:
        return "same"
    if len(olds) == 1:
        return "changed"
    if pair.source != CONTENT and any(content.get(old, "?") == new for old in olds):
        return "dropped"
    return "squashed"


def _sources(pairs: Sequence[Pair], commits: Mapping[Oid, Commit]) -> dict[Oid, list[Oid]]:
    """Return the commits that each new one was made of, each once, keyed by new oid.

    A rebase lists the commits that it began with. An amend during it lists the copy that the rebase had made of one of
    them; that copy has the same author and date and is not a separate source.
    """
    sources: dict[Oid, list[Oid]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda pair: pair.source in _AMENDS):
        authors = {commits[old].author for old in sources[pair.new] if old in commits}
        is_copy = pair.source in _AMENDS and pair.old in commits and commits[pair.old].author in authors
        if not is_copy:
            sources[pair.new].append(pair.old)
    return sources


def _content(repository: Repository, commits: Mapping[Oid, Commit]) -> dict[Oid, str]:
    """Return what identifies the content of each commit: its patch id, or its tree for a merge, which has no patch."""
    plain = [oid for oid, commit in commits.items() if len(commit.parents) < 2]
    trees = repository.trees([*commits])
    if len(plain) > _MAX_PATCHES:
        return trees
    patches = repository.patch_ids(plain)
    return trees | {oid: patches.get(oid, "no change") for oid in plain}
