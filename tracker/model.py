"""The words of agent-tracker as types: what git says, what we conclude, what a spool file holds.

Pure: imports nothing of the package. Records are ``NamedTuple``s, which cost nothing to import on the hook path.
Times are integer seconds since the epoch (UTC) unless a name says otherwise.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, NewType

Oid = NewType("Oid", str)
"""A git object name: 40 (sha1) or 64 (sha256) lower-case hex digits."""

ProjectId = NewType("ProjectId", str)
"""A project's random id: 32 lower-case hex digits, kept in ``<git-common-dir>/agent-tracker/project-id``."""

Kind = Literal["agent", "bot", "human"]
Confidence = Literal["low", "medium", "high"]
Origin = Literal["local", "fetched"]
Rater = Literal["agent", "user"]
GradeValue = Literal[-1, 1, 2, 5]
RewriteKind = Literal["same", "changed", "squashed", "dropped"]
TaskKind = Literal["feat", "fix", "docs", "test", "refactor", "perf", "build", "chore", "other"]

Progress = Callable[[int, int], None]
"""Called with the number of commits done and expected, while long work goes on."""

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
RATERS: Final[tuple[Rater, ...]] = ("agent", "user")

HUMAN: Final = "human"
UNKNOWN_AGENT: Final = "unknown-agent"


def grade_named(text: str) -> GradeValue | None:
    """The grade that a text names, by its name in any case or by its number; None where it names none."""
    return _GRADES_BY_WORD.get(text.strip().lower())


class Signature(NamedTuple):
    """An author or committer line. ``offset`` is the zone in minutes east of UTC (gitformat-commit-object)."""

    name: str
    email: str
    time: int
    offset: int


class Commit(NamedTuple):
    """A commit as its object says. ``message`` is the whole text, decoded; undecodable bytes are replaced."""

    oid: Oid
    parents: tuple[Oid, ...]
    author: Signature
    committer: Signature
    message: str


class DiffStat(NamedTuple):
    """``git diff-tree --numstat -M`` against the first parent: changed files, added lines, removed lines.

    A merge has 0, 0, 0. A binary file counts as a file without lines.
    """

    files: int
    insertions: int
    deletions: int


class Change(NamedTuple):
    """A commit's diff statistics and the paths it touches (new names for renames; at most 200 paths)."""

    stat: DiffStat
    paths: tuple[str, ...]


class Worktree(NamedTuple):
    """One work tree of a repository. ``head`` is None while its branch is unborn; ``branch`` when detached."""

    path: str
    head: Oid | None
    branch: str | None


CONTENT: Final = "content"
"""The source of a pair that is told by what the commits hold, whoever made them and when."""


class Pair(NamedTuple):
    """``old`` was rewritten into ``new``; ``source`` says how we know.

    ``post-rewrite`` and ``amend``: git's hook told us; ``reflog``: HEAD's; ``match``: authorship; ``content``: the same
    tree or patch.
    """

    old: Oid
    new: Oid
    source: str


class Evidence(NamedTuple):
    """One reason to name an agent, or not to.

    ``signal``: ``correction``, ``withdrawal``, ``user``, ``process``, ``environment``, ``config``, ``author``,
    ``record``, ``trailer``, ``co-author``, ``model``, ``terminal``, ``committer``, ``prose``, ``branch``, ``assist``,
    ``session``. ``name`` is the variable, trailer, rule or record; ``value`` its text. ``agent``, ``model`` and
    ``version`` are what it says, where it says any; ``inherited`` when it belongs to a commit that this one replaces.
    ``order``: of several such signals the smallest is asked first. ``vendors``: the only ones whose models the agent
    runs, where it runs no others. ``speaker``: who made a correction, or took it back (``speaker``).
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


class Attribution(NamedTuple):
    """Who made a commit, how sure that is, the signal that decided, and the other agents that signals named.

    ``version`` is the agent's own.
    """

    agent: str
    kind: Kind
    model: str | None
    confidence: Confidence
    signal: str
    also: tuple[str, ...] = ()
    version: str | None = None


class Event(NamedTuple):
    """What only the hook's moment knew: one spool file (see ``spool``).

    ``head`` is HEAD as the hook read it, if it could. ``environment`` holds allow-listed variables only.
    ``picking`` is true while a rebase, cherry-pick or am replays commits of others, ``picked`` the commit that a
    cherry-pick copies, where git still names it (CHERRY_PICK_HEAD); ``merging`` while MERGE_HEAD exists; ``terminal``
    when the hook's output was a terminal. ``author_date`` is git's own ``@seconds zone``. ``process``: the rule that
    the nearest agent's process matched; ``branch``: the one that HEAD was on.
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
