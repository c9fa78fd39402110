"""Application of grades of commits: the last grade in the commit's record, and every grade as it was given."""

from tracker import keys, lineage
from tracker.feedback_records import GradeRecord
from tracker.ledger.entries import TRAILER, GradeEntry
from tracker.ledger.tables import COMMUNICATION
from tracker.ledger.working_commits import CommitId, WorkingCommits
from tracker.model import Oid
from tracker.records import CommitRecord


class Grades:
    """Grades in one write transaction."""

    def __init__(self, commits: WorkingCommits) -> None:
        self._commits = commits
        self._transaction = commits.transaction
        self._seen: set[tuple[Oid, str]] = set()

    def set_last(self, entry: GradeEntry) -> bool:
        """Make a grade its rater's last one of the commit, in all projects, unless a later one is recorded.

        Return False if nothing of the entry is to be recorded: the project does not have the commit, or the same event
        is recorded already. A grade from a trailer does not change the commit, whose record has it as ``declared``.
        """
        if self._commits.get((entry.project, entry.oid)) is None or self._is_recorded(entry):
            return False
        last = lineage.RaterGrade(time=entry.time, grade=entry.grade)
        for project, record in self._commits.holdings(entry.oid) if entry.source != TRAILER else ():
            before = lineage.last_grade(record, entry.rater)
            if before is None or before.time <= entry.time:
                self._commits.change((project, entry.oid), lineage.with_grade(record, entry.rater, last))
        return True

    def record(self, entry: GradeEntry) -> None:
        """Record the grade as it was given, under the agent that the commit is attributed to."""
        commit = self._commits.get((entry.project, entry.oid))
        record = GradeRecord(
            agent=commit.agent if commit else "",
            rater=entry.rater,
            grade=entry.grade,
            note=entry.note,
            task=entry.task,
            time=entry.time,
            source=entry.source,
            speaker=entry.speaker,
            event=entry.event,
        )
        key = keys.communication(record.agent, entry.project, entry.oid, self._transaction.next_sequence())
        self._transaction.put(COMMUNICATION, key, record)

    def follow(self, commit: CommitId, before: CommitRecord, now: CommitRecord) -> None:
        """Move the recorded grades of a commit to the agent that it is attributed to now."""
        if before.agent == now.agent:
            return
        for key, record in [*self._transaction.scan(COMMUNICATION, keys.commit_grades(before.agent, *commit))]:
            self._transaction.delete(COMMUNICATION, key)
            moved = keys.communication(now.agent, *commit, keys.sequence_of(key))
            self._transaction.put(COMMUNICATION, moved, record._replace(agent=now.agent))

    def remove(self, commit: CommitId, record: CommitRecord) -> None:
        """Remove the recorded grades of a commit that is removed: those of its trailer, which git still has."""
        for key, _ in [*self._transaction.scan(COMMUNICATION, keys.commit_grades(record.agent, *commit))]:
            self._transaction.delete(COMMUNICATION, key)

    def _is_recorded(self, entry: GradeEntry) -> bool:
        """Return True if the entry's event was recorded before, in any project; grades are kept under the agent."""
        if not entry.event:
            return False
        if (entry.oid, entry.event) in self._seen:
            return True
        self._seen.add((entry.oid, entry.event))
        return any(
            known.event == entry.event
            for project, record in self._commits.holdings(entry.oid)
            for _, known in self._transaction.scan(COMMUNICATION, keys.commit_grades(record.agent, project, entry.oid))
        )
