"""Types of entries: the write commands of the ledger, each stating one thing that happened.

Pure. ``entry_checks`` decides which entries are accepted, ``apply`` what they change in the tables. Times are integer
seconds since the epoch (UTC).
"""

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from tracker.model import GRADE_NAMES, DiffStat, Evidence, GradeValue, Moment, Oid, ProjectId, Rater, TaskKind
from tracker.records import CommitFacts
from tracker.rewrite_records import Claim, ReflogRecord
from tracker.scoring import Policy

if TYPE_CHECKING:
    from tracker.ledger.computed_entries import ComputedEntry
    from tracker.ledger.joined_entries import JoinEntry

LONGEST_NOTE: Final = 4000
"""Most characters of any text in feedback; the ledger keeps facts, not documents."""

GRADES_TO_CHOOSE: Final = ", ".join(f"{name} ({value})" for value, name in GRADE_NAMES.items())
"""The grades by name and number, for messages to users."""

SuggestionDecision = Literal["confirmed", "dismissed", "open"]
"""A person's decision on an agent's suggestion; ``open`` takes one back."""

TRAILER: Final = "trailer"
"""``GradeEntry.source`` of a grade in the commit's own trailer, which is recorded for its note and task alone."""


class ProjectEntry(NamedTuple):
    """A project is present at a path, the canonical one of its git directory.

    ``baseline`` or ``history`` None keeps the recorded value. ``time``: when it was seen.
    """

    project: ProjectId
    path: str
    name: str
    remotes: tuple[str, ...]
    object_format: str
    baseline: tuple[Oid, ...] | None
    time: int
    history: str | None = None


class PresenceEntry(NamedTuple):
    """A project's repository is away (deleted, not mounted, no longer tracked), or present again."""

    project: ProjectId
    away: bool


class UnfinishedEntry(NamedTuple):
    """A part of what one look at a repository found is written (``unfinished``), or all of it is."""

    project: ProjectId
    unfinished: bool


class CommitEntry(NamedTuple):
    """A commit was found. A known commit gets the evidence added, and keeps the stronger of equal signals."""

    project: ProjectId
    oid: Oid
    facts: CommitFacts


class MeasuredEntry(NamedTuple):
    """The diff statistics of a known commit that was recorded without. ``of_paths``: the kind that its paths share."""

    project: ProjectId
    oid: Oid
    stat: DiffStat
    of_paths: TaskKind | None


class SetupEntry(NamedTuple):
    """Instruction files, as (path, digest of the content), were found in a commit's tree. ``key``: their digest."""

    key: str
    files: tuple[tuple[str, str], ...]


class EvidenceEntry(NamedTuple):
    """Further evidence of a known commit.

    ``learnt``: the hook that saw the commit made; empty if none did. ``copy_of``: the commit that it was cherry-picked
    from. ``setup``: the key of the instruction files in its tree. ``reread``: tools whose records were read again; this
    evidence replaces what they recorded before. ``moments``: in which hooks saw it made. ``is_exact_copy``: it has
    the patch, author and author time of ``copy_of``. ``is_seen_copy``: a hook saw the cherry-pick, so ``copy_of``
    replaces one that was found by author and date.
    """

    project: ProjectId
    oid: Oid
    evidence: tuple[Evidence, ...]
    learnt: str
    copy_of: Oid | None = None
    setup: str | None = None
    reread: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    is_exact_copy: bool = False
    is_seen_copy: bool = False


class ReplacedEvidenceEntry(NamedTuple):
    """The evidence of a known commit was read again; it replaces the commit's own evidence except corrections.

    ``moments``: those of the commit, with their evidence read again. ``setup``: the key of the instruction files in its
    tree, if they were read.
    """

    project: ProjectId
    oid: Oid
    evidence: tuple[Evidence, ...]
    moments: tuple[Moment, ...]
    setup: str | None = None


class LivenessEntry(NamedTuple):
    """A known commit became reachable from a tip, or unreachable."""

    project: ProjectId
    oid: Oid
    live: bool


class ClaimEntry(NamedTuple):
    """There is a reason to believe that ``old`` was rewritten; neither commit need be known, in any project."""

    old: Oid
    claim: Claim


class TipEntry(NamedTuple):
    """A branch or a worktree's HEAD points to ``oid`` now; None when it was deleted."""

    project: ProjectId
    name: str
    oid: Oid | None


class ReflogReadEntry(NamedTuple):
    """A reflog was read up to the position in ``record``; None when the reflog is gone."""

    project: ProjectId
    name: str
    record: ReflogRecord | None


class DepartedEntry(NamedTuple):
    """Nothing reaches a commit any more, and no other such commit has it as a parent. ``time``: its committer time."""

    project: ProjectId
    oid: Oid
    time: int


class ForgetEntry(NamedTuple):
    """A commit that a backfill recorded is to be removed; one with feedback on it stays."""

    project: ProjectId
    oid: Oid


class GradeEntry(NamedTuple):
    """A rater graded a commit, or withdrew the last grade (``grade`` None).

    ``source``: how it was given; ``speaker``: by whom, in words. ``event``: identifies a grade that may be sent twice,
    of which only the first is recorded; empty otherwise.
    """

    project: ProjectId
    oid: Oid
    rater: Rater
    grade: GradeValue | None
    note: str
    task: str
    time: int
    source: str
    speaker: str = ""
    event: str = ""


class PushEntry(NamedTuple):
    """A push ended at a commit. ``to_this_machine``: at a repository on this machine."""

    project: ProjectId
    oid: Oid
    to_this_machine: bool = False


class BugEntry(NamedTuple):
    """A bug is charged to the agent that the commit is attributed to, or to ``agent`` if there is no commit."""

    agent: str
    project: ProjectId
    oid: Oid | None
    note: str
    evidence: str
    time: int
    speaker: str = ""


class BugWithdrawalEntry(NamedTuple):
    """The last bug of a commit that is not withdrawn yet is withdrawn."""

    project: ProjectId
    oid: Oid
    time: int
    speaker: str = ""


class SuggestionEntry(NamedTuple):
    """An agent reports a bug of another agent's commit; it counts for nothing until a person confirms it.

    ``agent``: the maker of the commit. The last one of an agent (``suggested_by``) replaces an earlier one on the same
    commit that nobody has decided on.
    """

    agent: str
    project: ProjectId
    oid: Oid
    note: str
    evidence: str
    time: int
    suggested_by: str
    speaker: str = ""


class SuggestionDecisionEntry(NamedTuple):
    """A person confirms or dismisses the open suggestion of an agent on a commit.

    ``decision``: ``open`` takes the last decision back, so that the suggestion waits again.
    """

    project: ProjectId
    oid: Oid
    suggested_by: str
    decision: SuggestionDecision
    time: int
    speaker: str = ""


class ReinstatementEntry(NamedTuple):
    """The user ends an agent's halt. ``policy``: decides how many skill points that needs."""

    agent: str
    project: ProjectId
    plan: str
    time: int
    policy: Policy
    speaker: str = ""


class RetrospectiveEntry(NamedTuple):
    """An agent looked back at a commit, or at a session where there is none (``is_session``).

    ``subject``: an oid or a session id. Grades are given here for a session only; those of a commit are grade entries.
    ``policy``: computes the scores before and after.
    """

    agent: str
    project: ProjectId
    subject: str
    is_session: bool
    task: str
    agent_grade: GradeValue | None
    user_grade: GradeValue | None
    notes: str
    time: int
    policy: Policy
    source: str = ""
    speaker: str = ""


class ActivityEntry(NamedTuple):
    """An agent adds an entry to its journal."""

    agent: str
    task: str
    actions: str
    outcome: str
    decisions: str
    time: int
    project: ProjectId | None = None
    speaker: str = ""


Entry: TypeAlias = (
    "ProjectEntry | PresenceEntry | UnfinishedEntry | SetupEntry | CommitEntry | MeasuredEntry | EvidenceEntry"
    " | ReplacedEvidenceEntry | LivenessEntry | ClaimEntry | TipEntry | ReflogReadEntry | DepartedEntry | ForgetEntry"
    " | PushEntry | GradeEntry | BugEntry | BugWithdrawalEntry | SuggestionEntry | SuggestionDecisionEntry"
    " | ReinstatementEntry | RetrospectiveEntry | ActivityEntry | ComputedEntry | JoinEntry"
)
