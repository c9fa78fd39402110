"""Commits as a write transaction has changed them so far, before their standings are derived and all is written."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from tracker import keys, lineage
from tracker.ledger.commits import CommitId, claims_about, holders_of, related, standing_of
from tracker.ledger.tables import COMMITS, COPIES, OIDS, PREDECESSORS, PROJECTS, REVERTS, Transaction
from tracker.model import Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding, HolderRecord, RecordedCommit
from tracker.rewrite_records import Claim


class ChangedCommit(NamedTuple):
    """A commit before a transaction and after it; None where there is none."""

    commit: CommitId
    before: RecordedCommit | None
    now: RecordedCommit | None


class WorkingCommits:
    """The commits that a transaction has read or changed, and the ``FamilyView`` of the ledger with those changes.

    The standings of changed commits, and those that follow from them, are derived again by ``settle`` and written by
    ``apply``.
    """

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self._stored: dict[CommitId, CommitFacts | None] = {}
        self._facts: dict[CommitId, CommitFacts | None] = {}
        self._stored_standings: dict[CommitId, CommitStanding] = {}
        self._standings: dict[CommitId, CommitStanding] = {}
        self._holders: dict[Oid, Sequence[ProjectId]] = {}
        self._unsettled: set[Oid] = set()
        self._counted_again: set[Oid] = set()

    def get(self, commit: CommitId) -> CommitFacts | None:
        """Return a commit's facts as changed so far, or None if the project does not have the commit."""
        if commit not in self._facts:
            self._stored[commit] = self._facts[commit] = self.transaction.get(COMMITS, keys.commit(*commit))
        return self._facts[commit]

    def change(self, commit: CommitId, facts: CommitFacts | None) -> None:
        """Replace a commit's facts, to be written at the end; None removes the commit. Call ``get`` before."""
        self._facts[commit] = facts
        self.unsettle(commit[1])

    def unsettle(self, *oids: Oid) -> None:
        """Have the standings of these commits, and those that follow from them, derived again by ``settle``."""
        self._unsettled.update(oids)

    def count_again(self, oid: Oid) -> None:
        """Have ``changes`` yield the commit that stands for this one, although neither is changed."""
        self._counted_again.add(oid)
        self.unsettle(oid)

    def settle(self) -> None:
        """Derive the standings that changed facts may have changed.

        A standing follows from facts alone, so each is derived once, in whatever order.
        """
        settled: set[Oid] = set()
        while self._unsettled:
            oid = self._unsettled.pop()
            if oid in settled or self._settle_alone(oid):
                continue
            versions = lineage.versions_of(oid, self)
            context = lineage.context_of(versions, self)
            if context is None:
                settled |= self._settle_family(oid)
                continue
            settled |= versions
            is_changed = self._derive(versions, versions | context)
            # Of a commit that is reverted in a circle, and of one that is not, the standing is the same, and yet what
            # they revert differs.
            found = lineage.dependents_of(versions, self) if is_changed else lineage.reverted_by(versions, self)
            self._unsettled |= found - settled

    def _settle_family(self, oid: Oid) -> set[Oid]:
        """Derive the standings of a whole family, and return its commits."""
        family = lineage.family_of(oid, self)
        self._derive(family, family)
        return family

    def _derive(self, wanted: Collection[Oid], family: Iterable[Oid]) -> bool:
        """Derive the standings of some commits of a family; return True if those, or their facts, are not as stored."""
        is_changed = False
        for project, oid, standing in lineage.derive_standings(family, self):
            if oid in wanted:
                commit = (project, oid)
                is_changed = is_changed or self._facts[commit] is not self._stored[commit]
                is_changed = is_changed or standing != self.stored_standing(commit)
                self._standings[commit] = standing
        return is_changed

    def _settle_alone(self, oid: Oid) -> bool:
        """Derive the standing of a commit that is a family of its own; return False if it may not be one."""
        holders = self.holders(oid)
        facts = self.get((holders[0], oid)) if len(holders) == 1 else None
        standing = lineage.lone_standing(facts) if facts is not None else None
        if standing is None or self.claims(oid) or self.predecessors(oid) or self.copies(oid) or self.reverters(oid):
            return False
        self._standings[holders[0], oid] = standing
        return True

    def stored_standing(self, commit: CommitId) -> CommitStanding:
        """Return a commit's standing before this transaction; that of a commit without evidence if there is none."""
        if commit not in self._stored_standings:
            self.get(commit)
            facts = self._stored[commit]
            self._stored_standings[commit] = (
                CommitStanding() if facts is None else standing_of(self.transaction, *commit, facts)
            )
        return self._stored_standings[commit]

    def now(self, commit: CommitId) -> RecordedCommit | None:
        """Return a commit as it is after ``settle``, or None if the project does not have it."""
        facts = self.get(commit)
        return None if facts is None else RecordedCommit(facts, self._standing(commit))

    def changes(self) -> Iterator[ChangedCommit]:
        """Yield each commit that is not as it was before the transaction, or is to be counted again."""
        for commit, facts in [*self._facts.items()]:
            stored = self._stored[commit]
            if facts is stored and commit not in self._standings:
                continue
            before = None if stored is None else RecordedCommit(stored, self.stored_standing(commit))
            now = self.now(commit)
            if before != now or (now is not None and self._is_counted_again(commit[1], now.standing)):
                yield ChangedCommit(commit, before, now)

    def _is_counted_again(self, oid: Oid, standing: CommitStanding) -> bool:
        return standing.counted and not self._counted_again.isdisjoint((oid, *standing.stands_for))

    def _standing(self, commit: CommitId) -> CommitStanding:
        return self._standings[commit] if commit in self._standings else self.stored_standing(commit)

    def holders(self, oid: Oid) -> Sequence[ProjectId]:
        """Return the projects that hold a commit, sorted."""
        if oid not in self._holders:
            self._holders[oid] = holders_of(self.transaction, oid)
        return self._holders[oid]

    def add_holder(self, commit: CommitId) -> None:
        """Add the project to the holders of the commit."""
        project, oid = commit
        self._holders[oid] = sorted({*self.holders(oid), project})
        self.transaction.put(OIDS, keys.holder(oid, project), HolderRecord())

    def remove_holder(self, commit: CommitId) -> None:
        """Remove the project from the holders of the commit."""
        project, oid = commit
        self._holders[oid] = [holder for holder in self.holders(oid) if holder != project]
        self.transaction.delete(OIDS, keys.holder(oid, project))

    # -- FamilyView ----------------------------------------------------------------------------------------------

    def holdings(self, oid: Oid) -> list[lineage.Holding]:
        """Return the facts of a commit as changed so far, from each project that holds it."""
        return [(project, facts) for project in self.holders(oid) if (facts := self.get((project, oid))) is not None]

    def claims(self, oid: Oid) -> list[Claim]:
        """Return the claims that a commit was rewritten."""
        return claims_about(self.transaction, oid)

    def predecessors(self, oid: Oid) -> list[Oid]:
        """Return the commits that some claim says were rewritten into a commit."""
        return related(self.transaction, PREDECESSORS, oid)

    def copies(self, oid: Oid) -> Sequence[Oid]:
        """Return the cherry-picks of a commit."""
        return related(self.transaction, COPIES, oid)

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        """Return the commits that say they revert a commit."""
        return related(self.transaction, REVERTS, oid)

    def is_away(self, project: ProjectId) -> bool:
        """Return True if a project's repository was missing or untracked when last checked."""
        record = self.transaction.get(PROJECTS, keys.project(project))
        return record is not None and record.away

    def is_elsewhere(self, project: ProjectId) -> bool:
        """Return True if only ledgers of other computers recorded a project, so that its repository is not here."""
        record = self.transaction.get(PROJECTS, keys.project(project))
        return record is not None and record.is_foreign

    def first_seen(self, project: ProjectId) -> int:
        """Return the time at which a project was first recorded, in seconds; 0 for one that is not recorded."""
        record = self.transaction.get(PROJECTS, keys.project(project))
        return record.first_seen if record is not None else 0
