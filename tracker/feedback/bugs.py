"""Bugs: charge one to the agent that made a commit, withdraw it, list them."""

import time

from tracker import keys
from tracker.errors import TrackerError
from tracker.feedback import grades
from tracker.feedback.actor import Actor, speak_for_user
from tracker.feedback.agent_score import AgentScore, record_and_score
from tracker.feedback.recorded_commits import recorded_commits
from tracker.feedback.scope import Scope
from tracker.feedback_records import BugRecord
from tracker.history.ledger_queries import predecessors
from tracker.ledger.commits import find_commit
from tracker.ledger.entries import BugEntry, BugWithdrawalEntry
from tracker.ledger.tables import BUGS, COMMITS, STANDINGS
from tracker.model import Oid, ProjectId
from tracker.project.project import Project
from tracker.records import RecordedCommit


def report_bug(project: Project, oid: Oid, note: str, evidence: str, actor: Actor) -> AgentScore:
    """Charge a bug to the agent that made a commit, and return its score after that.

    An agent charges bugs to itself only. Raises TrackerError when the commit is not recorded, was made by a person, or
    by another agent than the one that runs the command, and the LedgerUnavailable errors.
    """
    commits = recorded_commits(project, [oid])
    standing = commits[oid].standing
    if standing.kind == "human":
        raise TrackerError(
            f"{oid[:12]} was made by a person, as far as is known, so there is no agent to charge:"
            f" 'agent-tracker attribute {oid[:12]} --agent NAME' says who made it."
        )
    grades.check_own(project, commits, actor)
    entry = BugEntry(
        agent=standing.agent,
        project=project.files.id(),
        oid=oid,
        note=grades.normalized_text(note),
        evidence=grades.normalized_text(evidence),
        time=int(time.time()),
        speaker=actor.description(),
    )
    return record_and_score(project, entry, standing.agent, standing)


def withdraw_bug(project: Project, oid: Oid, actor: Actor) -> AgentScore:
    """Withdraw the last bug that was charged for a commit, and return its agent's score after that.

    Raises NotTheUser, TrackerError when no bug is charged for it, and the LedgerUnavailable errors.
    """
    speaker = speak_for_user(actor, project.settings, "taking a bug back")
    standing = recorded_commits(project, [oid])[oid].standing
    entry = BugWithdrawalEntry(project.files.id(), oid, int(time.time()), speaker)
    return record_and_score(project, entry, standing.agent, standing)


def bugs(scope: Scope) -> list[BugRecord]:
    """Return the bugs of commits, newest first, including those withdrawn or, for one project, reported in a clone."""
    project_id = scope.project
    with scope.ledger.read(begin=False) as snapshot:
        found = [
            record
            for _, record in snapshot.scan(BUGS)
            if project_id in {None, record.project}
            or (project_id and record.oid and snapshot.get(COMMITS, keys.commit(project_id, record.oid)))
        ]
    return sorted(found, key=lambda record: record.time, reverse=True)


def reverted_without_bug(scope: Scope) -> list[tuple[ProjectId, Oid, RecordedCommit]]:
    """Return the agents' commits that were reverted and never charged with a bug, newest first, with their project.

    A revert alone is not a bug: the user decides if there was one. A commit of several clones is named once.
    """
    found: dict[Oid, tuple[ProjectId, Oid, RecordedCommit]] = {}
    with scope.ledger.read(begin=False) as snapshot:
        charged = {record.oid for _, record in snapshot.scan(BUGS)}
        for project_id in scope.projects(snapshot):
            for key, standing in snapshot.newest(STANDINGS, keys.project(project_id)):
                if not (standing.reverted and standing.live and standing.kind == "agent"):
                    continue
                oid = keys.oid_of_standing(key)
                commit = find_commit(snapshot, project_id, oid)
                if commit is None or not commit.is_local or oid in charged:
                    continue
                if charged.isdisjoint(predecessors(snapshot, oid)):
                    found.setdefault(oid, (project_id, oid, commit))
    return sorted(found.values(), key=lambda one: one[2].facts.committed_at, reverse=True)
