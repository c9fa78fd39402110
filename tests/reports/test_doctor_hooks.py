"""Findings of ``doctor`` about hooks in the places where git looks from each worktree."""

import os
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import add_printed_lines, apply_fixes, findings, printed_lines
from tests.shell import run_shell
from tests.support import Repo, one


@pytest.mark.whole
def test_hooks_path_of_one_worktree(repo: Repo, tmp_path: Path) -> None:
    """With extensions.worktreeConfig, core.hooksPath may differ in one worktree."""
    repo.commit("feat: zero")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
    beside = repo.at(tmp_path / "beside")
    assert findings(repo) == []
    folder = tmp_path / "hooks"
    repo.git("config", "extensions.worktreeConfig", "true")
    beside.git("config", "--worktree", "core.hooksPath", str(folder))
    for worktree in (repo, beside):
        finding = one(findings(worktree))
        assert f"from {beside.path} git looks for hooks in {folder} (worktree, " in finding["what"]
        assert finding["mend"].startswith("agent-tracker init")
    lines = printed_lines(repo.tracker("init"))
    assert [path.parent for path, _ in lines] == [folder] * 5
    folder.mkdir()
    for path, line in lines:
        path.write_text(f"#!/bin/sh\n{line}\n")
    not_executable = findings(repo)[0]
    assert "cannot be run" in not_executable["what"]
    run_shell(repo, not_executable["mend"])
    assert findings(repo) == []
    beside.commit("feat: beside", env=CLAUDE_CODE)
    beside.settle()
    assert [line["learnt"] for line in beside.log() if line["subject"] == "feat: beside"] == ["post-commit"]


def test_hook_that_an_added_line_runs(untracked: Repo, tmp_path: Path) -> None:
    """The line runs nothing if our hook file or its Python is missing."""
    untracked.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    add_printed_lines(untracked.tracker("init"))
    assert findings(untracked) == []
    hook = untracked.folder / "hooks" / "post-commit"
    hook.write_text(hook.read_text().replace("\npython=", "\npython=/nowhere"))
    (untracked.folder / "hooks" / "post-merge").unlink()
    complaints = [finding["what"] for finding in findings(untracked)]
    assert ["is gone" in what or "is not there" in what for what in complaints] == [True] * 2
    untracked.tracker("init")
    assert findings(untracked) == []


FAULTS: Final = {
    "hooks-path-is-a-device": ("git config core.hooksPath /dev/null", "is not a folder"),
    "hooks-path-is-a-file": ("touch f && git config core.hooksPath f", "is not a folder"),
    "global-hooks-path": ("git config --global core.hooksPath /dev/null", "is not a folder"),
    "hooks-path-of-a-worktree": (
        "git config extensions.worktreeConfig true && git config --worktree core.hooksPath /dev/null",
        "is not a folder",
    ),
    "hooks-directory-is-a-file": ("rm -r .git/hooks && touch .git/hooks", "is not a folder"),
    "lines-before-end-the-script": ("sed -i '2i exit 0' .git/hooks/post-commit", "may end before the lines"),
    "lines-before-replace-the-script": ("sed -i '2i exec true' .git/hooks/post-commit", "may end before the lines"),
    "carriage-returns": ("sed -i 's/$/\\r/' .git/hooks/post-commit", "was changed within"),
    "lines-taken-out": ("sed -i '20,30d' .git/hooks/post-commit", "was changed within"),
    "end-taken-off": ("sed -i '20,$d' .git/hooks/post-commit", "was changed within"),
    "script-truncated": ("truncate -s 5000 .git/agent-tracker/hooks/post-commit", "was changed within"),
    "scripts-gone": ("rm -r .git/agent-tracker/hooks", "is not there"),
}
"""Changes of hooks, each a shell command, with a part of what doctor says of it."""


@pytest.mark.parametrize("fault", FAULTS)
def test_what_doctor_says_to_do_mends_it(repo: Repo, fault: str) -> None:
    command, complaint = FAULTS[fault]
    run_shell(repo, command)
    repo.environment["PATH"] = f"{Path(sys.executable).parent}:{repo.environment['PATH']}"
    assert {complaint in finding["what"] for finding in findings(repo)} == {True}
    apply_fixes(repo)
    repo.record_later()
    repo.commit("feat: one", env=CLAUDE_CODE)
    assert "env.CLAUDECODE=1\n" in one(repo.waiting_events())


def test_hook_that_is_changed_beyond_repair_is_copied(repo: Repo) -> None:
    """Lines that another program put into the middle of ours, where some of ours are gone, are not lost."""
    hook = repo.path / ".git" / "hooks" / "post-commit"
    run_shell(repo, "sed -i -e '20,30d' -e '15i echo theirs' .git/hooks/post-commit")
    changed = hook.read_bytes()
    assert "is copied to post-commit.agent-tracker-altered" in repo.tracker("init")
    copy = hook.with_name("post-commit.agent-tracker-altered")
    assert (copy.read_bytes(), os.access(copy, os.X_OK)) == (changed, False)
    assert findings(repo) == []
    repo.tracker("uninstall")
    assert copy.read_bytes() == changed
