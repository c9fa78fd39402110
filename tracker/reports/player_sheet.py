"""An agent's numbers over all projects: scores, tiers, counts, calibration."""

from typing import Any, Final

from tracker import keys, scoring
from tracker.ledger import Snapshot, totals
from tracker.ledger.tables import AGENT_TOTALS, AGENTS
from tracker.lineage import contributions, sums
from tracker.model import ProjectId
from tracker.scoring import Policy

_FIELDS: Final = (
    "agent_name", "kind", "model", "skill_points", "experience_points", "communication_score", "level",
    "level_experience", "experience_to_next_level", "trust_tier", "trust_expectation", "communication_tier", "halted",
    "total_commits", "fetched_commits", "total_bugs", "total_reverts", "calibration",
)  # fmt: skip


def blank() -> dict[str, Any]:
    """Return a player sheet for no agent: every field is None."""
    return dict.fromkeys(_FIELDS)


def sheet(snapshot: Snapshot, agent: str, policy: Policy) -> dict[str, Any]:
    """Return an agent's player sheet; for a human, bot or unknown agent the fields of the score are None."""
    known = snapshot.get(AGENTS, keys.agent(agent))
    total = totals.sums_of(snapshot, agent)
    named = sums.by_column(total)
    kind = known.kind if known else "agent"
    result: dict[str, Any] = {
        **blank(),
        "agent_name": agent,
        "kind": kind,
        "model": known.model if known else None,
        "total_commits": named["commits"],
        "fetched_commits": named["fetched_commits"],
        "total_bugs": named["bugs"],
        "total_reverts": named["reverts"],
    }
    if scoring.is_scored(kind, agent):
        score = scoring.score(contributions.scoring_sums(total), policy)
        result |= {
            "skill_points": score.skill_points,
            "experience_points": score.experience_points,
            "communication_score": score.communication_score,
            "level": score.level,
            "level_experience": score.level_experience,
            "experience_to_next_level": score.next_level_experience - score.level_experience,
            "trust_tier": score.trust_tier,
            "trust_expectation": scoring.tier_expectation(score.trust_tier),
            "communication_tier": score.communication_tier,
            "halted": score.halted,
            "calibration": contributions.calibration(total)._asdict(),
        }
    return result


def agents_of(snapshot: Snapshot, project_id: ProjectId) -> list[str]:
    """Return the agents with totals in a project, sorted by name."""
    names = (agent.name for _, agent in snapshot.scan(AGENTS))
    return sorted(name for name in names if snapshot.get(AGENT_TOTALS, keys.agent_totals(name, project_id)) is not None)


def is_known(snapshot: Snapshot, agent: str) -> bool:
    """Return True if the ledger has a record of an agent."""
    return snapshot.get(AGENTS, keys.agent(agent)) is not None
