"""An agent's numbers: scores, tiers, counts and calibration over all projects, and the counts of one project."""

from typing import Any, Final

from tracker import keys, scoring
from tracker.ledger import Snapshot, totals
from tracker.ledger.tables import AGENT_TOTALS, AGENTS
from tracker.lineage import contributions
from tracker.lineage.sums import NOTHING, Sums, by_column
from tracker.model import RATERS, ProjectId
from tracker.scoring import Policy

_FIELDS: Final = (
    "agent_name", "kind", "model", "skill_points", "experience_points", "communication_score", "level",
    "level_experience", "experience_to_next_level", "trust_tier", "trust_expectation", "communication_tier", "halted",
    "total_commits", "total_fetched_commits", "total_bugs", "total_reverts", "total_fetched_reverts", "here",
    "calibration",
)  # fmt: skip


def blank() -> dict[str, Any]:
    """Return a player sheet for no agent: every field is None."""
    return dict.fromkeys(_FIELDS)


def sheet(
    snapshot: Snapshot, agent: str, policy: Policy, project: ProjectId | None, model: str | None = None
) -> dict[str, Any]:
    """Return an agent's player sheet; for a human, bot or unknown agent the fields of the score are None.

    ``here`` has the numbers of one ``project``, if that is given; all other numbers are of all projects. ``model``: the
    one to show.
    """
    known = snapshot.get(AGENTS, keys.agent(agent))
    total = totals.sums_of(snapshot, agent)
    kind = known.kind if known else "agent"
    result: dict[str, Any] = {
        **blank(),
        "agent_name": agent,
        "kind": kind,
        "model": model,
        **{f"total_{name}": value for name, value in _counts(total).items()},
        "here": _here(snapshot, agent, project) if project else None,
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


def _counts(row: Sums) -> dict[str, int]:
    columns = by_column(row)
    return {
        "commits": columns["commits"],
        "fetched_commits": columns["fetched_commits"],
        "bugs": columns["bugs"],
        "reverts": columns["reverts"],
        "fetched_reverts": columns["fetched_reverts"],
    }


def _here(snapshot: Snapshot, agent: str, project: ProjectId) -> dict[str, int]:
    record = snapshot.get(AGENT_TOTALS, keys.agent_totals(agent, project))
    row = record.sums if record else NOTHING
    columns = by_column(row)
    waiting = {f"waiting_for_{rater}": columns[f"waiting_{rater}"] for rater in RATERS}
    return {**_counts(row), **waiting}


def every_agent(snapshot: Snapshot) -> list[str]:
    """Return the names of all agents, sorted."""
    return sorted(agent.name for _, agent in snapshot.scan(AGENTS))


def is_of(snapshot: Snapshot, agent: str, project: ProjectId) -> bool:
    """Return True if the agent has commits or bugs in a project; a reinstatement alone is no work."""
    record = snapshot.get(AGENT_TOTALS, keys.agent_totals(agent, project))
    return record is not None and any(_counts(record.sums).values())
