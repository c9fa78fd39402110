"""Find the rewrites of commits: links from old to new commits, each with its kind.

Sources, in order: the list of post-rewrite, git's own list of a rebase (the hook puts it into its event), the reflog of
HEAD, then inference for each branch that did not move forward. Each of them can be wrong, so content decides the kind
of a link (``rewrite_kinds``); in doubt nothing is carried over.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from tracker.git import Repository
from tracker.git.reflog import COPIED, ReflogAction
from tracker.history import inferred_rewrites, reflog_rewrites, squash_merges
from tracker.history.changes import Changes
from tracker.history.ledger_queries import (
    content_links_of_old_versions,
    predecessors,
    recorded,
    recorded_pairs,
    unreplaced,
)
from tracker.history.made_here import commits_made_here
from tracker.history.pseudo_tips import squash_merges_begun
from tracker.history.recorded_state import RecordedState
from tracker.history.rewrite_kinds import classify
from tracker.ledger import Ledger
from tracker.model import CONTENT, Event, Oid, Pair, RewriteKind

_Pairs = dict[tuple[Oid, Oid], Pair]
"""Pairs keyed by old and new oid."""


def find_rewrites(
    repository: Repository,
    ledger: Ledger,
    known: RecordedState,
    changes: Changes,
    events: Sequence[Event],
    foreign: frozenset[Oid],
) -> dict[Pair, RewriteKind]:
    """Return every rewrite link that can be determined now, with its kind.

    ``foreign``: the new commits that a remote has. The kind of a recorded link may change when another old commit turns
    out to be in the same new one, so recorded links into the new commits are returned again. git's own list may hold
    ``old == new`` (a forced rebase that made the same commit again); that is no rewrite.

    Raises RepositoryError and the LedgerUnavailable errors.
    """
    pairs = _from_hooks(events)
    made_here = _made_here(repository, changes, events)
    content: dict[Oid, str] = {}  # patch ids and trees that were worked out so far
    missing = {*changes.died, *changes.unreachable} - {old for old, _ in pairs}
    if missing:
        is_known = _is_known(ledger, known, changes)
        _merge(pairs, reflog_rewrites.links_from_amends(repository, missing, is_known))
    if not changes.is_replaying:
        olds, news = {old for old, _ in pairs}, {new for _, new in pairs}
        copies = {oid for oid, action in made_here.items() if action in COPIED}
        unverified = foreign - made_here.keys()
        inferred = inferred_rewrites.infer(repository, known, changes, olds, news, copies, unverified)
        for pair in _without_resets(ledger, known, inferred):
            pairs.setdefault((pair.old, pair.new), pair)
    if changes.newly_reachable:  # also during a rebase: commits that a pull fetched before it are new only once
        kinds = classify(repository, [*pairs.values()], content)
        _merge(pairs, _squash_merges(repository, ledger, known, changes, events, made_here, kinds))
    same = [pair for pair, kind in classify(repository, [*pairs.values()], content).items() if kind == "same"]
    _merge(pairs, content_links_of_old_versions(ledger, known.project_id, same))
    _merge(pairs, recorded_pairs(ledger, known.project_id, {new for _, new in pairs}))
    return _without_surviving(ledger, known, classify(repository, [*pairs.values()], content))


def _from_hooks(events: Iterable[Event]) -> _Pairs:
    """Return the pairs of post-rewrite; those of a rebase override an amend's, which may list the same pair."""
    ordered = sorted(events, key=lambda event: event.arguments[:1] != ("amend",))
    return {
        (old, new): Pair(old, new, "amend" if event.arguments[:1] == ("amend",) else "post-rewrite")
        for event in ordered
        for old, new in event.pairs
    }


def _is_known(ledger: Ledger, known: RecordedState, changes: Changes) -> Callable[[Oid], bool]:
    """Return a function that is True for commits that are recorded or about to be."""
    new = {*changes.fresh, *changes.unreachable}
    return lambda oid: oid in new or bool(recorded(ledger, known.project_id, [oid]))


def _made_here(repository: Repository, changes: Changes, events: Iterable[Event]) -> dict[Oid, ReflogAction]:
    """Return the commits that a hook or a reflog shows as made here, each with its action.

    Empty when no commit became reachable.
    """
    if not changes.newly_reachable:
        return {}
    seen: dict[Oid, ReflogAction] = {
        event.head: "commit" for event in events if event.hook == "post-commit" and event.head
    }
    return seen | commits_made_here(repository)


def _without_resets(ledger: Ledger, known: RecordedState, pairs: Sequence[Pair]) -> list[Pair]:
    """Remove pairs whose new commit is a recorded predecessor of the old one (a reset to an earlier version)."""
    if not pairs:
        return []
    with ledger.read() as snapshot:
        return [pair for pair in pairs if pair.new not in predecessors(snapshot, known.project_id, pair.old)]


def _without_surviving(ledger: Ledger, known: RecordedState, kinds: dict[Pair, RewriteKind]) -> dict[Pair, RewriteKind]:
    """Remove ``dropped`` links of commits that another link, new or recorded, says survived."""
    surviving = {pair.old for pair, kind in kinds.items() if kind != "dropped"}
    dropped = {pair.old for pair, kind in kinds.items() if kind == "dropped"} - surviving
    if dropped:
        surviving |= recorded(ledger, known.project_id, dropped) - unreplaced(ledger, known.project_id, dropped)
    return {pair: kind for pair, kind in kinds.items() if kind != "dropped" or pair.old not in surviving}


def _merge(pairs: _Pairs, others: Iterable[Pair]) -> None:
    """Add pairs; a pair that is there keeps its source, unless the other one was found by content.

    A rebase onto a host's squash merge lists the commits that became empty with that merge, which it did not make.
    """
    for pair in others:
        if (pair.old, pair.new) not in pairs or pair.source == CONTENT:
            pairs[pair.old, pair.new] = pair


def _squash_merges(
    repository: Repository,
    ledger: Ledger,
    known: RecordedState,
    changes: Changes,
    events: Sequence[Event],
    made_here: Mapping[Oid, ReflogAction],
    kinds: Mapping[Pair, RewriteKind],
) -> list[Pair]:
    """Return links of squash and rebase merges into new commits that have no link yet, or only ``dropped`` ones."""
    linked = [pair for pair, kind in kinds.items() if kind != "dropped"]
    replaced, replacing = {pair.old for pair in linked}, {pair.new for pair in linked}
    recent = {*changes.fresh, *changes.unreachable}

    def not_replaced(oids: Iterable[Oid]) -> set[Oid]:
        asked = {*oids} - replaced
        return (asked & recent & made_here.keys()) | unreplaced(ledger, known.project_id, asked - recent, local=True)

    candidates = squash_merges.candidate_commits(repository, changes.newly_reachable, replacing, made_here)
    begun = squash_merges_begun(known, events)
    return squash_merges.find_squash_merges(repository, known, changes, candidates, begun, not_replaced)
