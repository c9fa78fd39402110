"""Join of commits with those that another ledger recorded, and of what connects them."""

from tracker.attribution import combine
from tracker.ledger import bare_records
from tracker.ledger.apply_links import add_copy, add_reverts, remove_copy, remove_reverts
from tracker.ledger.joined_entries import JoinCommitEntry, JoinEvidenceEntry
from tracker.ledger.joined_facts import joined
from tracker.ledger.working_commits import WorkingCommits


def join_commit(commits: WorkingCommits, entry: JoinCommitEntry) -> bool:
    """Join a commit; return True if that changed anything."""
    commit, oid = (entry.project, entry.oid), entry.oid
    known = commits.get(commit)
    if known is None:
        new = entry.facts._replace(
            sequence=commits.transaction.next_sequence(),
            agent_grade=None,
            user_grade=None,
            agent_graded_at=0,
            user_graded_at=0,
        )
        commits.change(commit, new)
        commits.add_holder(commit)
        add_copy(commits, new.copy_of, oid)
        add_reverts(commits, new.reverts, oid)
        return True
    facts = joined(known, entry.facts)
    if facts == known:
        return False
    commits.change(commit, facts)
    if facts.copy_of != known.copy_of:
        remove_copy(commits, known.copy_of, oid)
        add_copy(commits, facts.copy_of, oid)
    if facts.reverts != known.reverts:
        remove_reverts(commits, known.reverts, oid)
        add_reverts(commits, facts.reverts, oid)
    return True


def join_evidence(commits: WorkingCommits, entry: JoinEvidenceEntry) -> bool:
    """Join evidence of a commit that is recorded; return True if it was not known."""
    commit = (entry.project, entry.oid)
    known = commits.get(commit)
    if known is None or bare_records.is_known(entry.evidence, known.evidence, bare_records.bare_one):
        return False
    evidence = bare_records.without_bare((*known.evidence, entry.evidence))
    commits.change(commit, known._replace(evidence=combine(evidence, ())))
    return True
