"""Totals and lifetimes that follow from all commits of a ledger, which are added one by one.

For passes over the whole ledger; ``totals`` and ``lifetimes`` change with each transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tracker import keys
from tracker.ledger import lifetimes
from tracker.ledger.commits import CommitId
from tracker.ledger.lifetimes import AccountLifetimes
from tracker.ledger.tables import BUGS, COSTS, OUTCOMES, REINSTATEMENTS, RETROSPECTIVES, Snapshot
from tracker.ledger.totals import charged_commits, cost_of
from tracker.lineage import contributions, cost_amounts, outcome_amounts
from tracker.lineage.contributions import Account
from tracker.lineage.session_grades import session_amounts
from tracker.lineage.sums import NOTHING, RunningSum, Sums
from tracker.records import RecordedCommit

if TYPE_CHECKING:
    from tracker.outcome_records import OutcomeRecord


class Outcomes:
    """Reader of the outcomes of commits. The last one is remembered: totals and lifetimes ask after each other."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._commit: CommitId | None = None
        self._found: OutcomeRecord | None = None

    def of(self, commit: CommitId) -> OutcomeRecord | None:
        """Return the outcome of a commit, or None. Raises ValueError for values of which no key can be made."""
        if self._commit != commit:
            has_some = self._snapshot.has_records(OUTCOMES)
            self._found = self._snapshot.get(OUTCOMES, keys.commit(*commit)) if has_some else None
            self._commit = commit
        return self._found


class ExpectedTotals:
    """The totals that follow from the commits that were added, and from the ledger's feedback."""

    def __init__(self, snapshot: Snapshot, outcomes: Outcomes) -> None:
        self._snapshot = snapshot
        self._outcomes = outcomes
        self._sums: dict[Account, RunningSum] = {}
        self._charged = charged_commits(bug for _, bug in snapshot.scan(BUGS))
        self._has_costs = snapshot.count(COSTS) > 0

    def add(self, commit: CommitId, recorded: RecordedCommit) -> None:
        """Add a commit; nothing if it is not counted."""
        if not recorded.standing.counted:
            return
        project, oid = commit
        total = self._of(contributions.account(project, recorded))
        total.add_columns(contributions.contributed_columns(recorded))
        outcome = self._outcomes.of(commit)
        total.add_columns(outcome_amounts.outcome_columns(recorded, outcome, is_charged=oid in self._charged))
        cost = cost_of(self._snapshot, oid, recorded) if self._has_costs else None
        if cost is not None:
            total.add(cost_amounts.cost_amount(recorded, cost, outcome))

    def by_key(self) -> Mapping[bytes, tuple[Account, RunningSum]]:
        """Return accounts and sums by their keys; some may be 0 in all columns. Call once, when all were added.

        Raises ValueError for values of which no key can be made.
        """
        for _, bug in self._snapshot.scan(BUGS):
            self._add(contributions.bug_account(bug), contributions.bug_amount(bug))
        for _, one in self._snapshot.scan(REINSTATEMENTS):
            self._add(contributions.reinstatement_account(one), contributions.reinstatement_amount(one))
        for account, amount in session_amounts(record for _, record in self._snapshot.scan(RETROSPECTIVES)):
            self._add(account, amount)
        found: dict[bytes, tuple[Account, RunningSum]] = {}
        for account, total in self._sums.items():
            _, known = found.setdefault(account.key(), (account, total))
            if known is not total:  # an empty name and none have the same key
                known.add(total.row())
        return found

    def _add(self, account: Account, amount: Sums) -> None:
        if amount is not NOTHING:
            self._of(account).add(amount)

    def _of(self, account: Account) -> RunningSum:
        known = self._sums.get(account)
        if known is None:
            known = self._sums[account] = RunningSum()
        return known


class ExpectedLifetimes:
    """The lifetimes that follow from the commits that were added, and their outcomes. ``found``: by account keys."""

    def __init__(self, outcomes: Outcomes) -> None:
        self._outcomes = outcomes
        self.found: AccountLifetimes = {}

    def add(self, commit: CommitId, recorded: RecordedCommit) -> None:
        """Add a commit; nothing if it is not counted. Raises ValueError for values of which no key can be made."""
        outcome = self._outcomes.of(commit) if recorded.standing.counted else None
        if outcome is not None:
            one = lifetimes.lifetime(recorded, outcome)
            lifetimes.add(self.found, contributions.account(commit[0], recorded), one)
