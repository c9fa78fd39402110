"""Application of rewrite links, copies and reverts: the tables that connect commits."""

from collections.abc import Sequence

from tracker import keys
from tracker.ledger.commits import CommitId
from tracker.ledger.entries import PairEntry
from tracker.ledger.tables import COPIES, REVERTS, REWRITES
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import CONTENT, Oid
from tracker.records import CopiesRecord, Link, LinksRecord, RevertersRecord


def link_rewrite(commits: WorkingCommits, entry: PairEntry) -> None:
    """Link a rewritten commit to its successor; without effect unless the project has both.

    A pair that is known already takes the entry's kind, and keeps its source unless the new one is content.
    """
    new_commit = (entry.project, entry.new)
    if commits.get((entry.project, entry.old)) is None or commits.get(new_commit) is None:
        return
    key = keys.commit(entry.project, entry.old)
    known = commits.transaction.get(REWRITES, key)
    links = known.links if known else ()
    before = next((link for link in links if link.new == entry.new), None)
    source = before.source if before and entry.source != CONTENT else entry.source
    link = Link(new=entry.new, kind=entry.kind, source=source)
    if link == before:
        return
    others = tuple(link for link in links if link.new != entry.new)
    commits.transaction.put(REWRITES, key, LinksRecord((*others, link)))
    if before is None:
        commits.set_predecessors(new_commit, (*commits.predecessors(*new_commit), entry.old))
    commits.unsettle(entry.old)


def unlink_rewrites(commits: WorkingCommits, commit: CommitId) -> None:
    """Remove the links from and to a commit of its project."""
    project, oid = commit
    transaction, own_key = commits.transaction, keys.commit(*commit)
    for old in commits.predecessors(project, oid):
        key = keys.commit(project, old)
        known = transaction.get(REWRITES, key)
        left = tuple(link for link in known.links if link.new != oid) if known else ()
        if left:
            transaction.put(REWRITES, key, LinksRecord(left))
        else:
            transaction.delete(REWRITES, key)
    own = transaction.get(REWRITES, own_key)
    for link in own.links if own else ():
        left_olds = [old for old in commits.predecessors(project, link.new) if old != oid]
        commits.set_predecessors((project, link.new), left_olds)
    transaction.delete(REWRITES, own_key)
    commits.set_predecessors(commit, ())


def remove_copy(commits: WorkingCommits, original: Oid | None, copy: Oid) -> None:
    """Remove what ``add_copy`` recorded, unless ``copy`` is recorded as a copy in another project too."""
    if original is None or any(facts.copy_of == original for _, facts in commits.holdings(copy)):
        return
    left = tuple(one for one in commits.copies(original) if one != copy)
    if left:
        commits.transaction.put(COPIES, bytes.fromhex(original), CopiesRecord(left))
    else:
        commits.transaction.delete(COPIES, bytes.fromhex(original))


def remove_reverts(commits: WorkingCommits, reverted: Sequence[Oid], reverter: Oid) -> None:
    """Remove what ``add_reverts`` recorded, unless ``reverter`` is recorded in another project too."""
    stated = {target for _, facts in commits.holdings(reverter) for target in facts.reverts}
    for target in reverted:
        left = tuple(one for one in commits.reverters(target) if one != reverter or target in stated)
        if left:
            commits.transaction.put(REVERTS, bytes.fromhex(target), RevertersRecord(left))
        else:
            commits.transaction.delete(REVERTS, bytes.fromhex(target))


def add_copy(commits: WorkingCommits, original: Oid | None, copy: Oid) -> None:
    """Record that ``copy`` was cherry-picked from ``original``; without effect if that is None."""
    if original is None:
        return
    known = commits.copies(original)
    if copy not in known:
        commits.transaction.put(COPIES, bytes.fromhex(original), CopiesRecord((*known, copy)))
    commits.unsettle(original)


def add_reverts(commits: WorkingCommits, reverted: Sequence[Oid], reverter: Oid) -> None:
    """Record that a commit says it reverts others."""
    for target in reverted:
        known = commits.reverters(target)
        if reverter not in known:
            commits.transaction.put(REVERTS, bytes.fromhex(target), RevertersRecord((*known, reverter)))
        commits.unsettle(target)
