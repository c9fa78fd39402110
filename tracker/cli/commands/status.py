"""``status``: print the player sheet of the current agent, or of a named one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.options import json_option, repository_options
from tracker.cli.player_sheet_lines import sheet_lines
from tracker.errors import TrackerError
from tracker.model import Worktree
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.git import Repository


@click.command("status")
@click.argument("agent", required=False)
@repository_options
@json_option
def command(*, agent: str | None, path: str, ledger: str | None, json: bool) -> int:
    """Show where an agent stands: the named one, else the one that asks, else the maker of the last commit."""
    from tracker.cli.open_project import open_current
    from tracker.feedback.actor import current_actor
    from tracker.feedback.grades_for_next_commit import pending_grades_here
    from tracker.reports import status
    from tracker.reports.player_sheet import is_known

    project = open_current(path, ledger)
    worktree = status.worktree_status(project.repository, project.files, _current_worktree(project.repository))
    changes = project.repository.count_uncommitted()
    own = None if agent else current_actor(project).agent
    asker = status.Asker(agent, "name") if agent else status.Asker(own, "environment") if own else None
    with project.ledger.read() as snapshot:
        content = status.describe(snapshot, project.files.id(), worktree, project.settings.policy, asker)
        was_seen = agent is None or is_known(snapshot, agent)
    if not was_seen:
        raise TrackerError(
            f"the ledger knows no agent '{printable(agent or '')}':"
            " 'agent-tracker log --summary --everywhere' lists the agents."
        )
    content["uncommitted_changes"] = changes
    content["pending_grades"] = len(pending_grades_here(project))
    if json:
        output.print_json(content)
        return 0
    for line in sheet_lines(content):
        output.say(line)
    return 0


def _current_worktree(repository: Repository) -> Worktree:
    """Return the worktree that the command runs in; for a bare repository a stand-in without HEAD."""
    path = repository.work_tree
    for worktree in repository.worktrees():
        if path is not None and Path(worktree.path).resolve() == path.resolve():
            return worktree
    return Worktree(str(path or repository.common_dir), None, None)
