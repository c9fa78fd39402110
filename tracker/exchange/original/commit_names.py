"""Commits that the original's rows name, by full or abbreviated names, and the projects that hold them here.

A name of hex digits is a commit's; any other subject of a retrospective is a session's. A commit that is not recorded
is named with a reason, never taken for something else: the same import after a backfill must find it.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker import keys
from tracker.exchange.original.rows import NoRow, Row, text
from tracker.ledger import Snapshot
from tracker.ledger.commits import holders_of
from tracker.ledger.tables import COMMITS, PROJECTS
from tracker.model import Oid, ProjectId, parse_oid
from tracker.text import printable

_HEX: Final = re.compile(r"[0-9a-f]{4,64}\Z", re.IGNORECASE)
"""Names of commits; git abbreviates them to four digits at least."""
_ALONE: Final = 7
"""Digits of an abbreviated name that is looked up in all projects, because its row names none of them."""


class Home(NamedTuple):
    """The folder that files of the original are in. ``project``: that of its repository, None if it is not tracked."""

    folder: Path
    project: ProjectId | None


class CommitNames:
    """Look-ups of commits in a snapshot of the ledger. ``home``: the folder whose files are imported, if any."""

    def __init__(self, snapshot: Snapshot, home: Home | None = None) -> None:
        self._snapshot = snapshot
        self._home = home
        self._projects: list[ProjectId] = []
        self._paths: dict[str, ProjectId] = {}
        for key, record in snapshot.scan(PROJECTS):
            self._projects.append(ProjectId(key.hex()))
            self._paths.update((path.removesuffix("/.git"), ProjectId(key.hex())) for path in record.paths)

    def commit(self, row: Row, field: str) -> tuple[ProjectId, Oid]:
        """Return the recorded commit that a field names. Raises NoRow with what to do where there is none."""
        oid = self.named(row, field)
        if oid is None:
            raise NoRow(f"its {field} is no name of a commit")
        holders: Sequence[ProjectId] = holders_of(self._snapshot, oid)
        if not holders:
            raise self._not_recorded(row, oid)
        own = self._own(row)
        return (own if own is not None and own in holders else holders[0]), oid

    def named(self, row: Row, field: str) -> Oid | None:
        """Return the full name of the commit that a field names, None if it names a session.

        Raises NoRow where an abbreviated name is that of no recorded commit, or of more than one.
        """
        name = text(row, field).strip()
        if not _HEX.match(name):
            return None
        name = name.lower()
        full = parse_oid(name)
        if full is not None:
            return full
        found = self._beginning_with(name, self._searched(row, name))
        if not found:
            raise self._not_recorded(row, name)
        if len(found) > 1:
            raise NoRow(f"its commit {name} may be any of {len(found)} recorded ones whose names begin with that")
        return found.pop()

    def _searched(self, row: Row, name: str) -> list[ProjectId]:
        """Return the projects to look an abbreviated name up in: that of the row, or all if the row names none."""
        own = self._own(row)
        if own is not None:
            return [own]
        return self._projects if self._home is None and len(name) >= _ALONE else []

    def _beginning_with(self, name: str, projects: Sequence[ProjectId]) -> set[Oid]:
        found: set[Oid] = set()
        for project in projects:
            prefix = keys.project(project) + bytes.fromhex(name[: len(name) // 2 * 2])
            oids = (keys.oid_of(key) for key in self._snapshot.keys(COMMITS, prefix))
            found.update(oid for oid in oids if oid.startswith(name))
        return found

    def _own(self, row: Row) -> ProjectId | None:
        """Return the project that a row is of: that of the path in it, or of the folder with the file."""
        if self._home is not None:
            return self._home.project
        path = row.value.get("project_path")
        return self._paths.get(path.rstrip("/")) if isinstance(path, str) else None

    def _not_recorded(self, row: Row, name: str) -> NoRow:
        path = row.value.get("project_path")
        where = printable(path) if isinstance(path, str) else "its repository"
        command = "backfill"
        if self._home is not None:
            where = printable(str(self._home.folder))
            command = "init --backfill" if self._home.project is None else "backfill"
        return NoRow(f"its commit {name[:12]} is not recorded: run 'agent-tracker {command}' in {where}, import again")
