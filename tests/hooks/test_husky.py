"""husky, which sends git to ``.husky/_`` and runs the hooks in ``.husky``: the printed lines go there."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import add_printed_lines, apply_fixes, findings
from tests.hooks.installation_order import ORDERS, TRACKER_FIRST
from tests.hooks.noting_hooks import EVENTS, assert_noted, note_command
from tests.hooks.recorded_history import assert_recorded_by_hooks, make_history
from tests.hooks.snapshot import snapshot, without
from tests.shell import run_shell
from tests.support import Repo, one

INSTALL = "npm run --silent prepare"


@pytest.fixture
def husky(untracked: Repo, notes: Path, node_modules: Path) -> Repo:
    """A repository with husky in its package.json, as ``npm install`` leaves it before the ``prepare`` script."""
    untracked.write("package.json", '{"name": "x", "private": true, "scripts": {"prepare": "husky"}}\n')
    untracked.write(".gitignore", "node_modules\n")
    for event in EVENTS:
        untracked.write(f".husky/{event}", f"{note_command(event)}\n")
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    (untracked.path / "node_modules").symlink_to(node_modules)
    return untracked


@pytest.mark.parametrize("order", ORDERS)
def test_hooks_of_both_run(husky: Repo, notes: Path, order: str) -> None:
    if order == TRACKER_FIRST:
        husky.tracker("init")
        run_shell(husky, INSTALL)
        assert all("core.hooksPath" in finding["what"] or ".husky/_" in finding["what"] for finding in findings(husky))
        apply_fixes(husky)
    else:
        run_shell(husky, INSTALL)
        before = snapshot(husky)
        output = husky.tracker("init")
        assert without(snapshot(husky), ".agent") == before
        assert add_printed_lines(output) == 5
    run_shell(husky, INSTALL)
    assert findings(husky) == [], "another installation keeps the lines"
    husky.git("add", "-A")
    husky.git("commit", "-q", "-m", "build: agent-tracker")
    husky.tracker("backfill")
    notes.write_text("")
    pairs = make_history(husky)
    assert_recorded_by_hooks(husky, pairs)
    assert_noted(notes, pairs)


@pytest.mark.whole
def test_doctor_reports_worktree_without_husky(husky: Repo, tmp_path: Path) -> None:
    """git ignores husky's folder ``_``, so a new worktree has none, and git runs no hook there without a message."""
    run_shell(husky, INSTALL)
    add_printed_lines(husky.tracker("init"))
    husky.git("add", "-A")
    husky.git("commit", "-q", "-m", "build: agent-tracker")
    husky.settle()
    husky.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked dir"))
    linked = husky.at(tmp_path / "linked dir")
    linked.commit("feat: missed", env=CLAUDE_CODE)
    linked.tracker("sync")
    assert [line["learnt"] for line in linked.log() if line["subject"] == "feat: missed"] == ["reconcile"]
    for worktree in (husky, linked):
        assert f"from {linked.path} git looks for hooks in" in one(findings(worktree))["what"]
    (linked.path / "node_modules").symlink_to(husky.path / "node_modules")
    apply_fixes(husky)
    linked.commit("feat: seen", env=CLAUDE_CODE)
    linked.settle()
    assert [line["learnt"] for line in linked.log() if line["subject"] == "feat: seen"] == ["post-commit"]


@pytest.mark.whole
def test_uninstall_restores_files(husky: Repo) -> None:
    run_shell(husky, INSTALL)
    before = snapshot(husky)
    husky.tracker("init")
    husky.tracker("uninstall")
    assert snapshot(husky) == before
