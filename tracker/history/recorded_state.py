"""The state of a project as the ledger records it: its record, its tips and the tips of deleted branches."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import DEPARTED, PROJECTS, REFLOGS, TIPS
from tracker.model import Oid, ProjectId
from tracker.records import ProjectRecord
from tracker.rewrite_records import ReflogRecord

_MAX_DEPARTED: Final = 64
"""Deleted branches whose commits are still compared with new ones."""


class RecordedState(NamedTuple):
    """The recorded state of a project. ``record`` is None when the ledger has no record of it; ``tips`` are by name.

    ``departed``: tips of branches that were deleted with commits that nothing else reached, newest first. ``logs``:
    what was read of reflogs, by their names.
    """

    project_id: ProjectId
    record: ProjectRecord | None
    tips: Mapping[str, Oid]
    departed: Sequence[Oid] = ()
    logs: Mapping[str, ReflogRecord] = MappingProxyType({})

    @property
    def generation(self) -> int:
        """Number of transactions in which the project was recorded (``ProjectRecord``); 0 when it is not recorded."""
        return self.record.generation if self.record else 0


def read_recorded_state(snapshot: Snapshot, project_id: ProjectId) -> RecordedState:
    """Return the recorded state of a project."""
    tips = {tip.name: tip.oid for _, tip in snapshot.scan(TIPS, keys.project(project_id))}
    gone = [(record.time, keys.oid_of(key)) for key, record in snapshot.scan(DEPARTED, keys.project(project_id))]
    departed = [oid for _, oid in sorted(gone, reverse=True)[:_MAX_DEPARTED]]
    logs = {record.name: record for _, record in snapshot.scan(REFLOGS, keys.project(project_id))}
    return RecordedState(project_id, snapshot.get(PROJECTS, keys.project(project_id)), tips, departed, logs)
