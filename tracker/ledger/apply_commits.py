"""Application of entries about commits: new ones, further evidence, liveness, pushes, removal; and set-ups."""

from collections.abc import Iterable

from tracker import keys, lineage
from tracker.attribution import CORRECTION_SIGNALS, combine, merge_moments
from tracker.git.task_kinds import task_kind
from tracker.ledger.apply_links import add_copy, add_reverts, remove_copy, remove_reverts
from tracker.ledger.commits import CommitId
from tracker.ledger.entries import (
    CommitEntry,
    EvidenceEntry,
    LivenessEntry,
    MeasuredEntry,
    PushEntry,
    ReplacedEvidenceEntry,
    SetupEntry,
)
from tracker.ledger.learnt import learnt_rank
from tracker.ledger.places import next_change
from tracker.ledger.tables import COMMITS, DEPARTED, SETUPS, Transaction
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import Evidence, Moment
from tracker.records import CommitFacts, SetupRecord


def record_commit(commits: WorkingCommits, entry: CommitEntry) -> bool:
    """Record a commit; return True if it is new.

    A known commit gets the evidence added, and diff statistics, origin and original where they were not known before.
    """
    commit = (entry.project, entry.oid)
    known = commits.get(commit)
    if known is None:
        commits.change(commit, entry.facts._replace(sequence=commits.transaction.next_sequence()))
        commits.add_holder(commit)
        add_copy(commits, entry.facts.copy_of, entry.oid)
        add_reverts(commits, entry.facts.reverts, entry.oid)
        return True
    found = entry.facts
    facts = _with_evidence(known, found.evidence, found.moments, found.learnt)
    if found.origin == "local" and known.origin == "fetched":
        facts = facts._replace(origin="local", declared=found.declared)
    if known.copy_of is None and found.copy_of is not None:
        facts = facts._replace(copy_of=found.copy_of, is_exact_copy=found.is_exact_copy)
        add_copy(commits, found.copy_of, entry.oid)
    if known.files is None and found.files is not None:
        facts = facts._replace(
            files=found.files, insertions=found.insertions, deletions=found.deletions, task_kind=found.task_kind
        )
    _change_if_different(commits, commit, known, facts)
    return False


def add_evidence(commits: WorkingCommits, entry: EvidenceEntry) -> None:
    """Add evidence to a commit; without effect if the project does not have it: the next reconcile records both."""
    commit = (entry.project, entry.oid)
    known = commits.get(commit)
    if known is None:
        return
    replaced = {one for one in known.evidence if one.signal == "record" and one.name in entry.reread}
    facts = known
    if replaced - {*entry.evidence}:
        kept = tuple(one for one in facts.evidence if one not in replaced)
        facts = facts._replace(evidence=kept, evidence_changes=next_change(facts.evidence_changes))
    facts = _with_evidence(facts, entry.evidence, entry.moments, entry.learnt)
    if entry.copy_of not in {None, known.copy_of} and (known.copy_of is None or entry.is_seen_copy):
        facts = facts._replace(copy_of=entry.copy_of, is_exact_copy=entry.is_exact_copy)
        commits.change(commit, facts)
        remove_copy(commits, known.copy_of, entry.oid)
        add_copy(commits, entry.copy_of, entry.oid)
    if known.setup is None and entry.setup:
        facts = facts._replace(setup=entry.setup)
    _change_if_different(commits, commit, known, facts)


def replace_evidence(commits: WorkingCommits, entry: ReplacedEvidenceEntry) -> None:
    """Replace a commit's own evidence, except corrections."""
    commit = (entry.project, entry.oid)
    facts = commits.get(commit)
    if facts is not None:
        corrections = [one for one in facts.evidence if one.signal in CORRECTION_SIGNALS]
        read = facts._replace(
            evidence=combine(corrections, entry.evidence),
            moments=_read_again(facts.moments, entry.moments),
            setup=facts.setup or entry.setup,
        )
        if read != facts:
            read = read._replace(evidence_changes=next_change(facts.evidence_changes))
        commits.change(commit, read)


def _read_again(known: Iterable[Moment], found: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return moments whose evidence was read again, with the number of times that this had another result."""
    readings = {one.event: one for one in known}
    counted: list[Moment] = []
    for moment in found:
        before = readings.get(moment.event, moment)
        is_other = moment.evidence != before.evidence
        counted.append(moment._replace(readings=before.readings + is_other))
    return tuple(counted)


def set_statistics(commits: WorkingCommits, entry: MeasuredEntry) -> None:
    """Give a commit the diff statistics that it was recorded without, and the kind of task that follows from them."""
    commit = (entry.project, entry.oid)
    facts = commits.get(commit)
    if facts is not None and facts.files is None:
        kind = task_kind(facts.subject, entry.of_paths)
        commits.change(commit, facts._replace(**entry.stat._asdict(), task_kind=kind))


def set_liveness(commits: WorkingCommits, entry: LivenessEntry) -> None:
    """Mark a commit as reachable from a tip, or not; without effect if the project does not have it."""
    commit = (entry.project, entry.oid)
    facts = commits.get(commit)
    if facts is not None and facts.live != entry.live:
        commits.change(commit, facts._replace(live=entry.live, live_changes=next_change(facts.live_changes)))


def set_pushed(commits: WorkingCommits, entry: PushEntry) -> None:
    """Record that a push ended at a commit; without effect if the project does not have it."""
    commit = (entry.project, entry.oid)
    facts = commits.get(commit)
    if facts is None:
        return
    within = entry.to_this_machine and (facts.pushed_within or not facts.pushed)
    if not facts.pushed or facts.pushed_within != within:
        commits.change(commit, facts._replace(pushed=True, pushed_within=within))


def remove_commit(commits: WorkingCommits, commit: CommitId, facts: CommitFacts) -> None:
    """Remove a commit from its project, with every row that only leads to it.

    Claims that it was rewritten stay, since it may be recorded again.
    """
    project, oid = commit
    commits.unsettle(*lineage.family_of(oid, commits))
    commits.change(commit, None)
    commits.remove_holder(commit)
    remove_copy(commits, facts.copy_of, oid)
    remove_reverts(commits, facts.reverts, oid)
    commits.transaction.delete(DEPARTED, keys.commit(project, oid))


def record_setup(commits: WorkingCommits, entry: SetupEntry) -> bool:
    """Record a set of instruction files; return False if its key is known."""
    key = bytes.fromhex(entry.key)
    if commits.transaction.get(SETUPS, key) is not None:
        return False
    commits.transaction.put(SETUPS, key, SetupRecord(files=entry.files))
    return True


def remove_unused_setups(transaction: Transaction, candidates: set[str]) -> None:
    """Remove those of some set-ups that no commit has; ``candidates``: their keys in hex."""
    unused = set(candidates)
    for _, facts in transaction.scan(COMMITS) if unused else ():
        unused.discard(facts.setup or "")
        if not unused:
            return
    for key in unused:
        transaction.delete(SETUPS, bytes.fromhex(key))


def _change_if_different(commits: WorkingCommits, commit: CommitId, known: CommitFacts, facts: CommitFacts) -> None:
    if facts != known:
        commits.change(commit, facts)


def _with_evidence(
    facts: CommitFacts, evidence: Iterable[Evidence], moments: Iterable[Moment], learnt: str
) -> CommitFacts:
    """Return facts with evidence and moments added, and with ``learnt`` if that says more."""
    if learnt and learnt_rank(learnt) > learnt_rank(facts.learnt):
        facts = facts._replace(learnt=learnt)
    return facts._replace(
        evidence=combine(facts.evidence, tuple(evidence)), moments=merge_moments(facts.moments, moments)
    )
