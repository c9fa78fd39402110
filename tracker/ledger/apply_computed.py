"""Application of what is computed or sent of commits and projects, off the hook path: outcomes, costs, profiles."""

from typing import assert_never

from tracker import keys
from tracker.ledger import apply_projects
from tracker.ledger.commits import find_commit
from tracker.ledger.computed_entries import (
    ComputedEntry,
    CostEntry,
    NoOutcomeEntry,
    OutcomeEntry,
    OutcomesEntry,
    ProfileEntry,
    SentEntry,
)
from tracker.ledger.tables import OUTCOME_RUNS, OUTCOMES, SENT
from tracker.ledger.totals import TotalsUpdate
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import Oid, ProjectId
from tracker.outcome_records import OutcomeRecord


def apply_computed(commits: WorkingCommits, totals: TotalsUpdate, entry: ComputedEntry) -> None:
    """Apply one entry, and what it changes in the totals."""
    match entry:
        case OutcomesEntry():
            begin_outcomes(commits, totals, entry)
        case OutcomeEntry():
            replace_outcome(commits, totals, (entry.project, entry.oid), entry.outcome)
        case NoOutcomeEntry():
            replace_outcome(commits, totals, (entry.project, entry.oid), None)
        case ProfileEntry():
            apply_projects.record_profile(commits.transaction, entry)
        case CostEntry():
            totals.record_cost(entry.oid, entry.cost)
            commits.count_again(entry.oid)
        case SentEntry():
            commits.transaction.put(SENT, keys.sent(bytes.fromhex(entry.team), entry.oid), entry.record)
        case _:
            assert_never(entry)


def begin_outcomes(commits: WorkingCommits, totals: TotalsUpdate, entry: OutcomesEntry) -> None:
    """Record how far outcomes are computed; with ``anew`` remove all that are recorded.

    Totals change by the commits as they are stored, since what this transaction changes of commits is added to the
    totals later, with the outcomes as they are then.
    """
    transaction, project = commits.transaction, keys.project(entry.project)
    if entry.anew:
        for key in [*transaction.keys(OUTCOMES, project)]:
            replace_outcome(commits, totals, (entry.project, keys.oid_of(key)), None)
    transaction.put(OUTCOME_RUNS, project, entry.run)


def replace_outcome(
    commits: WorkingCommits, totals: TotalsUpdate, commit: tuple[ProjectId, Oid], outcome: OutcomeRecord | None
) -> None:
    """Record the outcome of a commit, None for none, and let the totals follow."""
    totals.replace_outcome(commit, find_commit(commits.transaction, *commit), outcome)
