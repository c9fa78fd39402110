"""What the ledger stores: one ``NamedTuple`` per sub-database, in the order its values are written.

Pure. A field is only ever added at the end, with a default, so that an older record still reads; anything else is a
new version of the record and a migration (``ledger.migrations``).
"""

from typing import NamedTuple

from tracker.model import Confidence, Evidence, GradeValue, Kind, Oid, Origin, ProjectId, Rater, RewriteKind, TaskKind


class Carried(NamedTuple):
    """A grade that a commit has from one that it was made of (``source``).

    ``kind`` is the weakest rewrite on the way: ``same`` carries over, ``changed`` and ``squashed`` until it is graded.
    """

    rater: Rater
    grade: GradeValue
    source: Oid
    kind: RewriteKind


class CommitRecord(NamedTuple):
    """``commits``: a commit, who made it and why we say so. Key: project + oid.

    ``files``, ``insertions`` and ``deletions`` are None where git could not tell (partial clone, shallow boundary).
    ``learnt`` names the hook, ``reconcile`` or ``backfill``. ``live``: reachable from a tip. ``counted``: its
    contribution is in the totals. ``replaces``: the commits that were rewritten into this one.
    ``agent_grade`` and ``user_grade`` are the last word of each rater on this very commit, the times in seconds when it
    was said (a time without a grade: the word was taken back); ``declared`` is the agent's grade in its own trailer.
    ``carried`` are the grades that it has otherwise: its trailer's, where that speaks for it, and those of what it was
    made of, where a rater said nothing of this one (``lineage``).
    ``copy_of``: the commit that was cherry-picked; ``reverts``: those that this one takes back. ``landed``: it was
    fetched, and took the place of commits that were made here. ``model_id``: the model in the one form that all its
    spellings have (``attribution.models``); ``agent_version``: the agent's own. ``setup``: the key in ``setups`` of the
    files that instructed the agent. ``pushed``: a push ended at it; ``published``: at it or another version of it.
    ``reverted``: a live commit takes it back.
    """

    parents: tuple[Oid, ...]
    author_name: str
    author_email: str
    authored_at: int
    author_offset: int
    committer_name: str
    committer_email: str
    committed_at: int
    committer_offset: int
    subject: str
    task_kind: TaskKind
    files: int | None
    insertions: int | None
    deletions: int | None
    agent: str
    kind: Kind
    model: str | None
    confidence: Confidence
    signal: str
    also: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    origin: Origin
    learnt: str
    recorded_at: int
    live: bool
    counted: bool = False
    sequence: int = 0
    replaces: tuple[Oid, ...] = ()
    agent_grade: GradeValue | None = None
    user_grade: GradeValue | None = None
    agent_graded_at: int = 0
    user_graded_at: int = 0
    carried: tuple[Carried, ...] = ()
    copy_of: Oid | None = None
    reverts: tuple[Oid, ...] = ()
    landed: bool = False
    model_id: str | None = None
    agent_version: str | None = None
    setup: str | None = None
    declared: GradeValue | None = None
    pushed: bool = False
    published: bool = False
    reverted: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it is this user's work, which moves scores: made here, or standing for commits that were."""
        return self.origin == "local" or self.landed


class ProjectRecord(NamedTuple):
    """``projects``: one repository with all its worktrees. Key: project id.

    ``paths``: the canonical git directory now and, after it, the earlier ones. ``baseline``: commits whose ancestors
    are not recorded unless a backfill asks for them. ``generation`` counts the reconciles, so that one that read an
    older state is refused. ``history``: what else than tips decided what is reachable (``Repository.history_marks``).
    ``away``: the repository was not there, or not tracked, when somebody looked last: its commits take nobody's place.
    """

    paths: tuple[str, ...]
    name: str
    remotes: tuple[str, ...]
    object_format: str
    baseline: tuple[Oid, ...]
    generation: int
    first_seen: int
    last_seen: int
    language: str | None = None
    framework: str | None = None
    history: str = ""
    away: bool = False


class PathRecord(NamedTuple):
    """``paths``: which project is at a path. Key: digest of the canonical path."""

    project: ProjectId
    path: str


class HoldersRecord(NamedTuple):
    """``oids``: the projects that hold a commit, in the order they were seen. Key: raw oid."""

    projects: tuple[ProjectId, ...]


class Link(NamedTuple):
    """One successor of a rewritten commit; ``source`` says how the pair is known."""

    new: Oid
    kind: RewriteKind
    source: str


class LinksRecord(NamedTuple):
    """``rewrites``: what became of a rewritten commit. Key: project + old oid."""

    links: tuple[Link, ...]


class CopiesRecord(NamedTuple):
    """``copies``: the commits that were cherry-picked from one. Key: raw oid of the original."""

    copies: tuple[Oid, ...]


class RevertersRecord(NamedTuple):
    """``reverts``: the commits that say they take one back. Key: raw oid of the one that is taken back."""

    reverters: tuple[Oid, ...]


class TipRecord(NamedTuple):
    """``tips``: where a branch or a worktree's HEAD stood at the last reconcile. Key: project + digest of the name.

    Also where a squash merge waits to be committed (``squash …``), and where a branch stood before it was moved while a
    rebase was at work (``before …``).
    """

    name: str
    oid: Oid


class DepartedRecord(NamedTuple):
    """``departed``: a branch that was deleted with commits that nothing else reached. Key: project + oid of its tip.

    Its work may still come back as other commits (``landing``). ``time``: when that was seen, in seconds.
    """

    name: str
    time: int


class AgentRecord(NamedTuple):
    """``agents``: who was ever seen. Key: agent id. Times are author times of the first and last commit."""

    name: str
    kind: Kind
    model: str | None
    scope: str
    first_seen: int
    last_seen: int
    active: bool


class GradeRecord(NamedTuple):
    """``communication``: a grade that somebody gave. Key: agent id + project + oid + sequence.

    ``grade`` is None where the rater took the last word back. ``source``: how it was given (``command line``,
    ``review``, ``pending``, ``trailer``, ``import``); ``speaker``: who gave it (``speaker``). ``event``: what it is
    recognised by where it could be told twice; empty otherwise.
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


class RetrospectiveRecord(NamedTuple):
    """``retrospectives``: what went well and wrong. Key: agent id + time + sequence.

    ``subject``: an oid, or a session id where there is no commit; only then the grades are kept here and count, the
    last of each rater on a session. ``score_before`` and ``score_after``: the communication score, by the policy of
    that moment.
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


class ActivityRecord(NamedTuple):
    """``activities``: the agent's journal. Key: agent id + time + sequence."""

    agent: str
    task: str
    actions: str
    outcome: str
    decisions: str
    time: int
    project: ProjectId | None = None
    speaker: str = ""


class BugRecord(NamedTuple):
    """``bugs``: a bug charged to an agent. Key: agent id + sequence.

    ``kind``, ``model``, ``task_kind`` and ``month`` are those of the commit that it was charged for, and follow who
    made that. ``withdrawn_at``: when it was taken back, in seconds; 0 while it stands. ``is_local``: as that of the
    commit; one that was fetched moves no score.
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


class ReinstatementRecord(NamedTuple):
    """``reinstatements``: the user ended an agent's halt. Key: agent id + sequence.

    ``skill_points``: what it took to end it, at least 1; ``plan``: what shall be different from now on.
    """

    agent: str
    project: ProjectId
    skill_points: int
    plan: str
    time: int
    speaker: str


class SetupRecord(NamedTuple):
    """``setups``: the instruction files of a commit's tree, each with the digest of its content. Key: their digest."""

    files: tuple[tuple[str, str], ...]


class TotalsRecord(NamedTuple):
    """``totals``: the sums that scores and reports read, in the order of ``accounts.SUMS``."""

    agent: str
    kind: Kind
    model: str | None
    project: ProjectId
    task_kind: TaskKind
    month: int
    sums: tuple[int, ...]


class StandingRecord(NamedTuple):
    """``standings``: the totals of an agent in a project, over models, kinds and months. Key: agent id + project.

    Kept beside the totals in the same transaction, so that the status file costs the same however long the history is.
    """

    agent: str
    project: ProjectId
    sums: tuple[int, ...]


class ChangeRecord(NamedTuple):
    """``log``: which record changed, as table name and key in hex. Key: sequence."""

    table: str
    key: str
    time: int


class MigrationRecord(NamedTuple):
    """``migrations``: when a named step was applied. Key: its name."""

    name: str
    applied_at: int
