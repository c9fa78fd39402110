"""The actor of a command: a person at a terminal, an agent, or unknown. Decides who may speak for the user.

An agent may speak for itself and never for the user. The evidence is the same as for a commit: environment variables,
ancestor processes, and a terminal (docs/grading.md describes the limits of that).
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
"""The git configuration that lets any actor speak for the user, when false."""

_PERSON: Final = "a person at a terminal"
_UNKNOWN: Final = "unknown (no terminal, no agent found)"


class NotTheUser(TrackerError):
    """A statement that only the user may make came from another actor. Nothing was changed."""


class Actor(NamedTuple):
    """The actor of a command.

    ``agent``: the agent whose environment or process surrounds this process, or None. ``has_terminal``: a standard
    stream is a terminal. ``are_processes_checked``: False if a variable switched that off, or the system does not
    support it.
    """

    agent: str | None
    has_terminal: bool
    are_processes_checked: bool = True

    @property
    def is_person(self) -> bool:
        """True if there is a terminal and no evidence of an agent."""
        return self.has_terminal and self.agent is None

    def description(self) -> str:
        """Return the text that is recorded with the actor's statement."""
        if self.agent is not None:
            return self.agent
        if not self.has_terminal:
            return _UNKNOWN
        return _PERSON if self.are_processes_checked else f"{_PERSON}, whose processes were not looked at"


def current_actor(rules: Catalogue) -> Actor:
    """Return the actor of this process.

    ``AGENT_TRACKER_AGENT=human`` does not make a person of an agent: that evidence is ignored.
    """
    terminal = any(map(_is_terminal, (sys.stdin, sys.stdout, sys.stderr)))
    found = attribution.evidence_from_circumstances(
        os.environ, rules, terminal=terminal, process=processes.nearest_agent(rules)
    )
    of_agents = tuple(
        one
        for one in found
        if one.signal in {"user", "environment", "process"} and one.agent is not None and one.agent != HUMAN
    )
    agent = attribution.attribute(of_agents).agent if of_agents else None
    return Actor(agent, terminal, processes.can_read_processes())


def speak_for_user(actor: Actor, settings: Settings, what: str) -> str:
    """Return the text to record with a statement by the user. ``what``: the statement, as the subject of a sentence.

    If the configuration lets other actors speak for the user, the text says so. Raises NotThePerson when the actor is
    not a person and the configuration does not allow that.
    """
    if actor.is_person:
        return actor.description()
    if not settings.user_needs_terminal:
        return f"{actor.description()}, allowed by {settings.origins['user_needs_terminal']}"
    reason = f"{actor.agent} runs this command" if actor.agent else "this command has no terminal"
    raise NotTheUser(
        f"{what} needs a person at a terminal, and {reason}: ask the user to run it"
        f" (docs/grading.md tells of {SETTING})."
    )


def _is_terminal(stream: object) -> bool:
    is_terminal = getattr(stream, "isatty", None)
    return bool(is_terminal and is_terminal())
