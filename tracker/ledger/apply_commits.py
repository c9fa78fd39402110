"""How entries change the tables inside one write transaction: read, modify, write, then settle the totals.

Runs no git and touches no file. Totals change by the difference between what every touched commit contributed before
and what it contributes after, so they are exact whatever the order in which entries arrive.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from tracker import keys, lineage
from tracker.attribution import WORDS, combine
from tracker.errors import Superseded
from tracker.ledger import entries
from tracker.ledger.apply_feedback import Outcomes, Place
from tracker.ledger.tables import (
    COMMITS,
    COPIES,
    DEPARTED,
    OIDS,
    PATHS,
    PROJECTS,
    REVERTS,
    REWRITES,
    SETUPS,
    TIPS,
    Transaction,
)
from tracker.ledger.totals import Books
from tracker.lineage import contributions
from tracker.model import CONTENT, Evidence, Oid, ProjectId
from tracker.records import (
    ActivityRecord,
    CommitRecord,
    CopiesRecord,
    DepartedRecord,
    HoldersRecord,
    Link,
    LinksRecord,
    PathRecord,
    ProjectRecord,
    RetrospectiveRecord,
    RevertersRecord,
    SetupRecord,
    TipRecord,
)

_LEARNT_ORDER: Final = ("backfill", "reconcile")  # a hook's name says more than either


class Posting:
    """Applies entries to one transaction. ``recorded`` and ``known`` count the commits that were new, and were not."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._before: dict[Place, CommitRecord | None] = {}
        self._now: dict[Place, CommitRecord | None] = {}
        self._unsettled: set[Oid] = set()
        self._books = Books(transaction)
        self._outcomes = Outcomes(transaction, self._books, self)
        self.recorded = 0
        self.known = 0

    def written(self) -> Sequence[RetrospectiveRecord | ActivityRecord]:
        """The lines of journals that were written, once ``finish`` has decided."""
        return self._outcomes.written

    def changed(self) -> Iterator[tuple[ProjectId, Oid, CommitRecord, CommitRecord]]:
        """The commits that were known before and are another record now, once ``finish`` has decided."""
        for (project, oid), now in self._now.items():
            before = self._before[project, oid]
            if before is not None and now is not None and before != now:
                yield project, oid, before, now

    def advance(self, project: ProjectId, generation: int) -> None:
        """Count a reconcile of ``project`` that began at ``generation``.

        Raises Superseded when another process has reconciled it since: what was read is out of date.
        """
        key = keys.project(project)
        record = self._transaction.get(PROJECTS, key)
        if (record.generation if record else 0) != generation:
            raise Superseded(project)
        if record:
            self._transaction.put(PROJECTS, key, record._replace(generation=generation + 1))

    def apply(self, entry: entries.Entry) -> None:
        """Do what one entry says."""
        if type(entry) in _APPLY:
            _APPLY[type(entry)](self, entry)
        else:
            self._outcomes.apply(entry)

    def finish(self) -> None:
        """Decide which touched commits count, write them, and bring the totals up to date."""
        self._settle()
        for place, record in self._now.items():
            before = self._before[place]
            if record == before:
                continue
            if before is not None and before.counted:
                self._books.book(contributions.account(place[0], before), contributions.contribution(before), -1)
            if record is None:
                self._transaction.delete(COMMITS, keys.commit(*place))
                continue
            if record.counted:
                self._books.book(contributions.account(place[0], record), contributions.contribution(record))
            self._transaction.put(COMMITS, keys.commit(*place), record)
            if before is None or before.agent != record.agent:
                self._books.see_agent(record)
            if before is not None:
                self._outcomes.follow(place, before, record)
        self._outcomes.conclude()
        self._books.write()

    # -- commits -------------------------------------------------------------------------------------------------

    def commit_at(self, place: Place) -> CommitRecord | None:
        """A commit's record as this transaction has it now."""
        if place not in self._now:
            record = self._transaction.get(COMMITS, keys.commit(*place))
            self._before[place] = self._now[place] = record
        return self._now[place]

    def change(self, place: Place, record: CommitRecord | None) -> None:
        """Have another record of a commit from now on; None takes it away."""
        self._now[place] = record
        self._unsettled.add(place[1])

    def commit(self, entry: entries.CommitEntry) -> None:
        """A new commit is written; of a known one the evidence is joined, and what could not be measured before."""
        place = (entry.project, entry.oid)
        existing = self.commit_at(place)
        if existing is None:
            self.recorded += 1
            self.change(place, entry.record._replace(sequence=self._transaction.next_sequence()))
            self._hold(place)
            self._note_copy(entry.record.copy_of, entry.oid)
            self._note_reverts(entry.record.reverts, entry.oid)
            return
        self.known += 1
        self._explain(place, entry.record.evidence, entry.record.learnt)
        if entry.record.origin == "local" and existing.origin == "fetched":
            self.change(place, self._known(place)._replace(origin="local", declared=entry.record.declared))
        self._copied(place, entry.record.copy_of)
        if existing.files is None and entry.record.files is not None:
            found = entry.record
            self.change(
                place,
                self._known(place)._replace(
                    files=found.files,
                    insertions=found.insertions,
                    deletions=found.deletions,
                    task_kind=found.task_kind,
                ),
            )

    def setup(self, entry: entries.SetupEntry) -> None:
        """Keep a set of instruction files; one that is known stays."""
        key = bytes.fromhex(entry.key)
        if self._transaction.get(SETUPS, key) is None:
            self._transaction.put(SETUPS, key, SetupRecord(entry.files))

    def evidence(self, entry: entries.EvidenceEntry) -> None:
        """Join evidence that arrived after its commit; an unknown commit is left for the next reconcile."""
        place = (entry.project, entry.oid)
        record = self.commit_at(place)
        if record is not None:
            gone = {one for one in record.evidence if one.signal == "record" and one.name in entry.reread}
            if gone - {*entry.evidence}:
                kept = tuple(one for one in record.evidence if one not in gone)
                self.change(place, record._replace(evidence=kept))
            self._explain(place, entry.evidence, entry.learnt)
            self._copied(place, entry.copy_of)
            if entry.setup and self._known(place).setup is None:
                self.change(place, self._known(place)._replace(setup=entry.setup))

    def read_again(self, entry: entries.ReadAgainEntry) -> None:
        """Put what was read again in the place of a commit's own evidence; corrections that came meanwhile stay."""
        place = (entry.project, entry.oid)
        record = self.commit_at(place)
        if record is not None:
            words = [one for one in record.evidence if one.signal in WORDS and not one.inherited]
            inherited = [one for one in record.evidence if one.inherited]
            evidence = combine((*words, *inherited), entry.evidence)
            self.change(place, record._replace(evidence=evidence, setup=record.setup or entry.setup))

    def liveness(self, entry: entries.LivenessEntry) -> None:
        """Mark a known commit as reachable or not."""
        place = (entry.project, entry.oid)
        record = self.commit_at(place)
        if record is not None and record.live != entry.live:
            self.change(place, record._replace(live=entry.live))

    def forget(self, entry: entries.ForgetEntry) -> None:
        """Take back a commit of which nobody said anything, and what links it to others of its project."""
        place = (entry.project, entry.oid)
        record = self.commit_at(place)
        if record is None or lineage.is_spoken_of(record) or self._outcomes.has_bug(entry.oid, record):
            return
        self._outcomes.forget(place, record)
        self._unsettled |= lineage.relatives(entry.oid, self)
        self._unlink(place, record)
        self.change(place, None)
        key = bytes.fromhex(entry.oid)
        left = tuple(project for project in self._holders(entry.oid) if project != entry.project)
        if left:
            self._transaction.put(OIDS, key, HoldersRecord(left))
        else:
            self._transaction.delete(OIDS, key)

    def _unlink(self, place: Place, record: CommitRecord) -> None:
        project, oid = place
        for old in record.replaces:
            key = keys.commit(project, old)
            known = self._transaction.get(REWRITES, key)
            left = tuple(link for link in known.links if link.new != oid) if known else ()
            if left:
                self._transaction.put(REWRITES, key, LinksRecord(left))
            else:
                self._transaction.delete(REWRITES, key)
        became = self._transaction.get(REWRITES, keys.commit(*place))
        for link in became.links if became else ():
            successor = self.commit_at((project, link.new))
            if successor is not None:
                left_of = tuple(old for old in successor.replaces if old != oid)
                self.change((project, link.new), successor._replace(replaces=left_of))
        self._transaction.delete(REWRITES, keys.commit(*place))

    def pair(self, entry: entries.PairEntry) -> None:
        """Link a rewritten commit to its successor."""
        old, new = self.commit_at((entry.project, entry.old)), self.commit_at((entry.project, entry.new))
        if old is None or new is None:
            return
        key = keys.commit(entry.project, entry.old)
        known = self._transaction.get(REWRITES, key)
        links = known.links if known else ()
        others = tuple(link for link in links if link.new != entry.new)
        before = next((link for link in links if link.new == entry.new), None)
        link = Link(entry.new, entry.kind, before.source if before and entry.source != CONTENT else entry.source)
        if link == before:
            return
        self._transaction.put(REWRITES, key, LinksRecord((*others, link)))
        if before is None:
            self.change((entry.project, entry.new), new._replace(replaces=(*new.replaces, entry.old)))
        self._unsettled.add(entry.old)

    def _known(self, place: Place) -> CommitRecord:
        record = self.commit_at(place)
        assert record is not None, place  # noqa: S101 - only called for places that were found
        return record

    def _holders(self, oid: Oid) -> tuple[ProjectId, ...]:
        holders = self._transaction.get(OIDS, bytes.fromhex(oid))
        return holders.projects if holders else ()

    def _hold(self, place: Place) -> None:
        projects = self._holders(place[1])
        if place[0] not in projects:
            self._transaction.put(OIDS, bytes.fromhex(place[1]), HoldersRecord((*projects, place[0])))

    def _copied(self, place: Place, original: Oid | None) -> None:
        """Say of a known commit what it was picked from, unless that is known already."""
        if original is not None and self._known(place).copy_of is None:
            self.change(place, self._known(place)._replace(copy_of=original))
            self._note_copy(original, place[1])

    def _note_copy(self, original: Oid | None, copy: Oid) -> None:
        if original is None:
            return
        key = bytes.fromhex(original)
        known = self.copies(original)
        if copy not in known:
            self._transaction.put(COPIES, key, CopiesRecord((*known, copy)))
        self._unsettled.add(original)

    def _note_reverts(self, reverted: Sequence[Oid], oid: Oid) -> None:
        for target in reverted:
            known = self.reverters(target)
            if oid not in known:
                self._transaction.put(REVERTS, bytes.fromhex(target), RevertersRecord((*known, oid)))
            self._unsettled.add(target)

    def push(self, entry: entries.PushEntry) -> None:
        """Note of a known commit that a push ended at it."""
        place = (entry.project, entry.oid)
        record = self.commit_at(place)
        if record is not None and not record.pushed:
            self.change(place, record._replace(pushed=True))

    # -- what lineage looks at -----------------------------------------------------------------------------------

    def holdings(self, oid: Oid) -> list[lineage.Holding]:
        """The records of a commit, one for each project, as this transaction has them now."""
        places = [(project, oid) for project in self._holders(oid)]
        return [(place[0], record) for place in places if (record := self.commit_at(place)) is not None]

    def links(self, oid: Oid) -> list[Link]:
        """What a commit was rewritten into, in any project."""
        records = (self._transaction.get(REWRITES, keys.commit(project, oid)) for project in self._holders(oid))
        return [link for record in records if record is not None for link in record.links]

    def copies(self, oid: Oid) -> Sequence[Oid]:
        """What was cherry-picked from a commit."""
        record = self._transaction.get(COPIES, bytes.fromhex(oid))
        return record.copies if record else ()

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        """The commits that say they take one back."""
        record = self._transaction.get(REVERTS, bytes.fromhex(oid))
        return record.reverters if record else ()

    def is_away(self, project: ProjectId) -> bool:
        """Whether a project's repository was not there when somebody looked last."""
        record = self._transaction.get(PROJECTS, keys.project(project))
        return record is not None and record.away

    # -- evidence ------------------------------------------------------------------------------------------------

    def _explain(self, place: Place, evidence: Iterable[Evidence], learnt: str) -> None:
        """Join evidence of the commit's own; who made it is decided when all is known."""
        record = self._known(place)
        if learnt and _learnt_rank(learnt) > _learnt_rank(record.learnt):
            record = record._replace(learnt=learnt)
        record = record._replace(evidence=combine(record.evidence, tuple(evidence)))
        if record != self._now[place]:
            self.change(place, record)

    # -- totals --------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Bring every family that was touched up to date: what counts in it, and what each commit inherits."""
        while self._unsettled:
            family = lineage.relatives(self._unsettled.pop(), self)
            self._unsettled -= family
            for project, oid, record in lineage.settled(family, self):
                self._now[project, oid] = record

    # -- projects and tips -------------------------------------------------------------------------------------

    def project(self, entry: entries.ProjectEntry) -> None:
        """Write what is known of a project; its present path comes first, and leads to it."""
        key = keys.project(entry.project)
        known = self._transaction.get(PROJECTS, key)
        if known is None:
            record = ProjectRecord(
                (entry.path,), entry.name, entry.remotes, entry.object_format, entry.baseline or (), 0, entry.time,
                entry.time, history=entry.history or "",
            )  # fmt: skip
        else:
            record = known._replace(
                paths=(entry.path, *(path for path in known.paths if path != entry.path)),
                name=entry.name,
                remotes=entry.remotes,
                object_format=entry.object_format,
                baseline=known.baseline if entry.baseline is None else entry.baseline,
                history=known.history if entry.history is None else entry.history,
            )
            self.presence(entries.PresenceEntry(entry.project, away=False))
            record = record._replace(away=False)
            if record != known:
                record = record._replace(last_seen=max(known.last_seen, entry.time))
        if record != known:
            self._transaction.put(PROJECTS, key, record)
        pointer = PathRecord(entry.project, entry.path)
        if self._transaction.get(PATHS, keys.path(entry.path)) != pointer:
            self._transaction.put(PATHS, keys.path(entry.path), pointer)

    def presence(self, entry: entries.PresenceEntry) -> None:
        """Note that a repository is away, or there again, and decide anew what its commits stand for."""
        key = keys.project(entry.project)
        known = self._transaction.get(PROJECTS, key)
        if known is None or known.away == entry.away:
            return
        self._transaction.put(PROJECTS, key, known._replace(away=entry.away))
        for commit_key, record in [*self._transaction.scan(COMMITS, key)]:
            oid = keys.oid_of(commit_key)
            if record.replaces or self.links(oid) or len(self._holders(oid)) > 1:
                self._unsettled.add(oid)

    def tip(self, entry: entries.TipEntry) -> None:
        """Move a tip, or remove it."""
        key = keys.tip(entry.project, entry.name)
        if entry.oid is None:
            self._transaction.delete(TIPS, key)
        else:
            self._transaction.put(TIPS, key, TipRecord(entry.name, entry.oid))

    def departed(self, entry: entries.DepartedEntry) -> None:
        """Remember where a deleted branch stood."""
        self._transaction.put(DEPARTED, keys.commit(entry.project, entry.oid), DepartedRecord(entry.name, entry.time))


def _learnt_rank(learnt: str) -> int:
    return _LEARNT_ORDER.index(learnt) if learnt in _LEARNT_ORDER else len(_LEARNT_ORDER)


_APPLY: Final[dict[type, Callable[[Posting, Any], None]]] = {
    entries.ProjectEntry: Posting.project,
    entries.PresenceEntry: Posting.presence,
    entries.SetupEntry: Posting.setup,
    entries.CommitEntry: Posting.commit,
    entries.EvidenceEntry: Posting.evidence,
    entries.ReadAgainEntry: Posting.read_again,
    entries.LivenessEntry: Posting.liveness,
    entries.PairEntry: Posting.pair,
    entries.TipEntry: Posting.tip,
    entries.DepartedEntry: Posting.departed,
    entries.ForgetEntry: Posting.forget,
    entries.PushEntry: Posting.push,
}
