"""Application of entries to the tables inside one write transaction: the one ``match`` on the types of entries.

Runs no git and touches no file. First every entry changes facts; then the standings of changed commits, and those that
follow from them, are derived again, and both are written; then feedback is recorded, under the agent that its commit is
attributed to by then. Totals change by the difference between what each changed commit contributed before and
contributes now, so they are exact whatever the order in which entries arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tracker import keys, lineage
from tracker.errors import EntryRefused
from tracker.ledger import (
    apply_commits,
    apply_links,
    apply_projects,
    entries,
)
from tracker.ledger.agents import AgentsUpdate
from tracker.ledger.apply_bugs import Bugs
from tracker.ledger.apply_grades import Grades
from tracker.ledger.maker_months import MakerMonthsUpdate
from tracker.ledger.tables import COMMITS, STANDINGS, Transaction
from tracker.ledger.totals import TotalsUpdate
from tracker.ledger.working_commits import ChangedCommit, WorkingCommits
from tracker.model import Oid, ProjectId
from tracker.records import RecordedCommit

if TYPE_CHECKING:
    from tracker.feedback_records import ActivityRecord, RetrospectiveRecord
    from tracker.ledger.apply_joined import Joins
    from tracker.ledger.computed_entries import ComputedEntry
    from tracker.ledger.joined_entries import JoinEntry


class CommitRefused(EntryRefused):
    """A commit whose record, with everything that a transaction adds to it, cannot be stored; nothing was written."""

    def __init__(self, oid: Oid, reason: str) -> None:
        super().__init__(reason)
        self.oid = oid


class Changed(NamedTuple):
    """A commit that was known before a flush, as it was before and as it is after it."""

    project: ProjectId
    oid: Oid
    before: RecordedCommit
    now: RecordedCommit


class Flushed(NamedTuple):
    """Result of a flush: numbers of new and of known commits among its entries; the known commits that changed.

    ``written``: the journal records that were written, in the order of their entries. ``homeless``: entries of another
    ledger about commits and projects that are not recorded here, which changed nothing. ``joined``: by type, how many
    of them, claims and instruction files changed anything.
    """

    recorded: int
    already_known: int
    changed: tuple[Changed, ...] = ()
    written: tuple[RetrospectiveRecord | ActivityRecord, ...] = ()
    homeless: tuple[JoinEntry, ...] = ()
    joined: Mapping[type[entries.Entry], int] = MappingProxyType({})


def apply_entries(
    transaction: Transaction, batch: Iterable[entries.Entry], *, advance: tuple[ProjectId, int] | None = None
) -> Flushed:
    """Apply entries, and all that follows from them, to the tables.

    ``advance``: a project and the generation at which its entries were prepared. Raises Superseded when that is not the
    recorded one any more, CommitRefused when a commit has become too large, TrackerError when feedback cannot be
    applied (no bug to withdraw, agent not halted).
    """
    application = _Application(transaction)
    if advance is not None:
        apply_projects.check_generation(transaction, *advance)
    for entry in batch:
        application.apply(entry)
    if advance is not None:
        apply_projects.advance_generation(transaction, advance[0])
    return application.finish()


class _Application:
    """State of one transaction while entries are applied to it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._commits = WorkingCommits(transaction)
        self._totals = TotalsUpdate(transaction)
        self._agents = AgentsUpdate(transaction)
        self._maker_months = MakerMonthsUpdate(self._commits)
        self._grades = Grades(self._commits)
        self._bugs = Bugs(self._commits, self._totals, self._agents)
        self._after_commits: list[Callable[[], None]] = []
        self._journal: list[RetrospectiveRecord | ActivityRecord] = []
        self._joins: Joins | None = None
        self._new: Counter[type[entries.Entry]] = Counter()
        self._left_setups: set[str] = set()
        self._recorded = 0
        self._already_known = 0

    def apply(self, entry: entries.Entry) -> None:  # noqa: C901 - one case for each type of entry, each a single call
        """Apply one entry; feedback is recorded later, when attributions are derived."""
        match entry:
            case entries.ProjectEntry():
                apply_projects.record_project(self._commits, entry)
            case entries.PresenceEntry():
                apply_projects.set_presence(self._commits, entry)
            case entries.UnfinishedEntry():
                apply_projects.set_unfinished(self._transaction, entry)
            case entries.TipEntry():
                apply_projects.move_tip(self._transaction, entry)
            case entries.ReflogReadEntry():
                apply_projects.record_reflog(self._transaction, entry)
            case entries.DepartedEntry():
                apply_projects.record_departed(self._transaction, entry)
            case entries.SetupEntry():
                self._new[entries.SetupEntry] += apply_commits.record_setup(self._commits, entry)
            case entries.CommitEntry():
                self._record_commit(entry)
            case entries.MeasuredEntry():
                apply_commits.set_statistics(self._commits, entry)
            case entries.EvidenceEntry():
                apply_commits.add_evidence(self._commits, entry)
            case entries.ReplacedEvidenceEntry():
                apply_commits.replace_evidence(self._commits, entry)
            case entries.LivenessEntry():
                apply_commits.set_liveness(self._commits, entry)
            case entries.PushEntry():
                apply_commits.set_pushed(self._commits, entry)
            case entries.ForgetEntry():
                self._forget(entry)
            case entries.ClaimEntry():
                self._new[entries.ClaimEntry] += apply_links.add_claim(self._commits, entry)
            case entries.GradeEntry():
                self._grade(entry)
            case entries.BugEntry():
                self._after_commits.append(partial(self._bugs.charge, entry))
            case entries.BugWithdrawalEntry():
                self._after_commits.append(partial(self._bugs.withdraw, entry))
            case entries.SuggestionEntry():
                self._after_commits.append(partial(self._bugs.suggest, entry))
            case entries.SuggestionDecisionEntry():
                self._after_commits.append(partial(self._bugs.decide, entry))
            case entries.ReinstatementEntry():
                self._after_commits.append(partial(self._bugs.reinstate, entry))
            case entries.RetrospectiveEntry() | entries.ActivityEntry():
                self._after_commits.append(partial(self._record_in_journal, entry))
            case _:
                self._apply_computed(entry)

    def _apply_computed(self, entry: ComputedEntry | JoinEntry) -> None:
        from tracker.ledger.apply_computed import apply_computed  # few transactions hold such entries
        from tracker.ledger.computed_entries import COMPUTED

        if isinstance(entry, COMPUTED):
            apply_computed(self._commits, self._totals, entry)
        else:
            self._join(entry)

    def _join(self, entry: JoinEntry) -> None:
        from tracker.ledger.apply_joined import Joins

        if self._joins is None:
            self._joins = Joins(self._commits, self._totals, self._agents, self._grades, self._bugs)
        later = self._joins.apply(entry)
        if later is not None:
            self._after_commits.append(later)

    def finish(self) -> Flushed:
        """Derive and write the changed commits, record feedback, and write the totals."""
        self._commits.settle()
        changes = [*self._commits.changes()]
        for change in changes:
            self._write_commit(change)
        for record_feedback in self._after_commits:
            record_feedback()
        apply_commits.remove_unused_setups(self._transaction, self._left_setups)
        self._agents.write()
        self._maker_months.write()
        self._totals.write()
        differ = ((one.commit, one.before, one.now) for one in changes if one.before != one.now)
        changed = (Changed(*commit, before, now) for commit, before, now in differ if before and now)
        flushed = Flushed(self._recorded, self._already_known, tuple(changed), tuple(self._journal))
        if self._joins is None:
            return flushed._replace(joined=self._new)
        return flushed._replace(homeless=tuple(self._joins.homeless), joined=self._new + self._joins.changed)

    def _write_commit(self, change: ChangedCommit) -> None:
        commit, before, now = change
        self._totals.add_commit(commit, before, -1)
        self._totals.add_commit(commit, now)
        self._agents.follow(change)
        self._maker_months.follow(change)
        apply_links.follow_links(self._commits, change)
        if now is None:
            self._delete_commit(change)
            return
        project, oid = commit
        try:
            if before is None or before.facts != now.facts:
                self._transaction.put(COMMITS, keys.commit(project, oid), now.facts)
            if before is None or before.standing != now.standing:
                self._transaction.put(STANDINGS, keys.standing(project, now.facts.committed_at, oid), now.standing)
        except EntryRefused as error:
            raise CommitRefused(oid, str(error)) from error
        if before is not None:
            self._grades.follow(commit, before, now)
        self._bugs.follow(oid, (before or now).standing.agent)

    def _delete_commit(self, change: ChangedCommit) -> None:
        project, oid = change.commit
        if change.before is not None:
            self._transaction.delete(COMMITS, keys.commit(project, oid))
            self._transaction.delete(STANDINGS, keys.standing(project, change.before.facts.committed_at, oid))

    def _record_commit(self, entry: entries.CommitEntry) -> None:
        if apply_commits.record_commit(self._commits, entry):
            self._recorded += 1
        else:
            self._already_known += 1

    def _forget(self, entry: entries.ForgetEntry) -> None:
        """Remove a commit, unless there is feedback on it."""
        commit = (entry.project, entry.oid)
        facts = self._commits.get(commit)
        if facts is None or self._has_feedback(entry.oid):
            return
        self._grades.remove(commit)
        apply_commits.remove_commit(self._commits, commit, facts)
        if facts.setup:
            self._left_setups.add(facts.setup)

    def _has_feedback(self, oid: Oid) -> bool:
        """Return True if a commit was graded, corrected or reported for a bug, in any project."""
        return any(
            lineage.has_feedback(facts.evidence, facts)
            or self._bugs.is_reported(oid, self._commits.stored_standing((project, oid)).agent)
            for project, facts in self._commits.holdings(oid)
        )

    def _grade(self, entry: entries.GradeEntry) -> None:
        record = self._grades.set_last(entry)
        if record is not None:
            self._after_commits.append(partial(self._grades.record, (entry.project, entry.oid), record))

    def _record_in_journal(self, entry: entries.RetrospectiveEntry | entries.ActivityEntry) -> None:
        from tracker.ledger import apply_journal

        self._agents.introduce(entry.agent)
        if isinstance(entry, entries.ActivityEntry):
            self._journal.append(apply_journal.record_activity(self._transaction, entry))
        else:
            self._journal.append(apply_journal.record_retrospective(self._transaction, self._totals, entry))
