"""Read the newest lines of agents' journals: retrospectives and activities."""

from itertools import islice
from typing import Final, TypeVar

from tracker import keys
from tracker.feedback.scope import Scope
from tracker.feedback_records import ActivityRecord, RetrospectiveRecord
from tracker.ledger.tables import AGENTS, Table

L = TypeVar("L", RetrospectiveRecord, ActivityRecord)

_MOST_READ: Final = 1000
"""Lines of one agent's journal, newest first, that are searched for those of a project."""


def newest_lines(scope: Scope, table: Table[L], agent: str | None, most: int) -> list[L]:
    """Return at most ``most`` lines of one project or all, newest first; ``agent``: only that agent's."""
    with scope.ledger.read(begin=False) as snapshot:
        agents = [agent] if agent else [known.name for _, known in snapshot.scan(AGENTS)]
        lines = [
            record
            for name in agents
            for _, record in islice(snapshot.newest(table, keys.agent(name)), _MOST_READ)
            if scope.project is None or record.project in {scope.project, None}
        ]
    return sorted(lines, key=lambda record: record.time, reverse=True)[:most]
