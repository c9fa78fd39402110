"""The projects whose statements are listed: one, or all of a ledger."""

from typing import NamedTuple

from tracker import keys
from tracker.attribution import Catalogue
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import PROJECTS
from tracker.model import ProjectId


class Scope(NamedTuple):
    """One project of a ledger, or all: then ``project`` is None. ``catalogue``: the agents whose names are known."""

    ledger: Ledger
    catalogue: Catalogue
    project: ProjectId | None

    def projects(self, snapshot: Snapshot) -> list[ProjectId]:
        """Return the ids of the projects."""
        if self.project is not None:
            return [self.project]
        return [keys.project_of(key) for key, _ in snapshot.scan(PROJECTS)]

    def names(self) -> dict[ProjectId, str]:
        """Return the names of all projects by id, to tell their lines apart; empty for a single project."""
        if self.project is not None:
            return {}
        with self.ledger.read(begin=False) as snapshot:
            return {keys.project_of(key): record.name for key, record in snapshot.scan(PROJECTS)}
