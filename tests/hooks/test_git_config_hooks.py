"""Hooks that git's configuration names (``init --hooks config``, git 2.54)."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import findings
from tests.git_version import runs_configured_hooks
from tests.hooks.noting_hooks import assert_noted, make_hooks
from tests.hooks.recorded_history import assert_recorded_by_hooks, make_history
from tests.hooks.snapshot import snapshot, without
from tests.support import Repo


def test_configured_hooks_run_beside_a_global_hooks_directory(untracked: Repo, notes: Path, tmp_path: Path) -> None:
    if not runs_configured_hooks(untracked):
        pytest.skip("this git runs no hooks that its configuration names")
    folder = make_hooks(tmp_path / "hooks")
    untracked.git("config", "--global", "core.hooksPath", str(folder))
    before = snapshot(untracked, folder)
    assert "init --hooks config" in untracked.tracker("init")
    untracked.tracker("init", "--hooks", "config")
    assert findings(untracked) == []
    pairs = make_history(untracked)
    assert_recorded_by_hooks(untracked, pairs)
    assert_noted(notes, pairs)
    untracked.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    linked = untracked.at(tmp_path / "linked")
    linked.commit("feat: in the linked one", env=CLAUDE_CODE)
    linked.settle()
    assert linked.log("-n", "1")[0]["learnt"] == "post-commit"
    untracked.git("worktree", "remove", "--force", str(linked.path))
    untracked.git("reset", "-q", "--hard", untracked.git("rev-list", "--max-parents=0", "HEAD").strip())
    untracked.tracker("uninstall")
    assert without(snapshot(untracked, folder), "base.txt") == before


def test_older_git_is_refused(untracked: Repo) -> None:
    if runs_configured_hooks(untracked):
        pytest.skip("this git runs hooks that its configuration names")
    done = untracked.run("init", "--hooks", "config")
    assert done.returncode == 2
    assert "need git 2.54 or later" in done.stderr
    assert ".agent-tracker" not in untracked.git("config", "--list")
