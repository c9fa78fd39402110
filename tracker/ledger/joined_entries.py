"""Entries that join what another ledger recorded with what this one knows. Pure.

Each states what the other ledger knew of one thing. Joining it again changes nothing, and neither does the order in
which ledgers are joined. Times are integer seconds since the epoch (UTC).
"""

from typing import NamedTuple

from tracker.balance_records import BalanceRecord
from tracker.cost_records import CostRecord
from tracker.feedback_records import ActivityRecord, BugRecord, GradeRecord, ReinstatementRecord, RetrospectiveRecord
from tracker.model import Evidence, Oid, ProjectId
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.profile_records import ProfileRecord
from tracker.records import CommitFacts, ProjectRecord


class JoinProjectEntry(NamedTuple):
    """A project as another ledger knows it; ``generation``, ``history`` and ``unfinished`` do not matter."""

    project: ProjectId
    record: ProjectRecord


class JoinCommitEntry(NamedTuple):
    """A commit as another ledger knows it; grades and sequence in ``facts`` do not matter."""

    project: ProjectId
    oid: Oid
    facts: CommitFacts


class JoinEvidenceEntry(NamedTuple):
    """Somebody said who made a commit: the user, who may have withdrawn that since, or another program."""

    project: ProjectId
    oid: Oid
    evidence: Evidence


class JoinGradeEntry(NamedTuple):
    """A grade that another ledger recorded; the agent in ``record`` does not matter."""

    project: ProjectId
    oid: Oid
    record: GradeRecord


class JoinBugEntry(NamedTuple):
    """A bug as another ledger knows it; of a bug of a commit, what follows from the commit does not matter."""

    project: ProjectId
    oid: Oid | None
    record: BugRecord


class JoinReinstatementEntry(NamedTuple):
    """A reinstatement that another ledger recorded."""

    record: ReinstatementRecord


class JoinRetrospectiveEntry(NamedTuple):
    """A retrospective that another ledger recorded."""

    record: RetrospectiveRecord


class JoinActivityEntry(NamedTuple):
    """An entry of a journal that another ledger recorded."""

    record: ActivityRecord


class JoinOutcomesEntry(NamedTuple):
    """Another ledger's outcomes of a project are complete up to a commit (``run``); each follows as its own entry."""

    project: ProjectId
    run: OutcomesRunRecord


class JoinOutcomeEntry(NamedTuple):
    """The outcome of a commit by a run of another ledger. ``run``: the digest of the run."""

    project: ProjectId
    oid: Oid
    run: str
    outcome: OutcomeRecord


class JoinCostEntry(NamedTuple):
    """The cost of a commit, as another ledger knows it."""

    oid: Oid
    cost: CostRecord


class JoinBalanceEntry(NamedTuple):
    """An agent's standing in another program."""

    balance: BalanceRecord


class JoinProfileEntry(NamedTuple):
    """A project's profile, as another ledger knows it."""

    project: ProjectId
    profile: ProfileRecord


JoinEntry = (
    JoinProjectEntry
    | JoinCommitEntry
    | JoinEvidenceEntry
    | JoinGradeEntry
    | JoinBugEntry
    | JoinReinstatementEntry
    | JoinRetrospectiveEntry
    | JoinActivityEntry
    | JoinOutcomesEntry
    | JoinOutcomeEntry
    | JoinCostEntry
    | JoinBalanceEntry
    | JoinProfileEntry
)
