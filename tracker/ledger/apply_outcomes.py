"""Application of computed outcomes of commits. They are facts about git's history and move no totals."""

from tracker import keys
from tracker.ledger.entries import OutcomesEntry
from tracker.ledger.tables import OUTCOME_RUNS, OUTCOMES, Transaction


def record_outcomes(transaction: Transaction, entry: OutcomesEntry) -> None:
    """Record outcomes, and how far they are computed."""
    project = keys.project(entry.project)
    if entry.anew:
        for key in [*transaction.keys(OUTCOMES, project)]:
            transaction.delete(OUTCOMES, key)
    for oid, outcome in entry.outcomes:
        transaction.put(OUTCOMES, keys.commit(entry.project, oid), outcome)
    transaction.put(OUTCOME_RUNS, project, entry.run)
