"""Check the user's own catalogue of agents: recording ignores its invalid entries and goes on."""

from collections.abc import Iterator

from tracker.attribution import catalogue_file
from tracker.project import settings
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding


def findings(project: Project) -> Iterator[Finding]:
    """Yield one finding for each invalid entry, with its line."""
    path = settings.user_catalogue_path(project.recording_places)
    for fault in catalogue_file.read_user_entries(path)[1]:
        yield Finding(f"{path}, line {fault.line}: {fault.reason}.", f"mend that entry in {path}")
