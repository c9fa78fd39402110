"""The landed commits of a project, each with what became of it."""

from collections.abc import Iterator
from typing import NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import BUGS, OUTCOMES, STANDINGS
from tracker.ledger.totals import charged_commits
from tracker.model import DAY, Oid, ProjectId
from tracker.outcome_records import OutcomeRecord
from tracker.records import CommitStanding


class LandedCommit(NamedTuple):
    """One landed commit: who made it, and what became of it. ``blamed``: a bug, or a later commit, names it."""

    oid: Oid
    standing: CommitStanding
    record: OutcomeRecord
    blamed: bool

    def age(self, now: int) -> int:
        """Return the days since it landed."""
        return (now - self.record.landed_at) // DAY


def read_landed(snapshot: Snapshot, project: ProjectId) -> Iterator[LandedCommit]:
    """Yield the landed commits of a project that the ledger has recorded, oldest first."""
    charged = charged_commits(bug for _, bug in snapshot.scan(BUGS))
    for key, standing in snapshot.scan(STANDINGS, keys.project(project)):
        oid = keys.oid_of_standing(key)
        record = snapshot.get(OUTCOMES, keys.commit(project, oid))
        if record is not None:
            yield LandedCommit(oid, standing, record, oid in charged or bool(record.blamed_by))
