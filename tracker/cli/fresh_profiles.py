"""Profiles of projects brought up to date before a command uses them; what cannot be read is said and stops nothing."""

from tracker.cli import output
from tracker.errors import LedgerUnavailable, RepositoryError, error_sentence
from tracker.outcomes.default_branch import Branch
from tracker.profiles.refresh import refresh_others, refresh_own
from tracker.project.project import Project
from tracker.text import printable


def refresh_profile(project: Project, branch: Branch | None = None) -> None:
    """Bring the profile of a project up to date. ``branch``: its default branch, if it is known."""
    try:
        refresh_own(project, branch)
    except (RepositoryError, LedgerUnavailable) as error:
        output.warn(f"the languages and frameworks of this project are not up to date: {_reason(error)}")


def refresh_profiles(project: Project) -> None:
    """Bring the profiles of a project and of all others up to date."""
    refresh_profile(project)
    try:
        refresh_others(project)
    except LedgerUnavailable as error:
        output.warn(f"similar projects are those found before: {_reason(error)}")


def _reason(error: Exception) -> str:
    return printable(error_sentence(error))
