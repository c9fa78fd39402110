"""Records of what became of commits.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure.
"""

from typing import Final, NamedTuple

from tracker.model import Oid

DAY: Final = 86_400
"""Seconds of a day, in which ages are counted."""


class OutcomeRecord(NamedTuple):
    """``outcomes``: what became of one commit of the default branch. Key: project and oid.

    ``landed_at``: when it came to that branch, in seconds. ``added``: counted lines that it added. ``changes``: by age
    in days since then, how many more or fewer of its lines were there from that day on; their sum is what is there now.
    ``reverted_by``: the commit that took it back, at ``reverted_at``; ``revert_found_by``: ``message`` or ``inverse``.
    ``again_by``: a commit that did it again after that. ``fixed_by``: the first commit of the kind fix that
    removed lines of it within seven days, at ``fixed_at``; ``fixed_lines``: the lines that all such commits removed.
    ``blamed_by``: commits whose trailer ``Fixes`` names it.
    """

    landed_at: int
    added: int
    changes: tuple[tuple[int, int], ...] = ()
    reverted_by: Oid | None = None
    reverted_at: int = 0
    revert_found_by: str = ""
    again_by: Oid | None = None
    fixed_by: Oid | None = None
    fixed_at: int = 0
    fixed_lines: int = 0
    blamed_by: tuple[Oid, ...] = ()

    def kept(self, days: int) -> int:
        """Return how many of its lines were there when it was so many days old."""
        return sum(count for age, count in self.changes if age < days)


class OutcomesRunRecord(NamedTuple):
    """``outcome_runs``: how far a project's outcomes are computed. Key: project.

    ``branch``: full name of the ref. ``tip``: its last commit that is in the outcomes. ``time``: that commit's time, or
    that of an earlier one that is later, in seconds. ``rules``: digest of the rules by which lines count.
    """

    branch: str
    tip: Oid
    time: int
    rules: str
