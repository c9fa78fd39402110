"""Names that a user gives to select by: of agents, models and projects. A name that was never recorded is an error."""

from collections.abc import Iterable
from typing import Final

from tracker import keys
from tracker.attribution import Catalogue, resolve_agent_name
from tracker.attribution.model_names import model_id, model_shown
from tracker.errors import TrackerError
from tracker.ledger import Snapshot
from tracker.ledger.tables import AGENTS, PROJECTS, TOTALS
from tracker.model import ProjectId
from tracker.reports.maker_words import PERSON, UNMARKED
from tracker.text import did_you_mean, printable

_MOST_SHOWN: Final = 80
"""Characters of a wrong name in a message."""


def agent_named(snapshot: Snapshot, rules: Catalogue, text: str) -> str:
    """Return the recorded agent with a name or alias. Raises TrackerError if there is none, with the nearest names."""
    resolved = resolve_agent_name(text, rules)[0]
    for name in (text, resolved):
        if snapshot.get(AGENTS, keys.agent(name)) is not None:
            return name
    if resolved in rules.by_name:
        raise TrackerError(f"no commit of {resolved} is recorded yet.")
    known = [agent.name for _, agent in snapshot.scan(AGENTS)]
    raise TrackerError(_never_recorded("agent", text, known, "agent-tracker log --summary --everywhere"))


def agent_to_show(snapshot: Snapshot, rules: Catalogue, text: str) -> str:
    """Return the agent with a name or alias: a recorded one, or one of the catalogue, which is new here then.

    Raises TrackerError if there is none, with the nearest names.
    """
    found = rules.agent_by_alias(text)
    is_new = found is not None and found.kind == "agent" and snapshot.get(AGENTS, keys.agent(text)) is None
    return found.name if found is not None and is_new else agent_named(snapshot, rules, text)


def maker_named(snapshot: Snapshot, rules: Catalogue, text: str) -> str:
    """Return the recorded agent, or the word of lists for people or for unmarked commits. Raises TrackerError."""
    agent = agent_named(snapshot, rules, text)
    return text.lower() if text.lower() in {PERSON, UNMARKED} else agent


def model_named(snapshot: Snapshot, text: str) -> str:
    """Return the id of the recorded model that any spelling names, empty for ``unknown``, the word of lists.

    Raises TrackerError if there is none.
    """
    if text.lower() == "unknown":
        return ""
    known = recorded_models(snapshot)
    wanted = model_id(text)
    found = next((one for one, shown in known.items() if wanted in {one, shown}), None)
    if found is not None:
        return found
    raise TrackerError(_never_recorded("model", text, known.values(), "agent-tracker log --summary --everywhere"))


def recorded_models(snapshot: Snapshot) -> dict[str, str]:
    """Return the models of recorded commits as they are shown, by their ids."""
    return {record.model: model_shown(record.model) for _, record in snapshot.scan(TOTALS) if record.model}


def projects_named(snapshot: Snapshot, text: str) -> frozenset[ProjectId]:
    """Return the recorded projects of a name. Raises TrackerError if there is none."""
    names = {keys.project_of(key): record.name for key, record in snapshot.scan(PROJECTS)}
    found = frozenset(project for project, name in names.items() if name == text)
    if not found:
        listing = "agent-tracker report --by project --everywhere"
        raise TrackerError(_never_recorded("project", text, names.values(), listing))
    return found


def _never_recorded(what: str, text: str, known: Iterable[str], command: str) -> str:
    meant = did_you_mean(text, known)
    return f"no {what} called '{printable(text[:_MOST_SHOWN])}' is known{meant}: '{command}' lists them."
