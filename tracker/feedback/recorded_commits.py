"""Look up the recorded commits that feedback is about."""

from collections.abc import Iterable

from tracker.errors import TrackerError
from tracker.ledger.commits import find_commits
from tracker.model import Oid
from tracker.project.project import Project
from tracker.records import RecordedCommit


def recorded_commits(project: Project, oids: Iterable[Oid]) -> dict[Oid, RecordedCommit]:
    """Return recorded commits, keyed by oid.

    Raises TrackerError, with the first one that is missing, when a commit is not recorded; the LedgerUnavailable
    errors.
    """
    project_id, wanted = project.files.id(), [*oids]
    with project.ledger.read() as snapshot:
        found = find_commits(snapshot, project_id, wanted)
    for oid in wanted:
        if oid not in found:
            raise TrackerError(f"{oid[:12]} is not recorded here: 'agent-tracker backfill {oid[:12]}' records it.")
    return found
