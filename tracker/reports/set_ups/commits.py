"""The commits behind the figures of set-ups, each with its grades and what became of it."""

from collections.abc import Container, Iterator
from typing import NamedTuple

from tracker import keys
from tracker.cost_records import CostRecord
from tracker.ledger import Snapshot
from tracker.ledger.tables import BUGS, COMMITS, OUTCOMES, PROJECTS, STANDINGS
from tracker.ledger.totals import charged_commits, cost_of
from tracker.lineage.contributions import grade
from tracker.lineage.outcome_amounts import has_trouble, size_class
from tracker.model import AGES, GradeValue, Oid, ProjectId
from tracker.outcome_records import OutcomeRecord
from tracker.records import RecordedCommit
from tracker.reports.prices import Prices
from tracker.reports.set_ups.read_sums import Scope, SetUpReader
from tracker.reports.set_ups.set_up import SetUp


class SetUpCommit(NamedTuple):
    """One counted commit. ``outcome`` is None where it has not landed, or is a merge; ``is_blamed``: a bug names it.

    ``cost``: with that of its other versions; None where none is recorded.
    """

    project: ProjectId
    oid: Oid
    set_up: SetUp
    commit: RecordedCommit
    outcome: OutcomeRecord | None
    is_blamed: bool
    cost: CostRecord | None = None

    @property
    def user_grade(self) -> GradeValue | None:
        """The user's grade."""
        return grade(self.commit.standing, "user")[0]

    @property
    def agent_grade(self) -> GradeValue | None:
        """The agent's own grade."""
        return grade(self.commit.standing, "agent")[0]

    @property
    def size(self) -> str:
        """The class of its size."""
        return size_class(self.commit.facts)

    @property
    def is_settled(self) -> bool:
        """True if it landed 14 days ago or longer."""
        return self.outcome is not None and self.outcome.aged > 0

    @property
    def is_trouble(self) -> bool:
        """True if it is settled and was reverted, fixed, blamed or graded bad."""
        return (
            self.outcome is not None and self.is_settled and (self.is_blamed or has_trouble(self.commit, self.outcome))
        )

    @property
    def kept(self) -> float | None:
        """The share of its added lines that were there after 14 days; None where that is not known."""
        outcome = self.outcome
        if outcome is None or not self.is_settled or not outcome.added:
            return None
        return outcome.kept(AGES[0]) / outcome.added

    def reasons(self) -> list[str]:
        """Return what became of it, in words with the commits that show it."""
        found = []
        outcome = self.outcome
        if outcome is not None and outcome.reverted_by:
            found.append(f"reverted by {outcome.reverted_by[:10]}")
        if outcome is not None and outcome.again_by:
            found.append(f"done again by {outcome.again_by[:10]}")
        if outcome is not None and outcome.fixed_by:
            found.append(f"fixed by {outcome.fixed_by[:10]}")
        if self.is_blamed:
            named = f" by {outcome.blamed_by[0][:10]}" if outcome is not None and outcome.blamed_by else ""
            found.append(f"blamed{named}")
        if self.kept is not None:
            found.append(f"{self.kept:.0%} kept")
        elif outcome is not None and not self.is_settled:
            found.append("young")
        return found


def commits_of(
    snapshot: Snapshot,
    reader: SetUpReader,
    scope: Scope,
    chosen: Container[SetUp] | None = None,
    *,
    prices: Prices | None = None,
    among: Container[Oid] | None = None,
) -> Iterator[SetUpCommit]:
    """Yield the counted commits of a scope, newest first within each project; those of ``chosen`` set-ups, or all.

    ``prices``: work out money with them where no store states it. ``among``: only commits that are in it, or another
    version of which is.
    """
    charged = charged_commits(bug for _, bug in snapshot.scan(BUGS))
    projects = [keys.project_of(key) for key in snapshot.keys(PROJECTS)]
    for project in projects if scope.projects is None else sorted(scope.projects):
        for key, standing in snapshot.newest(STANDINGS, keys.project(project)):
            oid = keys.oid_of_standing(key)
            if among is not None and not any(one in among for one in (oid, *standing.stands_for)):
                continue
            facts = snapshot.get(COMMITS, keys.commit(project, oid)) if standing.counted else None
            if facts is None or not scope.has(project, keys.month(facts.authored_at)):
                continue
            variant = (standing.agent, standing.kind, standing.model_id, standing.agent_version, facts.setup)
            set_up = reader.set_up(*variant)
            if chosen is not None and set_up not in chosen:
                continue
            outcome = snapshot.get(OUTCOMES, keys.commit(project, oid)) if len(facts.parents) < 2 else None
            is_blamed = oid in charged or bool(outcome and outcome.blamed_by)
            commit = RecordedCommit(facts, standing)
            cost = cost_of(snapshot, oid, commit)
            if prices is not None:
                cost = prices.applied(cost)
            yield SetUpCommit(project, oid, set_up, commit, outcome, is_blamed, cost)
