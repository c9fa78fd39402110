"""Lessons for the task that an agent states: found once, when it states it, and kept for status.json.

The recorder writes status.json after each commit and must not search the ledger, so the search is here.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

from tracker.feedback_records import ActivityRecord
from tracker.project.project import Project
from tracker.reports import kept_lessons


def lessons_near(project: Project, task: str) -> Sequence[dict[str, Any]]:
    """Return the best lessons for a task, as status.json has them.

    Empty when nothing is near, when no word of the task can be looked for, and where this Python cannot search, which
    must not keep an activity from being recorded. Raises the LedgerUnavailable errors.
    """
    from tracker.reports.lessons.ledger_search import search_ledger
    from tracker.reports.lessons.lesson import best, to_project
    from tracker.reports.lessons.task_words import words_of_task
    from tracker.reports.lessons.word_index import SearchUnavailable
    from tracker.reports.project_similarity import similarities

    words = words_of_task(task)
    if not words or not project.is_own_ledger:
        return ()
    try:
        own = project.files.id()
        with project.ledger.read() as snapshot:
            similarity = to_project(own, similarities(snapshot, own))
            found = search_ledger(snapshot, words, similarity, kept_lessons.MOST)
    except SearchUnavailable:
        return ()
    return [one.as_status() for one in best(found.lessons, kept_lessons.MOST)]


def keep_lessons(project: Project, stated: ActivityRecord, lessons: Sequence[dict[str, Any]]) -> None:
    """Keep the lessons of an activity's task for the worktree at hand; a git directory that is read-only keeps none."""
    work_tree = project.repository.work_tree
    if work_tree is None or not project.is_own_ledger:
        return  # status.json shows the project's own ledger, in worktrees
    with contextlib.suppress(OSError):
        kept_lessons.keep(project.files, str(work_tree), stated.agent, stated.task, stated.time, lessons)
