"""``retro``: record a retrospective on a commit or on an agent's session, or print the newest ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import agents, revisions, words
from tracker.cli.options import json_option, list_length_option, repository_options
from tracker.cli.pager import paged
from tracker.errors import UsageError
from tracker.model import GRADE_NAMES, RATERS, ProjectId

if TYPE_CHECKING:
    from tracker.feedback_records import RetrospectiveRecord

SCHEMA: Final = 1


@click.command(
    "retro",
    cls=Command,
    examples=(
        'agent-tracker retro HEAD --notes "the first attempt missed leap years"',
        'agent-tracker retro --session 4f2a --agent codex --notes "only read"',
    ),
)
@click.argument("revision", required=False, metavar="[REV]", shell_complete=revisions)
@click.option("--session", "session_id", metavar="ID", help="A session without a commit: research, exploration.")
@click.option(
    "--agent",
    metavar="NAME",
    shell_complete=agents,
    help="Whose session it was, where no agent runs this command; or whose retrospectives to list.",
)
@click.option("--task", default="", metavar="TEXT", help="What was to be done.")
@click.option(
    "--notes", "--note", "notes", default="", metavar="TEXT", help="What went well, what went wrong, what was learnt."
)
@click.option(
    "--agent-grade",
    metavar="GRADE",
    shell_complete=words(*GRADE_NAMES.values()),
    help="The agent's grade: bad, neutral, good or excellence.",
)
@click.option("--user-grade", metavar="GRADE", shell_complete=words(*GRADE_NAMES.values()), help="The user's grade.")
@list_length_option
@repository_options
@json_option
def command(
    *,
    revision: str | None,
    session_id: str | None,
    agent: str | None,
    task: str,
    notes: str,
    agent_grade: str | None,
    user_grade: str | None,
    most: int,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Look back on a commit or session, or list retrospectives.

    Without a commit or session, the newest retrospectives are shown.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_current, open_ledger
    from tracker.feedback import actor
    from tracker.feedback.grades import parse_grade
    from tracker.feedback.retrospectives import Retrospective, record_retrospective, retrospectives
    from tracker.git.revisions import commit_named

    agent_value, user_value = (None if text is None else parse_grade(text) for text in (agent_grade, user_grade))
    has_content = bool(notes.strip() or task.strip() or agent_value or user_value)
    if revision is None and session_id is None:
        if has_content:
            raise UsageError("name what the retrospective is about: a commit, or --session ID when there is none.")
        scope = open_ledger(path, ledger, WRITE_DEADLINE).scope
        with paged():
            _print_records(retrospectives(scope, agent, most), scope.names(), json=json)
        return 0
    _check_subject(revision, session_id, agent, has_content=has_content)
    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    oid = commit_named(project.repository, revision) if revision is not None else None
    retrospective = Retrospective(oid, session_id or "", task, notes, agent_value, user_value)
    record = record_retrospective(project, retrospective, agent, actor.current_actor(project))
    _print_records([record], {}, json=json)
    return 0


def _check_subject(revision: str | None, session_id: str | None, agent: str | None, *, has_content: bool) -> None:
    """Raise UsageError when options do not go together, or a retrospective would be empty."""
    if revision is not None and (session_id is not None or agent is not None):
        raise UsageError("the agent of a commit is known: leave out --session and --agent.")
    if not has_content:
        raise UsageError("a retrospective needs content: --notes, --task, --agent-grade or --user-grade.")
    if revision is None and not (session_id or "").strip():
        raise UsageError("--session needs the id of a session.")


def _print_records(records: list[RetrospectiveRecord], names: Mapping[ProjectId, str], *, json: bool) -> None:
    """Print retrospectives; ``names``: of their projects, where those of several are listed."""
    for record in records:
        if json:
            output.print_json({"schema": SCHEMA, **record._asdict()})
        else:
            _print(record, names)
    if not records and not json:
        output.say("No retrospective was kept here yet.")


def _print(record: RetrospectiveRecord, names: Mapping[ProjectId, str]) -> None:
    subject = f"session {record.subject[:40]}" if record.is_session else record.subject[:12]
    grades = zip(RATERS, (record.agent_grade, record.user_grade), strict=True)
    graded = "".join(f", {rater} {GRADE_NAMES[grade]}" for rater, grade in grades if grade is not None)
    place = f" in {names.get(record.project, record.project)}" if names and record.project else ""
    before, after = record.score_before, record.score_after
    scores = f", communication {before} -> {after}" if before != after else ""
    task = f"  {record.task}" if record.task else ""
    heading = f"{output.moment(record.time)}  {record.agent}{place} on {subject}{graded}{scores}{task}"
    output.paragraph(heading, others="    ")
    for line in record.notes.split("\n") if record.notes else ():
        output.paragraph(line, "    ", "    ")
