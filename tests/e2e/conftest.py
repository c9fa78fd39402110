"""The pre-commit framework: this source tree as a repository that it can clone, and its store."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.e2e.stages")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This source tree, as it is now, as a repository that pre-commit can clone."""
    place = tmp_path_factory.mktemp("product") / "agent-tracker"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgSign=false"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--no-verify", "-m", "as it is"]):
        subprocess.run([*git, *words], cwd=place, check=True)
    return place


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pre-commit's own cache, so that the environment is built once."""
    return tmp_path_factory.mktemp("pre-commit-store")
