"""Long lists at a terminal go through the pager that git would use; nothing else does."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo, sized
from tracker.ledger import Ledger
from tracker.ledger.tables import STANDINGS

pytestmark = pytest.mark.recorded_later

MARKED = "sed 's/^/|/'"
"""A pager that shows that it was used: a mark before each line."""


@pytest.fixture
def paging(repo: Repo) -> Repo:
    """A tracked repository with two commits, in an environment that names no pager."""
    repo.commit("feat: one")
    repo.commit("feat: two")
    repo.settle()
    del repo.environment["AGENT_TRACKER_PAGER"]
    return repo


def is_marked(shown: str) -> bool:
    lines = [line for line in shown.splitlines() if "feat: " in line]
    assert len(lines) == 2
    marked = {line.startswith("|") for line in lines}
    assert len(marked) == 1
    return marked.pop()


def test_the_pager_is_the_one_that_git_would_use(paging: Repo) -> None:
    """Each row adds a setting or variable that is stronger than those before; one in two shows its own use."""
    plain, env = "sed 's/^/:/'", dict[str, str]()

    def used(**more: str) -> bool:
        env.update(more)
        return is_marked(paging.person("log", env=env))

    assert used(PAGER=MARKED)
    paging.git("config", "core.pager", plain)
    assert not used()
    paging.git("config", "pager.agent-tracker", MARKED)
    assert used()
    assert not used(GIT_PAGER=plain)
    assert used(AGENT_TRACKER_PAGER=MARKED)
    assert not is_marked(paging.person("--no-pager", "log", env=env))


@pytest.mark.parametrize("variable", ["AGENT_TRACKER_PAGER", "GIT_PAGER", "PAGER"])
@pytest.mark.parametrize("nothing", ["", "cat"])
def test_empty_or_cat_is_no_pager(paging: Repo, variable: str, nothing: str) -> None:
    assert not is_marked(paging.person("log", env={"PAGER": MARKED, variable: nothing}))


def test_settings_of_git_switch_the_pager_of_this_program(paging: Repo) -> None:
    env = {"PAGER": MARKED}
    paging.git("config", "pager.agent-tracker", "false")
    assert not is_marked(paging.person("log", env=env))
    paging.git("config", "pager.agent-tracker", "true")
    assert is_marked(paging.person("log", env=env))
    paging.git("config", "--unset", "pager.agent-tracker")
    paging.git("config", "core.pager", "cat")
    assert not is_marked(paging.person("log", env=env))


def test_pipes_and_json_are_not_paged(paging: Repo) -> None:
    env = {"AGENT_TRACKER_PAGER": MARKED}
    assert not is_marked(paging.tracker("log", env=env))
    assert not is_marked(paging.person("log", "--json", env=env))


def test_the_setting_is_that_of_the_repository_that_is_named(paging: Repo, tmp_path: Path) -> None:
    paging.git("config", "core.pager", MARKED)
    terminal = paging.at(tmp_path).at_terminal(*TRACKER, "log", "-C", str(paging.path))
    assert terminal.finish() == 0
    assert is_marked(terminal.shown)


@pytest.mark.parametrize(
    "words",
    [
        ["log"], ["log", "--summary"], ["report"], ["recommend"], ["recommend", "--why", "codex"], ["explain"],
        ["lessons", "greet the world"], ["doctor"], ["bug"], ["retro"], ["activity"], ["grade"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_list_is_paged(paging: Repo, words: list[str]) -> None:
    paging.commit("feat: greet the world", env={"CODEX_THREAD_ID": "1"})
    paging.settle()
    command = shlex.join([*TRACKER, *words])
    terminal = paging.at_terminal("sh", "-c", f"{command} 2>/dev/null", env={"AGENT_TRACKER_PAGER": MARKED})
    assert terminal.finish() == 0
    assert terminal.shown
    assert [line for line in terminal.shown.splitlines() if not line.startswith("|")] == []


def test_a_pager_that_is_left_early_is_no_error(paging: Repo) -> None:
    """The output is larger than a pipe holds, so that the program writes into a pipe that nobody reads any more."""
    paging.import_commits(sized(3000, 1500))
    paging.tracker("sync")
    for pager in ("true", "head -n 1", "sh -c 'exit 0'"):
        shown = paging.person("log", env={"AGENT_TRACKER_PAGER": pager})
        assert "Traceback" not in shown
        assert len(shown.splitlines()) <= 1


@pytest.fixture
def unread(paging: Repo) -> Repo:
    """A long list whose oldest commit cannot be read: who reads it that far meets an error."""
    paging.import_commits(3000)
    paging.tracker("sync")
    with Ledger(paging.ledger_path).write() as transaction:
        oldest = next(iter(transaction.keys(STANDINGS)))
        transaction.put_bytes(STANDINGS.name, oldest, b"not a record")
    return paging


@pytest.mark.whole
def test_no_more_is_read_than_the_pager_takes(unread: Repo, tmp_path: Path) -> None:
    words = ["--no-pager", "log", "--everywhere", "--ledger", str(unread.ledger_path)]
    assert "damaged" in unread.at(tmp_path).run(*words).stderr
    (unread.ledger_path / "suspect").unlink()
    words = ["log", "--everywhere", "--ledger", str(unread.ledger_path)]
    shown = unread.at(tmp_path).person(*words, env={"AGENT_TRACKER_PAGER": "head -n 2"})
    assert len(shown.splitlines()) == 2
    assert not (unread.ledger_path / "suspect").exists()
    shown = unread.at(tmp_path).person(*words, code=1, env={"AGENT_TRACKER_PAGER": "tail -n 1; echo the end"})
    assert shown.index("the end") < shown.index("damaged"), "the pager shows what could be read, then comes the error"


@pytest.mark.whole
def test_a_long_list_has_its_headings_once_and_all_lines(paging: Repo) -> None:
    paging.import_commits(1100)
    paging.tracker("sync")
    for pager in ("cat; true", "no-such-pager-anywhere", "cat"):
        lines = paging.person("log", env={"AGENT_TRACKER_PAGER": pager}).splitlines()
        assert sum(line.startswith("commit ") for line in lines) == 1
        shown = [line.split()[0] for line in lines if line and not line.startswith(("commit ", "/bin/sh: "))]
        assert shown == [oid[:10] for oid in paging.git("rev-list", "HEAD").split()]


@pytest.mark.whole
def test_the_ledger_can_be_written_while_the_pager_waits(paging: Repo) -> None:
    pager = "sh -c 'cat; echo the end; read line </dev/tty'"
    terminal = paging.at_terminal(*TRACKER, "log", env={"AGENT_TRACKER_PAGER": pager})
    terminal.expect("the end")
    head = paging.commit("feat: three")
    paging.tracker("sync")
    assert paging.line(head)["subject"] == "feat: three"
    assert not _opens(paging.ledger_path / "data.mdb", terminal.process_id)
    terminal.press("\n")
    assert terminal.finish() == 0


def _opens(path: Path, program: int) -> list[int]:
    """Return the processes among a program and its children that have a file mapped (Linux)."""
    children = Path(f"/proc/{program}/task/{program}/children").read_text(encoding="ascii").split()
    maps = {each: Path(f"/proc/{each}/maps").read_text(errors="replace") for each in (program, *map(int, children))}
    return [each for each, mapped in maps.items() if str(path) in mapped]


@pytest.mark.parametrize("pager", ["no-such-pager-anywhere", "/dev/null", "no-such-pager-anywhere | no-such-one"])
def test_without_a_pager_that_runs_the_output_is_shown_all_the_same(paging: Repo, pager: str) -> None:
    assert not is_marked(paging.person("log", env={"AGENT_TRACKER_PAGER": pager}))


def test_a_pager_that_fails_is_named(paging: Repo) -> None:
    shown = paging.person("log", env={"AGENT_TRACKER_PAGER": "exit 3"})
    assert shown == "agent-tracker: the pager 'exit 3' ended with exit code 3: --no-pager shows all without one.\n"


def test_the_exit_code_stays_that_of_the_command(paging: Repo) -> None:
    (paging.path / ".git" / "hooks" / "post-commit").unlink()
    assert "|! " in paging.person("doctor", code=1, env={"AGENT_TRACKER_PAGER": MARKED})


def test_less_gets_the_options_that_git_gives_it(paging: Repo) -> None:
    asks = "sh -c 'cat >/dev/null; echo $LESS $LV'"
    assert paging.person("log", env={"AGENT_TRACKER_PAGER": asks}) == "FRX -c\n"
    assert paging.person("log", env={"AGENT_TRACKER_PAGER": asks, "LESS": "S", "LV": ""}) == "S\n"


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
def test_less_shows_pages_and_is_left_by_its_key(paging: Repo) -> None:
    paging.import_commits(300)
    paging.tracker("sync")
    terminal = paging.at_terminal(*TRACKER, "log", env={"PAGER": "less", "LINES": "10"})
    terminal.expect("commit")
    terminal.press("q")
    assert terminal.finish() == 0
    assert "feat: one" not in terminal.shown


def test_ctrl_c_is_for_the_pager(paging: Repo) -> None:
    """A program that ended with Ctrl-C would leave the terminal to the pager and the shell at once."""
    pager = "trap 'echo interrupted' INT; cat >/dev/null; echo ready; read a </dev/tty; read a </dev/tty; echo left"
    terminal = paging.at_terminal(*TRACKER, "log", env={"AGENT_TRACKER_PAGER": pager})
    terminal.expect("ready")
    terminal.press("\x03")
    terminal.expect("interrupted", seconds=60)
    terminal.press("\n\n")  # the shell may have been interrupted before its first read or in it
    terminal.expect("left", seconds=60)
    assert terminal.finish() == 0
    assert "Traceback" not in terminal.shown


def on_path(folder: Path) -> dict[str, str]:
    """Put a command ``git-agent-tracker`` on the PATH, as an installation does."""
    folder.mkdir()
    script = folder / "git-agent-tracker"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -m tracker "$@"\n')
    script.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.whole
def test_options_of_git_are_obeyed(paging: Repo, tmp_path: Path) -> None:
    """Git itself starts the pager for -p and for pager.agent-tracker, and then the output is a pipe."""
    env = {**on_path(tmp_path / "bin"), "PAGER": MARKED}

    def shown(*words: str) -> str:
        terminal = paging.at_terminal("git", *words, env=env)
        assert terminal.finish() == 0
        return terminal.shown

    assert is_marked(shown("agent-tracker", "log"))
    assert not is_marked(shown("--no-pager", "agent-tracker", "log"))
    assert not is_marked(shown("-c", "core.pager=cat", "agent-tracker", "log"))
    paged = shown("-p", "agent-tracker", "log")
    assert is_marked(paged)
    assert "|commit " in paged, "it is laid out as at a terminal, with headings and columns"
    assert "\t" not in paged


@pytest.mark.whole
def test_a_pipe_of_git_without_a_pager_stays_a_pipe(paging: Repo, tmp_path: Path) -> None:
    env = paging.environment | on_path(tmp_path / "bin")
    done = subprocess.run(
        ["git", "-p", "agent-tracker", "log"], cwd=paging.path, env=env, capture_output=True, text=True, check=True
    )
    assert all("\t" in line for line in done.stdout.splitlines())
