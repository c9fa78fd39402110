"""Check the user's own catalogue of agents and the agent in the settings: recording goes on whatever they say."""

from collections.abc import Iterator

from tracker.attribution import catalogue_file, resolve_agent_name
from tracker.project import settings
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding
from tracker.text import did_you_mean


def findings(project: Project) -> Iterator[Finding]:
    """Yield one finding for each invalid entry, with its line, and one for a mistyped agent in the settings."""
    path = settings.user_catalogue_path(project.recording_places)
    for fault in catalogue_file.read_user_entries(path)[1]:
        yield Finding(f"{path}, line {fault.line}: {fault.reason}.", f"repair that entry in {path}")
    name, origin = project.settings.agent, project.settings.origins["agent"]
    if name is None:
        return
    known, _ = resolve_agent_name(name, project.catalogue)
    near = "" if known in project.catalogue.by_name else did_you_mean(known, project.catalogue.by_name)
    if near:
        yield Finding(
            f"{origin} names the agent '{name}', which is not in the catalogue{near}.",
            "agent-tracker config set agent NAME, or add an entry for it to the catalogue (docs/attribution.md)",
        )
