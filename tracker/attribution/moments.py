"""Decide what the moments at which hooks saw one commit made say about its maker. Pure.

Two processes can work in one worktree, and a hook reads HEAD only after the commit. So moments can contradict each
other; then none of them is believed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from tracker.attribution.host_evidence import Source, source_of
from tracker.attribution.runtime_evidence import has_agent_at_work
from tracker.attribution.verdict import attribute, combine
from tracker.model import HUMAN, Evidence, Moment

_SURE: Final[tuple[Source, ...]] = ("output", "hidden")
"""The sources by which a host's word counts where no hook of git saw the commit, the surest first."""
_MOST_ALIKE: Final = 8
"""Moments of one commit that are kept of each maker, and of each kind of circumstances (replayed, late)."""
_MOST_MAKERS: Final = 4
"""Makers whose moments are kept of each kind of circumstances; two contradict each other already."""


def evidence_of_moments(moments: Sequence[Moment], *, is_rewritten: bool) -> tuple[Evidence, ...]:
    """Return the evidence of the moments of one commit, strongest first; nothing if they contradict each other.

    ``is_rewritten``: the commit replaces another one. Then a moment at which git replayed commits shows who replayed
    it, and not its maker. A late moment counts only where no other one is known. What a host told counts where git's
    hooks saw the same maker, or nothing.
    """
    told = [moment for moment in moments if moment.is_told]
    seen = [moment for moment in moments if not moment.is_told]
    if not seen:
        return _evidence_of_told(told)
    counting = [moment for moment in _without_idle(seen) if not (moment.is_replayed and is_rewritten)]
    counting = [moment for moment in counting if not moment.is_late] or counting
    if any(moment.rivals >= len(counting) for moment in counting):
        return ()  # all of them may belong to commits made before
    if len({_maker(moment.evidence) for moment in counting}) > 1:
        return ()
    return combine((), (one for moment in [*counting, *_confirming(told, counting)] for one in moment.evidence))


def _evidence_of_told(told: Sequence[Moment]) -> tuple[Evidence, ...]:
    """Return the evidence of moments that only hosts told of: of the surest; nothing where they contradict each other.

    That a commit came while a tool ran says nothing by itself. Of two sessions neither is known to have made it.
    """
    by_source = {source: [moment for moment in told if source_of(moment.evidence) == source] for source in _SURE}
    surest = next((found for found in by_source.values() if found), [])
    if len({_maker(moment.evidence) for moment in surest}) > 1:
        return ()
    evidence = [one for moment in surest for one in moment.evidence]
    if len(_sessions(surest)) > 1:
        evidence = [one._replace(model=None, version=None) for one in evidence if one.signal != "session"]
    return combine((), evidence)


def _confirming(told: Sequence[Moment], seen: Sequence[Moment]) -> list[Moment]:
    """Return what hosts told of the maker, and the session, that git's hooks saw."""
    makers, sessions = {_maker(moment.evidence) for moment in seen}, _sessions(seen)
    return [
        moment
        for moment in told
        if _maker(moment.evidence) in makers and (not sessions or sessions & _sessions([moment]))
    ]


def _sessions(moments: Iterable[Moment]) -> set[str]:
    return {one.value for moment in moments for one in moment.evidence if one.signal == "session"}


def count_told(moments: Sequence[Moment]) -> int:
    """Return the number of hooks that named a commit as the one that they saw made, without late and idle ones.

    A commit that only a host told of counts as named once: its hook did not run, so it names no other commit.
    """
    seen = sum(not (moment.is_late or moment.is_told) for moment in _without_idle(moments))
    return seen or int(any(moment.is_told for moment in moments))


def _without_idle(moments: Sequence[Moment]) -> list[Moment]:
    """Return moments without those of amends that made the same commit again: they changed nothing.

    Both hooks of such an amend ran in one process, so their circumstances are the same.
    """
    counting = [moment for moment in moments if not moment.is_idle]
    for idle in (moment for moment in moments if moment.is_idle):
        alike = (one for one in counting if one.evidence == idle.evidence and not (one.is_late or one.is_told))
        own = next(alike, None)
        if own is not None:
            counting.remove(own)
    return counting


def _maker(evidence: Sequence[Evidence]) -> str:
    """Return the agent that was at work, else a person's name: a person need not work at a terminal."""
    return attribute(evidence).agent if has_agent_at_work(evidence) else HUMAN


def merge_moments(known: Iterable[Moment], found: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return the moments of both, each event once, in a fixed order.

    Of an event what is known stays, but rivals may have told of themselves since: the smaller number of them holds.

    A program may run the hook for one commit any number of times. Of moments that say the same of the maker in the same
    circumstances ``_MOST_ALIKE`` are kept, and so many makers that a contradiction stays one. Which are kept depends on
    the set of moments alone: it does not matter when each was merged.
    """
    by_event: dict[str, Moment] = {}
    for moment in (*known, *found):
        first = by_event.setdefault(moment.event, moment)
        by_event[moment.event] = first._replace(rivals=min(first.rivals, moment.rivals))
    moments = [by_event[event] for event in sorted(by_event)]
    return tuple(moments if len(moments) <= min(_MOST_ALIKE, _MOST_MAKERS) else _bounded(moments))


def _bounded(moments: Iterable[Moment]) -> list[Moment]:
    """Return moments without the superfluous ones, in their order; those with most rivals, in doubt, are kept."""
    alike: dict[tuple[bool, ...], dict[str, list[Moment]]] = defaultdict(lambda: defaultdict(list))
    for moment in moments:
        sort = (moment.is_replayed, moment.is_late, moment.is_idle, moment.is_told)
        alike[sort][_maker(moment.evidence)].append(moment)
    kept = [
        moment
        for by_maker in alike.values()
        for maker in sorted(by_maker)[:_MOST_MAKERS]
        for moment in sorted(by_maker[maker], key=lambda one: (-one.rivals, one.event))[:_MOST_ALIKE]
    ]
    return sorted(kept, key=lambda one: one.event)
