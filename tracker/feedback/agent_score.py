"""An agent's score after feedback on it was recorded."""

from typing import NamedTuple

from tracker import scoring
from tracker.ledger import totals
from tracker.ledger.buffer import write_feedback
from tracker.ledger.entries import Entry
from tracker.project.project import Project
from tracker.recording.reconcile import refresh_status
from tracker.records import CommitStanding
from tracker.scoring import Score


class AgentScore(NamedTuple):
    """An agent and its score; None for an agent without a score."""

    agent: str
    score: Score | None


def record_and_score(project: Project, entry: Entry, agent: str, standing: CommitStanding | None = None) -> AgentScore:
    """Record one entry, refresh the status files, and return the agent's score after that.

    ``standing``: of the commit that the entry is about, if any. Raises TrackerError when the entry is refused, and the
    LedgerUnavailable errors.
    """
    write_feedback(project.ledger, [entry])
    refresh_status(project, project.files.id())
    if standing is not None and not scoring.is_scored(standing.kind, agent):
        return AgentScore(agent, None)
    with project.ledger.read() as snapshot:
        return AgentScore(agent, totals.score_of(snapshot, agent, project.settings.policy))
