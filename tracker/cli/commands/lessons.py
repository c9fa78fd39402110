"""``lessons``: find earlier work near a task, from the ledger, and from git's log where the ledger holds few."""

from __future__ import annotations

import click

from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged
from tracker.errors import UsageError


@click.command(
    "lessons",
    cls=Command,
    examples=(
        'agent-tracker lessons "parse the dates of invoices"',
        'agent-tracker lessons --markdown -n 3 "cache of parsed configuration"',
    ),
)
@click.argument("task", nargs=-1)
@click.option(
    "-n",
    "most",
    metavar="NUMBER",
    default=5,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="At most this many of each kind.",
)
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@repository_options
@json_option
def command(*, task: tuple[str, ...], most: int, markdown: bool, path: str, ledger: str | None, json: bool) -> int:
    """Find earlier work near a task: what worked, what to avoid.

    Notes and reasons of the user and the agents are shown too.
    """
    from tracker.cli import lesson_lines
    from tracker.cli.fresh_profiles import refresh_profiles
    from tracker.cli.open_project import open_ledger
    from tracker.reports.lessons.git_log_search import search_logs
    from tracker.reports.lessons.ledger_search import search_ledger
    from tracker.reports.lessons.lesson import to_project
    from tracker.reports.project_similarity import similarities

    if json and markdown:
        raise UsageError("--json and --markdown exclude each other: leave one out.")
    words = _words(" ".join(task))
    opened = open_ledger(path, ledger, needs_tracking=False)
    if opened.project is not None and opened.is_current:
        refresh_profiles(opened.project)
    project = opened.project_id
    with opened.ledger.read(begin=False) as snapshot:
        similarity = to_project(project, similarities(snapshot, project) if project else {})
        answer = search_ledger(snapshot, words, similarity, most)
    # The log is read when the ledger is closed: git may take seconds.
    logs = search_logs(answer, words, similarity, most) if len(answer.lessons) < most else None
    lessons = [*answer.lessons, *(logs.lessons if logs else ())]
    with paged():
        if json:
            lesson_lines.print_json(lessons)
        elif markdown:
            lesson_lines.print_markdown(" ".join(task), lessons, logs)
        else:
            lesson_lines.print_text(lessons, logs)
    return 0


def _words(task: str) -> tuple[str, ...]:
    """Return the words of a task. Raises UsageError when there is none to look for."""
    from tracker.reports.lessons.task_words import words_of_task

    if not task.strip():
        raise UsageError("describe the task: agent-tracker lessons 'parse the dates of invoices'.")
    words = words_of_task(task)
    if not words:
        raise UsageError("the task has no word to look for: describe it in words that say more than 'the' and 'of'.")
    return words
