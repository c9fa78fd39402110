"""Look up the ledger's records of commits that feedback is about."""

from collections.abc import Iterable

from tracker import keys
from tracker.errors import TrackerError
from tracker.ledger.tables import COMMITS
from tracker.model import Oid
from tracker.project.project import Project
from tracker.records import CommitRecord


def records_of(project: Project, oids: Iterable[Oid]) -> dict[Oid, CommitRecord]:
    """Return the records of commits, keyed by oid.

    Raises TrackerError, with the first one that is missing, when a commit is not recorded; the LedgerUnavailable
    errors.
    """
    project_id, wanted = project.files.id(), [*oids]
    with project.ledger.read() as snapshot:
        found = {oid: snapshot.get(COMMITS, keys.commit(project_id, oid)) for oid in wanted}
    records = {oid: record for oid, record in found.items() if record is not None}
    for oid in wanted:
        if oid not in records:
            raise TrackerError(f"{oid[:12]} is not recorded here: 'agent-tracker backfill {oid[:12]}' records it.")
    return records
