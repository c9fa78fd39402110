"""Packages in hosts' own forms, which find agent-tracker on the PATH."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.hosts.calls import answer_of, text_in
from tests.program import TRACKER
from tests.support import Repo


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with a program agent-tracker on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "agent-tracker"
    program.write_text(f'#!/bin/sh\nexec {" ".join(TRACKER)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("host", ["claude-code", "gemini-cli", "opencode"])
def test_script_of_a_package(repo: Repo, path: str, host: str) -> None:
    repo.commit("feat: something")
    folder = repo.path.parent / "package"
    assert "To install: " in repo.tracker("hosts", "package", host, str(folder))
    words = ["sh", str(folder / "hooks" / "host"), host, "session-start"]
    environment = repo.environment | {"PATH": path}
    done = subprocess.run(words, cwd=repo.path, env=environment, input=b"{}", capture_output=True, check=False)
    assert f"You are {host}" in text_in(answer_of(done))
    without = repo.environment | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(words, cwd=repo.path, env=without, input=b"{}", capture_output=True, check=False)
    assert answer_of(done) is None


def test_hooks_of_a_plugin_run_its_own_script(repo: Repo) -> None:
    folder = repo.path.parent / "package"
    repo.tracker("hosts", "package", "claude", str(folder))
    hooks = json.loads((folder / "hooks" / "hooks.json").read_text(encoding="utf-8"))["hooks"]
    assert set(hooks) == {"PreToolUse", "PostToolUse", "PostToolUseFailure", "SessionStart"}
    line = hooks["PreToolUse"][0]["hooks"][0]["command"]
    environment = repo.environment | {"CLAUDE_PLUGIN_ROOT": str(folder)}
    done = subprocess.run(
        ["sh", "-c", line], cwd=repo.path, env=environment, input=b"{}\n", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (repo.path / ".git" / "agent-tracker" / "calls" / "head" / "unborn").read_text(encoding="utf-8") == "- -\n"


def test_program_of_a_plugin_finds_another_one(repo: Repo, path: str) -> None:
    folder = repo.path.parent / "package"
    repo.tracker("hosts", "package", "claude-code", str(folder))
    environment = repo.environment | {"PATH": f"{folder / 'bin'}{os.pathsep}{path}"}
    done = subprocess.run(["agent-tracker", "--version"], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("agent-tracker ")
    environment["PATH"] = f"{folder / 'bin'}{os.pathsep}/usr/bin:/bin"
    done = subprocess.run(["agent-tracker", "--version"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 127
    assert "is not installed" in done.stderr


def test_wrong_words(repo: Repo) -> None:
    done = repo.run("hosts", "package", "codex", str(repo.path.parent / "package"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no package for Codex CLI yet" in done.stderr
    done = repo.run("hosts", "package", "opencode", str(repo.path))
    assert done.returncode == 1
    assert "is there and not empty" in done.stderr
