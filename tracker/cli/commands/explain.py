"""``explain``: print all evidence of who made a commit, its confidence, and why one piece decided."""

from collections.abc import Sequence

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import revisions
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged


@click.command(
    "explain",
    cls=Command,
    examples=(
        "agent-tracker explain",
        "agent-tracker explain HEAD~3 HEAD~4",
    ),
)
@click.argument("revisions", nargs=-1, metavar="[REV]...", shell_complete=revisions)
@repository_options
@json_option
def command(*, revisions: Sequence[str], path: str, ledger: str | None, json: bool) -> int:
    """Show all evidence of who made a commit, and why one decided.

    Without a commit, HEAD is explained.
    """
    from tracker.cli import explanation_lines
    from tracker.cli.open_project import open_current
    from tracker.cli.user_prices import user_prices
    from tracker.feedback.recorded_commits import recorded_commits
    from tracker.git.revisions import commits_named
    from tracker.ledger.totals import cost_of
    from tracker.reports.explanation import explain
    from tracker.reports.statements import statements

    project = open_current(path, ledger)
    prices = user_prices(project.recording_places)
    oids = commits_named(project.repository, revisions or ["HEAD"])
    with paged():
        for oid, commit in recorded_commits(project, oids).items():
            with project.ledger.read() as snapshot:
                stated = statements(snapshot, (project.files.id(), oid))
                cost = prices.applied(cost_of(snapshot, oid, commit))
            explanation = explain(oid, commit, stated, cost)
            if json:
                output.print_json(explanation)
            else:
                explanation_lines.print_lines(explanation, commit, cost)
    return 0
