"""Join of outcomes, costs and profiles with those that another ledger computed."""

from tracker import keys
from tracker.cost_records import CostRecord
from tracker.ledger.apply_computed import begin_outcomes, replace_outcome
from tracker.ledger.computed_entries import OutcomesEntry
from tracker.ledger.joined_entries import JoinCostEntry, JoinOutcomeEntry, JoinOutcomesEntry, JoinProfileEntry
from tracker.ledger.tables import COSTS, OUTCOME_RUNS, OUTCOMES, PROFILES, Transaction
from tracker.ledger.totals import TotalsUpdate
from tracker.ledger.working_commits import WorkingCommits
from tracker.outcome_records import OutcomesRunRecord
from tracker.profile_records import ProfileRecord


def join_outcomes(commits: WorkingCommits, totals: TotalsUpdate, entry: JoinOutcomesEntry) -> bool:
    """Join a run of outcomes; return True if it is later than the one that is recorded, whose outcomes give way."""
    known = commits.transaction.get(OUTCOME_RUNS, keys.project(entry.project))
    if known is not None and _run_order(entry.run) <= _run_order(known):
        return False
    begin_outcomes(commits, totals, OutcomesEntry(entry.project, entry.run, anew=True))
    return True


def is_of_recorded_run(transaction: Transaction, entry: JoinOutcomeEntry) -> bool:
    """Return True if an outcome is of the run that is recorded; the others are of no use."""
    run = transaction.get(OUTCOME_RUNS, keys.project(entry.project))
    return run is not None and run.digest == entry.run


def join_outcome(commits: WorkingCommits, totals: TotalsUpdate, entry: JoinOutcomeEntry) -> bool:
    """Join the outcome of a commit by the run that is recorded; return False if it is known."""
    transaction, commit = commits.transaction, (entry.project, entry.oid)
    known = transaction.get(OUTCOMES, keys.commit(*commit))
    if known is not None and repr(entry.outcome) <= repr(known):
        return False
    replace_outcome(commits, totals, commit, entry.outcome)
    return True


def _run_order(run: OutcomesRunRecord) -> tuple[object, ...]:
    """Return the sort key of runs: a complete one before one under way, then the one of the later commit."""
    return run.computed_at > 0, run.time, run.computed_at, run.branch, run.tip, run.rules


def join_cost(commits: WorkingCommits, totals: TotalsUpdate, entry: JoinCostEntry) -> bool:
    """Join the cost of a commit: numbers replace their absence, those found by its id the others; True if they did."""
    known = commits.transaction.get(COSTS, keys.cost(entry.oid))
    if known is not None and _cost_order(entry.cost) <= _cost_order(known):
        return False
    totals.record_cost(entry.oid, entry.cost)
    commits.count_again(entry.oid)
    return True


def _cost_order(cost: CostRecord) -> tuple[object, ...]:
    """Return the sort key of two readings of one cost; the last field makes them differ."""
    return cost.calls is not None, cost.found_by == "id", cost.read_at, repr(cost)


def join_profile(transaction: Transaction, entry: JoinProfileEntry) -> bool:
    """Join a project's profile, which replaces one that was read earlier; return True if it did."""
    key = keys.project(entry.project)
    known = transaction.get(PROFILES, key)
    if known is not None and _profile_order(entry.profile) <= _profile_order(known):
        return False
    transaction.put(PROFILES, key, entry.profile)
    return True


def _profile_order(profile: ProfileRecord) -> tuple[object, ...]:
    return profile.computed_at, profile.rules, repr(profile)
