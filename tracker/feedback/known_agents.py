"""Names of agents and models that a user or agent gives: which agent is meant, and if anything knows the name."""

from collections.abc import Callable

from tracker import keys
from tracker.attribution import Catalogue, resolve_agent_name
from tracker.attribution.model_names import model_id, model_shown
from tracker.errors import TrackerError, UsageError
from tracker.feedback.actor import Actor
from tracker.feedback.scope import Scope
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import AGENTS
from tracker.model import HUMAN
from tracker.project.project import Project
from tracker.reports.known_names import recorded_models
from tracker.text import did_you_mean, printable


def journal_owner(project: Project, named: str | None, actor: Actor, what: str = "journal") -> str:
    """Return the agent whose journal a command is about: ``named``, else the actor, else the one in the settings.

    Raises UsageError when there is none, TrackerError when ``named`` is unknown or an agent names another one.
    """
    if named is None:
        name = actor.agent or project.settings.agent
        if name is None:
            raise UsageError(f"no agent runs this command: say whose {what} it is with --agent NAME.")
        return resolve_agent_name(name, project.catalogue)[0]
    agent = known_agent(project, named)
    if actor.agent is not None and actor.agent != agent:
        raise TrackerError(
            f"{actor.agent} runs this command, and an agent writes only in its own journal, not in that of {agent}:"
            " nothing was recorded."
        )
    return agent


def check_agent_is_known(catalogue: Catalogue, ledger: Ledger, name: str, option: str) -> None:
    """Raise TrackerError, with the nearest names, if neither the catalogue nor the ledger has an agent of a name.

    ``option``: of the command, says that the name is a new one.
    """
    unknown = unknown_agent(catalogue, ledger, name)
    if unknown is not None:
        raise TrackerError(f"{unknown}: add {option} if the name is a new one.")


def unknown_agent(catalogue: Catalogue, ledger: Ledger, name: str) -> str | None:
    """Return a clause, with the nearest names, if neither the catalogue nor the ledger has an agent of a name."""
    if name == HUMAN or name in catalogue.by_name:
        return None
    recorded = _recorded(ledger, lambda snapshot: [agent.name for _, agent in snapshot.scan(AGENTS)])
    if name in recorded:
        return None
    meant = did_you_mean(name, [*recorded, *catalogue.by_name])
    return f"no agent called '{printable(name[:80])}' is known{meant}"


def check_model_is_known(ledger: Ledger, text: str, option: str) -> None:
    """Raise TrackerError if no recorded commit has a model that a text names, and it may be mistyped.

    It may be where recorded names are near, which the error names, where no vendor is known to have such a model, and
    where it has no version. ``option``: of the command, says that the name is a new one.
    """
    recorded = _recorded(ledger, lambda snapshot: [*recorded_models(snapshot)])
    shown = {model_shown(one) for one in recorded}
    named = model_id(text)
    if named in {*recorded, *shown}:
        return
    meant = did_you_mean(text, shown)
    if meant or "/" not in named or not any(character.isdigit() for character in named):
        raise TrackerError(
            f"no model called '{printable(text[:80])}' is known{meant}: add {option} if the name is a new one."
        )


def _recorded(ledger: Ledger, read: Callable[[Snapshot], list[str]]) -> list[str]:
    """Return names that a ledger has; none where there is no ledger yet."""
    if ledger.is_new():
        return []
    with ledger.read(begin=False) as snapshot:
        return read(snapshot)


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
            f"no agent called '{printable(text[:80])}' is known{meant}:"
            " 'agent-tracker log --summary --everywhere' lists them."
        )
    if kind != "agent" or name == HUMAN:
        raise TrackerError(f"{name} is no agent, so it has no score and no journal.")
    return name
