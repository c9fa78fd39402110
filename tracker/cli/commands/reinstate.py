"""``reinstate``: end an agent's halt, as the user, with a plan of what changes."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import agents
from tracker.cli.options import json_option, repository_options
from tracker.text import printable

SCHEMA: Final = 1


@click.command(
    "reinstate",
    cls=Command,
    examples=('agent-tracker reinstate codex --plan "write the test first"',),
)
@click.argument("agent", metavar="AGENT", shell_complete=agents)
@click.option("--plan", default="", metavar="TEXT", help="What shall be different from now on.")
@repository_options
@json_option
def command(*, agent: str, plan: str, path: str, ledger: str | None, json: bool) -> int:
    """End the halt of an agent, as the user, with a plan."""
    from tracker.cli.open_project import WRITE_DEADLINE, open_current
    from tracker.feedback import actor
    from tracker.feedback.halts import reinstate, reinstatements

    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    result = reinstate(project, agent, plan, actor.current_actor(project))
    times = len(reinstatements(project, result.agent))
    skill_points = result.score.skill_points if result.score else None
    if json:
        output.print_json(
            {"schema": SCHEMA, "agent": result.agent, "skill_points": skill_points, "reinstatements": times}
        )
    else:
        again = "" if times == 1 else f", {times} times by now"
        output.say(printable(f"{result.agent} is reinstated{again}. Skill points: {skill_points}."))
    return 0
