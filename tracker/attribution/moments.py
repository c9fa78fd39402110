"""Decide what the moments at which hooks saw one commit made say about its maker. Pure.

Two processes can work in one worktree, and a hook reads HEAD only after the commit. So moments can contradict each
other; then none of them is believed.
"""

from collections.abc import Iterable, Sequence

from tracker.attribution.runtime_evidence import has_agent_at_work
from tracker.attribution.verdict import attribute, combine
from tracker.model import HUMAN, Evidence, Moment


def evidence_of_moments(moments: Sequence[Moment], *, is_rewritten: bool) -> tuple[Evidence, ...]:
    """Return the evidence of the moments of one commit, strongest first; nothing if they contradict each other.

    ``is_rewritten``: the commit replaces another one. Then a moment at which git replayed commits shows who replayed
    it, and not its maker. A late moment counts only where no other one is known.
    """
    counting = [moment for moment in moments if not (moment.is_replayed and is_rewritten)]
    counting = [moment for moment in counting if not moment.is_late] or counting
    if any(moment.rivals >= len(counting) for moment in counting):
        return ()  # all of them may belong to commits made before
    if len({_maker(moment.evidence) for moment in counting}) > 1:
        return ()
    return combine((), (one for moment in counting for one in moment.evidence))


def _maker(evidence: Sequence[Evidence]) -> str:
    """Return the agent that was at work, else a person's name: a person need not work at a terminal."""
    return attribute(evidence).agent if has_agent_at_work(evidence) else HUMAN


def merge_moments(known: Iterable[Moment], found: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return the moments of both, each event once, in a fixed order; what is known of an event stays."""
    by_event = {moment.event: moment for moment in (*found, *known)}
    return tuple(by_event[event] for event in sorted(by_event))
