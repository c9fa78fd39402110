"""Search of git's log for lessons, where the ledger holds few: subjects of the known projects, without any grade.

Bounded in number and in time: it looks at the newest commits of a few projects, the most similar first.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git.newest_subjects import LoggedSubject, newest_subjects
from tracker.reports.lessons.ledger_search import KnownProject, LedgerAnswer
from tracker.reports.lessons.lesson import Lesson, Similarity, ordered
from tracker.reports.lessons.word_index import Texts, search

_MOST_PROJECTS: Final = 10
_MOST_COMMITS: Final = 2000
"""Newest commits of one project that are looked at."""

_PATIENCE: Final = 5.0
"""Seconds for all projects together."""


class LogAnswer(NamedTuple):
    """The lessons of git's log, and how far it was searched.

    ``projects``, ``commits``: numbers of projects with commits that the ledger has not recorded, and of the newest of
    those commits.
    ``unread``: projects that git could not read, or for which there was no time or place left.
    """

    lessons: Sequence[Lesson]
    projects: int
    commits: int
    unread: int


def search_logs(answer: LedgerAnswer, words: Sequence[str], similarity: Similarity, most: int) -> LogAnswer:
    """Return at most ``most`` lessons of commits that the ledger has not recorded.

    ``answer``: the ledger's. Call it when the ledger is closed, because git runs. Raises SearchUnavailable.
    """
    by_similarity = sorted(answer.projects, key=lambda one: (-similarity(one.project), one.name, one.project))
    found: list[tuple[KnownProject, LoggedSubject]] = []
    seen = set(answer.recorded)
    unread, searched = len(by_similarity[_MOST_PROJECTS:]), 0
    end = time.monotonic() + _PATIENCE
    for known in by_similarity[:_MOST_PROJECTS]:
        subjects = _subjects(known, end - time.monotonic())
        unread += subjects is None
        fresh = [one for one in subjects or () if one.oid not in seen]
        searched += bool(fresh)
        seen.update(one.oid for one in fresh)
        found += [(known, one) for one in fresh]
    hits = search((Texts(one.subject) for _, one in found), words)
    lessons = [_lesson(*found[hit.place], similarity, hit.relevance) for hit in hits]
    return LogAnswer(ordered(lessons, most), searched, len(found), unread)


def _subjects(known: KnownProject, patience: float) -> list[LoggedSubject] | None:
    """Return the newest subjects of a project; None if there is no time left, or git cannot read it."""
    if patience <= 0 or not Path(known.git_dir).is_dir():
        return None
    try:
        return newest_subjects(Path(known.git_dir), _MOST_COMMITS, patience)
    except RepositoryError:
        return None


def _lesson(known: KnownProject, logged: LoggedSubject, similarity: Similarity, relevance: float) -> Lesson:
    """Return the lesson of a commit that is not recorded: nothing is known of it but its subject."""
    return Lesson(
        kind="git log",
        source="git log",
        project=known.project,
        project_name=known.name,
        oid=logged.oid,
        maker="",
        model=None,
        time=logged.time,
        title=logged.subject,
        tasks=(),
        notes=(),
        reasons=("from git's log, not recorded",),
        grade=None,
        rater=None,
        similarity=similarity(known.project),
        relevance=relevance,
    )
