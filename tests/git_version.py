"""Features of the git that runs the tests."""

import re
import subprocess

from tests.support import Repo


def runs_configured_hooks(repo: Repo) -> bool:
    """Return True if git runs hooks that its configuration names."""
    found = re.search(r"(\d+)\.(\d+)", repo.git("version"))
    assert found
    return tuple(map(int, found.groups())) >= (2, 54)


def offers(repo: Repo, command: str, words: str) -> bool:
    """Return True if git has a command whose usage contains these words."""
    done = subprocess.run(
        ["git", command, "-h"], cwd=repo.path, env=repo.environment, capture_output=True, text=True, check=False
    )
    return words in done.stdout + done.stderr
