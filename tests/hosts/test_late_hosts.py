"""A host calls late, and sees only that HEAD moved: it never takes a person's commit, nor another host's."""

import os
import shutil
from typing import Final

import pytest

from tests.hosts.calls import HostAt, text_in
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

NO_HOOKS: Final = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": ""}
GEMINI: Final = {"GEMINI_CLI": "1", **NO_HOOKS}
CODEX: Final = {"CODEX_THREAD_ID": "01a2224f-2326-75e0-a768-0e66593123de"}


def maker(repo: Repo, revision: str = "HEAD") -> str:
    return str(repo.line(repo.head(revision))["agent"])


@pytest.fixture
def gemini(repo: Repo) -> HostAt:
    repo.commit("chore: begin")
    return HostAt(repo, "gemini-cli", "ac557a82-c228-4eb9-bff0-7b11b9c1fc37")


def test_commit_of_its_own_tool_is_its_own(gemini: HostAt) -> None:
    repo, tool = gemini.repo, gemini.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    asked = tool.end(f"[main {repo.head()[:7]}] feat: by gemini", model="gemini-2.5-pro")
    line = repo.line(repo.head())
    assert (line["agent"], line["model"], line["confidence"], line["learnt"]) == (
        "gemini-cli", "gemini-2.5-pro", "high", "host",
    )  # fmt: skip
    assert repo.head()[:9] in asked
    assert f"{os.sep}agent-tracker grade" in asked
    repo.assert_recorded()


def test_commit_of_which_nothing_was_printed_is_less_sure(gemini: HostAt) -> None:
    """A person may commit without hooks at that very moment, as graphical programs do."""
    repo, tool = gemini.repo, gemini.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    assert repo.head()[:9] in tool.end()
    line = repo.line(repo.head())
    assert (line["agent"], line["confidence"], line["signal"]) == ("gemini-cli", "medium", "host")


def test_commit_of_another_session_of_the_same_agent(repo: Repo) -> None:
    """The hook saw the session that made it, so that another one says nothing of its model and is not asked for it."""
    repo.commit("chore: begin")
    first, second = "32738aae-809f-4798-a400-256779b51372", "42738aae-809f-4798-a400-256779b51373"
    tools = [HostAt(repo, "claude-code", session).tool() for session in (first, second)]
    repo.commit("feat: by the first", env={"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": first})
    assert tools[1].end(model="claude-haiku-4-5") == ""
    assert repo.line(repo.head())["model"] is None
    assert repo.head()[:9] in tools[0].end(model="claude-opus-4-7")
    assert repo.line(repo.head())["model"] == "claude-opus-4-7"


def test_refs_that_are_packed_with_a_git_dir_in_the_environment(repo: Repo) -> None:
    repo.commit("chore: begin")
    repo.git("pack-refs", "--all")
    codex = HostAt(repo, "codex", CODEX["CODEX_THREAD_ID"], env={"GIT_DIR": str(repo.path / ".git")})
    tool = codex.tool()
    repo.commit("feat: by codex", env=CODEX)
    assert repo.head()[:9] in tool.end()


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


def test_nothing_new(gemini: HostAt) -> None:
    repo = gemini.repo
    before = maker(repo)
    assert gemini.tool().end() == ""
    assert maker(repo) == before == "human"


def test_call_that_nobody_announced(gemini: HostAt) -> None:
    repo = gemini.repo
    gemini.tool("other")
    repo.commit("feat: in between")
    assert gemini.say("after-tool", "unknown") is None
    assert maker(repo) == "human"


def test_person_between_two_tools(gemini: HostAt) -> None:
    repo = gemini.repo
    gemini.tool("first").end()
    repo.commit("feat: by a person")
    assert gemini.tool("second").end() == ""
    assert maker(repo) == "human"


def test_person_during_the_tool(gemini: HostAt) -> None:
    """Without a terminal, as a graphical program commits: git's hook saw it, and no agent."""
    repo, tool = gemini.repo, gemini.tool()
    repo.commit("feat: by a person")
    assert tool.end() == ""
    assert maker(repo) == "human"


def test_person_at_a_terminal_during_the_tool(gemini: HostAt) -> None:
    repo, tool = gemini.repo, gemini.tool()
    assert repo.at_terminal("git", "commit", "-q", "--allow-empty", "-m", "feat: typed").finish() == 0
    assert tool.end() == ""
    line = repo.line(repo.head())
    assert (line["agent"], line["confidence"]) == ("human", "high")


def test_person_and_agent_during_one_tool(gemini: HostAt) -> None:
    repo, tool = gemini.repo, gemini.tool()
    repo.commit("feat: by a person")
    repo.commit("feat: by gemini", env=GEMINI)
    asked = tool.end()
    assert (maker(repo, "HEAD~1"), maker(repo)) == ("human", "gemini-cli")
    assert repo.head()[:9] in asked
    assert repo.head("HEAD~1")[:9] not in asked


def test_fetch_and_fast_forward(gemini: HostAt) -> None:
    repo = gemini.repo
    other = repo.clone(repo.path.parent / "other")
    other.commit("feat: made elsewhere")
    tool = gemini.tool()
    repo.git("pull", "-q", "--ff-only", str(other.path), "main")
    assert tool.end() == ""
    assert maker(repo) == "human"


def test_branch_switch(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("switch", "-q", "-c", "side")
    repo.commit("feat: on a branch")
    repo.git("switch", "-q", "main")
    tool = gemini.tool()
    repo.git("switch", "-q", "side")
    assert tool.end() == ""
    assert maker(repo) == "human"


def test_reset_to_an_older_commit(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.commit("feat: second")
    tool = gemini.tool()
    repo.git("reset", "-q", "--hard", "HEAD~1")
    assert tool.end() == ""
    assert maker(repo) == "human"


def test_rebase_of_a_persons_commits(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("switch", "-q", "-c", "side")
    repo.commit("feat: on a branch", file="a")
    repo.git("switch", "-q", "main")
    repo.commit("feat: on main", file="b")
    repo.git("switch", "-q", "side")
    tool = gemini.tool()
    repo.git("rebase", "-q", "main")
    assert tool.end() == ""
    assert maker(repo) == "human"


def test_other_hosts_commit(gemini: HostAt) -> None:
    """Two hosts in one repository: what the one made is never the other's."""
    repo = gemini.repo
    codex = HostAt(repo, "codex", CODEX["CODEX_THREAD_ID"])
    tools = gemini.tool(), codex.tool()
    repo.commit("feat: by codex", env=CODEX)
    assert tools[0].end() == ""
    assert repo.head()[:9] in tools[1].end(model="gpt-5.2-codex")
    line = repo.line(repo.head())
    assert (line["agent"], line["model"]) == ("codex", "gpt-5.2-codex")


def test_hidden_commit_of_another_host(gemini: HostAt) -> None:
    """A host whose commits git's hooks see does not speak of one that they did not see."""
    repo = gemini.repo
    claude = HostAt(repo, "claude-code", "32738aae-809f-4798-a400-256779b51372")
    tools = gemini.tool(), claude.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    assert tools[1].end() == ""
    assert repo.head()[:9] in tools[0].end()
    assert maker(repo) == "gemini-cli"


def test_two_sessions_of_one_agent(gemini: HostAt) -> None:
    """Both may have made it: the agent is known, its session and model are not."""
    repo = gemini.repo
    second = HostAt(repo, "gemini-cli", "bb557a82-c228-4eb9-bff0-7b11b9c1fc38")
    tools = gemini.tool(), second.tool()
    repo.commit("feat: by one of them", env=GEMINI)
    tools[0].end(model="gemini-2.5-pro")
    tools[1].end(model="gemini-3-pro")
    line = repo.line(repo.head())
    assert (line["agent"], line["model"]) == ("gemini-cli", None)


@pytest.mark.few(3)
@pytest.mark.parametrize("shell", ["sh", "bash", "busybox sh"])
def test_branch_and_back(repo: Repo, shell: str) -> None:
    """HEAD is where it was, or has passed there: git's reflog and the time of the objects show what was made."""
    if shutil.which(shell.split(maxsplit=1)[0]) is None:
        pytest.skip(f"needs {shell}")
    repo.commit("chore: begin")
    gemini = HostAt(repo, "gemini-cli", "ac557a82-c228-4eb9-bff0-7b11b9c1fc37", shell=shell)
    now = {**GEMINI, "GIT_COMMITTER_DATE": ""}
    repo, tool = gemini.repo, gemini.tool("first")
    repo.git("switch", "-q", "-c", "topic", env=GEMINI)
    repo.commit("feat: on a branch", env=now)
    repo.git("switch", "-q", "main", env=GEMINI)
    assert repo.head("topic")[:9] in tool.end(f"[topic {repo.head('topic')[:7]}] feat: on a branch")
    assert maker(repo, "topic") == "gemini-cli"
    tool = gemini.tool("second")
    repo.git("switch", "-q", "-c", "other", env=GEMINI)
    repo.commit("feat: on another branch", env=now)
    repo.git("switch", "-q", "main", env=GEMINI)
    repo.commit("feat: on main", env=GEMINI)
    asked = tool.end()
    assert all(repo.head(name)[:9] in asked for name in ("other", "main"))
    assert (maker(repo, "other"), maker(repo)) == ("gemini-cli", "gemini-cli")
    assert maker(repo, "main~1") == "human"


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


def test_revert(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.commit("feat: by a person")
    tool = gemini.tool()
    repo.git("revert", "--no-edit", "HEAD", env=GEMINI)
    assert repo.head()[:9] in tool.end()
    assert (maker(repo), maker(repo, "HEAD~1")) == ("gemini-cli", "human")


def test_copy_of_a_persons_commit(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("switch", "-q", "-c", "side")
    repo.commit("feat: by a person")
    repo.git("switch", "-q", "main")
    repo.commit("feat: on main")
    tool = gemini.tool()
    repo.git("cherry-pick", "side", env=GEMINI)
    assert tool.end() == ""
    assert maker(repo) == "human"


def test_command_that_failed_after_its_commit(repo: Repo) -> None:
    """Claude Code tells of it by another event, and its answer has the name of that one."""
    repo.commit("chore: begin")
    claude = HostAt(repo, "claude-code", "32738aae-809f-4798-a400-256779b51372")
    claude.tool()
    repo.commit("feat: by claude", env={"CLAUDECODE": "1"})
    words = {"hook_event_name": "PostToolUseFailure", "error": f"Exit code 1\n[main {repo.head()[:7]}] feat: by claude"}
    answer = claude.say("after-tool", **words)
    assert answer is not None
    assert answer["hookSpecificOutput"]["hookEventName"] == "PostToolUseFailure"
    assert repo.head()[:9] in text_in(answer)


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


def test_calls_of_an_unknown_session_that_ended_hide_nothing(gemini: HostAt) -> None:
    repo = gemini.repo
    other = HostAt(repo, "copilot-cli", "")
    other.say("before-tool", "")
    other.say("after-tool", "")
    tool = gemini.tool("-")
    repo.commit("feat: by gemini", env=GEMINI)
    assert repo.head()[:9] in tool.end("-")


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


def test_branch_that_is_a_symbolic_ref(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("branch", "-m", "main", "trunk")
    repo.git("symbolic-ref", "refs/heads/main", "refs/heads/trunk")
    repo.git("symbolic-ref", "HEAD", "refs/heads/main")
    tool = gemini.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    assert repo.head()[:9] in tool.end()


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


@pytest.mark.parametrize("host", ["gemini-cli", "claude-code", "codex"])
def test_without_hooks_only_the_output_of_git_shows_whose_it_is(untracked: Repo, host: str) -> None:
    repo = untracked
    repo.tracker("init", "--hooks", "none")
    repo.commit("chore: begin")
    at_work = HostAt(repo, host, "ac557a82-c228-4eb9-bff0-7b11b9c1fc37")
    tool = at_work.tool("first")
    repo.commit("feat: by a person")
    assert tool.end("On branch main\nnothing to commit") == ""
    assert maker(repo) == "human"
    tool = at_work.tool("second")
    repo.commit("feat: by the agent")
    short = repo.head()[:7]
    assert repo.head()[:9] in tool.end(f"[main {short}] feat: by the agent\n 1 file changed")
    assert maker(repo) == host


def test_name_of_a_commit_in_other_output_shows_nothing(untracked: Repo) -> None:
    """``git log`` prints a person's commit too."""
    repo = untracked
    repo.tracker("init", "--hooks", "none")
    repo.commit("chore: begin")
    tool = HostAt(repo, "codex", CODEX["CODEX_THREAD_ID"]).tool()
    repo.commit("feat: by a person")
    assert tool.end(f"{repo.head()[:7]} feat: by a person\ncommit {repo.head()}") == ""
    assert maker(repo) == "human"


def test_ledger_that_is_busy_loses_nothing(gemini: HostAt) -> None:
    """The words of the host wait in the spool."""
    repo, tool = gemini.repo, gemini.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    with repo.ledger().write():
        assert tool.end(model="gemini-2.5-pro") == ""
    line = repo.line(repo.head())
    assert (line["agent"], line["model"]) == ("gemini-cli", "gemini-2.5-pro")


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


def test_linked_worktree_has_calls_of_its_own(gemini: HostAt) -> None:
    repo = gemini.repo
    repo.git("worktree", "add", "-q", str(repo.path.parent / "beside"), "-b", "side")
    beside = HostAt(repo.at(repo.path.parent / "beside"), "gemini-cli", "cc557a82-c228-4eb9-bff0-7b11b9c1fc39")
    tools = gemini.tool(), beside.tool()
    beside.repo.commit("feat: beside", env=GEMINI)
    assert tools[0].end() == ""
    assert beside.repo.head()[:9] in tools[1].end()


def test_before_the_first_commit(repo: Repo) -> None:
    gemini = HostAt(repo, "gemini-cli", "ac557a82-c228-4eb9-bff0-7b11b9c1fc37")
    tool = gemini.tool()
    repo.commit("feat: the first", env=GEMINI)
    assert repo.head()[:9] in tool.end()
    assert maker(repo) == "gemini-cli"


def test_a_hook_that_comes_later_than_the_host_goes_first(repo: Repo) -> None:
    """The result is the same whichever was recorded first."""
    repo.commit("chore: begin")
    gemini = HostAt(repo, "gemini-cli", "ac557a82-c228-4eb9-bff0-7b11b9c1fc37")
    tool = gemini.tool()
    repo.commit("feat: by gemini", env=GEMINI)
    tool.end()
    assert maker(repo) == "gemini-cli"
    repo.git("hook", "run", "post-commit", env=CODEX)
    assert maker(repo) == "codex"
    repo.assert_recorded()
