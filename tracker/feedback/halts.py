"""Halts: the user ends one by a reinstatement, with a plan. The halt itself follows from the score."""

import time

from tracker import keys
from tracker.errors import UsageError
from tracker.feedback import grades
from tracker.feedback.actor import Actor, speak_for_user
from tracker.feedback.agent_score import AgentScore, record_and_score
from tracker.feedback.known_agents import known_agent
from tracker.feedback_records import ReinstatementRecord
from tracker.ledger import totals
from tracker.ledger.entries import ReinstatementEntry
from tracker.ledger.tables import AGENTS, REINSTATEMENTS
from tracker.project.project import Project


def reinstate(project: Project, agent: str, plan: str, actor: Actor) -> AgentScore:
    """End an agent's halt, and return its score after that.

    Raises UsageError when there is no plan, NotTheUser, TrackerError when the agent is unknown or not halted, and the
    LedgerUnavailable errors.
    """
    if not plan.strip():
        raise UsageError("a reinstatement needs a plan: say with --plan what shall be different from now on.")
    speaker = speak_for_user(actor, project.settings, "a reinstatement")
    name = known_agent(project, agent)
    entry = ReinstatementEntry(
        name, project.files.id(), grades.normalized_text(plan), int(time.time()), project.settings.policy, speaker
    )
    return record_and_score(project, entry, name)


def halted_agents(project: Project) -> frozenset[str]:
    """Return the agents that are halted now."""
    policy = project.settings.policy
    with project.ledger.read() as snapshot:
        names = [record.name for _, record in snapshot.scan(AGENTS) if totals.is_scored(snapshot, record.name)]
        return frozenset(name for name in names if totals.score_of(snapshot, name, policy).halted)


def reinstatements(project: Project, agent: str) -> list[ReinstatementRecord]:
    """Return an agent's reinstatements, oldest first."""
    with project.ledger.read() as snapshot:
        return [record for _, record in snapshot.scan(REINSTATEMENTS, keys.agent(agent))]
