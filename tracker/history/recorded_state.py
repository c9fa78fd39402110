"""The state of a project as the ledger records it: its record, its tips, and the tips that nothing reaches now."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import DEPARTED, PROJECTS, REFLOGS, TIPS
from tracker.model import Oid, ProjectId
from tracker.records import ProjectRecord
from tracker.rewrite_records import ReflogRecord


class RecordedState(NamedTuple):
    """The recorded state of a project. ``record`` is None when the ledger has no record of it; ``tips`` are by name.

    ``departed``: the last commits of branches that nothing reaches any more, newest first. ``logs``: what was read of
    reflogs, by their names.
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
    departed = [oid for _, oid in sorted(gone, reverse=True)]
    logs = {record.name: record for _, record in snapshot.scan(REFLOGS, keys.project(project_id))}
    return RecordedState(project_id, snapshot.get(PROJECTS, keys.project(project_id)), tips, departed, logs)
