"""Application of bugs, their withdrawal, and reinstatements: the feedback that moves skill points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracker import keys, scoring
from tracker.errors import TrackerError
from tracker.ledger.agents import AgentsUpdate
from tracker.ledger.bare_records import bare
from tracker.ledger.bug_rows import BugRows
from tracker.ledger.commits import CommitId
from tracker.ledger.entries import (
    BugEntry,
    BugWithdrawalEntry,
    ReinstatementEntry,
    SuggestionDecisionEntry,
    SuggestionEntry,
)
from tracker.ledger.places import next_change, next_place
from tracker.ledger.tables import REINSTATEMENTS
from tracker.ledger.totals import TotalsUpdate
from tracker.ledger.working_commits import WorkingCommits
from tracker.lineage import contributions
from tracker.model import Oid
from tracker.records import RecordedCommit

if TYPE_CHECKING:
    from tracker.feedback_records import BugRecord, ReinstatementRecord


class Bugs:
    """Bugs and reinstatements in one write transaction."""

    def __init__(self, commits: WorkingCommits, totals: TotalsUpdate, agents: AgentsUpdate) -> None:
        self._commits = commits
        self._transaction = commits.transaction
        self._totals = totals
        self._agents = agents
        self._rows = BugRows(self._transaction)
        self._reinstatements: dict[str, defaultdict[ReinstatementRecord, dict[ReinstatementRecord, bytes]]] = {}

    def charge(self, entry: BugEntry) -> None:
        """Charge a bug to the agent that the commit is attributed to, or to the named agent if there is no commit."""
        bug = _reported(entry)
        if entry.oid:
            bug = self._charged(bug)
            self._totals.charge(entry.oid, self._held(entry.oid), 1)
        self._write(self._transaction.next_sequence(), self._placed(bug))

    def withdraw(self, entry: BugWithdrawalEntry) -> None:
        """Withdraw the last bug of a commit that holds. Raises TrackerError if there is none."""
        commit = self._commits.now((entry.project, entry.oid))
        found = self._rows.of_commit(commit.standing.agent, entry.oid) if commit else []
        holding = [(key, bug) for key, bug in found if bug.holds]
        if not holding:
            raise TrackerError(f"{entry.oid[:12]} has no bug that could be withdrawn: nothing was changed.")
        key, bug = holding[-1]
        self._change(key, bug, _decided(bug, withdrawn_at=entry.time, withdrawn_by=entry.speaker))

    def suggest(self, entry: SuggestionEntry) -> None:
        """Record an agent's suggestion, or replace the note of an earlier one on the commit that is still open.

        The last one by its time stays, and of two at the same time the greater text, so that their order of arrival
        does not matter.
        """
        bug = self._charged(_reported(entry)._replace(suggested_by=entry.suggested_by))
        for key, known in self._suggestions(bug.agent, entry):
            if known.state == "suggested":
                placed = bug._replace(place=known.place) if bug.time == known.time else self._placed(bug)
                if last_word(placed) > last_word(known):
                    self._change(key, known, placed)
                return
        self._write(self._transaction.next_sequence(), self._placed(bug))
        self._mark_superseded(bug)

    def decide(self, entry: SuggestionDecisionEntry) -> None:
        """Confirm or dismiss the open suggestion of an agent on a commit, or open the last one that was decided on.

        Raises TrackerError, and changes nothing, if there is none.
        """
        commit = self._commits.now((entry.project, entry.oid))
        found = [*self._suggestions(commit.standing.agent, entry)] if commit else []
        waiting = [pair for pair in found if pair[1].state == "suggested"]
        if entry.decision == "open":
            decided = sorted((bug.confirmed_at or bug.withdrawn_at, key, bug) for key, bug in found)
            if waiting or not decided:
                raise TrackerError(f"no decision on a suggestion for {entry.oid[:12]} could be withdrawn.")
            _, key, bug = decided[-1]
            again = _decided(bug, confirmed_at=0, confirmed_by="", withdrawn_at=0, withdrawn_by="")
            self._change(key, bug, again)
            return
        if not waiting:
            raise TrackerError(f"{entry.oid[:12]} has no suggested bug by {entry.suggested_by} to decide on.")
        key, bug = waiting[0]
        if entry.decision == "confirmed":
            self._change(key, bug, _decided(bug, confirmed_at=entry.time, confirmed_by=entry.speaker))
        else:
            self._change(key, bug, _decided(bug, withdrawn_at=entry.time, withdrawn_by=entry.speaker))

    def join(self, bug: BugRecord) -> bool:
        """Take over a bug that another ledger recorded; return False if that changed nothing.

        A new one is charged to its commit's agent, of a known one the state with more changes holds. Of an agent's
        suggestions on a commit that wait for a decision the last one stays, as when they are made here.
        """
        bug = self._charged(bug)
        same = [pair for pair in self._rows.of_commit(bug.agent, bug.oid) if _is_one_report(pair[1], bug)]
        if same:
            key, known = min(same, key=lambda pair: (pair[1].report != bug.report, pair[1].report))
            now = _joined(known, bug)
            if now == known:
                return False
            self._change(key, known, now)
            self._mark_superseded(now)
            return True
        if bug.oid and bug.holds:
            self._totals.charge(bug.oid, self._held(bug.oid), 1)
        self._write(self._transaction.next_sequence(), bug)
        self._mark_superseded(bug)
        return True

    def _mark_superseded(self, bug: BugRecord) -> None:
        """Mark all of an agent's suggestions on a commit but the last one, whatever was decided on them.

        Only ledgers that are joined have several: one that waits is replaced by the next.
        """
        about = (bug.project, bug.suggested_by)
        rows = self._rows.of_commit(bug.agent, bug.oid) if bug.suggested_by else []
        same = [(key, one) for key, one in rows if (one.project, one.suggested_by) == about]
        last = max((last_word(one) for _, one in same), default=None)
        for key, one in same:
            marked = one._replace(is_superseded=last_word(one) != last)
            if marked != one:
                self._rows.put(key, marked)  # one that waits counts for nothing, so no total changes

    def join_reinstatement(self, record: ReinstatementRecord) -> bool:
        """Take over a reinstatement that another ledger recorded; return False if it is known."""
        same = self._equal_but_for_words(record)
        if record in same or (same and record == bare(record)):
            return False
        key = same.pop(bare(record), None)
        if key is None:
            key = self.write_reinstatement(record)
        else:
            self._transaction.put(REINSTATEMENTS, key, record)  # its words are known now; they change no total
        same[record] = key
        return True

    def follow(self, oid: Oid, agent: str) -> None:
        """Charge the bugs of a commit that changed in a project to the account that it has now.

        ``agent``: the one that it was attributed to before.
        """
        if not self.is_reported(oid, agent):
            return
        for key, bug in self._rows.of_commit(agent, oid):
            charged = self._charged(bug)
            if charged != bug:
                self._rows.remove(key, bug)
                self._add_to_totals(bug, -1)
                self._write(keys.sequence_of(key), charged)

    def is_reported(self, oid: Oid, agent: str) -> bool:
        """Return True if a bug of an agent's commit was ever charged or suggested, in any project and state."""
        return self._rows.has_any(agent, oid)

    def reinstate(self, entry: ReinstatementEntry) -> None:
        """End a halt by as many skill points as that needs. Raises TrackerError if the agent is not halted."""
        sums = self._totals.scored_sums(entry.agent).now
        points = scoring.points_to_end_halt(sums, entry.policy)
        if not points:
            skill = scoring.score(sums, entry.policy).skill_points
            raise TrackerError(f"{entry.agent} is not halted (skill points: {skill}): nothing was changed.")
        from tracker.feedback_records import ReinstatementRecord

        record = ReinstatementRecord(
            agent=entry.agent,
            project=entry.project,
            skill_points=points,
            plan=entry.plan,
            time=entry.time,
            speaker=entry.speaker,
        )
        earlier = (one for _, one in self._transaction.scan(REINSTATEMENTS, keys.agent(entry.agent)))
        self.write_reinstatement(record._replace(place=next_place(one for one in earlier if one.time == entry.time)))

    def _equal_but_for_words(self, record: ReinstatementRecord) -> dict[ReinstatementRecord, bytes]:
        """Return the reinstatements with the bare form of this one, and their keys."""
        if record.agent not in self._reinstatements:
            by_form = self._reinstatements[record.agent] = defaultdict(dict)
            for key, known in self._transaction.scan(REINSTATEMENTS, keys.agent(record.agent)):
                by_form[bare(known)][known] = key
        return self._reinstatements[record.agent][bare(record)]

    def write_reinstatement(self, record: ReinstatementRecord) -> bytes:
        """Write a reinstatement, let the totals follow, and return its key."""
        key = keys.report(record.agent, self._transaction.next_sequence())
        self._transaction.put(REINSTATEMENTS, key, record)
        self._totals.add(contributions.reinstatement_account(record), contributions.reinstatement_amount(record))
        self._agents.introduce(record.agent)
        return key

    def _suggestions(
        self, agent: str, entry: SuggestionEntry | SuggestionDecisionEntry
    ) -> Iterator[tuple[bytes, BugRecord]]:
        """Yield the suggestions that an entry is about: of one agent, on one commit of one project."""
        for key, bug in self._rows.of_commit(agent, entry.oid):
            if bug.project == entry.project and bug.suggested_by == entry.suggested_by:
                yield key, bug

    def _placed(self, bug: BugRecord) -> BugRecord:
        """Return a bug with its place among the reports that are equal without their words.

        So each stays one of its own where only its bare form is known.
        """
        about, form = self._rows.of_commit(bug.agent, bug.oid), bare(bug).report
        return bug._replace(place=next_place(known for _, known in about if bare(known).report == form))

    def _change(self, key: bytes, before: BugRecord, now: BugRecord) -> None:
        """Replace a bug by one of the same account and commit, and let the totals follow."""
        self._add_to_totals(before, -1)
        self._add_to_totals(now, 1)
        if now.oid is not None and before.holds != now.holds:
            self._totals.charge(now.oid, self._held(now.oid), 1 if now.holds else -1)
        self._rows.put(key, now)

    def _charged(self, bug: BugRecord) -> BugRecord:
        """Return a bug in the account that its commit has now."""
        held = self._held(bug.oid) if bug.oid else {}
        return contributions.charged(bug, {project: commit for (project, _), commit in held.items()})

    def _held(self, oid: Oid) -> dict[CommitId, RecordedCommit]:
        """Return a commit as each project has it."""
        ids: list[CommitId] = [(project, oid) for project in self._commits.holders(oid)]
        return {one: commit for one in ids if (commit := self._commits.now(one)) is not None}

    def _write(self, number: int, bug: BugRecord) -> None:
        self._rows.put(keys.report(bug.agent, number), bug)
        self._add_to_totals(bug, 1)
        self._agents.introduce(bug.agent)

    def _add_to_totals(self, bug: BugRecord, factor: int) -> None:
        self._totals.add(contributions.bug_account(bug), contributions.bug_amount(bug), factor)


def _decided(bug: BugRecord, **decision: object) -> BugRecord:
    """Return a bug in the state that follows from a decision."""
    return bug._replace(**decision, changes=next_change(bug.changes))  # type: ignore[arg-type]


def last_word(bug: BugRecord) -> tuple[int, int, str, str, str]:
    """Return the value by which the last of several suggestions is found; without words it decides in most cases."""
    return bug.time, bug.place, bug.note, bug.evidence, bug.speaker


def _decisions(bug: BugRecord) -> tuple[int, int, int, str, str]:
    """Return the sort key of two ledgers' states of one bug: the one with more decisions is the later."""
    return bug.changes, bug.confirmed_at, bug.withdrawn_at, bug.confirmed_by, bug.withdrawn_by


def _is_one_report(known: BugRecord, bug: BugRecord) -> bool:
    """Return True if two ledgers' records are of one report, of which one may be bare."""
    is_same = known.report in {bug.report, bare(bug).report} or bare(known).report == bug.report
    return is_same and known.place == bug.place


def _joined(known: BugRecord, bug: BugRecord) -> BugRecord:
    """Return the state of a report with more decisions, in the words of the record that has them."""
    latest = max(known, bug, key=_decisions)
    words = bug if bare(known).report == known.report else known
    return latest._replace(note=words.note, evidence=words.evidence, speaker=words.speaker)


def _reported(entry: BugEntry | SuggestionEntry) -> BugRecord:
    """Return the bug of a report, in the account of no commit yet."""
    from tracker.feedback_records import BugRecord  # few transactions hold feedback

    return BugRecord(
        entry.agent, entry.project, entry.oid, entry.note, entry.evidence, entry.time, speaker=entry.speaker
    )
