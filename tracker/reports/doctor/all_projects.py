"""The checks of ``doctor`` in every project of a ledger whose repository is on this machine."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

from tracker import keys
from tracker.errors import TrackerError, error_sentence
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.ledger.tables import PROJECTS
from tracker.model import Progress, ProjectId, is_elsewhere
from tracker.project.files import ProjectFiles
from tracker.project.project import Project, open_project
from tracker.reports.doctor.finding import Finding

_DEADLINE: Final = 5.0
"""Seconds to wait for the ledger's writer lock."""


State = Literal["checked", "missing", "untracked"]


class CheckedProject(NamedTuple):
    """A project and what is wrong with it. ``path``: its git directory.

    ``state``: ``missing`` if that is not there or holds another project, ``untracked`` after ``uninstall``.
    """

    project: ProjectId
    name: str
    path: str
    state: State
    findings: list[Finding]


def check_all(ledger: Ledger, *, wholly: bool, progress: Progress | None = None) -> Iterator[CheckedProject]:
    """Yield every project of a ledger, by name. The ledger itself is checked with the first project that uses it.

    ``wholly``: as ``doctor.findings`` takes it. ``progress`` is told in projects. What keeps one project from being
    checked is a finding of it. Raises the LedgerUnavailable errors.
    """
    with ledger.read(begin=False) as snapshot:
        every = [(keys.project_of(key), record) for key, record in snapshot.scan(PROJECTS)]
    records = [(project, record) for project, record in every if not is_elsewhere(record.paths)]
    examined: set[Path] = set()
    in_order = sorted(records, key=lambda one: (one[1].name, one[1].paths[0]))
    for number, (project_id, record) in enumerate(in_order):
        if progress:
            progress(number, len(in_order))
        path = Path(record.paths[0])
        state: State = "checked"
        try:
            state = _state(path, project_id)
            found = _check(path, examined, wholly=wholly) if state == "checked" else []
        except (TrackerError, OSError) as error:
            found = [Finding(error_sentence(error), f"agent-tracker doctor -C {shlex.quote(str(path))}")]
        yield CheckedProject(project_id, record.name, str(path), state, found)


def _state(path: Path, project_id: ProjectId) -> State:
    """Return the state of a project by its files. Raises OSError when they cannot be read."""
    files = ProjectFiles(path)
    if not path.exists() or files.find_id() not in {project_id, None}:
        return "missing"
    return "checked" if files.is_tracked() else "untracked"


def _check(path: Path, examined: set[Path], *, wholly: bool) -> list[Finding]:
    """Return the findings of one project; ``examined``: the ledgers that were checked already."""
    from tracker.reports import doctor

    project = _open(path)
    found = [*doctor.findings(project, with_ledger=project.ledger.path not in examined, wholly=wholly)]
    examined.add(project.ledger.path)
    return found


def _open(path: Path) -> Project:
    work_tree = path.parent if path.name == ".git" else None
    return open_project(Repository.at_git_dir(path, work_tree), {}, _DEADLINE, reads=True)
