"""The hook that records: it never fails, blocks git or prints anything, and reads what git hands it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.hooks.noting_hooks import EVENTS, make_hook
from tests.program import TRACKER
from tests.support import Repo, one

SILENT = (0, b"", b"")


def run_git(repo: Repo, *arguments: str) -> tuple[int, bytes, bytes]:
    """Run git; return its exit code and what it and its hooks wrote to standard output and standard error."""
    done = subprocess.run(["git", *arguments], cwd=repo.path, env=repo.environment, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


class TestMissingParts:
    @pytest.mark.parametrize(
        ("old", "new"),
        [("", ""), ("\npython=", "\npython=/nowhere"), ("-m tracker", "-m tracker_that_is_gone")],
        ids=["nothing", "interpreter", "package"],
    )
    def test_commit_succeeds_silently(self, repo: Repo, old: str, new: str) -> None:
        script = repo.scripts / "post-commit"
        script.write_text(script.read_text().replace(old, new))
        assert run_git(repo, "commit", "-q", "--allow-empty", "-m", "feat: one") == SILENT
        repo.tracker("sync")
        assert len(repo.assert_recorded()) == 1

    def test_commit_and_rebase_succeed_silently_without_the_folder_in_git_dir(self, repo: Repo) -> None:
        for number in range(3):
            repo.commit(f"feat: {number}")
        repo.settle()
        shutil.rmtree(repo.folder)
        assert run_git(repo, "commit", "-q", "--allow-empty", "-m", "feat: one") == SILENT
        assert run_git(repo, "rebase", "-q", "--force-rebase", "HEAD~2") == SILENT
        assert not repo.folder.exists()


class TestInput:
    def test_terminal_of_git_is_seen(self, repo: Repo) -> None:
        """git gives its standard error to its hooks; ours silences its own, which must not hide the terminal."""
        ours, theirs = os.openpty()
        words = ["git", "commit", "-q", "--allow-empty", "-m", "feat: one"]
        with os.fdopen(ours), os.fdopen(theirs):
            subprocess.run(words, cwd=repo.path, env=repo.environment, stderr=theirs, check=True)
        repo.settle()
        line = one(repo.assert_recorded())
        assert (line["agent"], line["kind"], line["signal"]) == ("human", "human", "terminal")

    def test_agent_that_claims_to_run_in_our_own_hook_is_recorded(self, repo: Repo) -> None:
        """Earlier versions told their own processes so; a variable that anybody can set must hide nobody."""
        repo.record_later()
        repo.commit("feat: one", env=CLAUDE_CODE | {"AGENT_TRACKER_IN_HOOK": "1"})
        assert "env.CLAUDECODE=1\n" in one(repo.waiting_events())

    def test_pairs_on_standard_input_are_read(self, repo: Repo) -> None:
        old = repo.commit("feat: one")
        repo.settle()
        unseen = ["-c", "core.hooksPath=/dev/null", "-c", "core.logAllRefUpdates=false"]
        repo.git(*unseen, "commit", "-q", "--amend", "-m", "feat: one, better", "--reset-author")
        subprocess.run(
            [*TRACKER, "hook", "post-rewrite", "amend"],
            cwd=repo.path, env=repo.environment, input=f"{old} {repo.head()}\n".encode(), check=True,
        )  # fmt: skip
        repo.settle()
        replaced = one(line for line in repo.log("--all") if line["oid"] == old)["replaced_by"]
        assert [(link["kind"], link["source"]) for link in replaced] == [("same", "amend")]

    def test_open_standard_input_does_not_block(self, repo: Repo) -> None:
        ours, theirs = os.pipe()
        with os.fdopen(ours), os.fdopen(theirs, "w"):
            done = subprocess.run(
                [*TRACKER, "hook", "post-rewrite", "amend"],
                cwd=repo.path, env=repo.environment, stdin=ours, check=False, timeout=300,
            )  # fmt: skip
        assert done.returncode == 0


@pytest.mark.whole
def test_hook_command_records_from_any_hook_file(untracked: Repo, hooks_dir: Path) -> None:
    """``agent-tracker hook EVENT`` in hooks of one's own gets arguments and pairs, and does not start tracking."""
    for event in EVENTS:
        make_hook(hooks_dir / event, f"#!/bin/sh\n'{sys.executable}' -I -m tracker hook {event} \"$@\"\n")
    untracked.commit("feat: before it is tracked")
    assert not untracked.folder.exists()
    untracked.tracker("init", "--hooks", "none")
    old = untracked.commit("feat: one", env=CLAUDE_CODE)
    untracked.git("commit", "-q", "--amend", "-m", "feat: one, better")
    untracked.settle()
    line = one(untracked.log())
    assert (line["learnt"], line["agent"]) == ("post-commit", "claude-code")
    replaced = one(line for line in untracked.log("--all") if line["oid"] == old)["replaced_by"]
    assert [link["kind"] for link in replaced] == ["same"]


def test_kept_hook_that_commits_does_not_loop(untracked: Repo, hooks_dir: Path) -> None:
    script = '[ -n "$INNER" ] || INNER=1 git commit -q --allow-empty -m "chore: from a hook"'
    make_hook(hooks_dir / "post-commit", f"#!/bin/sh\n{script}\n")
    untracked.tracker("init")
    untracked.commit("feat: one")
    untracked.settle()
    assert len(untracked.assert_recorded()) == 2
