"""Resolve the name of an agent that a user or agent gives to an agent with a score and a journal."""

from tracker import keys
from tracker.attribution import resolve_agent_name
from tracker.errors import TrackerError, UsageError
from tracker.feedback.actor import Actor
from tracker.feedback.scope import Scope
from tracker.ledger.tables import AGENTS
from tracker.model import HUMAN
from tracker.project.project import Project
from tracker.text import did_you_mean, printable


def journal_owner(project: Project, named: str | None, actor: Actor) -> str:
    """Return the agent whose journal a command is about: ``named``, else the actor, else the one in the settings.

    Raises UsageError when there is none, TrackerError when ``named`` is unknown or an agent names another one.
    """
    if named is None:
        name = actor.agent or project.settings.agent
        if name is None:
            raise UsageError("no agent runs this command: say whose journal it is with --agent NAME.")
        return resolve_agent_name(name, project.catalogue)[0]
    agent = known_agent(project, named)
    if actor.agent is not None and actor.agent != agent:
        raise TrackerError(f"{actor.agent} runs this command and keeps no journal of {agent}: nothing was recorded.")
    return agent


def check_agent_is_known(project: Project, name: str) -> None:
    """Raise TrackerError, with the nearest names, if neither the catalogue nor the ledger has an agent of a name."""
    if name == HUMAN or name in project.catalogue.by_name:
        return
    with project.ledger.read() as snapshot:
        recorded = [agent.name for _, agent in snapshot.scan(AGENTS)]
    if name not in recorded:
        meant = did_you_mean(name, [*recorded, *project.catalogue.by_name])
        raise TrackerError(
            f"no agent called '{printable(name[:80])}' is known{meant}: add --new-agent if the name is a new one."
        )


def known_agent(project: Project | Scope, text: str) -> str:
    """Return the agent with a name or alias that the ledger or the catalogue has.

    Raises TrackerError when neither has it, or when it is a human or bot.
    """
    name, kind = resolve_agent_name(text, project.catalogue)
    with project.ledger.read() as snapshot:
        record = snapshot.get(AGENTS, keys.agent(text)) or snapshot.get(AGENTS, keys.agent(name))
    if record is not None:
        name, kind = record.name, record.kind
    elif name not in project.catalogue.by_name:
        with project.ledger.read() as snapshot:
            seen = [agent.name for _, agent in snapshot.scan(AGENTS)]
        meant = did_you_mean(text, [*seen, *project.catalogue.by_name])
        raise TrackerError(
            f"no agent called '{printable(text[:80])}' was ever seen{meant}:"
            " 'agent-tracker log --summary --everywhere' lists them."
        )
    if kind != "agent" or name == HUMAN:
        raise TrackerError(f"{name} is no agent, so it has no score and no journal.")
    return name
