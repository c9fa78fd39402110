"""Entries about what is computed or sent of commits and projects off the hook path: outcomes, costs, profiles."""

from typing import Final, NamedTuple

from tracker.cost_records import CostRecord
from tracker.model import Oid, ProjectId
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.profile_records import ProfileRecord
from tracker.team_records import SentRecord


class OutcomesEntry(NamedTuple):
    """Outcomes of a project's commits were computed up to a commit (``run``).

    ``anew``: they were computed from the beginning, so all that are recorded go first. The outcomes that have changed
    follow, each as an entry of its own.
    """

    project: ProjectId
    run: OutcomesRunRecord
    anew: bool


class OutcomeEntry(NamedTuple):
    """The outcome of a commit was computed, or has changed."""

    project: ProjectId
    oid: Oid
    outcome: OutcomeRecord


class NoOutcomeEntry(NamedTuple):
    """A commit is on the default branch no more, so it has no outcome."""

    project: ProjectId
    oid: Oid


class CostEntry(NamedTuple):
    """The cost of a commit was read from its session, or given up; it replaces one that was recorded."""

    oid: Oid
    cost: CostRecord


class ProfileEntry(NamedTuple):
    """A project's profile was read, or found to be that of the present tip still."""

    project: ProjectId
    profile: ProfileRecord


class SentEntry(NamedTuple):
    """A team's server has stored an event about a commit. ``team``: the digest of the team, in hex."""

    team: str
    oid: Oid
    record: SentRecord


COMPUTED: Final = (OutcomesEntry, OutcomeEntry, NoOutcomeEntry, CostEntry, ProfileEntry, SentEntry)
ComputedEntry = OutcomesEntry | OutcomeEntry | NoOutcomeEntry | CostEntry | ProfileEntry | SentEntry
