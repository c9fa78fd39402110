"""``reinstate AGENT``: the user ends an agent's halt, with a plan for what shall be different."""

from collections.abc import Mapping
from typing import Final

from tracker import journaling, reading, speaker, terminal

SCHEMA: Final = 1


def run(path: str, flags: Mapping[str, str | None], agent: str, plan: str, *, json: bool) -> int:
    """Reinstate an agent. Raises TrackerError; nothing is half done."""
    session = reading.opened(path, flags, reading.WRITING)
    told = journaling.reinstate(session, agent, plan, speaker.here(session.rules))
    times = len(journaling.reinstatements(session, told.agent))
    skill = told.score.skill_points if told.score else None
    if json:
        terminal.print_json({"schema": SCHEMA, "agent": told.agent, "skill_points": skill, "reinstatements": times})
    else:
        again = "" if times == 1 else f", {times} times by now"
        terminal.say(terminal.harmless(f"{told.agent} is reinstated{again}. Skill points: {skill}."))
    return 0
