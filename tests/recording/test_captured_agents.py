"""Commits in the surroundings in which real agents made one, as ``scripts/try-hosts --capture`` wrote them down."""

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.recording.process_chain import write_chain
from tests.support import Repo, Terminal
from tracker.attribution import processes

CAPTURED: Final = sorted((Path(__file__).parent / "captured").glob("*.json"))
WITHOUT_HOOKS: Final = "core.hooksPath"
VERSION_IN_STORE: Final = frozenset({"opencode"})
"""Agents whose version only their own store tells, which is not part of what was captured."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="the system shows no processes as files")


def surroundings(repo: Repo, captured: Mapping[str, Any]) -> dict[str, str]:
    kept = {name: value for name, value in repo.environment.items() if name != processes.SWITCH}
    return {**kept, **captured["environment"]}


@pytest.mark.few(len(CAPTURED))
@pytest.mark.parametrize("path", CAPTURED, ids=lambda path: path.stem)
def test_commit_is_given_to_the_agent(path: Path, repo: Repo, tmp_path: Path) -> None:
    captured = json.loads(path.read_text())
    repo.git("config", "user.name", "Ada Person")  # Gemini CLI hides the user's own settings from git
    repo.git("config", "user.email", "ada@example.com")
    command = "git commit -q --allow-empty -m 'feat: work'"
    if WITHOUT_HOOKS in captured["environment"].values():
        command = f"{command} && {shlex.quote(sys.executable)} -I -m tracker sync"
    words = ["/bin/bash", "-c", f"({write_chain(tmp_path / 'chain', captured['processes'], command)})\nexit $?"]
    environment = surroundings(repo, captured)
    if captured["has_terminal"]:
        terminal = Terminal(words, repo.path, environment)
        assert terminal.finish() == 0, terminal.shown
    else:
        subprocess.run(words, cwd=repo.path, env=environment, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    found = repo.json("log", "-n", "1")
    assert (found["agent"], found["confidence"]) == (captured["agent"], "high")
    if captured["agent"] not in VERSION_IN_STORE:
        assert found.get("agent_version") == captured["version"]


def test_every_agent_with_a_shell_was_captured() -> None:
    agents = {json.loads(path.read_text())["agent"] for path in CAPTURED}
    assert agents == {"claude-code", "codex", "copilot-cli", "gemini-cli", "opencode", "qwen-code"}
