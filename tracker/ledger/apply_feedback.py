"""How what is said of the work changes the tables: grades, bugs, reinstatements, retrospectives, journal entries.

Inside one write transaction, beside ``posting``, which owns the commits. Every event stays; what counts is the last
word of each rater on a commit or session, and what was not taken back.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol

from tracker import keys, lineage, scoring
from tracker.errors import TrackerError
from tracker.ledger import entries
from tracker.ledger.tables import ACTIVITIES, BUGS, COMMUNICATION, REINSTATEMENTS, RETROSPECTIVES, Snapshot, Transaction
from tracker.ledger.totals import Books
from tracker.lineage import contributions
from tracker.model import RATERS, GradeValue, Oid, ProjectId, Rater
from tracker.records import (
    ActivityRecord,
    BugRecord,
    CommitRecord,
    GradeRecord,
    ReinstatementRecord,
    RetrospectiveRecord,
)

Place = tuple[ProjectId, Oid]


class Commits(Protocol):
    """The commits as the transaction has them now."""

    def commit_at(self, place: Place) -> CommitRecord | None:
        """A commit's record."""

    def change(self, place: Place, record: CommitRecord | None) -> None:
        """Have another record of a commit from now on."""

    def holdings(self, oid: Oid) -> list[lineage.Holding]:
        """The records of a commit, one for each project."""


class Outcomes:
    """Applies what is said of the work to one transaction. ``written``: the lines of journals, once it is concluded."""

    def __init__(self, transaction: Transaction, books: Books, commits: Commits) -> None:
        self._transaction = transaction
        self._books = books
        self._commits = commits
        self.written: list[RetrospectiveRecord | ActivityRecord] = []
        self._said: list[entries.Entry] = []
        self._told: set[tuple[Oid, str]] = set()
        self._charged: dict[str, set[Oid | None]] = {}

    def apply(self, entry: entries.Entry) -> None:
        """Take what one entry says; of a grade what it means for the commit, everything else at the end."""
        if not isinstance(entry, entries.GradeEntry) or self._grade(entry):
            self._said.append(entry)

    def conclude(self) -> None:
        """Write it all, now that it is decided who made each commit.

        Raises TrackerError where an entry has no place any more, and nothing is written then.
        """
        for entry in self._said:
            _CONCLUDE[type(entry)](self, entry)

    def follow(self, place: Place, before: CommitRecord, now: CommitRecord) -> None:
        """Take what was said of a commit along to whoever it turns out to be made by."""
        if before.agent != now.agent:
            for key, event in [*self._transaction.scan(COMMUNICATION, keys.graded(before.agent, *place))]:
                self._transaction.delete(COMMUNICATION, key)
                moved = keys.communication(now.agent, *place, keys.sequence_of(key))
                self._transaction.put(COMMUNICATION, moved, event._replace(agent=now.agent))
        for key, bug in [*self._bugs(before.agent, place[1])] if self.has_bug(place[1], before) else ():
            if bug.project == place[0] and contributions.charged(bug, now) != bug:
                self._transaction.delete(BUGS, key)
                self._book_bug(bug, -1)
                self._charge(keys.sequence_of(key), contributions.charged(bug, now))

    def has_bug(self, oid: Oid, record: CommitRecord) -> bool:
        """Whether a bug was ever charged for a commit, in any clone."""
        if record.agent not in self._charged:
            found = self._transaction.scan(BUGS, keys.agent(record.agent))
            self._charged[record.agent] = {bug.oid for _, bug in found}
        return oid in self._charged[record.agent]

    def forget(self, place: Place, record: CommitRecord) -> None:
        """Take away the events of a commit that is forgotten: those of its trailer, which tells them again."""
        for key, _ in [*self._transaction.scan(COMMUNICATION, keys.graded(record.agent, *place))]:
            self._transaction.delete(COMMUNICATION, key)

    # -- grades --------------------------------------------------------------------------------------------------

    def _grade(self, entry: entries.GradeEntry) -> bool:
        """Have the commit carry the rater's last word; whether there is an event to keep, of a commit that is known."""
        if self._commits.commit_at((entry.project, entry.oid)) is None or self._is_told(entry):
            return False
        word = lineage.Word(entry.time, entry.grade)
        for project, one in self._commits.holdings(entry.oid) if entry.source != entries.TRAILER else ():
            before = lineage.own_word(one, entry.rater)
            if before is None or before.time <= entry.time:
                self._commits.change((project, entry.oid), lineage.with_word(one, entry.rater, word))
        return True

    def grade(self, entry: entries.GradeEntry) -> None:
        """Keep the grade event under whoever made the commit."""
        record = self._commits.commit_at((entry.project, entry.oid))
        agent = record.agent if record else ""
        key = keys.communication(agent, entry.project, entry.oid, self._transaction.next_sequence())
        self._transaction.put(COMMUNICATION, key, GradeRecord(agent, *entry[2:]))

    def _is_told(self, entry: entries.GradeEntry) -> bool:
        """Whether an event is recorded already, in any clone: events stand under whoever made the commit."""
        if not entry.event:
            return False
        if (entry.oid, entry.event) in self._told:
            return True
        self._told.add((entry.oid, entry.event))
        return any(
            event.event == entry.event
            for project, record in self._commits.holdings(entry.oid)
            for _, event in self._transaction.scan(COMMUNICATION, keys.graded(record.agent, project, entry.oid))
        )

    # -- bugs and halts ------------------------------------------------------------------------------------------

    def bug(self, entry: entries.BugEntry) -> None:
        """Charge a bug to whoever made the commit, or to the agent named where there is none."""
        record = BugRecord(*entry[:6], speaker=entry.speaker)
        commit = self._commits.commit_at((entry.project, entry.oid)) if entry.oid else None
        self._charge(self._transaction.next_sequence(), contributions.charged(record, commit) if commit else record)

    def withdraw_bug(self, entry: entries.BugWithdrawalEntry) -> None:
        """Take back the last bug of a commit that stands. Raises TrackerError where there is none."""
        commit = self._commits.commit_at((entry.project, entry.oid))
        found = [*self._bugs(commit.agent, entry.oid)] if commit else []
        standing = [(key, bug) for key, bug in found if not bug.withdrawn_at]
        if not standing:
            raise TrackerError(f"no bug stands that was charged for {entry.oid[:12]}: nothing was changed.")
        key, bug = standing[-1]
        self._book_bug(bug, -1)
        withdrawn = bug._replace(withdrawn_at=entry.time, withdrawn_by=entry.speaker)
        self._transaction.put(BUGS, key, withdrawn)

    def _bugs(self, agent: str, oid: Oid) -> Iterator[tuple[bytes, BugRecord]]:
        """The bugs of a commit, whichever clone they were reported in."""
        for key, bug in self._transaction.scan(BUGS, keys.agent(agent)):
            if bug.oid == oid:
                yield key, bug

    def _charge(self, number: int, bug: BugRecord) -> None:
        self._transaction.put(BUGS, keys.report(bug.agent, number), bug)
        self._charged.pop(bug.agent, None)
        self._book_bug(bug, 1)
        self._books.introduce(bug.agent, bug.kind, bug.time)

    def _book_bug(self, bug: BugRecord, factor: int) -> None:
        self._books.book(contributions.bug_account(bug), contributions.bug_amount(bug), factor)

    def reinstate(self, entry: entries.ReinstatementEntry) -> None:
        """End a halt, with as many skill points as that takes. Raises TrackerError for an agent that is not halted."""
        sums = self._books.standing(entry.agent).now
        points = scoring.reinstatement(sums, entry.policy)
        if not points:
            skill = scoring.score(sums, entry.policy).skill_points
            raise TrackerError(f"{entry.agent} is not halted (skill points: {skill}): nothing was changed.")
        record = ReinstatementRecord(entry.agent, entry.project, points, entry.plan, entry.time, entry.speaker)
        self._transaction.put(REINSTATEMENTS, keys.report(entry.agent, self._transaction.next_sequence()), record)
        self._books.book(contributions.reinstatement_account(record), contributions.sums(reinstatements=points))
        self._books.introduce(entry.agent, "agent", entry.time)

    # -- journals ------------------------------------------------------------------------------------------------

    def retrospective(self, entry: entries.RetrospectiveEntry) -> None:
        """Keep a retrospective with the scores before and after all that this transaction books."""
        self._books.introduce(entry.agent, "agent", entry.time)
        record = RetrospectiveRecord(
            agent=entry.agent,
            subject=entry.subject,
            task=entry.task,
            agent_grade=entry.agent_grade,
            user_grade=entry.user_grade,
            score_before=None,
            score_after=None,
            notes=entry.notes,
            time=entry.time,
            project=entry.project,
            is_session=entry.is_session,
            source=entry.source,
            speaker=entry.speaker,
        )
        self._book_session(record)
        standing = self._books.standing(entry.agent)
        before, after = (scoring.score(sums, entry.policy) for sums in (standing.before, standing.now))
        record = record._replace(score_before=before.communication_score, score_after=after.communication_score)
        key = keys.journal(entry.agent, entry.time, self._transaction.next_sequence())
        self._transaction.put(RETROSPECTIVES, key, record)
        self.written.append(record)

    def _book_session(self, told: RetrospectiveRecord) -> None:
        """Book a session's grades in the place of what the same raters said of it before."""
        if not told.is_session:
            return
        known = [record for _, record in self._transaction.scan(RETROSPECTIVES, keys.agent(told.agent))]
        known = [record for record in known if (record.project, record.subject) == (told.project, told.subject)]
        for words, factor in ((session_words(known), -1), (session_words([*known, told]), 1)):
            for (agent, project, _, rater), (grade, time) in words.items():
                account = contributions.said_account(agent, project, time)
                self._books.book(account, contributions.grade_amount(rater, grade), factor)

    def activity(self, entry: entries.ActivityEntry) -> None:
        """Add a line to an agent's journal."""
        self._books.introduce(entry.agent, "agent", entry.time)
        key = keys.journal(entry.agent, entry.time, self._transaction.next_sequence())
        record = ActivityRecord(*entry)
        self._transaction.put(ACTIVITIES, key, record)
        self.written.append(record)


def said_of(snapshot: Snapshot, place: Place, record: CommitRecord) -> list[GradeRecord]:
    """All that was said of a commit, in the order in which it was recorded."""
    return [event for _, event in snapshot.scan(COMMUNICATION, keys.graded(record.agent, *place))]


def last_said(snapshot: Snapshot, place: Place, record: CommitRecord, rater: Rater) -> GradeRecord | None:
    """A rater's last word on a commit: by its time as the grade that holds, of one second the one recorded last."""
    said = [event for event in said_of(snapshot, place, record) if event.rater == rater]
    return max(reversed(said), key=lambda event: event.time, default=None)


SessionWord = tuple[str, ProjectId, str, Rater]


def session_words(told: Iterable[RetrospectiveRecord]) -> dict[SessionWord, tuple[GradeValue, int]]:
    """The last grade of each rater on each session, and when it was given, in seconds.

    ``told``: retrospectives in the order in which they were given.
    """
    words: dict[SessionWord, tuple[GradeValue, int]] = {}
    for one in told:
        if one.is_session and one.project is not None:
            for rater in RATERS:
                grade = one.agent_grade if rater == "agent" else one.user_grade
                place = (one.agent, one.project, one.subject, rater)
                if grade is not None and words.get(place, (grade, one.time))[1] <= one.time:
                    words[place] = (grade, one.time)
    return words


_CONCLUDE: Final[dict[type, Callable[[Outcomes, Any], None]]] = {
    entries.GradeEntry: Outcomes.grade,
    entries.BugEntry: Outcomes.bug,
    entries.BugWithdrawalEntry: Outcomes.withdraw_bug,
    entries.ReinstatementEntry: Outcomes.reinstate,
    entries.RetrospectiveEntry: Outcomes.retrospective,
    entries.ActivityEntry: Outcomes.activity,
}
