"""Activities: what an agent did beside commits, kept in its journal."""

import time

from tracker.feedback import grades
from tracker.feedback.actor import Actor
from tracker.feedback.journal_lines import newest_lines
from tracker.feedback.known_agents import journal_owner, known_agent
from tracker.feedback.scope import Scope
from tracker.feedback.task_lessons import keep_lessons, lessons_near
from tracker.feedback_records import ActivityRecord
from tracker.ledger.buffer import write_feedback
from tracker.ledger.entries import ActivityEntry
from tracker.ledger.tables import ACTIVITIES
from tracker.project.project import Project
from tracker.recording.reconcile import refresh_status


def record_activity(
    project: Project, named: str | None, actor: Actor, task: str, actions: str, outcome: str, decisions: str
) -> ActivityRecord:
    """Record an activity in an agent's journal, keep the lessons of its task, and return it as recorded.

    Raises UsageError when no agent is named or runs this command, TrackerError when it is unknown or another one, and
    the LedgerUnavailable errors.
    """
    agent = journal_owner(project, named, actor)
    near = lessons_near(project, task)  # before the entry is written, which would be the nearest of all
    entry = ActivityEntry(
        agent=agent,
        task=grades.normalized_text(task),
        actions=grades.normalized_text(actions),
        outcome=grades.normalized_text(outcome),
        decisions=grades.normalized_text(decisions),
        time=int(time.time()),
        project=project.files.id(),
        speaker=actor.description(),
    )
    written = [one for one in write_feedback(project.ledger, [entry]).written if isinstance(one, ActivityRecord)]
    keep_lessons(project, written[0], near)
    refresh_status(project, project.files.id())
    return written[0]


def activities(scope: Scope, named: str | None, most: int) -> list[ActivityRecord]:
    """Return at most ``most`` activities of one project or all, newest first; ``named``: only that agent's.

    Raises TrackerError when that agent is unknown.
    """
    agent = known_agent(scope, named) if named else None
    return newest_lines(scope, ACTIVITIES, agent, most)
