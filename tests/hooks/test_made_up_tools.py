"""Programs of which agent-tracker knows nothing change our hook files: their hooks, the user's and ours all run.

Each runs once, with its arguments and input, and the exit code of the user's hook is that of the whole, after every
``init``, every installation of the program, ``uninstall`` and what ``doctor`` says to do.
"""

import subprocess
from pathlib import Path

import pytest

from tests.hooks.made_up_tools import TOOLS, Tool
from tests.hooks.noting_hooks import make_hook
from tests.support import Repo

USERS: dict[str, str] = {
    "sh": '#!/bin/sh\necho "user $*" >>"$NOTES"\ncat >>"$NOTES"\nsh -c "exit 3"\n',
    "sh-exit": '#!/bin/sh\necho "user $*" >>"$NOTES"\ncat >>"$NOTES"\nexit 3\n',
    "perl": '#!/usr/bin/env perl\nopen F, ">>$ENV{NOTES}"; print F "user @ARGV\\n", <STDIN>; exit 3;\n',
}
"""Hooks of the user. Each notes its arguments and its input, and returns 3."""


@pytest.mark.parametrize("users", USERS)
@pytest.mark.parametrize("tool", TOOLS)
class TestTool:
    def test_all_run_once_whatever_is_installed_again(
        self, untracked: Repo, hooks_dir: Path, notes: Path, tool: str, users: str
    ) -> None:
        hook = make_hook(hooks_dir / "post-rewrite", USERS[users])
        untracked.tracker("init")
        run = HookRun(untracked, hook, notes, TOOLS[tool], USERS[users])
        TOOLS[tool].install(hook)
        if "in-the-middle" not in tool:  # which may break any file
            run.check()
        for command in ("init", "init", "", "init", "uninstall", "", "init"):
            if command:
                untracked.tracker(command)
            else:
                TOOLS[tool].install(hook)
            run.check()


class HookRun:
    """Running a hook with arguments and input, and what has to come of it."""

    def __init__(self, repo: Repo, hook: Path, notes: Path, tool: Tool, users: str) -> None:
        self.repo, self.hook, self.notes, self.tool, self.users = repo, hook, notes, tool, users

    def check(self) -> None:
        self.notes.write_text("")
        done = subprocess.run(
            [str(self.hook), "amend", "two  words"],
            cwd=self.repo.path, env=self.repo.environment | {"GIT_DIR": ".git"},
            input=b"old new\n", capture_output=True, check=False,
        )  # fmt: skip
        noted = self.notes.read_text()
        assert (done.returncode, done.stdout, done.stderr) == (3, b"", b""), noted
        assert noted.count("user amend two  words\nold new\n") == noted.count("user") == 1
        assert noted.count("tool amend two  words\n") == noted.count("tool") == 1
        texts = [path.read_bytes() for path in self.hook.parents[1].rglob("*") if path.is_file()]
        assert any(self.tool.lines.encode() in text for text in texts)
        assert any(self.users.partition("\n")[2].encode() in text for text in texts)
