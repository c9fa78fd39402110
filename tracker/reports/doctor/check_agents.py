"""Check the names of agents: in the user's own catalogue, in the settings, and of the agents that were recorded.

Recording goes on whatever they say, and a hook says nothing, so this is where a mistyped name is told.
"""

import contextlib
from collections.abc import Iterator
from typing import Final

from tracker.attribution import catalogue_file, resolve_agent_name
from tracker.errors import LedgerUnavailable
from tracker.ledger import Ledger
from tracker.ledger.tables import AGENTS
from tracker.project import settings
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding
from tracker.reports.player_sheet import is_of
from tracker.text import did_you_mean, printable

_LIKENESS: Final = 0.8
"""Likeness of a name to one of the catalogue from which it may be mistyped: agents of a user's own have names too."""
_CATALOGUE = "add an entry for it to the catalogue (docs/attribution.md)"


def findings(project: Project) -> Iterator[Finding]:
    """Yield one finding for each invalid entry, with its line, and for each name that may be mistyped."""
    path = settings.user_catalogue_path(project.recording_places)
    for fault in catalogue_file.read_user_entries(path)[1]:
        yield Finding(f"{path}, line {fault.line}: {fault.reason}.", f"repair that entry in {path}")
    name, origin = project.settings.agent, project.settings.origins["agent"]
    if name is not None and (near := _near(project, resolve_agent_name(name, project.catalogue)[0])):
        yield Finding(
            f"{origin} names the agent '{name}', which is not in the catalogue{near}.",
            f"agent-tracker config set agent NAME, or {_CATALOGUE}",
        )
    with contextlib.suppress(LedgerUnavailable):  # check_ledger says why
        yield from _recorded_findings(project)


def _recorded_findings(project: Project) -> Iterator[Finding]:
    for recorded in _recorded(project, project.ledger):
        if near := _near(project, recorded):
            shown = printable(recorded)
            yield Finding(
                f"commits are recorded as those of the agent '{shown}', which is not in the catalogue{near}.",
                f"agent-tracker log --agent {shown}, and for each: agent-tracker attribute REV --agent NAME;"
                f" or {_CATALOGUE}",
            )


def _near(project: Project, name: str) -> str:
    """Return a clause with the agents of the catalogue that a name may have been meant for; empty if it is known."""
    known = project.catalogue.by_name
    return "" if name in known else did_you_mean(name, known, _LIKENESS)


def _recorded(project: Project, ledger: Ledger) -> list[str]:
    """Return the agents with commits in a project, sorted."""
    project_id = project.files.find_id()
    if project_id is None or ledger.is_new():
        return []
    with ledger.read(begin=False) as snapshot:
        agents = [agent.name for _, agent in snapshot.scan(AGENTS) if agent.kind == "agent"]
        return sorted(name for name in agents if is_of(snapshot, name, project_id))
