"""The guard and the pre-commit framework: both installed, and the guard as a hook of the framework."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE, OPENCODE
from tests.doctor import findings
from tests.framework import configuration, pre_commit, surroundings
from tests.hooks.guarded_commits import HALTED, attempt, halt, ledger_folder
from tests.hooks.snapshot import snapshot
from tests.support import Repo, one, sized

CONFIGURATION: Final = json.dumps(
    {"repos": [{"repo": "local", "hooks": [
        {"id": "note", "name": "note", "language": "system", "always_run": True, "pass_filenames": False,
         "stages": ["pre-commit"], "entry": "sh -c 'echo theirs >>../seen'"}]}]}
)  # fmt: skip
"""A configuration with one hook, which notes its runs."""


@pytest.mark.parametrize("order", ["pre-commit-first", "guard-first"][: sized(2, 1)])
@pytest.mark.whole
def test_hooks_of_both_run(untracked: Repo, order: str) -> None:
    untracked.environment["PRE_COMMIT_HOME"] = str(untracked.path.parent / "store")
    untracked.write(".pre-commit-config.yaml", CONFIGURATION)
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    seen = untracked.path.parent / "seen"
    without_guard = None
    if order == "guard-first":
        untracked.tracker("init", "--guard")
        pre_commit(untracked, "install")
    else:
        pre_commit(untracked, "install")
        without_guard = snapshot(untracked)
        untracked.tracker("init", "--guard")
    assert findings(untracked) == []
    halt(untracked)
    refused = attempt(untracked, env=CLAUDE_CODE)
    assert (refused.code, HALTED in refused.output) == (1, True)
    seen.write_text("")
    assert attempt(untracked, env=OPENCODE).code == 0
    assert attempt(untracked).code == 0
    assert seen.read_text() == "theirs\n" * 2
    untracked.tracker("init", "--no-guard")
    assert attempt(untracked, env=CLAUDE_CODE).code == 0
    assert seen.read_text() == "theirs\n" * 3
    if without_guard is not None:
        untracked.tracker("uninstall")
        assert snapshot(untracked) == without_guard


@pytest.mark.slow
def test_guard_as_a_hook_of_the_framework(untracked: Repo, product: Path, store: Path) -> None:
    untracked.environment |= surroundings(store)
    text = configuration(product)
    untracked.commit("build: hooks", file=".pre-commit-config.yaml", text=text)
    pre_commit(untracked, "install", "--install-hooks")
    untracked.tracker("init", "--hooks", "pre-commit", "--guard")
    halt(untracked)
    assert "does not name agent-tracker-guard" in one(findings(untracked))["what"]
    untracked.write(".pre-commit-config.yaml", f"{text}      - id: agent-tracker-guard\n")
    untracked.git("add", "-A")
    assert findings(untracked) == []
    assert HALTED in attempt(untracked, env=CLAUDE_CODE).output
    assert attempt(untracked).code == 0
    untracked.write(".env", "x")
    untracked.write("file", "x")
    untracked.git("add", "-A")
    refused = attempt(untracked, env=OPENCODE)
    assert refused.code == 1
    assert "opencode may not commit environment files (.env)" in refused.output
    assert attempt(untracked, "file", env=OPENCODE).code == 0, "a commit of another path"
    (ledger_folder(untracked) / "data.mdb").write_bytes(b"no ledger\n" * 10_000)
    untracked.git("rm", "-q", "--cached", ".env")
    assert attempt(untracked, env=CLAUDE_CODE).code == 0, "the ledger cannot be read"
    pre_commit(untracked, "uninstall", "-t", "pre-commit")
    complaint = "pre-commit is not installed for pre-commit, so agent-tracker-guard does not run"
    assert any(complaint in finding["what"] for finding in findings(untracked))
