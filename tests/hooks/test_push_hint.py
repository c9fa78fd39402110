"""The hint in a push: who sees it, how often, and what switches it off."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE, OPENCODE, UNKNOWN_AGENT
from tests.doctor import findings
from tests.hooks.noting_hooks import make_hook
from tests.hooks.pushes import (
    add_remote,
    agent_commits,
    hint_files,
    hints,
    line,
    make_older,
    pass_a_day,
    push,
    push_by_script,
)
from tests.program import WITHOUT_OVERRIDE
from tests.shell import run_shell
from tests.support import Repo, Terminal

pytestmark = pytest.mark.recorded_later


@pytest.fixture
def bare(repo: Repo) -> Repo:
    return add_remote(repo)


class TestHowOften:
    def test_once_a_day_and_never_twice(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo, 2)
        assert hints(push(repo)) == line(2)
        assert hints(push(repo)) == []
        agent_commits(repo)
        assert hints(push(repo)) == [], "there is one more commit, but no day has passed"
        pass_a_day(repo)
        assert hints(push(repo)) == line(3)
        assert hints(push(repo)) == []
        assert bare.head("main") == repo.head()

    def test_again_after_a_day_in_which_nothing_was_recorded(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        assert hints(push(repo)) == line(1)
        repo.tracker("sync")
        assert hints(push(repo)) == []
        pass_a_day(repo)
        assert hints(push(repo)) == line(1)

    def test_line_is_before_gits_output(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        assert push(repo).startswith(f"{line(1)[0]}\n")

    @pytest.mark.whole
    def test_number_is_that_of_the_last_recorder(self, repo: Repo, bare: Repo) -> None:
        for number in (1, 2):
            agent_commits(repo)
            assert hint_files(repo) == [f"push-hint-{number}"]
        assert hints(push(repo)) == line(2)

    def test_many_commits(self, repo: Repo, bare: Repo) -> None:
        message = "feat: by an agent\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
        one = f"git -c core.hooksPath=/dev/null commit -q --allow-empty -m '{message}'"
        run_shell(repo, f"for number in $(seq 100); do {one}; done")
        agent_commits(repo)
        assert hints(push(repo)) == ["100 or more commits wait for your grade: agent-tracker review"]

    def test_pushes_at_the_same_time(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        words = ("git", "push", "-q", "--dry-run", "origin", "--all")
        terminals = [Terminal(words, repo.path, repo.environment) for _ in range(6)]
        assert {terminal.finish() for terminal in terminals} == {0}
        assert hints("".join(terminal.shown for terminal in terminals)) == line(1)

    def test_clock_was_ahead(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        assert hints(push(repo)) == line(1)
        os.utime(repo.folder / "push-hinted", (4_000_000_000, 4_000_000_000))
        repo.tracker("sync")
        for path in repo.folder.glob("push-hint-*"):
            make_older(path)
        assert hints(push(repo)) == line(1)


class TestWhoSeesIt:
    @pytest.mark.parametrize("agent", [CLAUDE_CODE, OPENCODE, UNKNOWN_AGENT, {"AGENT_TRACKER_AGENT": "me"}], ids=str)
    def test_agent_at_a_terminal_does_not(self, repo: Repo, bare: Repo, agent: dict[str, str]) -> None:
        agent_commits(repo)
        assert hints(push(repo, env=agent)) == []
        assert hints(push(repo)) == line(1), "it was not used up"

    def test_process_of_an_agent_does_not(self, repo: Repo, bare: Repo, tmp_path: Path) -> None:
        agent_commits(repo)
        agent = make_hook(tmp_path / "bin" / "claude", "#!/bin/sh\ngit push -q origin --all\nexit $?\n")
        terminal = repo.at_terminal(str(agent), env={"AGENT_TRACKER_PROCESSES": "1"})
        assert terminal.finish() == 0
        assert terminal.shown == ""
        assert hints(push(repo)) == line(1)

    def test_script_does_not(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        assert hints(push_by_script(repo)) == []
        assert hints(push(repo)) == line(1)

    def test_program_that_reads_errors_at_a_terminal_does_not(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        terminal = repo.at_terminal("sh", "-c", "git push origin --all 2>../errors; exec cat ../errors")
        assert terminal.finish() == 0
        assert hints(terminal.shown) == []

    def test_another_account_does_not(self, repo: Repo, bare: Repo) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can give a file to another account")
        agent_commits(repo)
        os.chown(repo.folder / "push-hint-1", 12345, 12345)
        assert hints(push(repo)) == []

    def test_every_worktree(self, repo: Repo, bare: Repo, tmp_path: Path) -> None:
        agent_commits(repo)
        repo.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "linked dir"))
        linked = repo.at(tmp_path / "linked dir")
        agent_commits(linked)
        assert hints(push(linked)) == line(2)
        assert hints(push(repo)) == []

    def test_git_dir_in_a_variable(self, repo: Repo, bare: Repo, tmp_path: Path) -> None:
        agent_commits(repo)
        place = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
        terminal = Terminal(("git", "push", "-q", "origin", "--all"), tmp_path, repo.environment | place)
        assert terminal.finish() == 0
        assert hints(terminal.shown) == line(1)

    def test_push_without_hooks_does_not(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        assert hints(push(repo, "--no-verify")) == []
        assert hints(push(repo)) == line(1)


class TestNothingWaits:
    def test_commits_of_a_person(self, repo: Repo, bare: Repo) -> None:
        repo.commit("feat: by hand")
        repo.tracker("sync")
        assert hints(push(repo)) == hint_files(repo) == []

    def test_fetched_commits_of_somebody_elses_agent(self, repo: Repo, bare: Repo) -> None:
        other = repo.clone(repo.path.parent / "other", "--bare").clone(repo.path.parent / "theirs")
        for name in ("user.name", "user.email"):
            other.git("config", name, "somebody@example.org")
        other.commit("feat: theirs\n\nCo-Authored-By: Claude <noreply@anthropic.com>", env=CLAUDE_CODE)
        repo.git("pull", "-q", str(other.path), "main")
        repo.tracker("sync")
        assert [one["agent"] for one in repo.log()] == ["claude-code"]
        assert hints(push(repo)) == hint_files(repo) == []

    def test_graded_ones(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo, 2)
        repo.person("grade", "HEAD", "--user", "good")
        assert hint_files(repo) == ["push-hint-1"]
        repo.person("grade", "HEAD~1", "--user", "bad")
        assert hints(push(repo)) == hint_files(repo) == []


class TestSwitchedOff:
    @pytest.mark.parametrize("is_recorded", [False, True])
    @pytest.mark.parametrize("words", [("--local",), ("--global",)], ids=str)
    def test_by_gits_configuration(self, repo: Repo, bare: Repo, words: tuple[str, ...], is_recorded: bool) -> None:
        agent_commits(repo)
        repo.git("config", *words, "agent-tracker.hints", "false")
        if is_recorded:
            repo.tracker("sync")
            assert hint_files(repo) == []
        assert hints(push(repo)) == []
        repo.git("config", *words, "agent-tracker.hints", "true")
        repo.tracker("sync")
        assert hints(push(repo)) == line(1)

    def test_for_one_push(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        assert hints(push(repo, env={"AGENT_TRACKER_HINTS": "no"})) == []
        words = ("git", "-c", "agent-tracker.hints=off", "push", "-q", "origin", "--all")
        terminal = repo.at_terminal(*words)
        assert terminal.finish() == 0
        assert hints(terminal.shown) == []
        assert hints(push(repo)) == line(1)

    def test_by_the_users_file(self, repo: Repo, bare: Repo) -> None:
        file = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text("hints = false\n")
        agent_commits(repo)
        assert hints(push(repo)) == hint_files(repo) == []

    def test_init_then_installs_no_hook_and_removes_ours(self, repo: Repo, bare: Repo) -> None:
        hook = repo.path / ".git" / "hooks" / "pre-push"
        for _ in range(2):
            repo.git("config", "agent-tracker.hints", "false")
            assert "pre-push" in repo.tracker("init")
            assert not hook.exists()
            assert findings(repo) == []
            repo.git("config", "agent-tracker.hints", "true")
            repo.tracker("init")
            assert hook.exists()
            assert findings(repo) == []


def make_link_to_fifo(path: Path) -> None:
    os.mkfifo(f"{path}.fifo")
    path.symlink_to(f"{path.name}.fifo")


def make_huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


DAMAGED: Final[Mapping[str, Callable[[Path], object]]] = {
    "fifo": os.mkfifo,
    "folder": os.mkdir,
    "link-to-a-fifo": make_link_to_fifo,
    "link-to-a-file": lambda path: path.symlink_to("project-id"),
    "link-to-nothing": lambda path: path.symlink_to("/nowhere/at-all"),
    "link-to-itself": lambda path: path.symlink_to(path.name),
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "huge": make_huge,
    "text": lambda path: path.write_text("\x1b[31mforeign\x07\n"),
}
"""Things in the place of a file for the hint, each with the function that puts it there."""


class TestDamagedFiles:
    @pytest.mark.parametrize("kind", DAMAGED)
    @pytest.mark.parametrize("name", ["push-hint-7", "push-hinted"])
    def test_nothing_hangs_and_the_next_recorder_mends_it(self, repo: Repo, bare: Repo, kind: str, name: str) -> None:
        agent_commits(repo)
        if name == "push-hint-7":
            (repo.folder / "push-hint-1").unlink()
        identity = (repo.folder / "project-id").read_bytes()
        DAMAGED[kind](repo.folder / name)
        shown = push(repo)
        assert "foreign" not in shown
        assert hints(shown) in ([], line(1), line(7)), "at most our own line"
        assert (repo.folder / "project-id").read_bytes() == identity
        repo.tracker("sync")
        pass_a_day(repo)
        pass_a_day(repo)
        push(repo)
        repo.tracker("sync")
        pass_a_day(repo)
        assert hints(push(repo)) == line(1)

    @pytest.mark.parametrize(
        "number", ["", "0", "007", "-1", "1e9", "1000", "\x1b[31m", "$(touch x)", "\n3", "a b", "9" * 200]
    )
    def test_names_that_are_no_number(self, repo: Repo, bare: Repo, number: str) -> None:
        agent_commits(repo)
        (repo.folder / "push-hint-1").rename(repo.folder / f"push-hint-{number}")
        shown = push(repo)
        assert hints(shown) == []
        assert "\x1b" not in shown
        repo.tracker("sync")
        assert hints(push(repo)) == line(1)

    @pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs util-linux")
    def test_folder_that_cannot_be_written(self, repo: Repo, bare: Repo) -> None:
        agent_commits(repo)
        repo.folder.chmod(0o500)
        assert hints(push(repo, before=WITHOUT_OVERRIDE)) == []
        assert bare.head("main") == repo.head()
        repo.folder.chmod(0o700)
        assert hints(push(repo)) == line(1)

    @pytest.mark.parametrize(
        "end", ["exit 1", "exit 77", "exec false", "if then (", "exit 0", "cat", "return 1", "exec cat"]
    )
    @pytest.mark.parametrize("is_kept", [False, True])
    def test_script_is_damaged(self, repo: Repo, bare: Repo, end: str, is_kept: bool) -> None:
        """It may end or read what it likes: the push goes on, and the user's own hook has its input."""
        if is_kept:
            repo.tracker("uninstall")
            make_hook(repo.path / ".git" / "hooks" / "pre-push", "#!/bin/sh\nwc -l >../input\n")
            repo.tracker("init")
        script = repo.scripts / "pre-push"
        stamp = script.stat()
        script.write_text(f"#!/bin/sh\n{end}\n")
        os.utime(script, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        agent_commits(repo)
        push(repo)
        assert bare.head("main") == repo.head()
        if is_kept:
            assert (repo.path.parent / "input").read_text().strip() == "1"
