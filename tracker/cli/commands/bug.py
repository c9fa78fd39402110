"""``bug``: charge a bug to the agent that made a commit, withdraw it, or list the bugs of a repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import revisions
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged
from tracker.errors import UsageError
from tracker.model import Oid, ProjectId
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.feedback.agent_score import AgentScore
    from tracker.feedback.scope import Scope
    from tracker.feedback_records import BugRecord
    from tracker.records import RecordedCommit

SCHEMA: Final = 1


@click.command(
    "bug",
    cls=Command,
    examples=(
        'agent-tracker bug HEAD~1 --note "drops the last line"',
        "agent-tracker bug HEAD~1 --undo",
    ),
)
@click.argument("revision", required=False, metavar="[REV]", shell_complete=revisions)
@click.option("--note", default="", metavar="TEXT", help="What is wrong.")
@click.option("--evidence", default="", metavar="TEXT", help="What shows it: an issue, a test, a fixing commit.")
@click.option("--undo", is_flag=True, help="Withdraw the last bug that was charged for the commit.")
@repository_options
@json_option
def command(
    *, revision: str | None, note: str, evidence: str, undo: bool, path: str, ledger: str | None, json: bool
) -> int:
    """Charge a bug to the agent of a commit, or list the bugs.

    Without a commit, the bugs are listed, and the reverts that may be some.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_current, open_ledger
    from tracker.feedback import actor
    from tracker.feedback.bugs import report_bug, withdraw_bug
    from tracker.git.revisions import commit_named

    if revision is None and (note or evidence or undo):
        raise UsageError("name the commit: agent-tracker bug REV.")
    if undo and (note or evidence):
        raise UsageError("--undo goes with no other option: leave out --note and --evidence.")
    if revision is None:
        scope = open_ledger(path, ledger, WRITE_DEADLINE).scope
        with paged():
            _print_bugs(scope, json=json)
        return 0
    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    oid = commit_named(project.repository, revision)
    who = actor.current_actor(project)
    result = withdraw_bug(project, oid, who) if undo else report_bug(project, oid, note, evidence, who)
    _print_result(result, oid, undo=undo, json=json)
    return 0


def _print_result(result: AgentScore, oid: Oid, *, undo: bool, json: bool) -> None:
    score = result.score
    if json:
        output.print_json(
            {
                "schema": SCHEMA,
                "oid": oid,
                "agent": result.agent,
                "withdrawn": undo,
                "skill_points": score.skill_points if score else None,
                "halted": score.halted if score else None,
            }
        )
        return
    change = f"No bug is charged to {result.agent} any more" if undo else f"A bug is charged to {result.agent}"
    output.say(printable(f"{change} for {oid[:12]}."))
    if score:
        halted = ": it is halted until the user reinstates it" if score.halted else ""
        output.say(f"Skill points: {score.skill_points}{halted}.")


def _print_bugs(scope: Scope, *, json: bool) -> None:
    """Print the bugs, and the reverted commits of agents for which no bug was reported."""
    from tracker.feedback.bugs import bugs, reverted_without_bug

    reported, reverted, names = bugs(scope), reverted_without_bug(scope), scope.names()
    if json:
        for record in reported:
            output.print_json({"schema": SCHEMA, "reported": True, **record._asdict()})
        for project, oid, commit in reverted:
            output.print_json(
                {
                    "schema": SCHEMA,
                    "reported": False,
                    "agent": commit.standing.agent,
                    "project": project,
                    "oid": oid,
                    "subject": commit.facts.subject,
                }
            )
        return
    for record in reported:
        output.say(printable(_bug_line(record, names)))
    for project, oid, commit in reverted:
        output.say(printable(_reverted_line(oid, commit, _place(names, project))))
    if not reported and not reverted:
        output.say("No bug was charged here, and no agent's commit was reverted.")


def _place(names: Mapping[ProjectId, str], project: ProjectId | None) -> str:
    """Return the words that name a project among several; ``names``: empty for a list of one project."""
    return f" in {names.get(project, project)}" if names and project else ""


def _bug_line(record: BugRecord, names: Mapping[ProjectId, str]) -> str:
    day = output.moment(record.time, "%Y-%m-%d")
    note = " ".join(part for part in (record.note, record.evidence) if part).replace("\n", " ")
    withdrawn = f" (taken back by {record.withdrawn_by or 'unknown'})" if record.withdrawn_at else ""
    by = f", by {record.speaker}" if record.speaker else ""
    agent = f"{record.agent}{_place(names, record.project)}"
    return f"{day}  {agent}  {(record.oid or '')[:12]}{by}{withdrawn}  {note}".rstrip()


def _reverted_line(oid: Oid, commit: RecordedCommit, place: str) -> str:
    return (
        f"Reverted, and no bug yet: {oid[:12]} by {commit.standing.agent}{place}, {commit.facts.subject[:60]}"
        f"  (if it was one: agent-tracker bug {oid[:12]})"
    )
