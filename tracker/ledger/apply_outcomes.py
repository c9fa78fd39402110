"""Application of computed outcomes of commits: the outcomes, and what they change in the totals."""

from tracker import keys
from tracker.ledger.commits import find_commit
from tracker.ledger.computed_entries import OutcomeEntry, OutcomesEntry
from tracker.ledger.tables import OUTCOME_RUNS, OUTCOMES
from tracker.ledger.totals import TotalsUpdate
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import Oid, ProjectId
from tracker.outcome_records import OutcomeRecord


def begin_outcomes(commits: WorkingCommits, totals: TotalsUpdate, entry: OutcomesEntry) -> None:
    """Record how far outcomes are computed; with ``anew`` remove all that are recorded.

    Totals change by the commits as they are stored, since what this transaction changes of commits is added to the
    totals later, with the outcomes as they are then.
    """
    transaction, project = commits.transaction, keys.project(entry.project)
    if entry.anew:
        for key in [*transaction.keys(OUTCOMES, project)]:
            _replace(commits, totals, (entry.project, keys.oid_of(key)), None)
    transaction.put(OUTCOME_RUNS, project, entry.run)


def record_outcome(commits: WorkingCommits, totals: TotalsUpdate, entry: OutcomeEntry) -> None:
    """Record the outcome of one commit."""
    _replace(commits, totals, (entry.project, entry.oid), entry.outcome)


def _replace(
    commits: WorkingCommits, totals: TotalsUpdate, commit: tuple[ProjectId, Oid], outcome: OutcomeRecord | None
) -> None:
    totals.replace_outcome(commit, find_commit(commits.transaction, *commit), outcome)
