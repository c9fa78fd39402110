"""Counting the commits that wait for the user's grade, for the hint in a push."""

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import AGENT_TOTALS
from tracker.lineage.sums import by_column
from tracker.model import ProjectId
from tracker.reports.player_sheet import every_agent


def count_waiting(snapshot: Snapshot, project: ProjectId) -> int:
    """Return how many of a project's commits wait for the user's grade."""
    rows = (snapshot.get(AGENT_TOTALS, keys.agent_totals(agent, project)) for agent in every_agent(snapshot))
    return sum(by_column(row.sums)["waiting_user"] for row in rows if row is not None)
