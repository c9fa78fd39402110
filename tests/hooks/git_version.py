"""Features of the git that runs the tests."""

import re

from tests.support import Repo


def runs_configured_hooks(repo: Repo) -> bool:
    """Return True if git runs hooks that its configuration names."""
    found = re.search(r"(\d+)\.(\d+)", repo.git("version"))
    assert found
    return tuple(map(int, found.groups())) >= (2, 54)
