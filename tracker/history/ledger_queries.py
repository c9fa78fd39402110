"""Questions of this room to the ledger: which commits are recorded, replaced or linked.

Each function opens at most one read transaction and runs no git in it: a reader that waits for git keeps LMDB from
reusing pages.
"""

from collections.abc import Iterable

from tracker import keys
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.commits import replaced_commits
from tracker.ledger.tables import COMMITS
from tracker.lineage import reach
from tracker.model import Oid, ProjectId
from tracker.records import CommitFacts


def facts_of(snapshot: Snapshot, project_id: ProjectId, oids: Iterable[Oid]) -> dict[Oid, CommitFacts]:
    """Return the facts of commits, keyed by oid; commits that are not recorded are left out."""
    found = ((oid, snapshot.get(COMMITS, keys.commit(project_id, oid))) for oid in oids)
    return {oid: record for oid, record in found if record is not None}


def recorded(ledger: Ledger, project_id: ProjectId, oids: Iterable[Oid]) -> set[Oid]:
    """Return the commits that are recorded. Raises the LedgerUnavailable errors."""
    with ledger.read() as snapshot:
        return set(facts_of(snapshot, project_id, oids))


def predecessors(snapshot: Snapshot, oid: Oid) -> set[Oid]:
    """Return the recorded commits that were rewritten into a commit, directly or through others, in any project."""
    return reach(oid, lambda one: replaced_commits(snapshot, one))
