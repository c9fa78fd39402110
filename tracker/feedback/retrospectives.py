"""Retrospectives: an agent or the user looks back on a commit, or on a session without one."""

import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.errors import TrackerError
from tracker.feedback import grades
from tracker.feedback.actor import Actor, speak_for_user
from tracker.feedback.grades import Opinion
from tracker.feedback.journal_lines import newest_lines
from tracker.feedback.known_agents import journal_owner, known_agent
from tracker.feedback.recorded_commits import recorded_commits
from tracker.feedback.scope import Scope
from tracker.feedback_records import RetrospectiveRecord
from tracker.ledger.buffer import write_feedback
from tracker.ledger.entries import Entry, GradeEntry, RetrospectiveEntry
from tracker.ledger.tables import RETROSPECTIVES
from tracker.model import GradeValue, Oid
from tracker.project.project import Project
from tracker.recording.reconcile import refresh_status
from tracker.records import RecordedCommit
from tracker.reports.maker_words import maker_word

RETROSPECTIVE: Final = "retrospective"
"""The source of a grade that was given with a retrospective."""


class Retrospective(NamedTuple):
    """The content of a retrospective on ``oid``, or on ``session_id`` if there is no commit."""

    oid: Oid | None
    session_id: str
    task: str
    notes: str
    agent_grade: GradeValue | None
    user_grade: GradeValue | None


def record_retrospective(
    project: Project, retrospective: Retrospective, named: str | None, actor: Actor
) -> RetrospectiveRecord:
    """Record a retrospective, with its grades of a commit, in one transaction, and return it as recorded.

    ``named``: the agent, for a session. Raises NotTheUser when another actor grades as the user; UsageError and
    TrackerError when the agent, the commit or a text is refused; the LedgerUnavailable errors.
    """
    oid = retrospective.oid
    commits = recorded_commits(project, [oid] if oid else [])
    for one, commit in commits.items():
        if commit.standing.kind != "agent":
            raise TrackerError(
                f"{one[:12]} was made by {maker_word(commit.standing)}: only agents have retrospectives."
            )
    agent = commits[oid].standing.agent if oid else journal_owner(project, named, actor, "session")
    entries: list[Entry] = []
    if commits:
        entries += _grade_entries(project, commits, retrospective, actor)
    entries.append(_entry(project, retrospective, agent, actor))
    written = [one for one in write_feedback(project.ledger, entries).written if isinstance(one, RetrospectiveRecord)]
    refresh_status(project, project.files.id())
    return written[0]


def retrospectives(scope: Scope, named: str | None, most: int) -> list[RetrospectiveRecord]:
    """Return at most ``most`` retrospectives of one project or all, newest first; ``named``: only that agent's.

    Raises TrackerError when that agent is unknown.
    """
    agent = known_agent(scope, named) if named else None
    return newest_lines(scope, RETROSPECTIVES, agent, most)


def _grade_entries(
    project: Project, commits: Mapping[Oid, RecordedCommit], retrospective: Retrospective, actor: Actor
) -> Sequence[GradeEntry]:
    """Return the grades of a retrospective as entries. Raises TrackerError when the actor is another agent."""
    opinions = [Opinion("agent", retrospective.agent_grade), Opinion("user", retrospective.user_grade)]
    opinions = [one for one in opinions if one.grade is not None]
    if not opinions:
        grades.check_own(project, commits, actor)
    return grades.grade_entries(project, commits, opinions, retrospective.task, actor, RETROSPECTIVE)


def _entry(project: Project, retrospective: Retrospective, agent: str, actor: Actor) -> RetrospectiveEntry:
    subject = retrospective.oid or grades.normalized_text(retrospective.session_id)
    speaker = actor.description()
    if retrospective.user_grade is not None:
        speaker = speak_for_user(actor, project.settings, "a user's grade")
    return RetrospectiveEntry(
        agent=agent,
        project=project.files.id(),
        subject=subject,
        is_session=retrospective.oid is None,
        task=grades.normalized_text(retrospective.task),
        agent_grade=retrospective.agent_grade,
        user_grade=retrospective.user_grade,
        notes=grades.normalized_text(retrospective.notes),
        time=max(int(time.time()), _last_time(project, agent, subject)),
        policy=project.settings.policy,
        source=grades.COMMAND_LINE,
        speaker=speaker,
    )


def _last_time(project: Project, agent: str, subject: str) -> int:
    """Return the time of the last retrospective on a subject, in seconds since the epoch, or 0.

    If the clock was ahead then, a new one must still be the last.
    """
    with project.ledger.read() as snapshot:
        newest = (record for _, record in snapshot.newest(RETROSPECTIVES, keys.agent(agent)))
        return next((record.time for record in newest if record.subject == subject), 0)
