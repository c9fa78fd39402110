"""Records of feedback: grades, retrospectives, activities, bugs and reinstatements.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure. Times are integer seconds since the epoch (UTC).
"""

from typing import Literal, NamedTuple

from tracker.model import GradeValue, Kind, Oid, ProjectId, Rater, TaskKind


class GradeRecord(NamedTuple):
    """``communication``: one grade as it was given. Key: agent id + project + oid + sequence.

    ``grade`` is None where the rater withdrew the grade given before. ``source``: how it was given (``command line``,
    ``review``, ``pending``, ``trailer``, ``import``). ``speaker``: who gave it, in words (``feedback.actor``).
    ``event``: identifies a grade that may be sent twice, so that it is recorded once; empty otherwise. ``place``: which
    it is of the rater's grades of this commit in one second, from 0; of a grade that another program recorded, its
    millisecond.
    """

    agent: str
    rater: Rater
    grade: GradeValue | None
    note: str
    task: str
    time: int
    source: str
    speaker: str = ""
    event: str = ""
    place: int = 0

    @property
    def order(self) -> tuple[int, int, str, str, str, str, int]:
        """The sort key of a rater's grades of a commit: the last one counts, in whatever order they were recorded."""
        return self.time, self.place, self.source, self.speaker, self.note, self.task, self.grade or 0


class RetrospectiveRecord(NamedTuple):
    """``retrospectives``: a look back at finished work. Key: agent id + time + sequence.

    ``subject``: an oid, or a session id where there is no commit (``is_session``). Grades of a session are kept here
    only, and the last of each rater on a session counts; grades of a commit are in its own record. ``score_before``,
    ``score_after``: the communication score by the policy at that time. ``place``: which it is of the agent's
    retrospectives in one second, from 0.
    """

    agent: str
    subject: str
    task: str
    agent_grade: GradeValue | None
    user_grade: GradeValue | None
    score_before: int | None
    score_after: int | None
    notes: str
    time: int
    project: ProjectId | None = None
    is_session: bool = False
    source: str = ""
    speaker: str = ""
    place: int = 0

    @property
    def order(self) -> tuple[int, int, str, str, str, str, int, int]:
        """The sort key of the retrospectives on a session: the last one with a grade counts."""
        grades = (self.agent_grade or 0, self.user_grade or 0)
        return self.time, self.place, self.source, self.speaker, self.notes, self.task, *grades


class ActivityRecord(NamedTuple):
    """``activities``: one entry of an agent's journal. Key: agent id + time + sequence.

    ``place``: which it is of the agent's entries in one second, from 0.
    """

    agent: str
    task: str
    actions: str
    outcome: str
    decisions: str
    time: int
    project: ProjectId | None = None
    speaker: str = ""
    place: int = 0


BugState = Literal["charged", "withdrawn", "suggested", "superseded", "dismissed"]
"""The state of a bug: it counts, was withdrawn, waits for a person's decision, gave way to the same agent's next
suggestion, or a person decided against it."""


class BugRecord(NamedTuple):
    """``bugs``: a bug charged to an agent, or suggested by another agent. Key: agent id + sequence.

    ``kind``, ``model``, ``task_kind``, ``month``, ``is_local``, ``version`` (of the agent) and ``setup`` are those of
    the commit that it was charged for, and follow that commit's attribution. A bug of a fetched commit (not
    ``is_local``) moves no score. ``withdrawn_at``: seconds at which it was withdrawn or dismissed; 0 if it was not.
    ``suggested_by``: the agent that reported another agent's commit, empty for a bug that was charged at once. A
    suggestion counts for nothing until a person confirms it (``confirmed_at``, ``confirmed_by``). ``place``: which
    it is of the reports that are equal without their words, from 0. ``changes``: how often its state changed.
    ``is_superseded``: the same agent has suggested another bug of the commit since. ``counted_in``: the project in
    which the commit counts; None where that is ``project``, in which the bug was reported, and where the commit counts
    nowhere.
    """

    agent: str
    project: ProjectId
    oid: Oid | None
    note: str
    evidence: str
    time: int
    kind: Kind = "agent"
    model: str | None = None
    task_kind: TaskKind = "other"
    month: int | None = None
    speaker: str = ""
    withdrawn_at: int = 0
    withdrawn_by: str = ""
    is_local: bool = True
    version: str | None = None
    setup: str | None = None
    suggested_by: str = ""
    confirmed_at: int = 0
    confirmed_by: str = ""
    place: int = 0
    changes: int = 0
    is_superseded: bool = False
    counted_in: ProjectId | None = None

    @property
    def report(self) -> tuple[str, ProjectId, Oid | None, int, str, str, str, str]:
        """The content of the report; with ``place`` it tells the bug from all others."""
        agent = "" if self.oid else self.agent
        return agent, self.project, self.oid, self.time, self.note, self.evidence, self.speaker, self.suggested_by

    @property
    def state(self) -> BugState:
        """The present state of the bug; only one that is charged counts anywhere."""
        if self.suggested_by and not self.confirmed_at:
            if self.withdrawn_at:
                return "dismissed"
            return "superseded" if self.is_superseded else "suggested"
        return "withdrawn" if self.withdrawn_at else "charged"

    @property
    def holds(self) -> bool:
        """True if the bug counts: it was charged or confirmed, and not withdrawn."""
        return self.state == "charged"


class ReinstatementRecord(NamedTuple):
    """``reinstatements``: the user's ending of an agent's halt. Key: agent id + sequence.

    ``skill_points``: the points that ended the halt, at least 1. ``plan``: what the agent will do differently.
    ``place``: which it is of the agent's reinstatements in one second, from 0.
    """

    agent: str
    project: ProjectId
    skill_points: int
    plan: str
    time: int
    speaker: str
    place: int = 0
