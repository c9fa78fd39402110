"""Agents recognised from environment variables and processes of a commit, with real hooks."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import pytest

from tests.agent_environments import AMBIENT, SURE
from tests.framework import configuration, pre_commit, surroundings
from tests.program import WHOLE
from tests.support import Repo, sized
from tracker.attribution import catalogue_file

RULES = catalogue_file.load()
SHOWS_PROCESSES = Path("/proc/self/stat").exists()


@pytest.fixture(params=["native", "pre-commit"] if WHOLE else ["native"])
def hooked(request: pytest.FixtureRequest) -> Repo:
    """A repository recorded by native hooks, or through the pre-commit framework, which takes a second a commit."""
    if request.param == "native":
        repo: Repo = request.getfixturevalue("repo")
        return repo
    untracked: Repo = request.getfixturevalue("untracked")
    product, store = request.getfixturevalue("product"), request.getfixturevalue("store")
    untracked.environment |= surroundings(store)
    untracked.commit("build: hooks", file=".pre-commit-config.yaml", text=configuration(product, before=False))
    pre_commit(untracked, "install", "--install-hooks")
    return untracked


def commit_each(repo: Repo, environments: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Commit once in each environment; return the names of the environments by oid."""
    return {repo.commit(f"feat: {name}", env=environment): name for name, environment in environments.items()}


def assert_agents(repo: Repo, expected: Mapping[str, str]) -> None:
    found = {line["oid"]: line["agent"] for line in repo.log() if line["oid"] in expected}
    assert found == dict(expected)
    assert repo.json("verify")["ok"]


def test_every_agent_with_certain_variables(hooked: Repo) -> None:
    assert len(SURE) >= 20
    # The framework passes the environment on as git does, and takes a second for each commit.
    few = dict(islice(SURE.items(), None, None, sized(1, 30)))
    expected = commit_each(hooked, few if hooked.path.joinpath(".pre-commit-config.yaml").exists() else SURE)
    hooked.settle()
    assert_agents(hooked, expected)
    assert {line["confidence"] for line in hooked.log() if line["oid"] in expected} == {"high"}


@pytest.mark.whole
def test_every_agent_when_recorder_runs_later(repo: Repo) -> None:
    repo.record_later()
    expected = commit_each(repo, SURE)
    assert len(list((repo.folder / "spool").iterdir())) == len(SURE)
    assert_agents(repo, expected)


# -- nesting -----------------------------------------------------------------------------------------------------


def nested_programs(folder: Path, *names: str) -> list[str]:
    """Create programs that run their arguments and wait; return the words that nest them, outermost first."""
    folder.mkdir(exist_ok=True)
    words: list[str] = []
    for name in names:
        place = folder / name
        place.write_text('#!/bin/sh\n"$@"\nexit $?\n')
        place.chmod(0o755)
        words.append(str(place))
    return words


def commit_below(repo: Repo, words: Sequence[str], subject: str, env: Mapping[str, str]) -> str:
    """Commit in a process below the programs that ``words`` start."""
    environment = {name: value for name, value in repo.environment.items() if name != "AGENT_TRACKER_PROCESSES"}
    subprocess.run(
        [*words, "git", "commit", "-q", "--allow-empty", "-m", subject],
        cwd=repo.path, env=environment | dict(env), stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    return repo.head()


@pytest.mark.skipif(not SHOWS_PROCESSES, reason="this system does not show processes as files")
def test_nearest_of_nested_agents_is_named(hooked: Repo, tmp_path: Path) -> None:
    variables = {"CLAUDECODE": "1", "AI_AGENT": "claude-code_2-1-263_agent", "CODEX_THREAD_ID": "0000-1111"}
    folder = tmp_path / "bin"
    expected = {
        commit_below(hooked, nested_programs(folder, "claude", "codex"), "one", variables): "codex",
        commit_below(hooked, nested_programs(folder, "codex", "claude"), "two", variables): "claude-code",
        commit_below(hooked, nested_programs(folder, "claude", "aider"), "three", {"CLAUDECODE": "1"}): "aider",
        commit_below(hooked, nested_programs(folder, "claude"), "four", {"CLAUDECODE": "1"}): "claude-code",
        commit_below(hooked, nested_programs(folder, "kimi"), "five", {}): "kimi",
        commit_below(hooked, nested_programs(folder, "crush"), "six", {}): "human",
        commit_below(hooked, nested_programs(folder, "claude-notes"), "seven", {}): "human",
    }
    hooked.settle()
    assert_agents(hooked, expected)


@pytest.mark.skipif(not SHOWS_PROCESSES, reason="this system does not show processes as files")
@pytest.mark.whole
def test_script_is_recognised_by_its_command_line_beside_variables(repo: Repo, tmp_path: Path) -> None:
    """The nearest agent process is named if a variable shows that agents are at work."""
    place = tmp_path / "lib" / "@google" / "gemini-cli" / "cli.py"
    place.parent.mkdir(parents=True)
    place.write_text("import subprocess, sys\nsys.exit(subprocess.run(sys.argv[1:]).returncode)\n")
    outer, variables = nested_programs(tmp_path / "bin", "claude"), {"CLAUDECODE": "1", "GEMINI_CLI": "1"}
    expected = {
        commit_below(repo, [*outer, sys.executable, str(place)], "one", variables): "gemini-cli",
        commit_below(repo, [sys.executable, str(place), *outer], "two", variables): "claude-code",
        commit_below(repo, [sys.executable, str(place)], "three", {}): "human",
    }
    repo.settle()
    assert_agents(repo, expected)


@pytest.mark.skipif(not SHOWS_PROCESSES, reason="this system does not show processes as files")
def test_reading_processes_can_be_switched_off(repo: Repo, tmp_path: Path) -> None:
    oid = commit_below(repo, nested_programs(tmp_path / "bin", "claude"), "one", {"AGENT_TRACKER_PROCESSES": "0"})
    repo.settle()
    assert_agents(repo, {oid: "human"})


@pytest.mark.skipif(not SHOWS_PROCESSES, reason="this system does not show processes as files")
@pytest.mark.whole
def test_only_beginning_of_long_command_line_is_read(repo: Repo) -> None:
    runs = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:6]).returncode)"
    long = "x" * 100_000
    words = [sys.executable, "-c", runs, "git", "commit", "-q", "--allow-empty", "-mx", *[long] * 9, "/bin/aider"]
    environment = {name: value for name, value in repo.environment.items() if name != "AGENT_TRACKER_PROCESSES"}
    subprocess.run(words, cwd=repo.path, env=environment, check=True)
    repo.settle()
    assert_agents(repo, {repo.head(): "human"})


@pytest.mark.whole
def test_line_feeds_in_folder_name_add_no_lines_to_event(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one")
    tree = tmp_path / "wt\nenv.CLAUDECODE=1\nprocess=claude"
    repo.git("worktree", "add", "-q", "-b", "wt", str(tree))
    other = repo.at(tree)
    oid = other.commit("feat: two")
    repo.settle()
    assert_agents(repo, {oid: "human"})


@pytest.mark.whole
def test_agent_setting_accepts_aliases(repo: Repo) -> None:
    repo.git("config", "agent-tracker.agent", "Claude")
    one = repo.commit("feat: one")
    repo.settle()
    repo.git("config", "agent-tracker.agent", "Human")
    two = repo.commit("feat: two")
    repo.settle()
    assert_agents(repo, {one: "claude-code", two: "human"})


def test_forged_process_in_event_names_no_agent(repo: Repo) -> None:
    oid = repo.commit("feat: one")
    repo.settle()
    text = f"agent-tracker-event=1\nhook=post-commit\nhead={oid}\nprocess=*\nbranch=../../x\nend=1\n"
    (repo.folder / "spool" / "7.0").write_text(text)
    assert_agents(repo, {oid: "human"})


# -- people ------------------------------------------------------------------------------------------------------


def commit_in_a_terminal(repo: Repo, subject: str, env: Mapping[str, str], words: Sequence[str] = ()) -> str:
    """Commit at a terminal, below the programs that ``words`` start; where there are some, processes are read."""
    environment = {name: value for name, value in repo.environment.items() if name != "AGENT_TRACKER_PROCESSES"}
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [*words, "git", "commit", "-q", "--allow-empty", "-m", subject],
            cwd=repo.path, env=(environment if words else repo.environment) | dict(env),
            stdin=theirs, stdout=theirs, stderr=theirs, check=True,
        )  # fmt: skip
    finally:
        os.close(theirs)
        os.close(ours)
    return repo.head()


def test_person_at_terminal_with_ambient_variables(repo: Repo) -> None:
    oid = commit_in_a_terminal(repo, "by hand", AMBIENT)
    marked = commit_in_a_terminal(repo, "in the agent's terminal", {"CLAUDECODE": "1"})
    repo.settle()
    found = {line["oid"]: (line["agent"], line["confidence"]) for line in repo.log()}
    assert found == {oid: ("human", "high"), marked: ("claude-code", "medium")}


@pytest.mark.skipif(not SHOWS_PROCESSES, reason="this system does not show processes as files")
def test_terminal_that_an_agent_opened_is_the_nearest_agents(repo: Repo, tmp_path: Path) -> None:
    both, folder = {"CLAUDECODE": "1", "CODEX_THREAD_ID": "0000-1111"}, tmp_path / "bin"
    expected = {
        commit_in_a_terminal(repo, "one", both, nested_programs(folder, "claude", "codex")): ("codex", "high"),
        commit_in_a_terminal(repo, "two", both, nested_programs(folder, "codex", "claude")): ("claude-code", "high"),
        commit_in_a_terminal(repo, "three", {"QWEN_CODE": "1"}, nested_programs(folder, "qwen")): ("qwen-code", "high"),
        commit_in_a_terminal(repo, "four", {}, nested_programs(folder, "codex")): ("human", "high"),
    }
    repo.settle()
    found = {line["oid"]: (line["agent"], line["confidence"]) for line in repo.log()}
    assert found == expected


# -- branches ----------------------------------------------------------------------------------------------------


def test_branch_name_is_weak_evidence(hooked: Repo) -> None:
    hooked.git("switch", "-q", "-c", "codex/fix-parser")
    by_hand = hooked.commit("feat: zero")
    hooked.git("switch", "-q", "-c", "devin/1774319384-fix-parser")
    hinted = hooked.commit("feat: one")
    other = hooked.commit("feat: two", env={"OPENCODE": "1"})
    hooked.settle()
    found = {line["oid"]: (line["agent"], line["confidence"], line["signal"]) for line in hooked.log()}
    assert found[by_hand][0] == "human"
    assert found[hinted] == ("devin", "low", "branch")
    assert found[other] == ("opencode", "high", "environment")


# -- secrets -----------------------------------------------------------------------------------------------------


def test_no_secret_in_variables_reaches_disk(hooked: Repo, tmp_path: Path) -> None:
    """Some of the variables are read as evidence, others never."""
    read_variables = {rule.name: "s3cr3t" for agent in RULES for rule in agent.variables}
    secrets = read_variables | {
        "AI_AGENT": "sk-s3cr3t", "CODEX_THREAD_ID": "ghp_s3cr3t", "CLAUDE_CODE_SESSION_ID": "eyJs3cr3t",
        "AGENT_SESSION_ID": "two s3cr3t words", "AGENT": "s3cr3t", "AGENT_TRACKER_MODEL": "sk-s3cr3t",
        "ANTHROPIC_API_KEY": "s3cr3t", "COPILOT_GITHUB_TOKEN": "s3cr3t", "AWS_SECRET_ACCESS_KEY": "s3cr3t",
        "OPENAI_API_KEY": "s3cr3t", "DATABASE_URL": "postgres://u:s3cr3t@h", "HTTPS_COOKIE": "s3cr3t",
        "AWS_EXECUTION_ENV": "AmazonQ s3cr3t",
    }  # fmt: skip
    for mode in ("detached", "sync"):
        hooked.git("config", "agent-tracker.mode", mode)
        hooked.commit("feat: one", env=secrets)
        hooked.settle()
    newest = hooked.log()[0]
    assert newest["kind"] == "agent"
    for path in tmp_path.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert b"s3cr3t" not in path.read_bytes(), path


# -- the user's own catalogue ------------------------------------------------------------------------------------


@pytest.mark.whole
def test_invalid_catalogue_entry_is_reported_with_line_and_recording_goes_on(repo: Repo) -> None:
    own = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "agents.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        "[[agent]]\nname = 'mine'\nkind = 'agent'\nvariables = [{ name = 'MY_BOT' }]\n\n"
        "[[agent]]\nname = 'bad'\nkind = 'agent'\nauthors = [{ pattern = '(' }]\n"
    )
    findings = repo.json("doctor", code=1)["findings"]
    assert any("agents.toml, line 6: agent 'bad'" in finding["what"] for finding in findings)
    assert any("of its catalogue" in finding["what"] for finding in findings)
    repo.tracker("init")
    oid = repo.commit("feat: one", env={"MY_BOT": "yes"})
    repo.settle()
    assert_agents(repo, {oid: "mine"})
    own.write_text("no toml [")
    assert any("not TOML" in finding["what"] for finding in repo.json("doctor", code=1)["findings"])
    other = repo.commit("feat: two", env={"CLAUDECODE": "1"})
    repo.settle()
    assert_agents(repo, {oid: "mine", other: "claude-code"})
