"""Value types that several rooms share: git's objects, evidence and attribution, the event of a hook.

Pure: imports nothing of the package. The types are ``NamedTuple``s, which are cheap to import on the hook path.
Times are integer seconds since the epoch (UTC) unless a name says otherwise.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, NewType

Oid = NewType("Oid", str)
"""A full git object name: 40 (sha1) or 64 (sha256) lower-case hex digits."""

OID_PATTERN: Final = "[0-9a-f]{40}(?:[0-9a-f]{24})?"
"""Regular expression of a full object name, without groups, as a part of longer expressions."""

_OID: Final = re.compile(rf"{OID_PATTERN}\Z")

ProjectId = NewType("ProjectId", str)
"""A project's random id: 32 lower-case hex digits, kept in ``<git-common-dir>/agent-tracker/project-id``."""

Kind = Literal["agent", "bot", "human"]
Confidence = Literal["low", "medium", "high"]
Origin = Literal["local", "fetched"]
Rater = Literal["agent", "user"]
GradeValue = Literal[-1, 1, 2, 5]
RewriteKind = Literal["same", "changed", "squashed", "dropped"]
TaskKind = Literal["feat", "fix", "docs", "test", "refactor", "perf", "build", "chore", "other"]

LAST_SECOND: Final = 253_402_300_799
"""9999-12-31T23:59:59Z in seconds since the epoch, the last second that ``datetime`` can represent."""

Progress = Callable[[int, int], None]
"""Callback for long work. Its arguments are the number of commits done and the number expected."""

KINDS: Final[tuple[Kind, ...]] = ("agent", "bot", "human")
CONFIDENCES: Final[tuple[Confidence, ...]] = ("low", "medium", "high")
TASK_KINDS: Final[tuple[TaskKind, ...]] = (
    "feat", "fix", "docs", "test", "refactor", "perf", "build", "chore", "other",
)  # fmt: skip
GRADES: Final[tuple[GradeValue, ...]] = (-1, 1, 2, 5)
GRADE_NAMES: Final[Mapping[GradeValue, str]] = {-1: "bad", 1: "neutral", 2: "good", 5: "excellence"}
_GRADES_BY_WORD: Final[Mapping[str, GradeValue]] = {
    **{name: value for value, name in GRADE_NAMES.items()},
    **{f"{value}": value for value in GRADE_NAMES},
    **{f"+{value}": value for value in GRADE_NAMES if value > 0},
}
ELSEWHERE: Final = "elsewhere:"
"""Before a project's name in the place of its path, where another machine of this user shared it without its path."""
DAY: Final = 86_400
"""Seconds of a day, in which ages are counted."""
AGES: Final = (14, 30, 90)
"""Days after which lines are counted. 14 is the window in which most studies look for churn."""
RATERS: Final[tuple[Rater, ...]] = ("agent", "user")

HUMAN: Final = "human"
UNKNOWN_AGENT: Final = "unknown-agent"


def parse_oid(text: str) -> Oid | None:
    """Return the text as an object name if it is a full one (``Oid``), else None."""
    return Oid(text) if _OID.match(text) else None


def grade_named(text: str) -> GradeValue | None:
    """Return the grade that a text names, by its name in any case or by its number; None if it names no grade."""
    return _GRADES_BY_WORD.get(text.strip().lower())


class Signature(NamedTuple):
    """An author or committer line of a commit. ``offset``: minutes east of UTC (git-commit-tree(1), "DATE FORMATS")."""

    name: str
    email: str
    time: int
    offset: int


class Commit(NamedTuple):
    """A parsed commit object. ``message``: the whole text, decoded; undecodable bytes are replaced by U+FFFD."""

    oid: Oid
    parents: tuple[Oid, ...]
    author: Signature
    committer: Signature
    message: str


class DiffStat(NamedTuple):
    """Changed files, added lines and removed lines of a commit (``git diff-tree --numstat -M``, first parent).

    A merge has 0, 0, 0. A binary file counts as a file without lines.
    """

    files: int
    insertions: int
    deletions: int


class Change(NamedTuple):
    """Diff statistics of a commit and the paths it touches (the new name of a renamed file; at most 200 paths)."""

    stat: DiffStat
    paths: tuple[str, ...]


class LogPosition(NamedTuple):
    """The end of what was read of a reflog: its ``size`` in bytes, and a digest of its last line (empty: no line)."""

    size: int
    last_line: str


class Worktree(NamedTuple):
    """A worktree of a repository.

    ``path``: its top folder. ``head``: the commit at HEAD, None before the first commit. ``branch``: the full ref name
    that HEAD points to, None for a detached HEAD.
    """

    path: str
    head: Oid | None
    branch: str | None


CONTENT: Final = "content"
"""Source of a pair whose new commit has the content of the old one, or of several such together.

Trees or patches show it. A rebase merge is recognised by authors, dates and subjects too, but these never suffice."""

MATCH: Final = "match"
"""Source of a pair of a commit that a ref lost and one that it gained: the same author and author date with content
that agrees, or the same patch, whatever the authors."""

MELD: Final = "meld"
"""Source of a pair whose old commit a rebase squashed into the new one, by the steps in the reflog of HEAD."""


class Pair(NamedTuple):
    """A rewrite of the commit ``old`` into the commit ``new``.

    ``source``: the reason to believe it. ``post-rewrite`` and ``amend``: git's hook; ``reflog``: the reflog of HEAD;
    ``tool``: the map of a rewriting tool, or what the ledger knows of commits that git no longer has; ``CONTENT``;
    ``MELD``; ``MATCH``.
    """

    old: Oid
    new: Oid
    source: str


class Evidence(NamedTuple):
    """One reason to name an agent as the author of a commit, or to name none.

    ``signal``, the kind of evidence: ``correction``, ``withdrawal``, ``user``, ``process``, ``environment``,
    ``host``, ``config``, ``author``, ``record``, ``trailer``, ``co-author``, ``model``, ``terminal``, ``committer``,
    ``prose``, ``branch``, ``assist``, ``session``. ``name``: of the variable, trailer or rule. ``value``: its text.
    ``agent``, ``model``, ``version``: what it names, None where it names none. ``inherited``: it comes from a
    predecessor of the commit. ``order``: rank among evidence of one signal, the smallest first. ``vendors``: the only
    vendors whose models the agent can run; empty for no such limit. ``speaker``: the actor who made or withdrew a
    correction (``tracker.feedback.actor``).
    """

    signal: str
    name: str
    value: str
    agent: str | None
    kind: Kind
    model: str | None
    confidence: Confidence
    inherited: bool = False
    order: int = 0
    version: str | None = None
    vendors: tuple[str, ...] = ()
    speaker: str = ""


class Moment(NamedTuple):
    """The circumstances in which one hook saw a commit made.

    ``event``: digest of the hook's event, 8 hex digits. ``evidence``: of its circumstances; empty if they name nobody.
    ``is_replayed``: git was replaying commits. ``is_late``: HEAD had moved on before the hook read it, and the reflog
    shows which commit the event belongs to. ``rivals``: number of commits made just before, in the same second, whose
    hooks may have read this commit as HEAD too. ``is_idle``: this process amended the commit into itself, as
    post-rewrite says, so the moment at which its post-commit saw the commit made does not count. ``is_told``: no hook
    of git saw this moment; the agent's host told of it when its tool had ended. ``readings``: how often its evidence
    was read again with another result.
    """

    event: str
    evidence: tuple[Evidence, ...] = ()
    is_replayed: bool = False
    is_late: bool = False
    rivals: int = 0
    is_idle: bool = False
    is_told: bool = False
    readings: int = 0


class Attribution(NamedTuple):
    """The verdict on who made a commit.

    ``confidence``: of the deciding evidence. ``signal``: its kind. ``also``: other agents that evidence named.
    ``version``: the agent's version, None if unknown.
    """

    agent: str
    kind: Kind
    model: str | None
    confidence: Confidence
    signal: str
    also: tuple[str, ...] = ()
    version: str | None = None


HOST_EVENT: Final = "host"
"""The ``hook`` of an event by which an agent's host tells of a commit: its arguments are the agent, the session, the
model, the agent's version, and how it knows (``attribution.host_evidence.Source``); an unknown one is empty."""


class Event(NamedTuple):
    """Contents of one spool file, as a hook wrote it (``tracker.project.spool``), or as a host did (``HOST_EVENT``).

    ``name``: the file's name. ``head``: HEAD as the hook read it, None if it could not. ``author_date``: git's
    ``@seconds zone``. ``picking``: True while a rebase, cherry-pick or am replays commits. ``merging``: True if
    MERGE_HEAD existed. ``terminal``: True if the hook's output was a terminal. ``environment``: (name, value) of
    allow-listed variables. ``pairs``: (old, new) commits of post-rewrite. ``picked``: the commit that a cherry-pick
    copies, from CHERRY_PICK_HEAD. ``process``: the catalogue rule that the nearest agent process matched. ``alone``: in
    a terminal, all processes above were looked at and none is an agent's. ``branch``: the branch that HEAD was on.
    """

    name: str
    hook: str
    arguments: tuple[str, ...]
    time: int
    work_tree: str
    head: Oid | None
    author_date: str | None
    picking: bool
    merging: bool
    terminal: bool
    environment: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[Oid, Oid], ...]
    picked: Oid | None = None
    process: str | None = None
    branch: str | None = None
    alone: bool = False


def is_elsewhere(paths: Sequence[str]) -> bool:
    """Return True for the paths of a project that is known only as another machine of this user shared it.

    The order of the paths does not matter: each ledger has its own.
    """
    return all(path.startswith(ELSEWHERE) for path in paths)
