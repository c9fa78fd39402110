"""A host calls late, and sees only that HEAD moved: it never takes a person's commit, nor another host's."""

import os
import shutil

import pytest

from tests.hosts.calls import CODEX, GEMINI, HostAt, maker, text_in
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


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


def test_nothing_new(gemini: HostAt) -> None:
    repo = gemini.repo
    before = maker(repo)
    assert gemini.tool().end() == ""
    assert maker(repo) == before == "human"


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


@pytest.mark.few(2)
@pytest.mark.parametrize("shell", ["sh", "bash", "busybox sh"])
@pytest.mark.whole
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
