"""Which commits were rewritten into which, and what became of their content.

The sources, in order: post-rewrite's own list, git's list of a rebase (the hook puts it into its event), HEAD's reflog,
then inference for every branch that did not move forward. Each of them can be wrong, so content decides what a pair
means, and where that is in doubt nothing is carried over.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from tracker.model import Commit, Event, Oid, Pair, RewriteKind
from tracker.repository import Repository
from tracker.survey import Known, Survey

_BRANCH: Final = "refs/heads/"
_MOST_PATCHES: Final = 4000
"""Commits whose patches are compared in one reconcile; of a longer rewrite (filter-branch) only the trees are."""

_AMENDED: Final = "commit (amend)"
"""How the reflog's message begins where HEAD moved from a commit to what that was made into (builtin/commit.c)."""

_AMENDS: Final = frozenset({"amend", "reflog"})
"""The sources of pairs that are surely an amend's."""


def find(
    repository: Repository,
    known: Known,
    found: Survey,
    events: Sequence[Event],
    recorded: Callable[[Iterable[Oid]], Iterable[Pair]],
    made_in_rebase: Callable[[], frozenset[Oid]],
) -> dict[Pair, RewriteKind]:
    """Every rewrite that can be told now, with its kind.

    ``recorded`` gives the pairs that the ledger has for some new commits: what a new one means may change when another
    old one turns out to be in it. ``made_in_rebase``: the commits made since the last rebase began.

    git's own list may say ``old == new`` (a forced rebase that made the same commit again); that is no rewrite.
    """
    pairs = _told(events)
    missing = {*found.died, *found.phantoms} - {old for old, _ in pairs}
    if missing:
        for pair in _from_reflogs(repository, missing):
            pairs.setdefault((pair.old, pair.new), pair)
    if not repository.is_replaying():
        for pair in _inferred(repository, known, found, {old for old, _ in pairs}, {new for _, new in pairs}):
            pairs.setdefault((pair.old, pair.new), pair)
    for pair in recorded({new for _, new in pairs}):
        pairs.setdefault((pair.old, pair.new), pair)
    real = [pair for pair in pairs.values() if pair.old != pair.new]
    return _classified(repository, real, made_in_rebase)


def _told(events: Iterable[Event]) -> dict[tuple[Oid, Oid], Pair]:
    """What post-rewrite was told; ``rebase`` comes last, since an amend on its way may list the same pair."""
    ordered = sorted(events, key=lambda event: event.arguments[:1] != ("amend",))
    return {
        (old, new): Pair(old, new, "amend" if event.arguments[:1] == ("amend",) else "post-rewrite")
        for event in ordered
        for old, new in event.pairs
    }


def _from_reflogs(repository: Repository, missing: set[Oid]) -> Iterable[Pair]:
    return [
        Pair(entry.old, entry.new, "reflog")
        for entry in repository.head_reflogs()
        if entry.old in missing and entry.message.startswith(_AMENDED)
    ]


# -- inference ---------------------------------------------------------------------------------------------------


def _inferred(
    repository: Repository, known: Known, found: Survey, told_old: set[Oid], told_new: set[Oid]
) -> list[Pair]:
    """What the branches that moved anywhere but forward, and the commits that nothing reaches any more, became."""
    moved = [
        (then, found.tips[name])
        for name, then in known.tips.items()
        if name.startswith(_BRANCH) and found.tips.get(name, then) != then
    ]
    pairs: list[Pair] = []
    lost = {*found.died, *found.phantoms} - told_old
    gained = {*found.fresh} - told_new
    for then, now in moved:
        old_only = repository.walk([then], [now])
        if not old_only:
            continue  # it moved forward
        new_only = [oid for oid in repository.walk([now], [then]) if oid not in told_new]
        left = [oid for oid in old_only if oid not in told_old]
        here = _matched(repository, left, new_only)
        squashed = [oid for oid in left if oid not in {pair.old for pair in here}]
        if squashed and len(squashed) + len(here) == len(old_only):
            here += _squashed(repository, then, now, squashed, new_only)
        pairs += here
        lost -= {pair.old for pair in here}
    if lost and gained:
        pairs += _matched(repository, sorted(lost), sorted(gained))
    return pairs


def _matched(repository: Repository, old: Sequence[Oid], new: Sequence[Oid]) -> list[Pair]:
    """Pairs with the same author and author date; ties by subject, else none."""
    candidates: dict[object, list[Commit]] = defaultdict(list)
    for commit in repository.commits(new):
        candidates[_authorship(commit)].append(commit)
    pairs: list[Pair] = []
    for commit in repository.commits(old) if candidates else ():
        alike = candidates.get(_authorship(commit), [])
        if len(alike) > 1:
            alike = [other for other in alike if _first_line(other) == _first_line(commit)]
        if len(alike) == 1:
            pairs.append(Pair(commit.oid, alike[0].oid, "match"))
    return pairs


def _squashed(repository: Repository, then: Oid, now: Oid, left: Sequence[Oid], new_only: Sequence[Oid]) -> list[Pair]:
    """The commits that a branch lost without a trace, when one commit that it gained holds all that it held.

    That is the one with the tree of the old tip (``reset --soft`` and commit), or with the patch of the whole branch.
    """
    trees = repository.trees([then, *new_only])
    holders = [oid for oid in new_only if trees.get(oid) == trees.get(then)]
    if not holders:
        whole = repository.patch_id_between(now, then)
        patches = repository.patch_ids(new_only[-_MOST_PATCHES:]) if whole else {}
        holders = [oid for oid, patch in patches.items() if patch == whole]
    return [Pair(old, holders[0], "match") for old in left] if holders else []


def _authorship(commit: Commit) -> tuple[str, str, int, int]:
    return commit.author


def _first_line(commit: Commit) -> str:
    return commit.message.split("\n", 1)[0]


# -- kinds -------------------------------------------------------------------------------------------------------


def _classified(
    repository: Repository,
    pairs: Sequence[Pair],
    made_in_rebase: Callable[[], frozenset[Oid]],
) -> dict[Pair, RewriteKind]:
    """The kind of every pair, decided by content.

    ``same``: equal patches. ``changed``: one old, another patch. Of several olds that became one commit each is
    ``squashed``, unless one of them alone already is the new patch: then the others were ``dropped``, as a rebase lists
    those that were skipped or had become empty. It lists them with the commit before them, which may be one that was
    there already: a commit that has none of its olds' authorship and was not made in that rebase replaces nothing.
    """
    if not pairs:
        return {}
    oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
    commits = {commit.oid: commit for commit in repository.commits(oids)}
    content = _content(repository, commits)
    sources = _sources(pairs, commits)
    amended = {pair.new for pair in pairs if pair.source in _AMENDS}

    def is_made_of(new: Oid, olds: Sequence[Oid]) -> bool:
        if new not in commits or new in amended:
            return True
        authors = {_authorship(commits[old]) for old in olds if old in commits}
        return _authorship(commits[new]) in authors or new in made_in_rebase()

    kinds: dict[Pair, RewriteKind] = {}
    for pair in pairs:
        olds = sources[pair.new]
        if not is_made_of(pair.new, olds):
            kinds[pair] = "dropped"
        elif content.get(pair.old, "?") == content.get(pair.new):
            kinds[pair] = "same"
        elif len(olds) == 1:
            kinds[pair] = "changed"
        elif any(content.get(old, "?") == content.get(pair.new) for old in olds):
            kinds[pair] = "dropped"
        else:
            kinds[pair] = "squashed"
    return kinds


def _sources(pairs: Sequence[Pair], commits: Mapping[Oid, Commit]) -> dict[Oid, list[Oid]]:
    """The commits that each new one was made of, each once.

    A rebase lists what it began with; an amend on the way lists the copy that it had made of that, which has the same
    author and date and is no source of its own.
    """
    sources: dict[Oid, list[Oid]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda pair: pair.source in _AMENDS):
        known = {_authorship(commits[old]) for old in sources[pair.new] if old in commits}
        is_copy = pair.source in _AMENDS and pair.old in commits and _authorship(commits[pair.old]) in known
        if not is_copy:
            sources[pair.new].append(pair.old)
    return sources


def _content(repository: Repository, commits: Mapping[Oid, Commit]) -> dict[Oid, str]:
    """What tells whether two commits do the same: the patch id, for a merge, which has none, its tree."""
    plain = [oid for oid, commit in commits.items() if len(commit.parents) < 2]
    trees = repository.trees([*commits])
    if len(plain) > _MOST_PATCHES:
        return trees
    patches = repository.patch_ids(plain)
    return trees | {oid: patches.get(oid, "no change") for oid in plain}
