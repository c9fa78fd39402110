"""Findings of ``doctor`` about hooks in the places where git looks from each worktree."""

from pathlib import Path

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import add_printed_lines, findings, printed_lines
from tests.shell import run_shell
from tests.support import Repo, one


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
