"""Commits as a write transaction has changed them so far, before they are derived and written."""

from collections.abc import Sequence

from tracker import keys, lineage
from tracker.ledger.tables import COMMITS, COPIES, OIDS, PREDECESSORS, PROJECTS, REVERTS, REWRITES, Transaction
from tracker.model import Oid, ProjectId
from tracker.records import Claim, CommitRecord, HoldersRecord

CommitId = tuple[ProjectId, Oid]
"""A commit in one project; the same oid in two clones is two of these."""


class WorkingCommits:
    """The commits that a transaction has read or changed, and the ``FamilyView`` of the ledger with those changes.

    Changed commits are derived again by ``settle``, together with their whole families, and written by ``apply``.
    """

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self._before: dict[CommitId, CommitRecord | None] = {}
        self._now: dict[CommitId, CommitRecord | None] = {}
        self._unsettled: set[Oid] = set()

    def get(self, commit: CommitId) -> CommitRecord | None:
        """Return a commit's record as changed so far, or None if the project does not have the commit."""
        if commit not in self._now:
            record = self.transaction.get(COMMITS, keys.commit(*commit))
            self._before[commit] = self._now[commit] = record
        return self._now[commit]

    def change(self, commit: CommitId, record: CommitRecord | None) -> None:
        """Replace a commit's record, to be written at the end; None removes the commit. Call ``get`` before."""
        self._now[commit] = record
        self.unsettle(commit[1])

    def unsettle(self, *oids: Oid) -> None:
        """Have the families of these commits derived again by ``settle``."""
        self._unsettled.update(oids)

    def settle(self) -> None:
        """Derive the records of every family that was changed."""
        while self._unsettled:
            family = lineage.family_of(self._unsettled.pop(), self)
            self._unsettled -= family
            for project, oid, record in lineage.derive_records(family, self):
                self._now[project, oid] = record

    def changes(self) -> list[tuple[CommitId, CommitRecord | None, CommitRecord | None]]:
        """Return each changed commit with its record before the transaction and now; None where there is none."""
        return [
            (commit, self._before[commit], record)
            for commit, record in self._now.items()
            if record != self._before[commit]
        ]

    def holders(self, oid: Oid) -> tuple[ProjectId, ...]:
        """Return the projects that hold a commit, in the order in which they recorded it."""
        record = self.transaction.get(OIDS, bytes.fromhex(oid))
        return record.projects if record else ()

    def add_holder(self, commit: CommitId) -> None:
        """Add the project to the holders of the commit."""
        project, oid = commit
        projects = self.holders(oid)
        if project not in projects:
            self.transaction.put(OIDS, bytes.fromhex(oid), HoldersRecord((*projects, project)))

    def remove_holder(self, commit: CommitId) -> None:
        """Remove the project from the holders of the commit."""
        project, oid = commit
        left = tuple(holder for holder in self.holders(oid) if holder != project)
        if left:
            self.transaction.put(OIDS, bytes.fromhex(oid), HoldersRecord(left))
        else:
            self.transaction.delete(OIDS, bytes.fromhex(oid))

    # -- FamilyView ----------------------------------------------------------------------------------------------

    def holdings(self, oid: Oid) -> list[lineage.Holding]:
        """Return the records of a commit as changed so far, one for each project that holds it."""
        return [(project, record) for project in self.holders(oid) if (record := self.get((project, oid))) is not None]

    def claims(self, oid: Oid) -> list[Claim]:
        """Return the claims that a commit was rewritten, of all projects that hold it."""
        records = (self.transaction.get(REWRITES, keys.commit(project, oid)) for project in self.holders(oid))
        return [claim for record in records if record is not None for claim in record.claims]

    def predecessors(self, oid: Oid) -> list[Oid]:
        """Return the commits that some claim says were rewritten into a commit, in any project that holds it."""
        records = (self.transaction.get(PREDECESSORS, keys.commit(project, oid)) for project in self.holders(oid))
        return [old for record in records if record is not None for old in record.olds]

    def copies(self, oid: Oid) -> Sequence[Oid]:
        """Return the cherry-picks of a commit."""
        record = self.transaction.get(COPIES, bytes.fromhex(oid))
        return record.copies if record else ()

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        """Return the commits that say they revert a commit."""
        record = self.transaction.get(REVERTS, bytes.fromhex(oid))
        return record.reverters if record else ()

    def is_away(self, project: ProjectId) -> bool:
        """Return True if a project's repository was missing or untracked when last checked."""
        record = self.transaction.get(PROJECTS, keys.project(project))
        return record is not None and record.away
