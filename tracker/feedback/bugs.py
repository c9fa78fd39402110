"""Bugs: charge one to the agent that made a commit, withdraw it, list them."""

import time

from tracker import keys
from tracker.errors import TrackerError
from tracker.feedback import grades
from tracker.feedback.actor import Actor, speak_for_user
from tracker.feedback.agent_score import AgentScore, record_and_score
from tracker.feedback.recorded_commits import records_of
from tracker.feedback_records import BugRecord
from tracker.history.ledger_queries import predecessors
from tracker.ledger.entries import BugEntry, BugWithdrawalEntry
from tracker.ledger.tables import BUGS, COMMITS
from tracker.model import Oid
from tracker.project.project import Project
from tracker.records import CommitRecord


def report_bug(project: Project, oid: Oid, note: str, evidence: str, actor: Actor) -> AgentScore:
    """Charge a bug to the agent that made a commit, and return its score after that.

    Raises TrackerError when the commit is not recorded or was made by a person, and the LedgerUnavailable errors.
    """
    record = records_of(project, [oid])[oid]
    if record.kind == "human":
        raise TrackerError(
            f"{oid[:12]} was made by a person, as far as is known, so there is no agent to charge:"
            f" 'agent-tracker attribute {oid[:12]} --agent NAME' says who made it."
        )
    entry = BugEntry(
        agent=record.agent,
        project=project.files.id(),
        oid=oid,
        note=grades.normalized_text(note),
        evidence=grades.normalized_text(evidence),
        time=int(time.time()),
        speaker=actor.description(),
    )
    return record_and_score(project, entry, record.agent, record)


def withdraw_bug(project: Project, oid: Oid, actor: Actor) -> AgentScore:
    """Withdraw the last bug that was charged for a commit, and return its agent's score after that.

    Raises NotThePerson, TrackerError when no bug is charged for it, and the LedgerUnavailable errors.
    """
    speaker = speak_for_user(actor, project.settings, "taking a bug back")
    record = records_of(project, [oid])[oid]
    entry = BugWithdrawalEntry(project.files.id(), oid, int(time.time()), speaker)
    return record_and_score(project, entry, record.agent, record)


def bugs(project: Project) -> list[BugRecord]:
    """Return the bugs of a project's commits, newest first, including those withdrawn or reported in a clone."""
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        found = [
            record
            for _, record in snapshot.scan(BUGS)
            if record.project == project_id
            or (record.oid and snapshot.get(COMMITS, keys.commit(project_id, record.oid)))
        ]
    return sorted(found, key=lambda record: record.time, reverse=True)


def reverted_without_bug(project: Project) -> list[tuple[Oid, CommitRecord]]:
    """Return the agents' commits that were reverted and never charged with a bug, newest first.

    A revert alone is not a bug: the user decides if there was one.
    """
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        charged = {record.oid for _, record in snapshot.scan(BUGS)}
        reverted = [
            (keys.oid_of(key), record)
            for key, record in snapshot.scan(COMMITS, keys.project(project_id))
            if record.reverted and record.live and record.is_local and record.kind == "agent"
        ]
        found = [
            (oid, record)
            for oid, record in reverted
            if oid not in charged and charged.isdisjoint(predecessors(snapshot, project_id, oid))
        ]
    return sorted(found, key=lambda pair: pair[1].committed_at, reverse=True)
