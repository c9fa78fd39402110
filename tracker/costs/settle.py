"""Decide when the cost of a commit is read from its session, and when it is given up. Pure.

Agents write the result of the command that makes a commit after its hooks have run, and some write the numbers of its
call later still. They remove or compress sessions after 7 days (Codex) and 30 days (Claude Code, Gemini CLI).
"""

from typing import Final, Literal, NamedTuple

from tracker.cost_records import CostRecord
from tracker.costs.apportion import SessionCommit
from tracker.costs.timeline import Timeline

Decision = Literal["read", "wait", "give_up"]

SOON: Final = 10 * 60_000
"""Milliseconds after which a commit's session is taken as it is."""
GIVE_UP: Final = 6 * 24 * 3_600_000
"""Milliseconds after which nobody looks for a session any more."""


class Held(NamedTuple):
    """The state of a session's store with respect to a commit.

    ``shows_id``: a tool's result shows the commit. ``is_later``: something happened in the session after the commit.
    ``is_pending``: the numbers of a call before the commit are still to come.
    """

    shows_id: bool
    is_later: bool
    is_pending: bool


def held(timeline: Timeline, commit: SessionCommit) -> Held:
    """Return what a session says of a commit."""
    shown = next((time for one, time in timeline.shown if commit.oid.startswith(one)), None)
    end = commit.end if shown is None else shown
    return Held(
        shown is not None,
        bool(timeline.marks) and timeline.marks[-1][0] > commit.end,
        bool(timeline.pending) and timeline.pending[0] <= end,
    )


def settle(made_at: int, now: int, store: Held | None) -> Decision:
    """Return if a commit's cost is read now, later or never.

    ``made_at``, ``now``: milliseconds since the epoch. ``store``: None while the session cannot be read.
    """
    age = now - made_at
    if store is None:
        return "give_up" if age >= GIVE_UP else "wait"
    is_complete = (store.shows_id or store.is_later) and not store.is_pending
    return "read" if is_complete or age >= SOON else "wait"


def given_up(reason: str, read_at: int) -> CostRecord:
    """Return the record of a commit without numbers. ``reason``: of ``cost_records.UNKNOWN``. ``read_at``: seconds."""
    return CostRecord(unknown=reason, read_at=read_at)


def replaces(new: CostRecord, old: CostRecord | None) -> bool:
    """Return True if a later reading counts: there was none, it knows more, or it found the commit by its id."""
    if old is None:
        return True
    if new.calls is None:
        return False
    return old.calls is None or (old.found_by == "time" and new.found_by == "id")
