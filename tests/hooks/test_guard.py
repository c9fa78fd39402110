"""The guard's refusal of commits by a halted agent: whose commits it stops, and from where."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.agent_environments import AMBIENT, CLAUDE_CODE, OPENCODE, UNKNOWN_AGENT
from tests.hooks.guarded_commits import ACCEPTED, REFUSED, attempt, attempt_in_terminal
from tests.hooks.interpreters import note_starts
from tests.support import Repo


class TestActors:
    def test_halted_agent_is_refused_before_the_first_commit(self, guarded: Repo) -> None:
        assert attempt(guarded, env=CLAUDE_CODE) == REFUSED

    def test_halted_agent_is_refused_for_each_way_to_commit(self, guarded: Repo) -> None:
        assert attempt(guarded) == ACCEPTED
        (guarded.path / "file").write_text("x")
        guarded.git("add", "-A")
        head = guarded.head()
        for arguments in (("--amend",), ("-a",), ("file",), ()):
            assert attempt(guarded, *arguments, env=CLAUDE_CODE) == REFUSED, arguments
        assert attempt_in_terminal(guarded, CLAUDE_CODE) == REFUSED, "a terminal that the agent started"
        assert guarded.head() == head

    def test_no_verify_bypasses_the_guard_as_documented(self, guarded: Repo) -> None:
        assert attempt(guarded, "--allow-empty", "--no-verify", env=CLAUDE_CODE) == ACCEPTED

    def test_person_commits_without_an_interpreter(self, guarded: Repo) -> None:
        starts = note_starts(guarded, "pre-commit")
        assert attempt(guarded) == ACCEPTED
        assert attempt_in_terminal(guarded, AMBIENT) == ACCEPTED
        assert starts.read_text() == ""

    @pytest.mark.parametrize(
        "variables",
        [OPENCODE, UNKNOWN_AGENT, {"AGENT_TRACKER_AGENT": "dependabot"}],
        ids=["other-agent", "unknown-agent", "bot"],
    )
    def test_other_actor_is_accepted_after_asking_the_program(self, guarded: Repo, variables: dict[str, str]) -> None:
        starts = note_starts(guarded, "pre-commit")
        assert attempt(guarded, env=variables) == ACCEPTED
        assert len(starts.read_text().splitlines()) == 1

    def test_variable_that_names_a_person_is_accepted_in_a_terminal(self, guarded: Repo) -> None:
        starts = note_starts(guarded, "pre-commit")
        assert attempt_in_terminal(guarded, {"AGENT_TRACKER_AGENT": "human"}) == ACCEPTED
        assert len(starts.read_text().splitlines()) == 1

    def test_configured_agent_is_refused_without_a_terminal(self, guarded: Repo) -> None:
        guarded.git("config", "agent-tracker.agent", "Claude")
        assert attempt(guarded) == REFUSED
        assert attempt_in_terminal(guarded) == ACCEPTED, "a person, although the configuration names an agent"

    def test_configured_agent_is_noted_by_the_recorder(self, guarded: Repo) -> None:
        """The hook need not ask git then."""
        guarded.git("config", "agent-tracker.agent", "Claude")
        guarded.tracker("sync")
        assert (guarded.folder / "agent").exists()
        long_ago = time.time() - 3600
        os.utime(guarded.path / ".git" / "config", (long_ago, long_ago))
        assert attempt(guarded) == REFUSED
        guarded.git("config", "--unset", "agent-tracker.agent")
        assert attempt(guarded) == ACCEPTED
        guarded.tracker("sync")
        assert not (guarded.folder / "agent").exists()

    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not show processes as files")
    def test_agent_known_by_its_process_is_refused(self, guarded: Repo, tmp_path: Path) -> None:
        program = tmp_path / "claude"
        program.write_text('#!/bin/sh\n"$@"\nexit $?\n')
        program.chmod(0o755)
        words = [str(program), "git", "commit", "-q", "--allow-empty", "-m", "x"]
        environment = {name: value for name, value in guarded.environment.items() if name != "AGENT_TRACKER_PROCESSES"}
        done = subprocess.run(words, cwd=guarded.path, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == REFUSED


class TestRefusedIn:
    @pytest.mark.whole
    def test_linked_worktree(self, guarded: Repo, tmp_path: Path) -> None:
        guarded.git("commit", "-q", "--allow-empty", "-m", "feat: zero")
        guarded.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked tree"))
        linked = guarded.at(tmp_path / "linked tree")
        linked.write(".env", "SECRET=1\n")
        linked.git("add", "-A")
        assert attempt(linked, env=CLAUDE_CODE) == REFUSED
        assert "(.env)" in attempt(linked, env=OPENCODE).output
        assert "(.env)" in attempt(linked, "-a", env=OPENCODE).output

    def test_git_dir_option(self, guarded: Repo, tmp_path: Path) -> None:
        place = ["--git-dir", str(guarded.path / ".git"), "--work-tree", str(guarded.path)]
        assert attempt(guarded, env=CLAUDE_CODE, git=place, cwd=tmp_path) == REFUSED

    def test_subfolder(self, guarded: Repo) -> None:
        (guarded.path / "below").mkdir()
        assert attempt(guarded, env=CLAUDE_CODE, cwd=guarded.path / "below") == REFUSED

    def test_submodule(self, guarded: Repo, tmp_path: Path) -> None:
        guarded.git("commit", "-q", "--allow-empty", "-m", "feat: zero")
        superproject = Repo.make(tmp_path / "super", guarded.environment)
        superproject.git("submodule", "--quiet", "add", str(guarded.path), "part")
        submodule = superproject.at(superproject.path / "part")
        submodule.tracker("init", "--guard")
        assert attempt(submodule, env=CLAUDE_CODE) == REFUSED
        submodule.write("conf/.env", "x")
        submodule.git("add", "-A")
        assert "(conf/.env)" in attempt(submodule, env=OPENCODE).output
