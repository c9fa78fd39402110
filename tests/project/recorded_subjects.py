"""Subjects of the commits in the log."""

from tests.support import Repo


def subjects(repo: Repo) -> list[str]:
    """Return the subjects of the repository's recorded commits, newest first."""
    return [line["subject"] for line in repo.log()]
