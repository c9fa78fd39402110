"""The real pre-commit framework, as a user calls it in a repository whose configuration names our hooks."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support import Repo

STAGES: Final = ("post-commit", "post-merge", "post-rewrite", "post-checkout")
PASSED_ON: Final = (
    "PIP_",
    "SSL_",
    "REQUESTS_",
    "CURL_",
    "UV_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
)


def surroundings(store: Path) -> dict[str, str]:
    """Return the variables that the framework needs to build our environment: access to packages, and its store."""
    passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    return passed | {"PRE_COMMIT_HOME": str(store)}


def configuration(product: Path, *, before: bool = True) -> str:
    """A configuration that names every hook of ours; ``before``: the framework is to run before a commit, too."""
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=product, capture_output=True, text=True, check=True
    ).stdout.strip()
    ids = "".join(f"      - id: agent-tracker-{stage}\n" for stage in STAGES)
    stages = ", ".join((*(["pre-commit"] if before else []), *STAGES))
    return (
        f"default_install_hook_types: [{stages}]\nrepos:\n  - repo: {product}\n    rev: {revision}\n    hooks:\n{ids}"
    )


def pre_commit(repo: Repo, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=repo.path,
        env=repo.environment | dict(env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
