"""``status``: print the player sheet of the current agent, or of a named one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.colours import coloured
from tracker.cli.command import Command
from tracker.cli.completed_names import people_and_agents
from tracker.cli.options import json_option, repository_options
from tracker.cli.player_sheet_lines import HALTED, sheet_lines

if TYPE_CHECKING:
    from tracker.project.project import Project


@click.command(
    "status",
    cls=Command,
    examples=(
        "agent-tracker status",
        "agent-tracker status codex --json",
    ),
)
@click.argument("agent", required=False, shell_complete=people_and_agents)
@repository_options
@json_option
def command(*, agent: str | None, path: str, ledger: str | None, json: bool) -> int:
    """Show the standing of an agent: your own, or another's.

    The agent is the named one, else the one that runs this command, else the maker of the last commit here. Outside of
    a repository every agent is shown.
    """
    from tracker.cli.agents_everywhere import print_agents
    from tracker.cli.open_project import open_ledger
    from tracker.feedback.actor import current_actor
    from tracker.feedback.grades_for_next_commit import pending_grades_here
    from tracker.reports import status
    from tracker.reports.counted_elsewhere import counted_elsewhere
    from tracker.reports.known_names import agent_to_show
    from tracker.reports.opening_balances import opening_balances

    opened = open_ledger(path, ledger)
    project = opened.project
    if project is None:
        print_agents(opened, agent, json=json)
        return 0
    worktree = status.worktree_status(project.repository, project.files, status.current_worktree(project.repository))
    changes = project.repository.count_uncommitted()
    own = current_actor(project).agent if agent is None else None
    unknown = _unknown_name(project)
    if unknown:
        output.warn(unknown)
    asker = status.Asker(own, "environment") if own else None
    with project.ledger.read() as snapshot:
        if agent is not None:
            asker = status.Asker(agent_to_show(snapshot, project.catalogue, agent), "name")
        content = status.describe(snapshot, project.files.id(), worktree, project.settings.policy, asker)
        elsewhere = counted_elsewhere(snapshot, [project.files.id()])
        content["opening_balances"] = opening_balances(snapshot, content["agent_name"] or "")
    content["uncommitted_changes"] = changes
    content["pending_grades"] = len(pending_grades_here(project))
    if json:
        output.print_json(content)
        return 0
    for line in sheet_lines(content, elsewhere.names if elsewhere.are_all else ()):
        output.say(coloured(line, "alarm" if line.startswith(HALTED) else ""))
    return 0


def _unknown_name(project: Project) -> str | None:
    """Return a sentence if the variable, or else the setting, names an agent that nothing knows."""
    from tracker.attribution import resolve_agent_name
    from tracker.attribution.capture_policy import OWN_AGENT
    from tracker.feedback.known_agents import unknown_agent

    own = os.environ.get(OWN_AGENT)
    text = own or project.settings.agent
    name = resolve_agent_name(text, project.catalogue)[0] if text else None
    unknown = unknown_agent(project.catalogue, project.ledger, name) if name else None
    return f"{unknown}, and {f'the variable {OWN_AGENT}' if own else 'a setting'} names it." if unknown else None
