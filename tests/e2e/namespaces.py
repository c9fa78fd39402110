"""Shell scripts that run in mount and PID namespaces of their own, made by unshare(1)."""

import subprocess

import pytest

from tests.program import TRACKER
from tests.support import Repo


def _can_make_namespaces() -> bool:
    try:
        return subprocess.run(["unshare", "-rmpf", "true"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


needs_namespaces = pytest.mark.skipif(
    not _can_make_namespaces(), reason="this system lets no user make namespaces (unshare -rmpf)"
)


def run_in_namespaces(options: str, script: str, repo: Repo) -> str:
    """Run a shell script in a repository and in new namespaces; its arguments are the words of agent-tracker."""
    done = subprocess.run(
        ["unshare", *options.split(), "sh", "-euc", script, "sh", *TRACKER],
        cwd=repo.path,
        env=repo.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
