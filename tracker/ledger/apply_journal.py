"""Application of retrospectives and activities: the journals of agents."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from tracker import keys, scoring
from tracker.feedback_records import ActivityRecord, RetrospectiveRecord
from tracker.ledger.entries import ActivityEntry, RetrospectiveEntry
from tracker.ledger.places import next_place
from tracker.ledger.tables import ACTIVITIES, RETROSPECTIVES, Transaction
from tracker.ledger.totals import TotalsUpdate
from tracker.lineage.session_grades import session_amounts
from tracker.model import ProjectId

Session: TypeAlias = tuple[ProjectId | None, str]
"""A project and a session, or a commit."""


def record_retrospective(
    transaction: Transaction, totals: TotalsUpdate, entry: RetrospectiveEntry
) -> RetrospectiveRecord:
    """Record a retrospective with the communication scores before this transaction and after all it adds so far."""
    same_second = transaction.scan(RETROSPECTIVES, keys.journal_second(entry.agent, entry.time))
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
        place=next_place(one for _, one in same_second),
    )
    if record.is_session:
        earlier = sessions_of(transaction, record.agent)[record.project, record.subject]
        add_session_grades(totals, earlier, record)
    before, after = (scoring.score(sums, entry.policy) for sums in totals.scored_sums(entry.agent))
    record = record._replace(score_before=before.communication_score, score_after=after.communication_score)
    key = keys.journal(entry.agent, entry.time, transaction.next_sequence())
    transaction.put(RETROSPECTIVES, key, record)
    return record


def sessions_of(transaction: Transaction, agent: str) -> dict[Session, list[RetrospectiveRecord]]:
    """Return the retrospectives of an agent by the commit or session that they are about."""
    found: dict[Session, list[RetrospectiveRecord]] = defaultdict(list)
    for _, record in transaction.scan(RETROSPECTIVES, keys.agent(agent)):
        found[record.project, record.subject].append(record)
    return found


def add_session_grades(totals: TotalsUpdate, earlier: Sequence[RetrospectiveRecord], new: RetrospectiveRecord) -> None:
    """Add a session's grades to the totals, in place of the earlier grades of the same raters."""
    for retrospectives, factor in ((earlier, -1), ([*earlier, new], 1)):
        for account, amount in session_amounts(retrospectives):
            totals.add(account, amount, factor)


def record_activity(transaction: Transaction, entry: ActivityEntry) -> ActivityRecord:
    """Record an entry of an agent's journal."""
    same_second = transaction.scan(ACTIVITIES, keys.journal_second(entry.agent, entry.time))
    record = ActivityRecord(
        agent=entry.agent,
        task=entry.task,
        actions=entry.actions,
        outcome=entry.outcome,
        decisions=entry.decisions,
        time=entry.time,
        project=entry.project,
        speaker=entry.speaker,
        place=next_place(one for _, one in same_second),
    )
    key = keys.journal(entry.agent, entry.time, transaction.next_sequence())
    transaction.put(ACTIVITIES, key, record)
    return record
