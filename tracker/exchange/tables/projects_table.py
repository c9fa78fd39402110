"""The table of projects."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from tracker import keys
from tracker.exchange.tables.table import Column, Source, Table
from tracker.ledger.tables import OUTCOME_RUNS, PROJECTS
from tracker.model import ProjectId
from tracker.outcome_records import OutcomesRunRecord
from tracker.records import ProjectRecord


class ProjectRow(NamedTuple):
    """A project. ``run``: how far its outcomes are computed; None where they never were."""

    project: ProjectId
    record: ProjectRecord
    run: OutcomesRunRecord | None

    @property
    def computed_at(self) -> int | None:
        """Seconds at which the outcomes were complete; None while they are not."""
        return (self.run.computed_at or None) if self.run else None


def _rows(source: Source) -> Iterator[ProjectRow]:
    for key, record in source.snapshot.scan(PROJECTS):
        project = keys.project_of(key)
        if source.has(project):
            yield ProjectRow(project, record, source.snapshot.get(OUTCOME_RUNS, key))


PROJECTS_TABLE: Final = Table[ProjectRow](
    "projects",
    "Repositories, each with all its worktrees.",
    (
        Column("project_id", "text", "random id of the project, 32 hex digits", attrgetter("project"), required=True),
        Column(
            "name", "text", "its name, which another project may have too", attrgetter("record.name"), required=True
        ),
        Column("path", "text", "present path of its git directory", lambda row: row.record.paths[0], required=True),
        Column(
            "remotes", "text", "names of its remotes, one a line", lambda row: "\n".join(row.record.remotes) or None
        ),
        Column("object_format", "text", "sha1 or sha256", attrgetter("record.object_format"), required=True),
        Column("first_seen", "time", "recorded for the first time", attrgetter("record.first_seen"), required=True),
        Column("last_seen", "time", "recorded for the last time", attrgetter("record.last_seen"), required=True),
        Column(
            "away", "boolean", "it was missing or untracked when last checked", attrgetter("record.away"), required=True
        ),
        Column(
            "outcomes_branch", "text", "the ref whose commits have outcomes", lambda row: row.run and row.run.branch
        ),
        Column("outcomes_computed_at", "time", "outcomes were complete then", attrgetter("computed_at")),
    ),
    key=("project_id",),
    rows=_rows,
    indexes=(("name",),),
)
