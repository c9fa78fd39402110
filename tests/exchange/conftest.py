"""A repository in which agents and people worked and spoke, and commands on other machines."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE, SURE
from tests.program import WHOLE
from tests.support import Repo, sealed_home


def tell(repo: Repo) -> Repo:
    """Make commits of two agents and a person, and give feedback of every kind."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    repo.commit("feat: cart", file="cart.py", text="total = 1\n", env=CLAUDE_CODE)
    repo.commit("fix: rounding", file="cart.py", text="total = 2\n", env=SURE["codex"])
    repo.commit("docs: by hand", file="docs.md")
    repo.git("commit", "-q", "--amend", "-m", "docs: by hand, again")
    repo.settle()
    repo.tracker("grade", "HEAD~2", "--user", "excellence", "--user-note", "naïve; 日本")
    repo.tracker("grade", "HEAD~2", "--agent", "good", env=CLAUDE_CODE)
    repo.tracker("grade", "HEAD~1", "--user", "good")
    repo.tracker("grade", "HEAD~1", "--user", "bad")
    repo.tracker("attribute", "HEAD", "--agent", "opencode")
    repo.tracker("bug", "HEAD~1", "--note", "rounds down", "--yes")
    repo.tracker("bug", "HEAD~2", "--note", "slow", "--yes")
    repo.tracker("retro", "--session", "s-1", "--agent-grade", "good", "--task", "cart", env=CLAUDE_CODE)
    repo.tracker("activity", "--task", "cart", "--actions", "wrote tests", env=CLAUDE_CODE)
    repo.tracker("outcomes")
    return repo


@pytest.fixture
def told(repo: Repo) -> Repo:
    """A repository with commits of two agents and a person, of which feedback of every kind was given."""
    return tell(repo)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Such a repository, for tests that only read it and its ledger."""
    folder = tmp_path_factory.mktemp("unchanged")
    repo = Repo.make(folder / "repo", sealed_home(folder / "home"))
    repo.tracker("init")
    if not WHOLE:
        repo.record_later()
    return tell(repo)


def elsewhere(repo: Repo, home: Path) -> Repo:
    """Return the repository's folder as another machine without its ledger would see it: outside of any repository."""
    home.mkdir()
    return Repo(home, repo.environment | {"AGENT_TRACKER_LEDGER": str(home / "ledger")})
