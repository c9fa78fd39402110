"""``reinstate AGENT``: the user ends an agent's halt, with a plan for what shall be different."""

from collections.abc import Mapping
from typing import Final

from tracker.cli import open_project, output
from tracker.feedback import actor, halts
from tracker.text import printable

SCHEMA: Final = 1


def run(path: str, flags: Mapping[str, str | None], agent: str, plan: str, *, json: bool) -> int:
    """Reinstate an agent. Raises TrackerError; nothing is half done."""
    project = open_project.opened(path, flags, open_project.WRITING)
    told = halts.reinstate(project, agent, plan, actor.here(project.rules))
    times = len(halts.reinstatements(project, told.agent))
    skill = told.score.skill_points if told.score else None
    if json:
        output.print_json({"schema": SCHEMA, "agent": told.agent, "skill_points": skill, "reinstatements": times})
    else:
        again = "" if times == 1 else f", {times} times by now"
        output.say(printable(f"{told.agent} is reinstated{again}. Skill points: {skill}."))
    return 0
