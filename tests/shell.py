"""Shell commands in a test repository."""

import subprocess
from collections.abc import Mapping

from tests.support import Repo


def run_shell(repo: Repo, command: str, env: Mapping[str, str] | None = None) -> str:
    """Run a shell command in a repository and return its standard output; it must succeed."""
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=repo.path,
        env=repo.environment | dict(env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
