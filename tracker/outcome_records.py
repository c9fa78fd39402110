"""Records of what became of commits.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure.
"""

from typing import NamedTuple

from tracker.digests import blake2b
from tracker.model import Kind, Oid, ProjectId, TaskKind


class OutcomeRecord(NamedTuple):
    """``outcomes``: what became of one commit of the default branch. Key: project and oid.

    ``landed_at``: when it came to that branch, in seconds. ``added``: counted lines that it added. ``changes``: by age
    in days since then, how many more or fewer of its lines were there from that day on; their sum is what is there now.
    ``reverted_by``: the commit that took it back, at ``reverted_at``; ``revert_found_by``: ``message`` or ``inverse``.
    ``again_by``: a commit that did it again after that. ``fixed_by``: the first commit of the kind fix that
    removed lines of it within seven days, at ``fixed_at``; ``fixed_lines``: the lines that all such commits removed.
    ``blamed_by``: commits whose trailer ``Fixes`` names it. ``aged``: how many of ``AGES`` it had reached when outcomes
    were last computed; of the others nothing is known yet.
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
    aged: int = 0

    def kept(self, days: int) -> int:
        """Return how many of its lines were there when it was so many days old."""
        return sum([count for age, count in self.changes if age < days])

    def lifetime(self) -> int | None:
        """Return the age in days at which fewer than half of its added lines were left; None if they still are there.

        None too for a commit that added none.
        """
        there = dict(self.changes)
        left = there.pop(0, 0)  # no change on the first day: all that came went again
        if 2 * left < self.added:
            return 0
        for age, count in sorted(there.items()):
            left += count
            if 2 * left < self.added:
                return age
        return None


class OutcomesRunRecord(NamedTuple):
    """``outcome_runs``: how far a project's outcomes are computed. Key: project.

    ``branch``: full name of the ref. ``tip``: its last commit that is in the outcomes. ``time``: that commit's time, or
    that of an earlier one that is later, in seconds. ``rules``: digest of the rules by which lines count.
    ``computed_at``: seconds at which the outcomes were complete up to the tip; 0 while a run is under way.
    """

    branch: str
    tip: Oid
    time: int
    rules: str
    computed_at: int = 0

    @property
    def digest(self) -> str:
        """A digest of all fields, 32 hex digits: outcomes that are kept elsewhere name their run by it."""
        return blake2b("\n".join(map(str, self)).encode(), digest_size=16).hexdigest()


class LifetimesRecord(NamedTuple):
    """``lifetimes``: ages of the landed commits of an account. Key: that of the account's ``totals``.

    A commit lives until fewer than half of its added lines are left. ``ended``: by age in days, how many commits ended
    then. ``going``: by the day on which they landed (days since the epoch), how many have not ended. Commits that added
    no line are left out.
    """

    agent: str
    kind: Kind
    model: str | None
    project: ProjectId
    task_kind: TaskKind
    month: int
    version: str | None = None
    setup: str | None = None
    ended: tuple[tuple[int, int], ...] = ()
    going: tuple[tuple[int, int], ...] = ()
