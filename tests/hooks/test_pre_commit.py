"""Hooks of the pre-commit framework beside ours."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import apply_fixes, findings
from tests.hooks.hook_managers import PRE_COMMIT
from tests.hooks.installation_order import ORDERS, install_both
from tests.hooks.noting_hooks import make_hook
from tests.shell import run_shell
from tests.support import Repo, one


@pytest.mark.parametrize("order", ORDERS)
def test_unstaged_changes_survive(untracked: Repo, notes: Path, order: str) -> None:
    """pre-commit removes unstaged changes while it runs; our hooks must not interfere."""
    PRE_COMMIT.configure(untracked)
    untracked.write("a.txt", "one\n")
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    install_both(untracked, PRE_COMMIT.install, order)
    untracked.write("a.txt", "one\nunstaged\n")
    untracked.write("b.txt", "not in git\n")
    untracked.commit("feat: one", file="c.txt", env=CLAUDE_CODE)
    untracked.git("commit", "-q", "--amend", "-m", "feat: one, better", env=CLAUDE_CODE)
    untracked.settle()
    assert (untracked.path / "a.txt").read_text() == "one\nunstaged\n"
    assert (untracked.path / "b.txt").read_text() == "not in git\n"
    assert untracked.git("status", "--porcelain") == " M a.txt\n?? b.txt\n"
    assert [(line["subject"], line["learnt"]) for line in untracked.log()] == [("feat: one, better", "post-commit")]
    assert "post-rewrite" in notes.read_text()


@pytest.mark.whole
def test_doctor_checks_our_hook_that_pre_commit_renamed(untracked: Repo, notes: Path) -> None:
    untracked.tracker("init")
    PRE_COMMIT.configure(untracked)
    untracked.git("add", "-A")
    run_shell(untracked, PRE_COMMIT.install)
    assert findings(untracked) == []
    renamed = untracked.path / ".git" / "hooks" / "post-commit.legacy"
    renamed.write_text(renamed.read_text().replace("agent-tracker hook ", "agent-tracker hook 0.0.0 "))
    assert "is of another version" in one(findings(untracked))["what"]
    apply_fixes(untracked)
    untracked.commit("feat: one", file="one.txt")
    untracked.settle()
    assert [line["learnt"] for line in untracked.log()] == ["post-commit"]


@pytest.mark.whole
def test_users_hook_runs_once_whatever_is_installed_again(untracked: Repo, hooks_dir: Path, notes: Path) -> None:
    make_hook(hooks_dir / "post-checkout", '#!/bin/sh\necho "users $*" >>"$NOTES"\nexit 3\n')
    PRE_COMMIT.configure(untracked)
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    untracked.tracker("init")
    for command in (PRE_COMMIT.install, "agent-tracker init", PRE_COMMIT.install, "agent-tracker uninstall"):
        run_shell(untracked, command)
        notes.write_text("")
        head = untracked.head()
        untracked.git("checkout", "-q", "HEAD", code=1)  # as pre-commit makes of 3
        assert notes.read_text().count(f"users {head} {head} 1\n") == notes.read_text().count("users") == 1
        assert notes.read_text().count("post-checkout\n") == 1
