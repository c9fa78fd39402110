"""The real pre-commit framework, called as a user calls it in a repository whose configuration names our hooks."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support import Repo

STAGES: Final = ("post-commit", "post-merge", "post-rewrite", "post-checkout")
"""The stages, as the framework calls events, of our hooks that record."""

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
"""Beginnings of the names of variables that the framework's package installer needs."""


def surroundings(store: Path) -> dict[str, str]:
    """Return the variables that the framework needs to install our hooks: package index settings and its cache."""
    passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    return passed | {"PRE_COMMIT_HOME": str(store)}


def configuration(product: Path, *, before: bool = True) -> str:
    """Return a configuration with all our recording hooks; ``before``: install the framework's pre-commit hook too."""
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=product, capture_output=True, text=True, check=True
    ).stdout.strip()
    ids = "".join(f"      - id: agent-tracker-{stage}\n" for stage in STAGES)
    stages = ", ".join((*(["pre-commit"] if before else []), *STAGES))
    return (
        f"default_install_hook_types: [{stages}]\nrepos:\n  - repo: {product}\n    rev: {revision}\n    hooks:\n{ids}"
    )


def pre_commit(repo: Repo, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Run pre-commit in a repository and return its standard output; it must succeed."""
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
