"""A commit of a project with all that the ledger knows of it: facts, standing, outcome and cost."""

from typing import NamedTuple

from tracker.cost_records import PRICED, CostRecord
from tracker.lineage import contributions
from tracker.lineage.outcome_amounts import outcome_columns
from tracker.lineage.sums import SIZES
from tracker.model import AGES, GRADE_NAMES, Oid, ProjectId, Rater
from tracker.outcome_records import OutcomeRecord
from tracker.records import RecordedCommit


class CommitRow(NamedTuple):
    """A commit in one project. ``outcome``: None where it has not landed, or is a merge, which is no work of its own.

    ``bugs``: those charged to it that hold. ``cost``: with that of its other versions if it is counted; None where none
    is recorded.
    """

    project: ProjectId
    oid: Oid
    commit: RecordedCommit
    outcome: OutcomeRecord | None
    bugs: int
    cost: CostRecord | None

    def grade(self, rater: Rater) -> str | None:
        """Return the name of a rater's grade in effect."""
        found = contributions.grade(self.commit.standing, rater)[0]
        return None if found is None else GRADE_NAMES[found]

    def is_provisional(self, rater: Rater) -> bool | None:
        """Return True if a rater's grade was given to an earlier version with other content; None without a grade."""
        found, is_provisional = contributions.grade(self.commit.standing, rater)
        return None if found is None else is_provisional

    def kept(self, days: int) -> int | None:
        """Return how many of its lines were there at one of ``AGES``; None where it has not reached that age."""
        if self.outcome is None or AGES.index(days) >= self.outcome.aged:
            return None
        return self.outcome.kept(days)

    @property
    def went_well(self) -> bool | None:
        """True if it landed 14 days ago or longer without trouble and half of its lines were kept; None if younger."""
        if self.outcome is None or not self.outcome.aged:
            return None
        columns = outcome_columns(self.commit, self.outcome, is_charged=self.bugs > 0)
        return any(columns.get(f"well_{size}") for size in SIZES)

    @property
    def blamed_by(self) -> str | None:
        """The commits whose trailer names it, separated by spaces."""
        return (" ".join(self.outcome.blamed_by) or None) if self.outcome else None

    @property
    def replaced_by(self) -> str | None:
        """The commits that it was rewritten into, separated by spaces."""
        return " ".join(link.new for link in self.commit.standing.links if link.kind != "dropped") or None

    @property
    def is_priced(self) -> bool | None:
        """True if its money is worked out with the user's prices; None where no money is known."""
        return None if self.cost is None or self.cost.usd is None else PRICED in self.cost.flags

    @property
    def cost_models(self) -> str | None:
        """The models that were called, each with its calls, as ``name: 12, other: 3``."""
        return (", ".join(f"{name}: {calls}" for name, calls in self.cost.models) or None) if self.cost else None

    @property
    def cost_found_by(self) -> str | None:
        """``id`` or ``time``; None where no cost is known."""
        return (self.cost.found_by or None) if self.cost else None

    @property
    def cost_flags(self) -> str | None:
        """The remarks on its cost, separated by spaces, without that on prices."""
        return (" ".join(flag for flag in self.cost.flags if flag != PRICED) or None) if self.cost else None

    @property
    def cost_unknown(self) -> str | None:
        """The reason for which its cost is not known; None where it is, and where none is recorded."""
        return (self.cost.unknown or None) if self.cost else None
