"""Look for everything that can keep commits from being recorded; each finding names the command that fixes it.

One module for each subject; ``findings`` runs them all.
"""

import contextlib
from collections.abc import Iterator

from tracker.errors import LedgerUnavailable
from tracker.model import Progress
from tracker.project.project import Project
from tracker.reports.doctor import (
    check_agents,
    check_filesystem,
    check_guard,
    check_hooks,
    check_ledger,
    check_missed_hooks,
    check_objects,
    check_project,
    check_shared_events,
    check_sharing,
)
from tracker.reports.doctor.check_sharing import closed_folder
from tracker.reports.doctor.finding import Finding

__all__ = ["Finding", "closed_folder", "findings"]


def findings(
    project: Project, *, with_ledger: bool = True, wholly: bool = False, progress: Progress | None = None
) -> Iterator[Finding]:
    """Yield everything that is wrong with a repository's recording. Raises TrackerError when a check cannot be made.

    ``with_ledger``: check the ledger too. ``wholly``: read each of its pages and records, also if it is as it was left,
    and all objects of the repository, also if they are many. ``progress`` is told in records of the ledger.
    """
    if project.files.find_id() is None:
        yield _without_id(project)
        return
    yield from check_sharing.findings(project)
    if with_ledger:
        yield from check_ledger.findings(project, wholly=wholly, progress=progress)
        yield from check_filesystem.findings(project.ledger.path)
    yield from check_guard.findings(project)
    yield from check_hooks.findings(project)
    with contextlib.suppress(LedgerUnavailable):  # check_ledger says why
        yield from check_missed_hooks.findings(project)
    yield from check_project.findings(project)
    yield from check_objects.findings(project, wholly=wholly)
    yield from check_agents.findings(project)
    yield from check_shared_events.findings(project)


def _without_id(project: Project) -> Finding:
    if project.files.is_tracked():
        return Finding(f"the file with the project's id below {project.files.folder} is damaged.", "agent-tracker sync")
    return Finding("this repository is not tracked.", "agent-tracker init")
