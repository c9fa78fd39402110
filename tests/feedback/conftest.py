"""Repositories with commits to give feedback on."""

import pytest

from tests.feedback.output import CLAUDE
from tests.support import Repo


def commit_as_agent(repo: Repo) -> None:
    for number in range(3):
        repo.commit(f"feat: {number}", file=f"{number}.txt", env=CLAUDE)


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """Three commits of an agent, and one of a person."""
    commit_as_agent(repo)
    repo.commit("docs: by hand", file="docs.md")
    repo.settle()
    return repo


@pytest.fixture
def unattended(repo: Repo) -> Repo:
    """Three commits of an agent, in a repository whose user's feedback needs no terminal."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    commit_as_agent(repo)
    repo.settle()
    return repo


@pytest.fixture
def work(repo: Repo) -> Repo:
    repo.record_later()
    return repo
