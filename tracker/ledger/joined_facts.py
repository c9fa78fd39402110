"""The join of what two ledgers know of one commit. Pure.

The join is commutative, associative and idempotent, so any number of ledgers that are joined in any order agree. What
changes in time carries the number of its changes (``CommitFacts.live_changes``, ``evidence_changes``,
``Moment.readings``): more changes are the later state. Between two values of the same state the greater one is taken,
so that all agree, or both are kept where both may be true.

Grades are not joined here: a commit has the last of all that were given. The order of recording is each ledger's own.
"""

from collections.abc import Iterable
from typing import Any, Final

from tracker.attribution import CORRECTION_SIGNALS, combine, merge_moments
from tracker.attribution.other_tools_formats import NOTES
from tracker.ledger.bare_records import without_bare
from tracker.ledger.learnt import learnt_rank
from tracker.model import Evidence, Moment, Origin
from tracker.records import CommitFacts

_TEXTS: Final = ("author_name", "author_email", "committer_name", "committer_email", "subject")
"""Texts of the commit object, which another version may have cut elsewhere. All else that git has of it is equal."""

_STATED: Final = frozenset({"user", "config", *CORRECTION_SIGNALS})
_IN_NOTES: Final = frozenset(tool for tool, _ in NOTES.values())
"""The tools whose records a reconcile replaces when their notes change."""


def joined(known: CommitFacts, found: CommitFacts) -> CommitFacts:
    """Return what follows from the facts of two ledgers; grades and sequence are those of ``known``."""
    both = (known, found)
    copied = max(both, key=lambda one: (one.copy_of or "", one.is_exact_copy))
    measured = max(both, key=_measure)
    latest = max(both, key=lambda one: (one.live_changes, one.live))
    origins: set[Origin] = {one.origin for one in both}
    declared = [one.declared for one in both if one.declared is not None]
    is_pushed = known.pushed or found.pushed
    is_pushed_out = any(one.pushed and not one.pushed_within for one in both)
    return known._replace(
        **{name: min(getattr(known, name), getattr(found, name)) for name in _TEXTS},
        **{name: getattr(measured, name) for name in ("files", "insertions", "deletions", "task_kind")},
        learnt=max((one.learnt for one in both), key=lambda learnt: (learnt_rank(learnt), learnt)),
        recorded_at=min(known.recorded_at, found.recorded_at),
        evidence=_joined_evidence(known, found),
        moments=_joined_moments((*known.moments, *found.moments)),
        live=latest.live,
        live_changes=latest.live_changes,
        evidence_changes=max(known.evidence_changes, found.evidence_changes),
        origin="local" if "local" in origins else "fetched",
        declared=max(declared, default=None),
        setup=max((one.setup for one in both if one.setup), default=None),
        pushed=is_pushed,
        pushed_within=is_pushed and not is_pushed_out,
        copy_of=copied.copy_of,
        is_exact_copy=copied.is_exact_copy,
        reverts=max((one.reverts for one in both), key=lambda reverts: (len(reverts), reverts)),
    )


def _measure(facts: CommitFacts) -> tuple[int, int, int, str]:
    """Return the sort key of diff statistics: those that git could not compute are the smallest."""
    numbers = (facts.files, facts.insertions, facts.deletions)
    files, insertions, deletions = (-1 if number is None else number for number in numbers)
    return files, insertions, deletions, facts.task_kind


def _joined_evidence(known: CommitFacts, found: CommitFacts) -> tuple[Evidence, ...]:
    """Return what was stated in both, and the other evidence of the one that read it again later, or of both."""
    if known.evidence_changes == found.evidence_changes:
        return combine(without_bare({*known.evidence, *found.evidence}), ())
    earlier, later = sorted((known, found), key=lambda one: one.evidence_changes)
    return combine(without_bare({*filter(_is_stated, earlier.evidence), *later.evidence}), ())


def _is_stated(one: Evidence) -> bool:
    """Return True for a statement of the user or another program, which stays whatever is read again.

    A note of another tool is in git, and can be changed there.
    """
    return one.signal in _STATED or (one.signal == "record" and one.name not in _IN_NOTES)


def _joined_moments(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return each moment once, as it was read last, with the least number of rivals that any ledger knows."""
    by_event: dict[str, Moment] = {}
    for moment in moments:
        other = by_event.setdefault(moment.event, moment)
        latest = max(moment, other, key=_reading)
        by_event[moment.event] = latest._replace(rivals=min(moment.rivals, other.rivals))
    return merge_moments(by_event.values(), ())


def _reading(moment: Moment) -> tuple[Any, ...]:
    """Return the sort key of two readings of one moment; of one reading the bare form is the smaller."""
    words = sum(len(one.value) for one in moment.evidence)
    return moment.readings, len(moment.evidence), words, repr(moment._replace(rivals=0))
