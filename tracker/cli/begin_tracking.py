"""Begin to track a repository: with hooks for ``init``, without them for a backfill of many."""

from tracker.cli.open_project import WRITE_DEADLINE, open_again, open_at
from tracker.errors import TrackerError
from tracker.feedback import decisions
from tracker.model import ProjectId
from tracker.project import start
from tracker.project.project import Project


def begin(project: Project) -> tuple[ProjectId, bool]:
    """Make the repository a project; return its id, and True if it was none. Raises TrackerError."""
    try:
        return start.start_tracking(project)
    except OSError as error:
        raise TrackerError(
            f"{project.files.folder} cannot be written: {error.strerror or error}; nothing was changed."
        ) from error


def track_without_hooks(path: str, ledger: str | None) -> tuple[Project, list[str]]:
    """Make the untracked repository at ``path`` a project, as ``init --hooks none`` does.

    Return it, and the sentences that the user should read. Raises TrackerError and OSError; nothing is changed where
    the ledger cannot be used.
    """
    project = open_at(path, ledger, WRITE_DEADLINE)
    decision = decisions.decide(project, None)
    project.ledger.begin()  # raises what is wrong with the ledger before the repository is changed
    notices = project.ledger.take_notices()
    was_known = start.is_known(project)
    begin(project)
    project = open_again(project, ledger, WRITE_DEADLINE)
    return project, notices + decisions.record_decision(project, decision, was_known=was_known)
