"""Which commits were rewritten into which, and what became of their content.

The sources, in order: post-rewrite's own list, git's list of a rebase (the hook puts it into its event), HEAD's reflog,
then inference for every branch that did not move forward. Each of them can be wrong, so content decides what a pair
means, and where that is in doubt nothing is carried over.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from tracker.git import Repository
from tracker.git.reflog import COPIED, ReflogAction
from tracker.history import inferred_rewrites, squash_merges
from tracker.history.changes import (
    Known,
    Survey,
    landed_before,
    predecessors,
    recorded,
    recorded_pairs,
    squashes_begun,
    unreplaced,
)
from tracker.history.made_here import commits_made_here, commits_made_in_last_rebase
from tracker.ledger import Ledger
from tracker.model import CONTENT, Commit, Event, Oid, Pair, RewriteKind

_MOST_PATCHES: Final = 4000
"""Commits whose patches are compared in one reconcile; of a longer rewrite (filter-branch) only the trees are."""

_AMENDS: Final = frozenset({"amend", "reflog"})
"""The sources of pairs that are surely an amend's."""

_SURE: Final = _AMENDS | {CONTENT}
"""The sources of pairs whose new commit was surely made of the old one, whoever is its author."""


def find(
    repository: Repository,
    ledger: Ledger,
    known: Known,
    found: Survey,
    events: Sequence[Event],
    foreign: frozenset[Oid],
) -> dict[Pair, RewriteKind]:
    """Every rewrite that can be told now, with its kind. ``foreign``: those of the new commits that a remote has.

    What a new commit means may change when another old one turns out to be in it, so the pairs that the ledger has for
    it are told again. git's own list may say ``old == new`` (a forced rebase that made the same commit again); that is
    no rewrite.
    """
    pairs = _told(events)
    recent = {*found.fresh, *found.phantoms}
    missing = {*found.died, *found.phantoms} - {old for old, _ in pairs}
    made = _made_here(repository, found, events)
    content: dict[Oid, str] = {}
    if missing:

        def is_known(oid: Oid) -> bool:
            return oid in recent or bool(recorded(ledger, known.project, [oid]))

        _join(pairs, inferred_rewrites.from_reflogs(repository, missing, is_known))
    if not found.replaying:
        olds, news = {old for old, _ in pairs}, {new for _, new in pairs}
        copies = {oid for oid, action in made.items() if action in COPIED}
        inferred = inferred_rewrites.find(repository, known, found, olds, news, copies, foreign - made.keys())
        for pair in _without_undone(ledger, known, [*inferred]):
            pairs.setdefault((pair.old, pair.new), pair)
    if found.came:  # also during a rebase: what a pull brought before is new but once
        told = _classified(repository, pairs, content)
        _join(pairs, _landed(repository, ledger, known, found, events, made, told))
    alike = [pair for pair, kind in _classified(repository, pairs, content).items() if kind == "same"]
    _join(pairs, landed_before(ledger, known.project, alike))
    _join(pairs, recorded_pairs(ledger, known.project, {new for _, new in pairs}))
    return _without_idle(ledger, known, _classified(repository, pairs, content))


def _without_undone(ledger: Ledger, known: Known, pairs: Sequence[Pair]) -> list[Pair]:
    """All but what says that a commit became one that it was made of itself: there it was put back to what it was."""
    if not pairs:
        return []
    with ledger.read() as snapshot:
        return [pair for pair in pairs if pair.new not in predecessors(snapshot, known.project, pair.old)]


def _without_idle(ledger: Ledger, known: Known, kinds: dict[Pair, RewriteKind]) -> dict[Pair, RewriteKind]:
    """All but what says that a commit was dropped which lives on in another one: there it did contribute."""
    kept = {pair.old for pair, kind in kinds.items() if kind != "dropped"}
    dropped = {pair.old for pair, kind in kinds.items() if kind == "dropped"} - kept
    if dropped:
        kept |= recorded(ledger, known.project, dropped) - unreplaced(ledger, known.project, dropped)
    return {pair: kind for pair, kind in kinds.items() if kind != "dropped" or pair.old not in kept}


_Pairs = dict[tuple[Oid, Oid], Pair]


def _join(pairs: _Pairs, others: Iterable[Pair]) -> None:
    """Add pairs; one that is known keeps the source that told of it first, unless content tells of it too.

    A rebase onto what a host squashed lists the commits that became empty with that squash, which it did not make.
    """
    for pair in others:
        if (pair.old, pair.new) not in pairs or pair.source == CONTENT:
            pairs[pair.old, pair.new] = pair


def _made_here(repository: Repository, found: Survey, events: Iterable[Event]) -> dict[Oid, ReflogAction]:
    """Return the commits that a reflog saw made here, with the action that made each, and those that a hook saw."""
    if not found.came:
        return {}
    seen: dict[Oid, ReflogAction] = {
        event.head: "commit" for event in events if event.hook == "post-commit" and event.head
    }
    return seen | commits_made_here(repository)


def _landed(
    repository: Repository,
    ledger: Ledger,
    known: Known,
    found: Survey,
    events: Sequence[Event],
    made: Mapping[Oid, ReflogAction],
    told: Mapping[Pair, RewriteKind],
) -> list[Pair]:
    """What came back of branches in commits that nothing was told of, or only that something was dropped for them."""
    kept = [pair for pair, kind in told.items() if kind != "dropped"]
    replaced, new = {pair.old for pair in kept}, {pair.new for pair in kept}
    recent = {*found.fresh, *found.phantoms}

    def standing(oids: Iterable[Oid]) -> set[Oid]:
        asked = {*oids} - replaced
        return (asked & recent & made.keys()) | unreplaced(ledger, known.project, asked - recent, local=True)

    arrived = squash_merges.arrivals(repository, found.came, new, made)
    return squash_merges.find(repository, known, found, arrived, squashes_begun(known, events), standing)


def _told(events: Iterable[Event]) -> _Pairs:
    """What post-rewrite was told; ``rebase`` comes last, since an amend on its way may list the same pair."""
    ordered = sorted(events, key=lambda event: event.arguments[:1] != ("amend",))
    return {
        (old, new): Pair(old, new, "amend" if event.arguments[:1] == ("amend",) else "post-rewrite")
        for event in ordered
        for old, new in event.pairs
    }


# -- kinds -------------------------------------------------------------------------------------------------------


def _classified(repository: Repository, told: _Pairs, content: dict[Oid, str]) -> dict[Pair, RewriteKind]:
    """The kind of every pair, decided by ``content``, which is completed on the way.

    ``same``: equal patches. ``changed``: one old, another patch. Of several olds that became one commit each is
    ``squashed``, unless one of them alone already is the new patch: then the others were ``dropped``, as a rebase lists
    those that were skipped or had become empty. It lists them with the commit before them, which may be one that was
    there already: a commit that has none of its olds' authorship and was not made in that rebase replaces nothing.
    Where content told that all of them went into it, each did.
    """
    pairs = [pair for pair in told.values() if pair.old != pair.new]
    if not pairs:
        return {}
    oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
    commits = {commit.oid: commit for commit in repository.commits(oids)}
    content |= _content(repository, {oid: commit for oid, commit in commits.items() if oid not in content})
    sources = _sources(pairs, commits)
    sure = {pair.new for pair in pairs if pair.source in _SURE}
    made_in_rebase = cache(lambda: commits_made_in_last_rebase(repository))

    def is_made_of(new: Oid, olds: Sequence[Oid]) -> bool:
        if new not in commits or new in sure:
            return True
        authors = {commits[old].author for old in olds if old in commits}
        return commits[new].author in authors or new in made_in_rebase()

    kinds: dict[Pair, RewriteKind] = {}
    for pair in pairs:
        olds = sources[pair.new]
        if not is_made_of(pair.new, olds):
            kinds[pair] = "dropped"
        elif content.get(pair.old, "?") == content.get(pair.new):
            kinds[pair] = "same"
        elif len(olds) == 1:
            kinds[pair] = "changed"
        elif pair.source != CONTENT and any(content.get(old, "?") == content.get(pair.new) for old in olds):
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
        known = {commits[old].author for old in sources[pair.new] if old in commits}
        is_copy = pair.source in _AMENDS and pair.old in commits and commits[pair.old].author in known
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
