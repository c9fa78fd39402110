"""``grade``: grade commits as the agent, as the user or as both, or print how they were graded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import revisions, words
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged
from tracker.errors import UsageError
from tracker.model import GRADE_NAMES, Oid, Rater

if TYPE_CHECKING:
    from tracker.feedback.grades import Graded, Opinion
    from tracker.project.pending_grades import PendingGrade
    from tracker.project.project import Project
    from tracker.records import RecordedCommit

SCHEMA: Final = 1
_NO_GRADE: Final = "none"
"""The word that withdraws a rater's last grade."""


@click.command(
    "grade",
    cls=Command,
    examples=(
        'agent-tracker grade --agent good --agent-note "no time zones yet"',
        "agent-tracker grade HEAD~1 --user excellence",
        "agent-tracker grade HEAD~1                   # how it was graded",
    ),
)
@click.argument("revisions", nargs=-1, metavar="[REV]...", shell_complete=revisions)
@click.option(
    "--agent",
    "--agent-grade",
    "agent",
    metavar="GRADE",
    shell_complete=words(*GRADE_NAMES.values(), _NO_GRADE),
    help="The agent's grade of its own work: bad, neutral, good or excellence.",
)
@click.option(
    "--user",
    "--user-grade",
    "user",
    metavar="GRADE",
    shell_complete=words(*GRADE_NAMES.values(), _NO_GRADE),
    help="The user's grade. Either may be 'none', to withdraw the last one.",
)
@click.option("--task", default="", metavar="TEXT", help="What was to be done.")
@click.option("--agent-note", default="", metavar="TEXT", help="Why the agent says so.")
@click.option("--user-note", default="", metavar="TEXT", help="Why the user says so.")
@click.option("--pending", is_flag=True, help="For the next commit made in this worktree.")
@repository_options
@json_option
def command(
    *,
    revisions: Sequence[str],
    agent: str | None,
    user: str | None,
    task: str,
    agent_note: str,
    user_note: str,
    pending: bool,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Grade commits, or show how they were graded.

    HEAD is meant when no commit is named. Without a grade, the grades of the commits are shown.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_current
    from tracker.feedback import actor, grades
    from tracker.feedback.grades_for_next_commit import add_pending_grades
    from tracker.feedback.recorded_commits import recorded_commits
    from tracker.git.revisions import commits_named

    opinions = [*_parse_opinion("agent", agent, agent_note), *_parse_opinion("user", user, user_note)]
    if task and not opinions:
        raise UsageError("--task goes with a grade: give one with --agent or --user.")
    if pending and revisions:
        raise UsageError("--pending is for the next commit, which has no name yet: leave out the revisions.")
    project = open_current(path, ledger, WRITE_DEADLINE, reads=not opinions and not pending)
    who = actor.current_actor(project)
    if pending:
        _print_pending(add_pending_grades(project, opinions, task, who), json=json)
        return 0
    oids = commits_named(project.repository, revisions or ["HEAD"])
    if opinions:
        _print_graded(grades.give_grades(project, oids, opinions, task, who, grades.COMMAND_LINE), json=json)
    else:
        with paged():
            for oid, commit in recorded_commits(project, oids).items():
                _print_history(project, oid, commit, json=json)
    return 0


def _parse_opinion(rater: Rater, grade: str | None, note: str) -> list[Opinion]:
    """Return what a rater says, or nothing. Raises UsageError for an unknown grade, or a note without a grade."""
    from tracker.feedback.grades import Opinion, parse_grade

    if grade is not None:
        is_withdrawn = grade.strip().lower() == _NO_GRADE
        return [Opinion(rater, None if is_withdrawn else parse_grade(grade), note)]
    if note:
        raise UsageError(f"--{rater}-note goes with a grade: give one with --{rater}.")
    return []


def _as_json(oid: Oid, commit: RecordedCommit) -> dict[str, Any]:
    """Return the grades of a commit that are in effect."""
    from tracker.reports.effective_grades import effective_grades

    return {
        "schema": SCHEMA,
        "oid": oid,
        "subject": commit.facts.subject,
        "agent": commit.standing.agent,
        "model": commit.standing.model,
        **effective_grades(commit.standing),
    }


def _scores_as_json(graded: Graded) -> dict[str, int] | None:
    if graded.before is None or graded.after is None:
        return None
    return {"before": graded.before.communication_score, "after": graded.after.communication_score}


def _print_graded(graded: Sequence[Graded], *, json: bool) -> None:
    from tracker.cli import grade_lines

    if json:
        for one in graded:
            output.print_json(_as_json(one.oid, one.commit) | {"communication_score": _scores_as_json(one)})
        return
    output.lines(grade_lines.graded_lines(graded))


def _print_history(project: Project, oid: Oid, commit: RecordedCommit, *, json: bool) -> None:
    """Print all grades that were given to one commit, in the order in which they were recorded."""
    from tracker.cli import grade_lines
    from tracker.feedback import grades

    history = grades.history(project, oid)
    if json:
        omitted = {"agent", "event"}
        events = [
            {name: value for name, value in one.record._asdict().items() if name not in omitted}
            | {"in_clone": one.in_clone}
            for one in history
        ]
        output.print_json(_as_json(oid, commit) | {"history": events})
        return
    output.lines(grade_lines.history_lines(oid, commit, history))


def _print_pending(pending: Sequence[PendingGrade], *, json: bool) -> None:
    from tracker.cli import grade_lines

    if json:
        for grade in pending:
            output.print_json({"schema": SCHEMA, **grade._asdict()})
        return
    output.lines(grade_lines.pending_lines(pending))
