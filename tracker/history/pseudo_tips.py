"""Tips that are no refs: they keep a commit known from one reconcile to the next while git has not finished.

Two kinds: ``squash OID``, a HEAD on which a squash merge waits to be committed, and ``before NAME``, where a branch
stood before a rebase that is still in progress moved it. They are stored in the table of tips beside those of refs.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from tracker.history.recorded_state import RecordedState
from tracker.model import Event, Oid

BRANCH: Final = "refs/heads/"
"""Prefix of the name of a branch's tip."""

BEFORE: Final = "before "
"""Prefix of the name of the tip that a branch had before a rebase in progress moved it."""

_SQUASH: Final = "squash "
_HEAD: Final = "worktree "
"""Prefix of the name of the tip of a worktree's HEAD (``Repository.tips``)."""


def pseudo_tips(
    known: RecordedState, tips: Mapping[str, Oid], events: Iterable[Event], *, is_replaying: bool
) -> dict[str, Oid]:
    """Return the pseudo tips to record beside the tips of refs, keyed by name."""
    heads = {oid for name, oid in tips.items() if name.startswith(_HEAD)}
    waiting = {f"{_SQUASH}{oid}": oid for oid in squash_merges_begun(known, events) & heads}
    return waiting | (_tips_before_rebase(known, tips) if is_replaying else {})


def squash_merges_begun(known: RecordedState, events: Iterable[Event]) -> set[Oid]:
    """Return the commits that HEADs pointed at when ``merge --squash`` filled the index (githooks(5), post-merge).

    The commits of earlier reconciles are included, since another process may record the commit that follows.
    """
    remembered = {oid for name, oid in known.tips.items() if name.startswith(_SQUASH)}
    return remembered | {
        event.head for event in events if event.hook == "post-merge" and event.arguments[:1] == ("1",) and event.head
    }


def _tips_before_rebase(known: RecordedState, tips: Mapping[str, Oid]) -> dict[str, Oid]:
    """Return the recorded tips of branches that moved while a rebase is in progress, with the ones kept before.

    git moves the branch before it reports that a rebase is done (sequencer.c, pick_commits). The first reconcile after
    that finds out what became of the old commits; until then these tips keep them reachable.
    """
    waiting = {name: oid for name, oid in known.tips.items() if name.startswith(BEFORE)}
    moved = {
        f"{BEFORE}{name}": then
        for name, then in known.tips.items()
        if name.startswith(BRANCH) and tips.get(name, then) != then
    }
    return moved | waiting
