"""``bug``: charge a bug to the agent that made a commit, withdraw it, decide on a suggested one, or list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import revisions
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged
from tracker.errors import UsageError

if TYPE_CHECKING:
    from tracker.feedback.actor import Actor
    from tracker.feedback.scope import Scope
    from tracker.feedback_records import BugState
    from tracker.model import Oid
    from tracker.project.project import Project


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
@click.option("--confirm", is_flag=True, help="Charge the bug that an agent suggested for the commit.")
@click.option("--dismiss", is_flag=True, help="Decide that a suggested bug is none; it stays listed as dismissed.")
@click.option("--from", "suggested_by", metavar="NAME", help="Whose suggestion, where several agents made one.")
@click.option("--yes", is_flag=True, help="Do not ask before charging a bug that halts the agent.")
@repository_options
@json_option
def command(
    *,
    revision: str | None,
    note: str,
    evidence: str,
    undo: bool,
    confirm: bool,
    dismiss: bool,
    suggested_by: str | None,
    yes: bool,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Charge a bug to the agent of a commit, or list the bugs.

    Without a commit, the bugs are listed, and the reverted commits that may have had one. An agent's report on another
    agent's commit is a suggestion: it counts for nothing until a person confirms it, in 'agent-tracker review' or with
    --confirm.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_current, open_ledger
    from tracker.feedback import actor
    from tracker.git.revisions import commit_named

    verbs = [name for name, chosen in (("--undo", undo), ("--confirm", confirm), ("--dismiss", dismiss)) if chosen]
    _check_options(revision, verbs, has_text=bool(note or evidence), has_choice=suggested_by is not None, yes=yes)
    if revision is None:
        scope = open_ledger(path, ledger, WRITE_DEADLINE).scope
        with paged():
            _list(scope, json=json)
        return 0
    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    oid, who = commit_named(project.repository, revision), actor.current_actor(project)
    if undo:
        return _undo(project, oid, who, json=json)
    if dismiss:
        return _dismiss(project, oid, suggested_by, who, json=json)
    if confirm:
        return _confirm(project, oid, suggested_by, who, yes=yes, json=json)
    return _report(project, oid, (note, evidence), who, yes=yes, json=json)


def _check_options(revision: str | None, verbs: list[str], *, has_text: bool, has_choice: bool, yes: bool) -> None:
    """Raise UsageError for options that do not go together."""
    if revision is None and (verbs or has_text or has_choice or yes):
        raise UsageError("name the commit: agent-tracker bug REV.")
    if len(verbs) > 1:
        raise UsageError(f"{' and '.join(verbs)} do not go together: choose one.")
    if verbs and has_text:
        raise UsageError(f"{verbs[0]} goes with no text: leave out --note and --evidence.")
    if has_choice and verbs not in (["--confirm"], ["--dismiss"]):
        raise UsageError("--from says whose suggestion is meant: it goes with --confirm or --dismiss.")


def _list(scope: Scope, *, json: bool) -> None:
    from tracker.cli import bug_lines
    from tracker.feedback.bugs import bugs, reverted_without_bug

    reported, reverted, names = bugs(scope), reverted_without_bug(scope), scope.names()
    if json:
        for one in bug_lines.as_json(reported, reverted):
            output.print_json(one)
        return
    output.lines(bug_lines.listing(reported, reverted, names))


def _report(project: Project, oid: Oid, texts: tuple[str, str], who: Actor, *, yes: bool, json: bool) -> int:
    """Charge a bug, after a question where that halts the agent, or record what an agent suggests."""
    from tracker.cli import bug_lines, halt_question
    from tracker.feedback.bugs import is_suggestion, report_bug, stakes

    is_only_suggested = is_suggestion(project, oid, who)
    answer = halt_question.NOT_NEEDED if is_only_suggested else halt_question.ask(project, oid, who, yes=yes)
    if answer.is_refused:
        output.say("Nothing was charged.")
        return 1
    report_bug(project, oid, *texts, who)
    state: BugState = "suggested" if is_only_suggested else "charged"
    bug_lines.print_result(oid, state, stakes(project, oid), unasked=answer.is_unasked, json=json)
    return 0


def _undo(project: Project, oid: Oid, who: Actor, *, json: bool) -> int:
    from tracker.cli import bug_lines
    from tracker.feedback.bugs import stakes, withdraw_bug

    withdraw_bug(project, oid, who)
    bug_lines.print_result(oid, "withdrawn", stakes(project, oid), json=json)
    return 0


def _confirm(project: Project, oid: Oid, suggested_by: str | None, who: Actor, *, yes: bool, json: bool) -> int:
    """Charge a suggested bug, after a question where that halts the agent."""
    from tracker.cli import bug_lines, halt_question
    from tracker.feedback.bug_suggestions import check_may_decide, decide, find_open
    from tracker.feedback.bugs import stakes

    check_may_decide(project, who)
    report = find_open(project, oid, suggested_by)
    answer = halt_question.ask(project, oid, who, yes=yes)
    if answer.is_refused:
        output.say("Nothing was charged: the suggestion still waits.")
        return 1
    decide(project, report, "confirmed", who)
    bug_lines.print_result(oid, "charged", stakes(project, oid), unasked=answer.is_unasked, json=json)
    return 0


def _dismiss(project: Project, oid: Oid, suggested_by: str | None, who: Actor, *, json: bool) -> int:
    from tracker.cli import bug_lines
    from tracker.feedback.bug_suggestions import check_may_decide, decide, find_open
    from tracker.feedback.bugs import stakes

    check_may_decide(project, who)
    decide(project, find_open(project, oid, suggested_by), "dismissed", who)
    bug_lines.print_result(oid, "dismissed", stakes(project, oid), json=json)
    return 0
