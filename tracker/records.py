"""Records of commits, projects and totals: one ``NamedTuple`` per table, its fields in the order of storage.

Pure. A field is only ever added at the end, with a default, so that older records still read; any other change is a
new version of the record and a migration (``ledger.migrations``). Records of feedback are in ``feedback_records``.
"""

from typing import Final, NamedTuple

from tracker.model import (
    HUMAN,
    Confidence,
    Evidence,
    GradeValue,
    Kind,
    Moment,
    Oid,
    Origin,
    ProjectId,
    Rater,
    RewriteKind,
    TaskKind,
)

MOST_DEPARTED: Final = 64
"""Commits in ``departed`` for one project."""
MOST_VERSIONS: Final = 200
"""Versions of one commit whose costs are added up."""


class Carried(NamedTuple):
    """A grade that a commit holds without having been graded itself; ``source`` is the commit that was graded.

    ``kind`` is the weakest rewrite kind on the path from ``source``. A grade carried along ``same`` links is final; one
    carried along ``changed`` or ``squashed`` links holds until the rater grades this commit.
    """

    rater: Rater
    grade: GradeValue
    source: Oid
    kind: RewriteKind


class CommitFacts(NamedTuple):
    """``commits``: a commit as git, hooks and raters showed it, with its own evidence. Key: project + oid.

    Written when the commit is recorded, and again when something further about it is learnt.

    ``files``, ``insertions``, ``deletions``: diff statistics; None where git could not compute them (partial clone,
    shallow boundary). ``evidence``: of this commit in this project, nothing inherited. ``learnt``: the hook that saw
    the commit made, else ``reconcile`` or ``backfill``. ``recorded_at``: seconds since the epoch. ``live``: reachable
    from a tip. ``sequence``: order of recording. ``agent_grade``, ``user_grade``: each rater's last grade of this
    commit that was given in this project, with the times in seconds (a time without a grade: the grade was withdrawn).
    ``copy_of``: the commit that was cherry-picked. ``reverts``: the commits that this one reverts. ``setup``: key in
    ``setups`` of the instruction files in its tree. ``declared``: the agent's grade in the commit's own trailer.
    ``pushed``: a push ended at this commit. ``moments``: the circumstances in which hooks saw it made.
    ``is_exact_copy``: it has the patch, author and author time of ``copy_of``. ``pushed_within``: all pushes that ended
    at it went to this machine. ``live_changes``, ``evidence_changes``: how often ``live`` or evidence was replaced.
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
    learnt: str
    recorded_at: int
    sequence: int = 0
    evidence: tuple[Evidence, ...] = ()
    moments: tuple[Moment, ...] = ()
    live: bool = True
    origin: Origin = "local"
    setup: str | None = None
    pushed: bool = False
    copy_of: Oid | None = None
    reverts: tuple[Oid, ...] = ()
    agent_grade: GradeValue | None = None
    user_grade: GradeValue | None = None
    agent_graded_at: int = 0
    user_graded_at: int = 0
    declared: GradeValue | None = None
    is_exact_copy: bool = False
    pushed_within: bool = False
    live_changes: int = 0
    evidence_changes: int = 0


class Link(NamedTuple):
    """A link from a rewritten commit to one successor; ``source`` says how the pair is known (``model.Pair``)."""

    new: Oid
    kind: RewriteKind
    source: str


class CommitStanding(NamedTuple):
    """``standings``: the meaning of a commit, as ``lineage`` derives it. Key: project + commit time + oid.

    A function of the facts of its whole family, and at the same time the index of commits by time. The defaults are
    those of a commit without evidence that is not live.

    ``live``: as in the facts. ``counted``: its contribution is in the totals. ``agent``, ``kind``, ``model``,
    ``confidence``, ``signal``, ``also``, ``agent_version`` and ``model_id`` (the model in its canonical spelling, see
    ``attribution.model_names``) follow from the commit's own evidence and ``other_evidence``: what it inherits, and
    what clones know of the same commit. ``agent_grade``, ``user_grade``: each rater's last grade of this commit in any
    project, with the times in seconds. ``carried``: grades that it holds without having been graded itself: its
    trailer's, and those of its predecessors. ``landed``: it was fetched and replaces commits that were made here, or
    was made by this user on another machine. ``published``: a push ended at some commit of its group. ``reverted``: a
    live commit reverts it. ``links``: to the commits that it was rewritten into; ``predecessors`` has the other ends.
    ``has_moments``: the evidence of the moments in the facts, if any, is part of the commit's. ``set_aside``: evidence
    in the facts that is not, as it speaks of who changed the commit, or as others reported it of this user's work.
    ``published_within``: all pushes of its group went to repositories on this machine, so they give no experience.
    ``stands_for``: the other versions of a counted commit that a hook saw an agent make, at most ``MOST_VERSIONS``.
    """

    live: bool = False
    counted: bool = False
    agent: str = HUMAN
    kind: Kind = "human"
    confidence: Confidence = "low"
    signal: str = "none"
    model: str | None = None
    model_id: str | None = None
    agent_version: str | None = None
    also: tuple[str, ...] = ()
    other_evidence: tuple[Evidence, ...] = ()
    agent_grade: GradeValue | None = None
    user_grade: GradeValue | None = None
    agent_graded_at: int = 0
    user_graded_at: int = 0
    carried: tuple[Carried, ...] = ()
    landed: bool = False
    published: bool = False
    reverted: bool = False
    links: tuple[Link, ...] = ()
    has_moments: bool = True
    set_aside: tuple[Evidence, ...] = ()
    published_within: bool = False
    stands_for: tuple[Oid, ...] = ()


class RecordedCommit(NamedTuple):
    """A commit as readers get it: its facts and its standing."""

    facts: CommitFacts
    standing: CommitStanding

    @property
    def is_local(self) -> bool:
        """True for this user's own work, which moves scores: made here, or landed in place of commits made here."""
        return self.facts.origin == "local" or self.standing.landed


class ProjectRecord(NamedTuple):
    """``projects``: one repository with all its worktrees. Key: project id.

    ``paths``: canonical paths of the git directory, the present one first. ``baseline``: commits whose ancestors are
    not recorded unless a backfill asks for them. ``generation``: number of transactions in which reconciles and
    backfills recorded it; one that was prepared at an older generation is refused. ``first_seen``, ``last_seen``:
    seconds. ``history``: digest of everything besides tips that decides what is reachable
    (``Repository.reachability_digest``). ``away``: it was missing or untracked when last checked. ``unfinished``: only
    a part of a look at it is written, so commits may be recorded as live that no recorded tip reaches. ``is_foreign``:
    only other ledgers, joined with this one, recorded it. Commits of one that is away or foreign supersede no others.
    """

    paths: tuple[str, ...]
    name: str
    remotes: tuple[str, ...]
    object_format: str
    baseline: tuple[Oid, ...]
    generation: int
    first_seen: int
    last_seen: int
    history: str = ""
    away: bool = False
    unfinished: bool = False
    is_foreign: bool = False


class PathRecord(NamedTuple):
    """``paths``: the project at a path. Key: digest of the canonical path."""

    project: ProjectId
    path: str


class HolderRecord(NamedTuple):
    """``oids``: a project holds a commit. Key: raw oid + project; the value is empty."""


class CopyRecord(NamedTuple):
    """``copies``: a cherry-pick of a commit; the key says it all. Key: raw oid of the original + that of the copy."""


class RevertRecord(NamedTuple):
    """``reverts``: a commit that says it reverts another. Key: raw oid of the reverted one + that of the reverter."""


class TipRecord(NamedTuple):
    """``tips``: the oid of a branch or a worktree's HEAD at the last reconcile. Key: project + digest of the name."""

    name: str
    oid: Oid


class DepartedRecord(NamedTuple):
    """``departed``: the last commit of a branch, or of what a reset left, that nothing reaches any more.

    Key: project + oid. The newest ``MOST_DEPARTED`` of a project are kept, because their work may come back as other
    commits (``history.squash_merges``). ``time``: its committer time in seconds.
    """

    time: int


class AgentRecord(NamedTuple):
    """``agents``: every agent, bot or human that made a commit or has a journal. Key: agent id.

    A commit with corrections counts as made by every agent that these name, and by the one before. ``kind``: that of
    its newest commit, by commit time and within one second by oid; ``last_seen`` and ``last_commit`` are that commit's.
    ``model``: that of its newest commit that names one, with ``model_seen`` and ``model_commit``. Times are in seconds;
    0 and None where there is no such commit.
    """

    name: str
    kind: Kind = "agent"
    last_seen: int = 0
    last_commit: Oid | None = None
    model: str | None = None
    model_seen: int = 0
    model_commit: Oid | None = None


class SetupRecord(NamedTuple):
    """``setups``: the instruction files in a commit's tree, as (path, digest of the content). Key: their digest."""

    files: tuple[tuple[str, str], ...]


class TotalsRecord(NamedTuple):
    """``totals``: the sums of an account. Key: agent id + kind + digest of the variant + project + task kind + month.

    The variant is the model, the agent's version and the instruction files (``setup``: key in ``setups``). ``sums``:
    the row that scores and reports read, in the order of ``lineage.sums.SUMS``, without zeros at its end.
    """

    agent: str
    kind: Kind
    model: str | None
    project: ProjectId
    task_kind: TaskKind
    month: int
    sums: tuple[int, ...]
    version: str | None = None
    setup: str | None = None


class AgentTotalsRecord(NamedTuple):
    """``agent_totals``: an agent's totals in a project, over models, task kinds and months. Key: agent id + project.

    Written in the same transaction as the totals, so that the status file costs the same however long the history is.
    """

    agent: str
    project: ProjectId
    sums: tuple[int, ...]


class MakerMonthRecord(NamedTuple):
    """``maker_months``: live commits of a maker and model in a project. Key: project + digest of the maker + month.

    ``month``: of the commit time (``keys.month``). ``live``: numbers of commits, files, inserted and deleted lines;
    ``elsewhere``: of those that another clone shows. ``first``, ``last``: commit times in seconds, never negative.
    """

    project: ProjectId
    kind: Kind
    agent: str
    is_unmarked: bool
    model: str | None
    month: int
    live: tuple[int, int, int, int] = (0, 0, 0, 0)
    elsewhere: tuple[int, int, int, int] = (0, 0, 0, 0)
    first: int = 0
    last: int = 0


class MigrationRecord(NamedTuple):
    """``migrations``: the time at which a named migration step was applied, in seconds. Key: its name."""

    name: str
    applied_at: int
