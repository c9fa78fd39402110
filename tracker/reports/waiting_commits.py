"""Counting the commits that wait for the user's grade, for the hint in a push."""

from itertools import islice
from typing import Final

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import COMMITS, STANDINGS
from tracker.model import ProjectId
from tracker.records import RecordedCommit
from tracker.reports.status import waits_for_user

_RECENT: Final = 500
"""Commits of a project that are looked at, newest first: a bounded cost for each event."""


def count_waiting(snapshot: Snapshot, project: ProjectId, most: int) -> int:
    """Return how many of a project's newest commits wait for the user's grade; counting ends at ``most``."""
    number = 0
    for key, standing in islice(snapshot.newest(STANDINGS, keys.project(project)), _RECENT):
        if not (standing.live and standing.kind == "agent"):
            continue  # the facts need not be read
        facts = snapshot.get(COMMITS, keys.commit(project, keys.oid_of_standing(key)))
        number += facts is not None and waits_for_user(RecordedCommit(facts, standing))
        if number == most:
            break
    return number
