"""Application of claims about rewrites, of copies and reverts: the tables that connect commits."""

from collections.abc import Sequence

from tracker import keys
from tracker.ledger.entries import ClaimEntry
from tracker.ledger.tables import COPIES, PREDECESSORS, REVERTS, REWRITES
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import Oid
from tracker.records import CopyRecord, RevertRecord
from tracker.rewrite_records import ClaimsRecord, PredecessorsRecord


def add_claim(commits: WorkingCommits, entry: ClaimEntry) -> None:
    """Record a claim that a commit was rewritten; of several about one pair by one source the earliest is kept."""
    old, claim = entry.old, entry.claim
    key, new_key = keys.commit(entry.project, old), keys.commit(entry.project, claim.new)
    transaction = commits.transaction
    known = transaction.get(REWRITES, key)
    claims = known.claims if known else ()
    others = tuple(one for one in claims if (one.new, one.source) != (claim.new, claim.source))
    if any((one.time, one) <= (claim.time, claim) for one in claims if one not in others):
        return
    transaction.put(REWRITES, key, ClaimsRecord((*others, claim)))
    record = transaction.get(PREDECESSORS, new_key)
    olds = record.olds if record else ()
    if old not in olds:
        transaction.put(PREDECESSORS, new_key, PredecessorsRecord((*olds, old)))
    commits.unsettle(old, claim.new)


def add_copy(commits: WorkingCommits, original: Oid | None, copy: Oid) -> None:
    """Record that ``copy`` was cherry-picked from ``original``; without effect if that is None."""
    if original is not None:
        commits.transaction.put(COPIES, keys.related(original, copy), CopyRecord())
        commits.unsettle(original)


def remove_copy(commits: WorkingCommits, original: Oid | None, copy: Oid) -> None:
    """Remove what ``add_copy`` recorded, unless ``copy`` is recorded as a copy in another project too."""
    if original is not None and not any(facts.copy_of == original for _, facts in commits.holdings(copy)):
        commits.transaction.delete(COPIES, keys.related(original, copy))


def add_reverts(commits: WorkingCommits, reverted: Sequence[Oid], reverter: Oid) -> None:
    """Record that a commit says it reverts others."""
    for target in reverted:
        commits.transaction.put(REVERTS, keys.related(target, reverter), RevertRecord())
        commits.unsettle(target)


def remove_reverts(commits: WorkingCommits, reverted: Sequence[Oid], reverter: Oid) -> None:
    """Remove what ``add_reverts`` recorded, unless ``reverter`` is recorded in another project too."""
    stated = {target for _, facts in commits.holdings(reverter) for target in facts.reverts}
    for target in reverted:
        if target not in stated:
            commits.transaction.delete(REVERTS, keys.related(target, reverter))
