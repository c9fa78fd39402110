"""Fixtures: hook managers from npm, a file for notes of other programs' hooks, and a guarded repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from filelock import FileLock

from tests.hooks.guarded_commits import halt
from tests.support import Repo

pytest.register_assert_rewrite("tests.hooks.noting_hooks", "tests.hooks.recorded_history")

_NPM_PACKAGES: Final = ("husky@9", "lefthook@2")
_UNSEALED: Final = dict(os.environ)
"""The environment outside the tests, whose settings tell npm which registry to use."""


@pytest.fixture(scope="session")
def node_modules(shared: Path) -> Path:
    """The folder with husky and lefthook, installed from npm once."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm and node are not installed")
    folder = shared / "npm"
    with FileLock(shared / "npm.lock"):
        if not (folder / "done").exists():
            _install_from_npm(folder)
    return folder / "node_modules"


def _install_from_npm(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    # Without their scripts: lefthook's would install its hooks into the repository that npm was started in.
    options = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        ["npm", "install", *options, *_NPM_PACKAGES],
        cwd=folder, env=_UNSEALED, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"npm could not install husky and lefthook: {done.stderr[-300:]}")
    (folder / "done").touch()


@pytest.fixture
def notes(untracked: Repo, tmp_path: Path) -> Path:
    """Return the file in which other programs' hooks note their runs, and put agent-tracker on the PATH."""
    path = tmp_path / "notes"
    path.write_text("")
    programs = Path(sys.executable).parent
    untracked.environment |= {"NOTES": str(path), "PATH": f"{programs}:{untracked.environment['PATH']}"}
    return path


@pytest.fixture
def hooks_dir(untracked: Repo) -> Path:
    """The repository's own hooks directory."""
    folder = untracked.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def guarded(untracked: Repo, hooks_dir: Path) -> Repo:
    """A tracked repository with the guard's hook and no hook that records; claude-code is halted."""
    untracked.tracker("init", "--guard")
    halt(untracked)
    for hook in hooks_dir.glob("post-*"):
        hook.unlink()
    return untracked
