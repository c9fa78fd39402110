"""Who runs this command: a person at a terminal, an agent, or nobody that can be told.

An agent may speak for itself and never for the user. What is looked at is what the attribution catalogue says of the
moment of a commit: the environment and the processes around, and whether there is a terminal (docs/grading.md says what
that can stop and what not).
"""

import os
import sys
from typing import Final, NamedTuple

from tracker import attribution
from tracker.attribution import Catalogue, processes
from tracker.errors import TrackerError
from tracker.model import HUMAN
from tracker.project.settings import Settings

SETTING: Final = "agent-tracker.userNeedsTerminal"

PERSON: Final = "a person at a terminal"
NOBODY: Final = "nobody that could be told"


class NotThePerson(TrackerError):
    """Something that only the user may say was said by somebody else. Nothing was changed."""


class Speaker(NamedTuple):
    """``agent``: the one whose environment or process is around this one, None where no agent is.

    ``looked``: whether the processes were looked at, which a variable can switch off.
    """

    agent: str | None
    terminal: bool
    looked: bool = True

    @property
    def is_person(self) -> bool:
        """Whether a person is surely typing: a terminal, and no sign of an agent."""
        return self.terminal and self.agent is None

    def described(self) -> str:
        """Who it is, as it is recorded beside what was said."""
        if self.agent is not None:
            return self.agent
        if not self.terminal:
            return NOBODY
        return PERSON if self.looked else f"{PERSON}, whose processes were not looked at"


def here(rules: Catalogue) -> Speaker:
    """Who runs this process.

    ``AGENT_TRACKER_AGENT=human`` makes nobody a person: whoever is around an agent's process stays an agent.
    """
    terminal = any(map(_is_terminal, (sys.stdin, sys.stdout, sys.stderr)))
    found = attribution.evidence_from_moment(
        os.environ, rules, terminal=terminal, process=processes.nearest_agent(rules)
    )
    told = tuple(
        one
        for one in found
        if one.signal in {"user", "environment", "process"} and one.agent is not None and one.agent != HUMAN
    )
    return Speaker(attribution.attribute(told).agent if told else None, terminal, processes.are_looked_at())


def speak_for_user(who: Speaker, settings: Settings, what: str) -> str:
    """How it is recorded that the user said something; ``what`` is that, as the subject of a sentence.

    Raises NotThePerson, unless the configuration lets anybody speak for the user; that is recorded then.
    """
    if who.is_person:
        return who.described()
    if not settings.user_needs_terminal:
        return f"{who.described()}, allowed by {settings.origins['user_needs_terminal']}"
    whom = f"{who.agent} runs this command" if who.agent else "this command has no terminal"
    raise NotThePerson(
        f"{what} needs a person at a terminal, and {whom}: ask the user to run it (docs/grading.md tells of {SETTING})."
    )


def _is_terminal(stream: object) -> bool:
    is_terminal = getattr(stream, "isatty", None)
    return bool(is_terminal and is_terminal())
