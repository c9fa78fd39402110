"""The events of the exchange format: each is one fact that git, a hook, a person or an agent gave to a ledger. Pure.

An event is a JSON object on a line of its own. Its ``type`` names one of the classes below (``TYPES``), ``schema`` the
version of the format, ``id`` is the SHA-256 of the rest (``event_lines``); the other fields are those of the class, and
a field with its default is left out. Times are integer seconds since the epoch (UTC). docs/exchange.md is for people.

Scores, totals and attributions are no events: they follow from events. Nothing of a repository's present state is one
either (tips, reflogs): git has it.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from tracker.exchange.computed_events import CostEvent, OutcomeEvent, OutcomesEvent, ProfileEvent
from tracker.exchange.value_types import AgentName, Changes, Count, Offset, Place, Second, Setup, Word
from tracker.model import (
    Confidence,
    Evidence,
    GradeValue,
    Kind,
    Moment,
    Oid,
    Origin,
    ProjectId,
    Rater,
    TaskKind,
)

SCHEMA: Final = 1
"""Version of the format. A program keeps aside what has a greater one."""


class ProjectEvent(NamedTuple):
    """A repository with all its worktrees. ``paths``: of its git directory, in the order of their names."""

    project: ProjectId
    name: Word
    paths: tuple[Place, ...]
    object_format: Literal["sha1", "sha256"]
    first_seen: Second
    last_seen: Second
    remotes: tuple[Word, ...] = ()
    baseline: tuple[Oid, ...] = ()
    away: bool = False


class InstructionsEvent(NamedTuple):
    """Instruction files for agents, as (path, digest of the content)."""

    setup: Setup
    files: tuple[tuple[str, str], ...]


class Person(NamedTuple):
    """The author or committer of a commit. ``offset``: minutes east of UTC."""

    name: str
    email: str
    time: int
    offset: Offset


class CommitEvent(NamedTuple):
    """A commit as git and hooks showed it: the fields of ``records.CommitFacts``, without grades and corrections."""

    project: ProjectId
    oid: Oid
    parents: tuple[Oid, ...]
    author: Person
    committer: Person
    subject: str
    task_kind: TaskKind
    learnt: str
    recorded_at: int
    files: Count | None = None
    insertions: Count | None = None
    deletions: Count | None = None
    evidence: tuple[Evidence, ...] = ()
    evidence_changes: Changes = Changes(0)
    moments: tuple[Moment, ...] = ()
    live: bool = True
    live_changes: Changes = Changes(0)
    origin: Origin = "local"
    setup: Setup | None = None
    pushed: bool = False
    pushed_within: bool = False
    copy_of: Oid | None = None
    is_exact_copy: bool = False
    reverts: tuple[Oid, ...] = ()
    declared: GradeValue | None = None


class CorrectionEvent(NamedTuple):
    """The user stated who made a commit (signal ``correction``), or took that back (``withdrawal``)."""

    project: ProjectId
    oid: Oid
    name: str
    signal: Literal["correction", "withdrawal"]
    agent: AgentName | None = None
    kind: Kind = "agent"
    model: str | None = None
    confidence: Confidence = "high"
    value: str = ""
    order: int = 0
    version: str | None = None
    vendors: tuple[str, ...] = ()
    speaker: str = ""


class RewriteEvent(NamedTuple):
    """A reason to believe that a commit was rewritten into another (``rewrite_records.Claim``)."""

    old: Oid
    new: Oid
    source: Word
    time: int
    is_same: bool = False
    author: Word = Word("")
    is_authored: bool = False
    in_rebase: bool = False


class GradeEvent(NamedTuple):
    """A rater graded a commit, or withdrew a grade (``grade`` null)."""

    project: ProjectId
    oid: Oid
    rater: Rater
    time: int
    grade: GradeValue | None = None
    note: str = ""
    task: str = ""
    source: str = ""
    speaker: str = ""
    event: str = ""
    place: Changes = Changes(0)


class BugEvent(NamedTuple):
    """A bug was reported; ``changes`` decisions later it is confirmed, withdrawn or dismissed, or waits.

    ``agent``: the one that it is charged to if there is no commit; else it follows from the commit.
    """

    project: ProjectId
    time: int
    oid: Oid | None = None
    agent: AgentName | None = None
    note: str = ""
    evidence: str = ""
    speaker: str = ""
    suggested_by: str = ""
    place: Changes = Changes(0)
    changes: Changes = Changes(0)
    withdrawn_at: int = 0
    withdrawn_by: str = ""
    confirmed_at: int = 0
    confirmed_by: str = ""


class ReinstatementEvent(NamedTuple):
    """The user ended an agent's halt."""

    agent: AgentName
    project: ProjectId
    skill_points: Count
    plan: str
    time: int
    speaker: str = ""
    place: Changes = Changes(0)


class RetrospectiveEvent(NamedTuple):
    """A look back at a commit, or at a session, with the scores that were shown then."""

    agent: AgentName
    subject: str
    time: int
    project: ProjectId | None = None
    is_session: bool = False
    task: str = ""
    agent_grade: GradeValue | None = None
    user_grade: GradeValue | None = None
    score_before: int | None = None
    score_after: int | None = None
    notes: str = ""
    source: str = ""
    speaker: str = ""
    place: Changes = Changes(0)


class BalanceEvent(NamedTuple):
    """An agent's standing in another program, which counts for nothing here (``balance_records.BalanceRecord``).

    Points and scores are in thousandths.
    """

    agent: AgentName
    program: str
    account: str
    skill_points: int | None = None
    experience_points: int | None = None
    communication_score: int | None = None
    commits: Count | None = None
    bugs: Count | None = None
    model: str | None = None
    scope: str = ""
    is_active: bool = True
    created_at: int = 0
    updated_at: int = 0


class ActivityEvent(NamedTuple):
    """An entry of an agent's journal."""

    agent: AgentName
    time: int
    task: str = ""
    actions: str = ""
    outcome: str = ""
    decisions: str = ""
    project: ProjectId | None = None
    speaker: str = ""
    place: Changes = Changes(0)


Event = (
    ProjectEvent
    | InstructionsEvent
    | CommitEvent
    | CorrectionEvent
    | RewriteEvent
    | GradeEvent
    | BugEvent
    | ReinstatementEvent
    | RetrospectiveEvent
    | ActivityEvent
    | BalanceEvent
    | OutcomesEvent
    | OutcomeEvent
    | CostEvent
    | ProfileEvent
)

TYPES: Final[Mapping[str, type[Event]]] = {
    "project": ProjectEvent,
    "instructions": InstructionsEvent,
    "commit": CommitEvent,
    "correction": CorrectionEvent,
    "rewrite": RewriteEvent,
    "grade": GradeEvent,
    "bug": BugEvent,
    "reinstatement": ReinstatementEvent,
    "retrospective": RetrospectiveEvent,
    "activity": ActivityEvent,
    "balance": BalanceEvent,
    "outcomes": OutcomesEvent,
    "outcome": OutcomeEvent,
    "cost": CostEvent,
    "profile": ProfileEvent,
}
"""The classes of events by the value of ``type``."""
NAMES: Final[Mapping[type[Event], str]] = {kind: name for name, kind in TYPES.items()}
"""The value of ``type`` of each class of events."""
