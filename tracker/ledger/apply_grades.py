"""Application of grades of commits: the last grade in the commit's facts, and every grade as it was given."""

from tracker import keys, lineage
from tracker.ledger.commits import CommitId
from tracker.ledger.entries import TRAILER, GradeEntry
from tracker.ledger.tables import COMMUNICATION
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import Oid, ProjectId
from tracker.records import RecordedCommit


class Grades:
    """Grades in one write transaction."""

    def __init__(self, commits: WorkingCommits) -> None:
        self._commits = commits
        self._transaction = commits.transaction
        self._seen: set[tuple[Oid, str]] = set()

    def set_last(self, entry: GradeEntry) -> bool:
        """Make a grade its rater's last one of the commit in the project, unless a later one is recorded there.

        Return False if nothing of the entry is to be recorded: the project does not have the commit, or the same event
        is recorded already. A grade from a trailer does not change the commit, whose facts have it as ``declared``.
        """
        commit = (entry.project, entry.oid)
        facts = self._commits.get(commit)
        if facts is None or self._is_recorded(entry):
            return False
        before = lineage.last_grade(facts, entry.rater)
        if entry.source != TRAILER and (before is None or before.time <= entry.time):
            last = lineage.RaterGrade(time=entry.time, grade=entry.grade)
            self._commits.change(commit, lineage.with_grade(facts, entry.rater, last))
        return True

    def record(self, entry: GradeEntry) -> None:
        """Record the grade as it was given, under the agent that the commit is attributed to."""
        commit = self._commits.now((entry.project, entry.oid))
        from tracker.feedback_records import GradeRecord  # few transactions hold grades

        record = GradeRecord(
            agent=commit.standing.agent if commit else "",
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

    def _is_recorded(self, entry: GradeEntry) -> bool:
        """Return True if the entry's event was recorded before, in any project; grades are kept under the agent."""
        if not entry.event:
            return False
        if (entry.oid, entry.event) in self._seen:
            return True
        self._seen.add((entry.oid, entry.event))
        return any(
            known.event == entry.event
            for project, _ in self._commits.holdings(entry.oid)
            for _, known in self._transaction.scan(COMMUNICATION, self._grades_in(project, entry.oid))
        )

    def _grades_in(self, project: ProjectId, oid: Oid) -> bytes:
        """Return the prefix of the keys under which a project's grades of a commit are stored."""
        return keys.commit_grades(self._commits.stored_standing((project, oid)).agent, project, oid)
