"""``activity``: record an activity in an agent's journal, or print the newest ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import agents
from tracker.cli.options import json_option, list_length_option, repository_options
from tracker.cli.pager import paged
from tracker.errors import UsageError
from tracker.model import ProjectId
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.feedback_records import ActivityRecord

SCHEMA: Final = 1


@click.command(
    "activity",
    cls=Command,
    examples=(
        'agent-tracker activity --agent codex --task "parse dates of invoices"',
        "agent-tracker activity --agent codex -n 5     # its newest lines",
    ),
)
@click.option("--agent", metavar="NAME", shell_complete=agents, help="Whose journal, where no agent runs this command.")
@click.option("--task", default="", metavar="TEXT", help="What was to be done.")
@click.option("--actions", default="", metavar="TEXT", help="What was done.")
@click.option("--outcome", default="", metavar="TEXT", help="What came of it.")
@click.option("--decisions", default="", metavar="TEXT", help="What was decided, and why.")
@list_length_option
@repository_options
@json_option
def command(
    *,
    agent: str | None,
    task: str,
    actions: str,
    outcome: str,
    decisions: str,
    most: int,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Add a line to an agent's journal, or show the newest lines.

    Without a task, the newest lines are shown.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_current, open_ledger
    from tracker.feedback import actor
    from tracker.feedback.activities import activities, record_activity

    has_content = bool(task or actions or outcome or decisions)
    if has_content and not task.strip():
        raise UsageError("an activity needs a task: name it with --task.")
    if not has_content:
        scope = open_ledger(path, ledger, WRITE_DEADLINE).scope
        with paged():
            _print_records(activities(scope, agent, most), scope.names(), json=json)
        return 0
    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    record = record_activity(project, agent, actor.current_actor(project), task, actions, outcome, decisions)
    if json:
        output.print_json(_as_json(record))
    else:
        output.say(f"Noted in the journal of {printable(record.agent)}.")
    return 0


def _print_records(records: list[ActivityRecord], names: Mapping[ProjectId, str], *, json: bool) -> None:
    """Print activities; ``names``: of their projects, where those of several are listed."""
    for record in records:
        if json:
            output.print_json(_as_json(record))
        else:
            for line in _lines(record, names):
                output.say(printable(line))
    if not records and not json:
        output.say("No activity was noted here yet.")


def _as_json(record: ActivityRecord) -> dict[str, object]:
    return {"schema": SCHEMA, **record._asdict()}


def _lines(record: ActivityRecord, names: Mapping[ProjectId, str]) -> list[str]:
    place = f" in {names.get(record.project, record.project)}" if names and record.project else ""
    details = (("actions", record.actions), ("outcome", record.outcome), ("decisions", record.decisions))
    return [
        f"{output.moment(record.time)}  {record.agent}{place}: {record.task}",
        *(f"    {name}: {text}" for name, text in details if text),
    ]
