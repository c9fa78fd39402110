"""A lesson, and the order of lessons: those of the same project first, then of similar ones; in each the nearest."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from tracker.model import GradeValue, Oid, ProjectId, Rater
from tracker.reports.lessons.feedback_texts import Note
from tracker.reports.project_similarity import SIMILAR

SCHEMA: Final = 1

Kind = Literal["worked", "avoid", "ungraded", "git log"]
KINDS: Final[tuple[Kind, ...]] = ("worked", "avoid", "ungraded", "git log")
"""The lists of lessons, in the order in which they are shown."""

Similarity = Callable[[ProjectId | None], float]
"""Similarity of a project to the one at hand: 1 for that one itself, 0 where nothing is known in common."""

_NEAR: Final = 0.25
"""Least relevance of a lesson, as a share of that of the nearest one in its list; others share a common word only."""
_NEAR_AT_ALL: Final = 0.05
"""Least relevance as a share of that of the nearest lesson of all lists: a list may hold none that is near."""

_MOST_OF_ANOTHER: Final = 0.99
"""The highest similarity of a project that is not the one at hand."""

_LONGEST_TEXT: Final = 500
"""Characters of a text in status.json."""


class Lesson(NamedTuple):
    """One lesson: a commit, an activity or a session, with all that is recorded of how it went.

    ``project_name``: empty where no project was recorded. ``maker``: the agent as reports show it, empty for a commit
    of git's log. ``time``: of the commit or the journal's line, in seconds since the epoch. ``title``: a commit's
    subject, or the task. ``relevance``: by words alone (``word_index.Hit``).
    """

    kind: Kind
    source: Literal["commit", "activity", "session", "git log"]
    project: ProjectId | None
    project_name: str
    oid: Oid | None
    maker: str
    model: str | None
    time: int
    title: str
    tasks: tuple[str, ...]
    notes: tuple[Note, ...]
    reasons: tuple[str, ...]
    grade: GradeValue | None
    rater: Rater | None
    similarity: float
    relevance: float

    def as_json(self) -> dict[str, Any]:
        """Return the lesson as ``lessons --json`` prints it."""
        return {
            "schema": SCHEMA,
            "list": self.kind,
            "source": self.source,
            "project": self.project_name or None,
            "project_id": self.project,
            "similarity": self.similarity,
            "oid": self.oid,
            "agent": self.maker or None,
            "model": self.model,
            "time": self.time,
            "grade": self.grade,
            "rater": self.rater,
            "subject": self.title,
            "tasks": self.tasks,
            "notes": [note._asdict() for note in self.notes],
            "reasons": self.reasons,
            "relevance": round(self.relevance, 6),
        }

    def as_status(self) -> dict[str, Any]:
        """Return the lesson as status.json has it: the first note only, texts of at most 500 characters."""
        return {
            "list": self.kind,
            "source": self.source,
            "project": self.project_name,
            "oid": self.oid,
            "agent_name": self.maker,
            "time": self.time,
            "grade": self.grade,
            "subject": self.title[:_LONGEST_TEXT],
            "note": self.notes[0].text[:_LONGEST_TEXT] if self.notes else "",
            "reasons": "; ".join(self.reasons)[:_LONGEST_TEXT],
        }


def to_project(own: ProjectId | None, others: Mapping[ProjectId, float]) -> Similarity:
    """Return the similarity to a project. ``others``: that of the other projects, as far as it is known.

    Only the project itself has 1, so that it comes before an equal one, such as a clone.
    """

    def similarity(project: ProjectId | None) -> float:
        if project is None:
            return 0.0
        return 1.0 if project == own else min(others.get(project, 0.0), _MOST_OF_ANOTHER)

    return similarity


def ordered(lessons: Iterable[Lesson], most: int) -> list[Lesson]:
    """Return at most ``most`` lessons of each kind: of the same project, similar ones, others; in each the nearest.

    Lessons that are far less near than the nearest one of their kind, or of all, are left out.
    """
    found: list[Lesson] = []
    every = [*lessons]
    least_of_all = _NEAR_AT_ALL * max((one.relevance for one in every), default=0.0)
    for kind in KINDS:
        of_kind = [one for one in every if one.kind == kind]
        least = _NEAR * max((one.relevance for one in of_kind), default=0.0)
        near = [one for one in of_kind if one.relevance >= max(least, least_of_all)]
        found += sorted(near, key=_order)[:most]
    return found


def best(lessons: Iterable[Lesson], most: int) -> list[Lesson]:
    """Return the best lessons: the first that worked and the first to avoid, then further ones, in the given order."""
    every = [*lessons]
    firsts = [next((one for one in every if one.kind == kind), None) for kind in ("worked", "avoid")]
    chosen = [one for one in firsts if one is not None]
    chosen += [one for one in every if one not in chosen]
    return chosen[:most]


def _order(lesson: Lesson) -> tuple[int, float, float, int, str]:
    """Sort by the project at hand, similar ones and others, and in each by nearness.

    A project that is a little more similar than another one tells less than words that are nearer.
    """
    rank = 0 if lesson.similarity == 1 else 1 if lesson.similarity >= SIMILAR else 2
    return rank, -lesson.relevance, -lesson.similarity, -lesson.time, lesson.oid or lesson.title
