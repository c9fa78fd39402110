"""The outcome of each commit, folded from the steps of a pass over history. Pure.

Ages are days since the commit landed on the default branch. Lines that came back after a revert count as kept again.
"""

from collections import Counter
from collections.abc import Container, Mapping, MutableMapping
from typing import Final

from tracker.model import DAY, Oid
from tracker.outcome_records import OutcomeRecord
from tracker.outcomes.history_pass import Step

FIXED_WITHIN: Final = 7 * DAY
"""Seconds after a commit within which a fix of its lines counts."""
_EXACT: Final = 90
"""Days up to which each has its own number; later ones are counted by months of thirty days."""
_MONTH: Final = 30


def fold(
    outcomes: MutableMapping[Oid, OutcomeRecord],
    step: Step,
    landed: int,
    times: Mapping[Oid, int],
    fixes: Container[Oid],
) -> set[Oid]:
    """Add a step to the outcomes; return the commits whose outcome has changed.

    ``landed``: the time of the step's main-line commit, not before that of the step before. ``times``: the committer
    times of the commits that landed. ``fixes``: those of them whose kind of work is fix.
    """
    changed = set(step.commits)
    for oid, added in step.commits.items():
        outcomes[oid] = OutcomeRecord(landed, added)
    for lines, sign in ((step.came, 1), (step.gone, -1)):
        for oid, count in lines.items():
            outcome = outcomes[oid]
            changes = Counter(dict(outcome.changes))
            changes[_age(landed - outcome.landed_at)] += sign * count
            outcomes[oid] = outcome._replace(
                changes=tuple(sorted((age, lost) for age, lost in changes.items() if lost))
            )
            changed.add(oid)
    for fixer, lines in step.removed.items():
        if fixer in fixes:
            changed |= _note_fix(outcomes, fixer, times[fixer], lines)
    return changed


def _age(seconds: int) -> int:
    days = seconds // DAY
    return days if days <= _EXACT else days // _MONTH * _MONTH


def _note_fix(
    outcomes: MutableMapping[Oid, OutcomeRecord], fixer: Oid, time: int, lines: Mapping[Oid, int]
) -> set[Oid]:
    """Note a commit of the kind fix with those that it removes lines of, if they landed not long before."""
    noted: set[Oid] = set()
    for oid, count in lines.items():
        outcome = outcomes[oid]
        if oid == fixer or time - outcome.landed_at > FIXED_WITHIN:
            continue
        if outcome.fixed_by is None:
            outcome = outcome._replace(fixed_by=fixer, fixed_at=time)
        outcomes[oid] = outcome._replace(fixed_lines=outcome.fixed_lines + count)
        noted.add(oid)
    return noted
