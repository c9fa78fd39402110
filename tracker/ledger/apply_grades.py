"""Application of grades of commits: the last grade in the commit's facts, and every grade as it was given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tracker import keys, lineage
from tracker.ledger.bare_records import bare, is_known
from tracker.ledger.commits import CommitId
from tracker.ledger.entries import TRAILER, GradeEntry
from tracker.ledger.places import next_place
from tracker.ledger.tables import COMMUNICATION
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import Rater
from tracker.records import RecordedCommit

if TYPE_CHECKING:
    from tracker.feedback_records import GradeRecord


class Grades:
    """Grades in one write transaction: of each commit those that are stored, and those that are to be."""

    def __init__(self, commits: WorkingCommits) -> None:
        self._commits = commits
        self._transaction = commits.transaction
        self._given: dict[CommitId, list[GradeRecord]] = {}
        self._to_write: set[tuple[CommitId, GradeRecord]] = set()

    def set_last(self, entry: GradeEntry) -> GradeRecord | None:
        """Make a grade its rater's last one of the commit in the project, unless a later one is recorded there.

        Return the record to be written when attributions are derived. None if there is nothing to record: the project
        does not have the commit, or the same event is recorded already. A grade from a trailer does not change the
        commit, whose facts have it as ``declared``.
        """
        commit = (entry.project, entry.oid)
        if self._commits.get(commit) is None or self._is_recorded(entry):
            return None
        from tracker.feedback_records import GradeRecord  # few transactions hold grades

        same_second = (one for one in self._of(commit) if (one.rater, one.time) == (entry.rater, entry.time))
        record = GradeRecord(
            agent="",
            rater=entry.rater,
            grade=entry.grade,
            note=entry.note,
            task=entry.task,
            time=entry.time,
            source=entry.source,
            speaker=entry.speaker,
            event=entry.event,
            place=next_place(same_second),
        )
        self._give(commit, record)
        return record

    def join(self, commit: CommitId, record: GradeRecord) -> list[GradeRecord]:
        """Take over a grade that another ledger recorded; return the records to be written when agents are known.

        They are none if the grade is recorded here already, and other ones where it is the same statement as a known
        grade. ``record``: its ``agent`` does not matter. The project must have the commit.
        """
        from tracker.ledger import restated_grades  # few transactions hold grades of elsewhere

        record = record._replace(agent="")
        known = self._of(commit)
        if is_known(record, restated_grades.forms(known), bare) or record in known:
            return []
        if bare(record) in known:
            self._supersede(commit, bare(record))
        new = [record]
        if record.source == restated_grades.SOURCE and any(map(restated_grades.is_restatement, (*known, record))):
            imported = [one for one in known if one.source == restated_grades.SOURCE]
            kept = restated_grades.statements([*imported, record])
            for one in imported:
                if one not in kept:
                    self._supersede(commit, one)
            new = [one for one in kept if one not in imported]
        for one in new:
            self._give(commit, one)
        return new

    def record(self, commit: CommitId, record: GradeRecord) -> None:
        """Write a grade as it was given, under the agent that the commit is attributed to."""
        now = self._commits.now(commit)
        if now is None or (commit, record) not in self._to_write:
            return  # removed by the same transaction: git still has the grade of its trailer
        self._to_write.remove((commit, record))
        agent = now.standing.agent
        key = keys.communication(agent, *commit, self._transaction.next_sequence())
        self._transaction.put(COMMUNICATION, key, record._replace(agent=agent))

    def record_all(self, commit: CommitId, records: Iterable[GradeRecord]) -> None:
        """Write several grades, each as ``record`` does."""
        for one in records:
            self.record(commit, one)

    def follow(self, commit: CommitId, before: RecordedCommit, now: RecordedCommit) -> None:
        """Move the recorded grades of a commit to the agent that it is attributed to now."""
        old, new = before.standing.agent, now.standing.agent
        if old == new:
            return
        for key, record in [*self._transaction.scan(COMMUNICATION, keys.commit_grades(old, *commit))]:
            self._transaction.delete(COMMUNICATION, key)
            moved = keys.communication(new, *commit, keys.sequence_of(key))
            self._transaction.put(COMMUNICATION, moved, record._replace(agent=new))

    def remove(self, commit: CommitId) -> None:
        """Remove the recorded grades of a commit that is removed: those of its trailer, which git still has."""
        agent = self._commits.stored_standing(commit).agent
        for key, _ in [*self._transaction.scan(COMMUNICATION, keys.commit_grades(agent, *commit))]:
            self._transaction.delete(COMMUNICATION, key)
        self._given.pop(commit, None)

    def _supersede(self, commit: CommitId, record: GradeRecord) -> None:
        """Remove a grade of which the words are known now, stored or to be stored."""
        self._of(commit).remove(record)
        self._to_write.discard((commit, record))
        agent = self._commits.stored_standing(commit).agent
        for key, stored in [*self._transaction.scan(COMMUNICATION, keys.commit_grades(agent, *commit))]:
            if stored._replace(agent="") == record:
                self._transaction.delete(COMMUNICATION, key)

    def _give(self, commit: CommitId, record: GradeRecord) -> None:
        """Add a grade to those of its commit, and let the commit's facts have the rater's last one."""
        self._of(commit).append(record)
        self._to_write.add((commit, record))
        facts = self._commits.get(commit)
        last = _last(self._of(commit), record.rater)
        if facts is not None and record.source != TRAILER and last is not None:
            grade = lineage.RaterGrade(time=last.time, grade=last.grade)
            if lineage.last_grade(facts, record.rater) != grade:
                self._commits.change(commit, lineage.with_grade(facts, record.rater, grade))

    def _of(self, commit: CommitId) -> list[GradeRecord]:
        """Return the grades of a commit in a project, stored and to be stored, without the agent they are under."""
        if commit not in self._given:
            stored = self._commits.stored_standing(commit)
            found = self._transaction.scan(COMMUNICATION, keys.commit_grades(stored.agent, *commit))
            self._given[commit] = [record._replace(agent="") for _, record in found]
        return self._given[commit]

    def _is_recorded(self, entry: GradeEntry) -> bool:
        """Return True if the entry's event was recorded before, in any project."""
        if not entry.event:
            return False
        held: list[CommitId] = [(project, entry.oid) for project in self._commits.holders(entry.oid)]
        return any(one.event == entry.event for commit in held for one in self._of(commit))


def _last(grades: list[GradeRecord], rater: Rater) -> GradeRecord | None:
    """Return the rater's last grade that was given in words of its own, not by the commit's trailer."""
    own = (one for one in grades if one.rater == rater and one.source != TRAILER)
    return max(own, key=lambda one: one.order, default=None)
