"""Questions of this room to the ledger: which commits are recorded, replaced or linked.

Each function opens at most one read transaction and runs no git in it: a reader that waits for git keeps LMDB from
reusing pages.
"""

from collections.abc import Iterable

from tracker import keys
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.commits import find_commit, find_commits
from tracker.ledger.tables import COMMITS, REWRITES
from tracker.lineage import reach
from tracker.model import CONTENT, Oid, Pair, ProjectId
from tracker.records import CommitFacts


def facts_of(snapshot: Snapshot, project_id: ProjectId, oids: Iterable[Oid]) -> dict[Oid, CommitFacts]:
    """Return the facts of commits, keyed by oid; commits that are not recorded are left out."""
    found = ((oid, snapshot.get(COMMITS, keys.commit(project_id, oid))) for oid in oids)
    return {oid: record for oid, record in found if record is not None}


def recorded(ledger: Ledger, project_id: ProjectId, oids: Iterable[Oid]) -> set[Oid]:
    """Return the commits that are recorded. Raises the LedgerUnavailable errors."""
    with ledger.read() as snapshot:
        return set(facts_of(snapshot, project_id, oids))


def predecessors(snapshot: Snapshot, project_id: ProjectId, oid: Oid) -> set[Oid]:
    """Return the recorded commits that were rewritten into a commit, directly or through others."""

    def replaced(one: Oid) -> tuple[Oid, ...]:
        commit = find_commit(snapshot, project_id, one)
        return commit.standing.replaces if commit else ()

    return reach(oid, replaced)


def unreplaced(ledger: Ledger, project_id: ProjectId, oids: Iterable[Oid], *, local: bool = False) -> set[Oid]:
    """Return the recorded commits that have no live successor, ``dropped`` links left out.

    ``local``: only those that were made here. Raises the LedgerUnavailable errors.
    """
    with ledger.read() as snapshot:

        def successors(oid: Oid) -> list[Oid]:
            record = snapshot.get(REWRITES, keys.commit(project_id, oid))
            return [link.new for link in record.links if link.kind != "dropped"] if record else []

        def is_live(oid: Oid) -> bool:
            record = snapshot.get(COMMITS, keys.commit(project_id, oid))
            return record is not None and record.live

        return {
            oid
            for oid, record in facts_of(snapshot, project_id, oids).items()
            if (record.origin == "local" or not local) and not any(map(is_live, reach(oid, successors) - {oid}))
        }


def content_links_of_old_versions(ledger: Ledger, project_id: ProjectId, pairs: Iterable[Pair]) -> list[Pair]:
    """Return links from new versions to the live commits that their old versions were merged into, found by content.

    ``pairs``: links of kind ``same``. Raises the LedgerUnavailable errors.
    """
    wanted = [*pairs]
    if not wanted:
        return []
    with ledger.read() as snapshot:
        found = [(pair, snapshot.get(REWRITES, keys.commit(project_id, pair.old))) for pair in wanted]
        links = [(pair, link) for pair, record in found if record is not None for link in record.links]
        merged = [(pair, link) for pair, link in links if link.source == CONTENT and link.new != pair.new]
        records = facts_of(snapshot, project_id, {link.new for _, link in merged})
    live = {oid for oid, record in records.items() if record.live}
    return [Pair(pair.new, link.new, CONTENT) for pair, link in merged if link.new in live]


def recorded_pairs(ledger: Ledger, project_id: ProjectId, new: Iterable[Oid]) -> list[Pair]:
    """Return the recorded rewrite links into commits. Raises the LedgerUnavailable errors."""
    wanted = [*new]
    if not wanted:
        return []
    with ledger.read() as snapshot:
        records = find_commits(snapshot, project_id, wanted)
        olds = {old for commit in records.values() for old in commit.standing.replaces}
        links = ((old, snapshot.get(REWRITES, keys.commit(project_id, old))) for old in olds)
        return [
            Pair(old, link.new, link.source)
            for old, record in links
            if record is not None
            for link in record.links
            if link.new in records
        ]
