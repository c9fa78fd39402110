"""The offer of ``init``, and what ``doctor`` says of hosts."""

import json
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo


@pytest.fixture
def home(untracked: Repo) -> Path:
    """The home of somebody who uses Codex and Gemini CLI."""
    found = Path(untracked.environment["HOME"])
    for name in (".codex", ".gemini"):
        (found / name).mkdir()
    return found


def test_person_is_asked_once_for_all(untracked: Repo, home: Path) -> None:
    terminal = untracked.at_terminal(*TRACKER, "init", "--hooks", "none")
    terminal.expect("Add them? [y/N]")
    assert "your own settings of Codex CLI, Gemini CLI" in " ".join(terminal.shown.split())
    terminal.press("y\n")
    assert terminal.finish() == 0
    assert "'agent-tracker hosts uninstall' takes all of it back." in " ".join(terminal.shown.split())
    assert (home / ".codex" / "hooks.json").is_file()
    assert (home / ".agents" / "skills" / "agent-tracker" / "SKILL.md").is_file()
    assert "[y/N]" not in untracked.person("init", "--hooks", "none")


def test_nothing_is_installed_without_a_yes(untracked: Repo, home: Path) -> None:
    untracked.tracker("init", "--hooks", "none")
    terminal = untracked.at_terminal(*TRACKER, "uninstall")
    assert terminal.finish() == 0
    terminal = untracked.at_terminal(*TRACKER, "init", "--hooks", "none")
    terminal.expect("[y/N]")
    terminal.press("\n")
    assert terminal.finish() == 0
    assert "'agent-tracker hosts install' adds them later." in " ".join(terminal.shown.split())
    assert list((home / ".codex").iterdir()) == []


def test_uninstall_names_the_hosts_that_keep_us(untracked: Repo, home: Path) -> None:
    untracked.tracker("init", "--hooks", "none", "--hosts")
    assert home.is_dir()
    assert "agent-tracker stays in Codex CLI, Gemini CLI: 'agent-tracker hosts uninstall'" in untracked.tracker(
        "uninstall"
    )


def test_script_may_ask_for_it(untracked: Repo, home: Path) -> None:
    done = untracked.json("init", "--hooks", "none", "--hosts")["agent_hosts"]
    assert f"Codex CLI: Added hooks to {home / '.codex' / 'hooks.json'}. " in done[0]
    assert untracked.json("init", "--hooks", "none", "--hosts")["agent_hosts"] == []


def test_doctor_names_hooks_that_are_not_trusted(repo: Repo) -> None:
    (Path(repo.environment["HOME"]) / ".codex").mkdir()
    repo.tracker("hosts", "install", "codex")
    found = json.loads(repo.tracker("doctor", "--json", code=1))["findings"]
    assert [one for one in found if "Codex CLI runs no hooks that you have not trusted" in one["what"]]


def test_doctor_names_a_script_that_is_gone(repo: Repo) -> None:
    repo.tracker("hosts", "install", "qwen-code")
    script = repo.ledger_path.parent / "hosts" / "host"
    script.unlink()
    found = json.loads(repo.tracker("doctor", "--json", code=1))["findings"]
    assert [one["mend"] for one in found if str(script) in one["what"]] == ["agent-tracker hosts install qwen-code"]
    repo.tracker("hosts", "install", "qwen-code")
    assert not [one for one in json.loads(repo.run("doctor", "--json").stdout)["findings"] if "Qwen" in one["what"]]
