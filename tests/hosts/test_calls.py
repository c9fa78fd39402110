"""Calls that hosts announce: where they are kept, when each has ended, and what may stand in the place of our files."""

import os

import pytest

from tests.hanging import not_hanging
from tests.hosts.calls import CODEX, GEMINI, NO_HOOKS, HostAt, maker
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


@pytest.mark.whole
def test_refs_that_are_packed_with_a_git_dir_in_the_environment(repo: Repo) -> None:
    repo.commit("chore: begin")
    repo.git("pack-refs", "--all")
    codex = HostAt(repo, "codex", CODEX["CODEX_THREAD_ID"], env={"GIT_DIR": str(repo.path / ".git")})
    tool = codex.tool()
    repo.commit("feat: by codex", env=CODEX)
    assert repo.head()[:9] in tool.end()


@pytest.mark.whole
def test_cursor_names_its_sessions_otherwise(repo: Repo) -> None:
    repo.commit("chore: begin")
    cursor = HostAt(repo, "cursor", "")
    words = {"conversation_id": "668320d2-2fd8-4888-b33c-2a466fec86e7", "generation_id": "490b90b7-a2ce-4c2c"}
    assert cursor.say("before-tool", "", **words) is None
    repo.commit("feat: by cursor", env={"CURSOR_AGENT": "1"})
    answer = cursor.say("after-tool", "", model="claude-opus-4-7", **words)
    assert answer is not None
    assert repo.line(repo.head())["model"] == "claude-opus-4-7"


def test_session_that_ended_long_ago_starts_no_program(gemini: HostAt) -> None:
    repo = gemini.repo
    ended = HostAt(repo, "claude-code", "32738aae-809f-4798-a400-256779b51372")
    ended.tool()
    calls = repo.path / ".git" / "agent-tracker" / "calls" / "head"
    old = calls / repo.head()
    os.utime(old, (old.stat().st_mtime - 3600,) * 2)
    repo.commit("feat: by a person")
    gemini.tool().end()
    assert sorted(path.name for path in calls.iterdir()) == sorted([repo.head(), "old"])


@pytest.mark.whole
def test_call_that_nobody_announced(gemini: HostAt) -> None:
    repo = gemini.repo
    gemini.tool("other")
    repo.commit("feat: in between")
    assert gemini.say("after-tool", "unknown") is None
    assert maker(repo) == "human"


@pytest.mark.whole
def test_person_without_hooks_between_two_tools(gemini: HostAt) -> None:
    """Neither a call that ended, nor one that began later, made what came in between."""
    repo = gemini.repo
    gemini.tool("-").end()
    repo.commit("feat: by a person", env=NO_HOOKS)
    assert gemini.say("after-tool", "-") is None
    assert gemini.tool("-").end() == ""
    assert gemini.say("after-tool", "-") is None
    tool = gemini.tool("-")
    repo.commit("feat: by gemini", env=GEMINI)
    assert repo.head()[:9] in tool.end()
    assert gemini.say("after-tool", "-") is None
    assert (maker(repo), maker(repo, "HEAD~1")) == ("gemini-cli", "human")


def test_head_that_is_no_commit_names_no_file(gemini: HostAt) -> None:
    repo = gemini.repo
    victim = repo.write("victim.txt", "mine\n")
    (repo.path / ".git" / "HEAD").write_text("../../../../victim.txt\n")
    gemini.tool()
    (repo.path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    calls = repo.path / ".git" / "agent-tracker" / "calls" / "head"
    calls.mkdir(parents=True)
    (calls / repo.head()).symlink_to(victim)
    gemini.tool()
    assert victim.read_text() == "mine\n"


def test_links_in_the_place_of_our_folders(gemini: HostAt) -> None:
    """Nothing is written or removed behind them, by the script or by Python."""
    repo = gemini.repo
    theirs = repo.path.parent / "src"
    (theirs / "tree-sitter").mkdir(parents=True)
    (theirs / "tree-sitter" / "unborn").write_text("mine\n")
    (repo.path / ".git" / "agent-tracker" / "calls").symlink_to(theirs)
    cursor = HostAt(repo, "cursor", "668320d2-2fd8-4888-b33c-2a466fec86e7")
    for host in (gemini, cursor):
        tool = host.tool()
        repo.commit("feat: something", env=GEMINI)
        assert tool.end() == ""
    assert [path.name for path in theirs.rglob("*")] == ["tree-sitter", "unborn"]


def test_long_command_after_one_that_was_cancelled(gemini: HostAt) -> None:
    """The end of a long command is not taken for that of an earlier one, of which no end was told."""
    repo = gemini.repo
    gemini.say("before-tool", "-")
    repo.commit("feat: by a person", env=NO_HOOKS)
    gemini.say("before-tool", "-", tool_input={"command": "true #" + "x" * 70_000})
    assert gemini.say("after-tool", "-") is None
    assert maker(repo) == "human"


@pytest.mark.whole
def test_calls_of_an_unknown_session_that_ended_hide_nothing(gemini: HostAt) -> None:
    repo = gemini.repo
    other = HostAt(repo, "copilot-cli", "")
    other.say("before-tool", "")
    other.say("after-tool", "")
    tool = gemini.tool("-")
    repo.commit("feat: by gemini", env=GEMINI)
    assert repo.head()[:9] in tool.end("-")


@pytest.mark.whole
def test_long_command_counts_if_git_printed_its_commit(gemini: HostAt) -> None:
    """A call without an id that began long ago may be one whose end was not told."""
    repo = gemini.repo
    for number, (printed, expected) in enumerate((("", "human"), ("[main {0}] feat: by gemini", "gemini-cli"))):
        tool = HostAt(repo, "gemini-cli", f"ac557a82-c228-4eb9-bff{number}").tool("-")
        calls = repo.path / ".git" / "agent-tracker" / "calls" / "head" / repo.head()
        os.utime(calls, (calls.stat().st_mtime - 1200,) * 2)
        repo.commit("feat: by gemini", env=GEMINI)
        tool.end(printed.format(repo.head()[:7]))
        assert maker(repo) == expected


def test_end_of_a_call_writes_behind_no_link(gemini: HostAt) -> None:
    repo = gemini.repo
    victim = repo.write("victim.txt", "mine\n")
    calls = repo.path / ".git" / "agent-tracker" / "calls" / "head"
    calls.mkdir(parents=True)
    (calls / repo.head()).symlink_to(victim)
    assert gemini.say("after-tool", "-") is None
    (calls / repo.head()).unlink()
    os.mkfifo(calls / repo.head())
    assert gemini.say("before-tool", "-") is None
    assert victim.read_text() == "mine\n"


def test_pipe_in_the_place_of_our_file_is_not_waited_for(repo: Repo) -> None:
    """Also where no shell looks first: Cursor's calls go straight to Python."""
    repo.commit("chore: begin")
    cursor = HostAt(repo, "cursor", "668320d2-2fd8-4888-b33c-2a466fec86e7")
    calls = repo.path / ".git" / "agent-tracker" / "calls" / "head"
    calls.mkdir(parents=True)
    os.mkfifo(calls / repo.head())
    with not_hanging():
        assert cursor.say("before-tool") is None
        assert cursor.say("after-tool") is None


def test_branch_that_is_a_symbolic_ref(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("branch", "-m", "main", "trunk")
    repo.git("symbolic-ref", "refs/heads/main", "refs/heads/trunk")
    repo.git("symbolic-ref", "HEAD", "refs/heads/main")
    tool = gemini.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    assert repo.head()[:9] in tool.end()


@pytest.mark.whole
def test_calls_of_a_worktree_that_is_gone_are_forgotten(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("worktree", "add", "-q", "../linked")
    linked = repo.at(repo.path.parent / "linked")
    HostAt(linked, "codex", CODEX["CODEX_THREAD_ID"]).tool()
    repo.git("worktree", "remove", "--force", "../linked")
    tool = gemini.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    tool.end()
    calls = repo.path / ".git" / "agent-tracker" / "calls"
    assert [path.name for path in calls.iterdir()] == ["head"]


@pytest.mark.whole
def test_host_whose_hooks_run_in_a_folder_of_its_own(repo: Repo) -> None:
    """Cursor runs the user's hooks in its own folder, which may even be in another tracked repository."""
    repo.commit("chore: begin")
    home = Repo.make(repo.path.parent / "dotfiles", repo.environment)
    home.tracker("init")
    home.commit("chore: begin")
    cursor = HostAt(home, "cursor", "")
    words = {"conversation_id": "668320d2-2fd8-4888-b33c-2a466fec86e7", "generation_id": "490b90b7-a2ce-4c2c"}
    roots = [str(repo.path)]
    assert cursor.say("before-tool", "", cwd="", workspace_roots=roots, **words) is None
    repo.commit("feat: by cursor", env={"CURSOR_AGENT": "1"})
    assert cursor.say("after-tool", "", model="claude-opus-4-7", cwd="", workspace_roots=roots, **words) is not None
    assert repo.line(repo.head())["model"] == "claude-opus-4-7"
    started = cursor.say("session-start", "", cwd="", workspace_roots=roots, **words)
    assert started is not None
    assert "You are cursor" in started["additional_context"]


def test_calls_of_two_tools_at_once(gemini: HostAt) -> None:
    """A host runs several tools at once; each ends with what came since it began, and each commit is asked for once."""
    repo = gemini.repo
    first, second = gemini.tool("first"), gemini.tool("second")
    repo.commit("feat: one", env=GEMINI)
    one = repo.head()[:9]
    assert one in first.end()
    repo.commit("feat: two", env=GEMINI)
    asked = second.end()
    assert repo.head()[:9] in asked
    assert one not in asked
    assert [maker(repo, "HEAD~1"), maker(repo)] == ["gemini-cli", "gemini-cli"]


@pytest.mark.whole
def test_linked_worktree_has_calls_of_its_own(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("worktree", "add", "-q", str(repo.path.parent / "beside"), "-b", "side")
    beside = HostAt(repo.at(repo.path.parent / "beside"), "gemini-cli", "cc557a82-c228-4eb9-bff0-7b11b9c1fc39")
    tools = gemini.tool(), beside.tool()
    beside.repo.commit("feat: beside", env=GEMINI)
    assert tools[0].end() == ""
    assert beside.repo.head()[:9] in tools[1].end()
