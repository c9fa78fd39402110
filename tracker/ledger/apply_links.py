"""Application of claims about rewrites, of copies and reverts: the tables that connect commits."""

from collections.abc import Sequence

from tracker import keys
from tracker.ledger.entries import ClaimEntry
from tracker.ledger.tables import COPIES, PREDECESSORS, REVERTS, REWRITES, Transaction
from tracker.ledger.working_commits import ChangedCommit, WorkingCommits
from tracker.model import Oid
from tracker.records import CopyRecord, RevertRecord
from tracker.rewrite_records import PairClaim, PredecessorRecord, RewriteRecord


def add_claim(commits: WorkingCommits, entry: ClaimEntry) -> bool:
    """Record a claim that a commit was rewritten; of several about one pair by one source the earliest is kept.

    Return False if it is recorded already.
    """
    old, new, claim = entry.old, entry.claim.new, PairClaim(*entry.claim[1:])
    key = keys.related(old, new)
    transaction = commits.transaction
    known = transaction.get(REWRITES, key)
    claims = known.claims if known else ()
    others = tuple(one for one in claims if one.source != claim.source)
    if any((one.time, one) <= (claim.time, claim) for one in claims if one not in others):
        return False
    transaction.put(REWRITES, key, RewriteRecord(tuple(sorted((*others, claim)))))
    if known is None:
        _index(transaction, new, old, is_claimed=True)
    commits.unsettle(old, new)
    return True


def follow_links(commits: WorkingCommits, change: ChangedCommit) -> None:
    """Bring the index of links up to date with the standing of a changed commit.

    The links of a commit are the same in all projects that hold it.
    """
    oid = change.commit[1]
    before, now = ({link.new for link in one.standing.links} if one else set() for one in (change.before, change.now))
    for new in now - before:
        _index(commits.transaction, new, oid, is_linked=True)
    if change.now is not None or not commits.holders(oid):
        for new in before - now:
            _index(commits.transaction, new, oid, is_linked=False)


def _index(transaction: Transaction, new: Oid, old: Oid, **fields: bool) -> None:
    """Change fields of the row of a predecessor, which exists as long as one of them is True."""
    key = keys.related(new, old)
    known = transaction.get(PREDECESSORS, key) or PredecessorRecord(is_claimed=False, is_linked=False)
    record = known._replace(**fields)
    if any(record):
        transaction.put(PREDECESSORS, key, record)
    else:
        transaction.delete(PREDECESSORS, key)


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
