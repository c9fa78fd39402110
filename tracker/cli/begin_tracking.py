"""Begin to track a repository: with hooks for ``init``, without them for a backfill of many."""

from tracker.cli.open_project import WRITE_DEADLINE, open_again, open_at
from tracker.errors import TrackerError
from tracker.feedback import decisions
from tracker.project import start
from tracker.project.project import Project
from tracker.project.start import Started


def begin(project: Project) -> Started:
    """Make the repository a project, perhaps one that was elsewhere before. Raises TrackerError."""
    try:
        return start.start_tracking(project, look_around=True)
    except OSError as error:
        raise TrackerError(
            f"{project.files.folder} cannot be written: {error.strerror or error}; nothing was changed."
        ) from error


def moved_sentence(started: Started) -> str:
    """Return the sentence about a project that was elsewhere before; empty for any other."""
    if not started.moved_from:
        return ""
    return f"The records of this repository, which was at {started.moved_from.removesuffix('/.git')}, go on here."


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
    moved = moved_sentence(begin(project))
    project = open_again(project, ledger, WRITE_DEADLINE)
    notices += [moved] if moved else []
    return project, notices + decisions.record_decision(project, decision, was_known=was_known)
