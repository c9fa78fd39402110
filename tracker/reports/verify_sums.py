"""Verification of what is summed up over commits: totals, lifetimes, rows of agents, maker months."""

from collections.abc import Iterator

from tracker import keys
from tracker.ledger import Snapshot, lifetimes, maker_months, totals
from tracker.ledger.agents import ExpectedAgents
from tracker.ledger.expected_totals import ExpectedLifetimes, ExpectedTotals, Outcomes
from tracker.ledger.scan import DerivedCommit
from tracker.ledger.tables import AGENT_TOTALS, AGENTS, LIFETIMES, MAKER_MONTHS, TOTALS
from tracker.lineage import sums
from tracker.lineage.contributions import Account
from tracker.lineage.sums import NOTHING, RunningSum
from tracker.records import AgentRecord, TotalsRecord
from tracker.reports.differing_fields import differing_columns, differing_fields
from tracker.reports.verify_check import Check
from tracker.reports.verify_feedback import journals


class Totals(Check[DerivedCommit]):
    """Finds totals that are not the sums of what commits and feedback contribute."""

    name = "totals"

    def __init__(self, snapshot: Snapshot, outcomes: Outcomes) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._expected = ExpectedTotals(snapshot, outcomes)

    def follow(self, commit: DerivedCommit) -> None:
        """Add up a commit."""
        for project, recorded in commit.held.items():
            self._expected.add((project, commit.oid), recorded)

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        expected = dict(self._expected.by_key())
        for key, total in self._snapshot.scan(TOTALS):
            right = _right_totals(expected.pop(key, None))
            name = f"totals of {total.agent} in project {total.project}"
            if right is None:
                yield f"{name} are stored, and no facts give any."
            elif _padded(total) != right:
                yield f"{name} are wrong: {', '.join(differing_fields(_padded(total), right))}."
        for right in filter(None, map(_right_totals, expected.values())):
            yield f"totals of {right.agent} in project {right.project} are missing."


def _right_totals(expected: tuple[Account, RunningSum] | None) -> TotalsRecord | None:
    """Return the totals of an account; None if there are none or all are 0."""
    row = expected[1].row() if expected else NOTHING
    return _padded(expected[0].record(row)) if expected and any(row) else None


def _padded(total: TotalsRecord) -> TotalsRecord:
    """Return totals with all columns: a row that was written before a column was added has fewer."""
    return total._replace(sums=sums.add(total.sums, NOTHING))


def agent_total_differences(snapshot: Snapshot) -> Iterator[str]:
    """Yield sums of totals that are not the sums of the totals, are missing, or are of nothing."""
    expected = {keys.agent_totals(*owner): (owner, row) for owner, row in totals.expected_agent_totals(snapshot)}
    for key, record in snapshot.scan(AGENT_TOTALS):
        owner, right = expected.pop(key, (None, NOTHING))
        if owner is None:
            yield f"{record.agent} has a sum of totals in project {record.project} and no totals there."
        elif owner != (record.agent, record.project):
            stored = f"{record.agent} in project {record.project}"
            yield f"the sum of the totals of {owner[0]} in project {owner[1]} is stored as that of {stored}."
        elif (row := sums.add(record.sums, NOTHING)) != right:
            wrong = ", ".join(differing_columns(row, right))
            yield f"the sum of the totals of {owner[0]} in project {owner[1]} is wrong: {wrong}."
    for (agent, project), _ in expected.values():
        yield f"{agent} has totals and no sum of them in project {project}."


class Lifetimes(Check[DerivedCommit]):
    """Finds lifetimes that are not those which the outcomes of commits give."""

    name = "lifetimes"

    def __init__(self, snapshot: Snapshot, outcomes: Outcomes) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._expected = ExpectedLifetimes(outcomes)

    def follow(self, commit: DerivedCommit) -> None:
        """Add up a commit."""
        for project, recorded in commit.held.items():
            self._expected.add((project, commit.oid), recorded)

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        expected = {key: lifetimes.record(account, counts) for key, (account, counts) in self._expected.found.items()}
        for key, row in self._snapshot.scan(LIFETIMES):
            right = expected.pop(key, None)
            if row != right:
                yield f"lifetimes of {row.agent} in project {row.project} are not those that the outcomes give."
        for right in expected.values():
            yield f"lifetimes of {right.agent} in project {right.project} are missing."


class Agents(Check[DerivedCommit]):
    """Finds rows of agents that do not show their newest commits, missing rows, and rows of agents with nothing."""

    name = "agents"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._expected = ExpectedAgents()

    def follow(self, commit: DerivedCommit) -> None:
        """Add up a commit."""
        for project, recorded in commit.held.items():
            self._expected.add((project, commit.oid), recorded)

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        expected = {keys.agent(agent): AgentRecord(agent) for _, _, agent in journals(self._snapshot)}
        expected |= {keys.agent(row.name): row for row in self._expected.rows()}
        for key, record in self._snapshot.scan(AGENTS):
            right = expected.pop(key, None)
            if right is None:
                yield f"the agent {record.name} has a record, and neither commits nor a journal."
            elif record != right:
                yield f"the agent {right.name} is recorded wrongly: {', '.join(differing_fields(record, right))}."
        for right in expected.values():
            yield f"the agent {right.name} has commits or a journal, and no record."


class MakerMonths(Check[DerivedCommit]):
    """Finds sums of makers and months that do not follow from the commits."""

    name = "maker months"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._is_kept = maker_months.is_kept(snapshot)
        self._expected = maker_months.ExpectedRows()

    def follow(self, commit: DerivedCommit) -> None:
        """Add up a commit."""
        if self._is_kept:
            self._expected.add(commit.held)

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        if not self._is_kept:
            return
        expected = self._expected.by_key()
        for key, row in self._snapshot.scan(MAKER_MONTHS):
            right = expected.pop(key, None)
            name = f"the sums of {row.agent} in month {row.month} of project {row.project}"
            if right is None:
                yield f"{name} are stored, and no commits give any."
            elif row != right:
                yield f"{name} are wrong: {', '.join(differing_fields(row, right))}."
        for right in expected.values():
            yield f"the sums of {right.agent} in month {right.month} of project {right.project} are missing."
