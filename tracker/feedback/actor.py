"""The actor of a command: a person at a terminal, an agent, or unknown. Decides who may speak for the user.

An agent may speak for itself and never for the user. The evidence is the same as for a commit: environment variables,
ancestor processes, and a terminal (docs/grading.md describes the limits of that).
"""

import os
import sys
from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker import attribution
from tracker.attribution import Catalogue, processes
from tracker.attribution.processes import Ancestors
from tracker.errors import TrackerError
from tracker.model import HUMAN
from tracker.project.project import Project
from tracker.project.settings import Settings
from tracker.text import printable

SETTING: Final = "agent-tracker.userNeedsTerminal"
"""The git configuration that lets any actor speak for the user, when false."""

_PERSON: Final = "a person at a terminal"
_UNKNOWN: Final = "unknown (no terminal, no agent found)"


class NotTheUser(TrackerError):
    """A statement that only the user may make came from another actor. Nothing was changed."""


class Actor(NamedTuple):
    """The actor of a command.

    ``agent``: the agent whose environment or process surrounds this process, or None. ``has_terminal``: a standard
    stream is a terminal. ``ancestors``: what the processes above this one show.
    """

    agent: str | None
    has_terminal: bool
    ancestors: Ancestors = Ancestors()

    @property
    def is_person(self) -> bool:
        """True if there is a terminal and no evidence of an agent."""
        return self.has_terminal and self.agent is None

    def description(self) -> str:
        """Return the text that is recorded with the actor's statement.

        It says how far the processes were read, and which program opened the terminal: any program can open one.
        """
        if self.agent is not None:
            return self.agent
        if not self.has_terminal:
            return _UNKNOWN
        if not self.ancestors.are_read:
            return f"{_PERSON}, whose processes were not looked at"
        opener = printable(self.ancestors.opener)
        opened = f" (opened by {opener})" if opener else " (opened by a process that is gone)"
        return f"{_PERSON}{opened}" + ("" if self.ancestors.are_all_read else ", whose processes were not all seen")


def current_actor(project: Project) -> Actor:
    """Return the actor of this process, by the catalogue and the places of settings of a project.

    ``AGENT_TRACKER_AGENT`` counts only where nothing else shows an agent: it makes of an agent neither a person nor
    another agent, which it could then speak of.
    """
    return actor_with(project.guarding_catalogue, project.places)


def actor_with(rules: Catalogue, places: Mapping[str, str]) -> Actor:
    """Return the actor of this process, as ``current_actor`` does, by a catalogue and places of settings."""
    terminal = any(map(_is_terminal, (sys.stdin, sys.stdout, sys.stderr)))
    ancestors = processes.look_up(rules, places, os.environ)
    found = attribution.evidence_from_circumstances(os.environ, rules, terminal=terminal, process=ancestors.agent)
    of_agents = [one for one in found if one.agent is not None and one.agent != HUMAN]
    shown = [one for one in of_agents if one.signal in {"environment", "process"}]
    decisive = shown or [one for one in of_agents if one.signal == "user"]
    agent = attribution.attribute(decisive).agent if decisive else None
    return Actor(agent, terminal, ancestors)


def speak_for_user(actor: Actor, settings: Settings, what: str) -> str:
    """Return the text to record with a statement by the user. ``what``: the statement, as the subject of a sentence.

    If the configuration lets other actors speak for the user, the text says so. Raises NotTheUser when the actor is
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


def decide_for_user(actor: Actor, settings: Settings, what: str) -> None:
    """Check that an actor may change what guards the user's interests. ``what``: the change, as in ``speak_for_user``.

    Scripts without a terminal may; an agent may not. Raises NotTheUser.
    """
    if actor.agent is not None and settings.user_needs_terminal:
        raise NotTheUser(f"{what} is the user's decision, and {actor.agent} runs this command: ask the user to run it.")


def _is_terminal(stream: object) -> bool:
    is_terminal = getattr(stream, "isatty", None)
    return bool(is_terminal and is_terminal())
