"""Hooks directories that agent-tracker must not write: ``init`` prints a line to add to each hook there."""

import shutil
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import add_printed_lines, apply_fixes, findings, printed_lines
from tests.hooks.noting_hooks import assert_noted, make_hook, make_hooks
from tests.hooks.recorded_history import assert_recorded_by_hooks, make_history
from tests.hooks.snapshot import snapshot, without
from tests.shell import run_shell
from tests.support import Repo, one, wait_until


@pytest.fixture(params=["in-worktree", "outside", "global-setting", "symlink"])
def foreign_dir(request: pytest.FixtureRequest, untracked: Repo, notes: Path, tmp_path: Path) -> Path:
    """A directory with other programs' hooks in which git looks, by one of four settings."""
    if request.param == "in-worktree":
        folder = make_hooks(untracked.path / ".githooks")
        untracked.git("config", "core.hooksPath", ".githooks")
        untracked.git("add", "-A")
        untracked.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "-m", "build: hooks")
    elif request.param == "symlink":
        folder = make_hooks(tmp_path / "hooks")
        shutil.rmtree(untracked.path / ".git" / "hooks", ignore_errors=True)
        (untracked.path / ".git" / "hooks").symlink_to(folder)
    else:
        folder = make_hooks(tmp_path / "hooks")
        scope = ["--global"] if request.param == "global-setting" else []
        untracked.git("config", *scope, "core.hooksPath", str(folder))
    return folder


def test_printed_lines_suffice_and_init_writes_nothing_else(untracked: Repo, foreign_dir: Path, notes: Path) -> None:
    settings = Path(untracked.environment["GIT_CONFIG_GLOBAL"])
    before = snapshot(untracked, foreign_dir), settings.read_bytes()
    output = untracked.tracker("init")
    assert (without(snapshot(untracked, foreign_dir), ".agent"), settings.read_bytes()) == before
    assert {finding["mend"].split("  ")[0] for finding in findings(untracked)} == {"agent-tracker init"}
    assert add_printed_lines(output) == 5
    assert findings(untracked) == []
    assert not printed_lines(untracked.tracker("init")), "no line is left to add"
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "--allow-empty", "-m", "build: agent-tracker")
    untracked.tracker("backfill")
    notes.write_text("")
    pairs = make_history(untracked)
    assert_recorded_by_hooks(untracked, pairs)
    assert_noted(notes, pairs)


def test_added_lines_do_nothing_after_uninstall(untracked: Repo, foreign_dir: Path, notes: Path) -> None:
    add_printed_lines(untracked.tracker("init"))
    assert untracked.tracker("uninstall").count("does nothing any more: take it out") == 5
    before = snapshot(untracked, foreign_dir)
    assert run_shell(untracked, "git commit -q --allow-empty -m 'feat: one' 2>&1 >/dev/null") == ""
    assert notes.read_text().count("post-commit") == 1
    assert snapshot(untracked, foreign_dir) == before


def test_global_directory_serves_each_tracked_repository(untracked: Repo, notes: Path, tmp_path: Path) -> None:
    folder = make_hooks(tmp_path / "hooks")
    untracked.git("config", "--global", "core.hooksPath", str(folder))
    add_printed_lines(untracked.tracker("init"))
    tracked = Repo.make(tmp_path / "other", untracked.environment)
    without_tracker = Repo.make(tmp_path / "without", untracked.environment)
    assert not printed_lines(tracked.tracker("init"))
    for repo in (tracked, without_tracker):
        repo.commit("feat: one", env=CLAUDE_CODE)
    tracked.settle()
    assert [line["learnt"] for line in tracked.assert_recorded()] == ["post-commit"]
    assert not without_tracker.folder.exists()
    shutil.rmtree(untracked.path)
    tracked.commit("feat: two", env=CLAUDE_CODE)
    tracked.settle()
    assert [line["learnt"] for line in tracked.assert_recorded()] == ["post-commit", "post-commit"]


@pytest.mark.whole
def test_doctor_reports_hooks_path_that_is_set_after_init(repo: Repo, notes: Path, tmp_path: Path) -> None:
    repo.git("config", "--global", "core.hooksPath", str(tmp_path / "hooks"))
    finding = one(findings(repo))
    assert "global, " in finding["what"]
    assert str(tmp_path / "hooks") in finding["what"]
    apply_fixes(repo)
    repo.commit("feat: one", env=CLAUDE_CODE)
    repo.settle()
    assert [line["learnt"] for line in repo.assert_recorded()] == ["post-commit"]
    repo.tracker("uninstall")
    left = {path.name for path in (repo.path / ".git" / "hooks").iterdir() if path.suffix != ".sample"}
    assert left == set(), "ours are removed from .git/hooks although git looks elsewhere"


def test_printed_line_in_absolute_hooks_path_records(untracked: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "shared-hooks"
    folder.mkdir()
    untracked.git("config", "core.hooksPath", str(folder))
    lines = dict(printed_lines(untracked.tracker("init")))
    assert list(folder.iterdir()) == []
    make_hook(folder / "post-commit", f"#!/bin/sh\n{lines[folder / 'post-commit']}\nexit 0\n")
    untracked.commit("feat: one")
    wait_until(lambda: bool(untracked.log()), lambda: "the commit was not recorded")
    assert [line["learnt"] for line in untracked.assert_recorded()] == ["post-commit"]


def test_printed_line_sees_the_terminal(untracked: Repo, tmp_path: Path) -> None:
    untracked.git("config", "core.hooksPath", str(tmp_path / "shared-hooks"))
    (tmp_path / "shared-hooks").mkdir()
    add_printed_lines(untracked.tracker("init"))
    untracked.record_later()
    untracked.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    assert "terminal=1\n" not in one(untracked.waiting_events())
    untracked.tracker("sync")
    assert untracked.at_terminal("git", "commit", "-q", "--allow-empty", "-m", "feat: two").finish() == 0
    assert "terminal=1\n" in one(untracked.waiting_events())
