"""What can be written into the ledger: typed entries, and the checks that each must pass before it is buffered.

Pure. An entry says what happened; how the tables and totals change is ``posting``'s business.
"""

import re
from typing import Final, NamedTuple

from tracker.errors import EntryRefused
from tracker.keys import LAST_SECOND
from tracker.model import GRADE_NAMES, GRADES, TASK_KINDS, Evidence, GradeValue, Oid, ProjectId, Rater, RewriteKind
from tracker.records import CommitRecord
from tracker.scoring import Policy

LONGEST_NOTE: Final = 4000
"""Characters of a note; the ledger keeps facts, not documents."""

GRADES_TO_CHOOSE: Final = ", ".join(f"{name} ({value})" for value, name in GRADE_NAMES.items())
"""The grades by name and number, for sentences."""

TRAILER: Final = "trailer"
"""The source of a grade that the commit itself declares, and whose event is kept for its note and task alone."""

_TEXTS: Final = ("note", "notes", "task", "evidence", "actions", "outcome", "decisions", "plan", "subject")

_NO_TEXT: Final = re.compile("[\\ud800-\\udfff]")
"""What stands for bytes that are no UTF-8 (PEP 383)."""
_CONTROL: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]")
"""Control characters but line breaks and tabs, and those that turn the direction of writing (Unicode, UAX 9)."""

_OID: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_PROJECT: Final = re.compile(r"[0-9a-f]{32}\Z")
_FORMS: Final = (
    (("project",), _PROJECT, "project id"),
    (("oid", "old", "new", "copy_of"), _OID, "object name"),
    (("key", "setup"), _PROJECT, "digest of instruction files"),
)
"""The fields whose values have a form, whatever the entry."""


class ProjectEntry(NamedTuple):
    """A project was seen at a path. ``baseline`` or ``history`` None leaves the recorded one."""

    project: ProjectId
    path: str
    name: str
    remotes: tuple[str, ...]
    object_format: str
    baseline: tuple[Oid, ...] | None
    time: int
    history: str | None = None


class PresenceEntry(NamedTuple):
    """A project's repository is away (deleted, not mounted, not tracked any more), or is there again."""

    project: ProjectId
    away: bool


class CommitEntry(NamedTuple):
    """A commit was found. A commit that is known already keeps the stronger of both evidences."""

    project: ProjectId
    oid: Oid
    record: CommitRecord


class SetupEntry(NamedTuple):
    """A set of instruction files was found in a commit's tree. ``key``: their digest, 32 hex digits."""

    key: str
    files: tuple[tuple[str, str], ...]


class EvidenceEntry(NamedTuple):
    """A known commit is explained better. ``copy_of``: what it copies.

    ``learnt`` names the hook that saw it made; empty when it is not about how the commit was learnt. ``setup`` is the
    key of the instruction files in its tree. ``reread``: tools whose records were read again, in the place of what they
    said before.
    """

    project: ProjectId
    oid: Oid
    evidence: tuple[Evidence, ...]
    learnt: str
    copy_of: Oid | None = None
    setup: str | None = None
    reread: tuple[str, ...] = ()


class ReadAgainEntry(NamedTuple):
    """The evidence of a known commit was read again; it takes the place of all that the commit had of its own.

    ``setup``: the key of the instruction files in its tree, if they were looked for.
    """

    project: ProjectId
    oid: Oid
    evidence: tuple[Evidence, ...]
    setup: str | None = None


class LivenessEntry(NamedTuple):
    """A known commit became reachable from a tip, or ceased to be."""

    project: ProjectId
    oid: Oid
    live: bool


class PairEntry(NamedTuple):
    """``old`` was rewritten into ``new``; both are known."""

    project: ProjectId
    old: Oid
    new: Oid
    kind: RewriteKind
    source: str


class TipEntry(NamedTuple):
    """A branch or worktree's HEAD stands at ``oid`` now; None when it is gone."""

    project: ProjectId
    name: str
    oid: Oid | None


class DepartedEntry(NamedTuple):
    """A branch was deleted with commits that nothing else reaches; ``oid`` is where it stood."""

    project: ProjectId
    oid: Oid
    name: str
    time: int


class ForgetEntry(NamedTuple):
    """A commit that a backfill recorded is taken back; one that was graded, or charged a bug for, stays."""

    project: ProjectId
    oid: Oid


class GradeEntry(NamedTuple):
    """Somebody graded a commit, or took the last word on it back (``grade`` None).

    ``source`` says how it was given, ``speaker`` by whom. ``event``: what it is recognised by where it could be told
    twice; of such an event only the first is recorded. A trailer is kept as an event alone: the commit itself holds it.
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
    """A push ended at a commit."""

    project: ProjectId
    oid: Oid


class BugEntry(NamedTuple):
    """A bug is charged to an agent: to the one that made the commit, if one is named."""

    agent: str
    project: ProjectId
    oid: Oid | None
    note: str
    evidence: str
    time: int
    speaker: str = ""


class BugWithdrawalEntry(NamedTuple):
    """The last bug that was charged for a commit, and stands, is taken back."""

    project: ProjectId
    oid: Oid
    time: int
    speaker: str = ""


class ReinstatementEntry(NamedTuple):
    """The user ends an agent's halt. ``policy``: what decides how many skill points that takes."""

    agent: str
    project: ProjectId
    plan: str
    time: int
    policy: Policy
    speaker: str = ""


class RetrospectiveEntry(NamedTuple):
    """An agent looked back on a commit, or on a session where there is none (``is_session``).

    Grades are given here for a session only; those of a commit are entries of their own. ``policy``: what the scores
    before and after are worked out by.
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
    """A line of an agent's journal."""

    agent: str
    task: str
    actions: str
    outcome: str
    decisions: str
    time: int
    project: ProjectId | None = None
    speaker: str = ""


Entry = (
    ProjectEntry
    | PresenceEntry
    | SetupEntry
    | CommitEntry
    | EvidenceEntry
    | ReadAgainEntry
    | LivenessEntry
    | PairEntry
    | TipEntry
    | DepartedEntry
    | ForgetEntry
    | GradeEntry
    | PushEntry
    | BugEntry
    | BugWithdrawalEntry
    | ReinstatementEntry
    | RetrospectiveEntry
    | ActivityEntry
)


_SAID: Final = (
    GradeEntry, BugEntry, BugWithdrawalEntry, ReinstatementEntry, RetrospectiveEntry, ActivityEntry,
)  # fmt: skip
"""What somebody says: its time is shown to people."""


def _check_text(name: str, text: object) -> None:
    if not isinstance(text, str):
        raise EntryRefused(f"the {name} is no text.")
    if len(text) > LONGEST_NOTE:
        raise EntryRefused(
            f"the {name} is {len(text)} characters long, and at most {LONGEST_NOTE} are kept: shorten it."
        )
    if _NO_TEXT.search(text):
        raise EntryRefused(f"the {name} is not UTF-8: write it as plain text.")
    if _CONTROL.search(text):
        raise EntryRefused(f"the {name} holds control characters (a terminal's colours?): write it as plain text.")


def _check_saying(entry: Entry) -> None:
    for name in _TEXTS:
        text = getattr(entry, name, "")
        if not isinstance(text, tuple):  # the evidence of who made a commit, which is kept as it was found
            _check_text(name, text)
    if isinstance(entry, _SAID) and not (type(entry.time) is int and 0 <= entry.time <= LAST_SECOND):
        raise EntryRefused(f"{entry.time!r} is no time that anything was said at.")


def check(entry: Entry) -> None:
    """Raises EntryRefused with the reason when an entry must not reach the ledger."""
    for names, form, what in _FORMS:
        for name in names:
            value = getattr(entry, name, None)
            if value is not None and not (isinstance(value, str) and form.match(value)):
                raise EntryRefused(f"{value!r} is no {what}.")
    for name in ("grade", "agent_grade", "user_grade"):
        grade = getattr(entry, name, None)
        if grade is not None and grade not in GRADES:
            raise EntryRefused(f"{grade!r} is no grade: {GRADES_TO_CHOOSE}.")
    _check_saying(entry)
    if isinstance(entry, PairEntry) and entry.old == entry.new:
        raise EntryRefused(f"{entry.old} cannot replace itself.")
    if isinstance(entry, CommitEntry) and entry.record.task_kind not in TASK_KINDS:
        raise EntryRefused(f"{entry.record.task_kind!r} is no kind of task.")
