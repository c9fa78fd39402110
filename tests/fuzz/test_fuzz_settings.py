"""Whatever the settings and the environment say: commits are recorded once these are right again, with their evidence.

``AGENT_TRACKER_TEST_FUZZ=20000`` tries that many values.
"""

import json
import os
import random
from pathlib import Path
from typing import Final

import pytest

from tests.fuzz import inputs
from tests.fuzz.places import AGENT
from tests.hanging import not_hanging
from tests.support import Repo, sized

pytestmark = pytest.mark.recorded_later

_COUNT: Final = int(os.environ.get("AGENT_TRACKER_TEST_FUZZ") or sized(200, 80))
_KEYS: Final = (
    "mode",
    "agent",
    "model",
    "ledger",
    "sizeLimit",
    "readSessions",
    "hints",
    "userNeedsTerminal",
    "allowEnvFiles",
)
_VARIABLES: Final = (
    "AGENT_TRACKER_MODE", "AGENT_TRACKER_SIZE_LIMIT", "AGENT_TRACKER_READ_SESSIONS", "AGENT_TRACKER_HINTS",
    "AGENT_TRACKER_PROCESSES", "AGENT_TRACKER_RUNNING", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SESSION_ID",
    "ANTHROPIC_MODEL", "TERM", "COLUMNS", "NO_COLOR", "LC_ALL", "TZ", "CLAUDE_CONFIG_DIR", "CODEX_HOME",
)  # fmt: skip
"""Variables that name no agent, or this one: the agent of the commit is certain whatever their values are."""


def _assert_in_order(repo: Repo, *words: str) -> None:
    """Run a command, which may refuse wrong settings with one sentence and nothing else."""
    done = repo.run(*words)
    assert done.returncode in {0, 1, 2}, done.stderr[-500:]
    assert "Traceback" not in done.stderr
    assert "defect of" not in done.stderr
    assert done.returncode != 2 or (done.stdout == "" and done.stderr.startswith("agent-tracker: ")), done.stderr[-500:]


def test_settings(repo: Repo) -> None:
    chance = random.Random("agent-tracker settings")
    configuration = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    made: list[str] = []
    for _ in range(0, _COUNT, len(_KEYS) + 1):
        configuration.write_bytes(inputs.make_settings(chance))
        for key in chance.sample(_KEYS, 2):
            repo.git("config", f"agent-tracker.{key}", inputs.make_text(chance)[:500], code=None)
        with not_hanging():
            made.append(repo.commit("feat: mine", env=AGENT))
            _assert_in_order(repo, "status")
            _assert_in_order(repo, "doctor")
        configuration.unlink()
        repo.git("config", "--remove-section", "agent-tracker", code=None)
    agents = {line["oid"]: line["agent"] for line in repo.log("--all")}
    assert [agents.get(oid) for oid in made] == ["claude-code"] * len(made)


def test_environment(repo: Repo) -> None:
    chance = random.Random("agent-tracker environment")
    made: list[str] = []
    for _ in range(0, _COUNT, len(_VARIABLES)):
        variables = {name: inputs.make_text(chance) for name in _VARIABLES}
        with not_hanging():
            made.append(repo.commit("feat: mine", env=variables | {"CLAUDECODE": "1"}))
            done = repo.run("explain", "HEAD", "--json", env=variables)
        assert "Traceback" not in done.stderr, json.dumps(variables)
        assert done.returncode in {0, 2}, done.stderr[-500:]
    agents = {line["oid"]: line["agent"] for line in repo.log("--all")}
    assert [agents.get(oid) for oid in made] == ["claude-code"] * len(made)


def test_agent_and_model_named_for_one_commit(repo: Repo) -> None:
    """A name that is none is not taken; the commit is recorded in any case."""
    chance = random.Random("agent-tracker names")
    made: list[str] = []
    for _ in range(0, _COUNT, 20):
        variables = {name: inputs.make_text(chance) for name in ("AGENT_TRACKER_AGENT", "AGENT_TRACKER_MODEL")}
        with not_hanging():
            made.append(repo.commit("feat: mine", env=variables | {"CLAUDECODE": "1"}))
    assert {line["oid"] for line in repo.log("--all")} >= {*made}
    assert repo.run("verify").returncode == 0
