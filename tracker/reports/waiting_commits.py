"""Counting the commits that wait for the user's grade, for the hint in a push."""

from tracker.ledger import Snapshot
from tracker.ledger.tables import AGENT_TOTALS
from tracker.lineage.sums import by_column
from tracker.model import ProjectId


def count_waiting(snapshot: Snapshot, project: ProjectId) -> int:
    """Return how many of a project's commits wait for the user's grade."""
    records = (record for _, record in snapshot.scan(AGENT_TOTALS) if record.project == project)
    return sum(by_column(record.sums)["waiting_user"] for record in records)
