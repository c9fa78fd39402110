"""Programs of which agent-tracker knows nothing change our hook files: their hooks, the user's and ours all run.

Each runs once, with its arguments and input, and the exit code of the user's hook is that of the whole, after every
``init``, every installation of the program, ``uninstall`` and what ``doctor`` says to do.
"""

import os
import subprocess
from itertools import cycle, product
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import apply_fixes, findings
from tests.hooks.made_up_tools import TOOLS, Tool
from tests.hooks.noting_hooks import EVENTS, make_hook
from tests.program import WHOLE
from tests.support import Repo, one

USERS: Final = {
    "sh": '#!/bin/sh\necho "user $*" >>"$NOTES"\ncat >>"$NOTES"\nsh -c "exit 3"\n',
    "sh-exit": '#!/bin/sh\necho "user $*" >>"$NOTES"\ncat >>"$NOTES"\nexit 3\n',
    "perl": '#!/usr/bin/env perl\nopen F, ">>$ENV{NOTES}"; print F "user @ARGV\\n", <STDIN>; exit 3;\n',
}
"""Hooks of the user. Each notes its arguments and its input, and returns 3."""


CASES: Final = [*(product(TOOLS, USERS) if WHOLE else zip(TOOLS, cycle(USERS), strict=False))]


@pytest.mark.parametrize(("tool", "users"), CASES)
class TestBesideAUsersHook:
    def test_each_hook_runs_once_whatever_is_installed_again(
        self, untracked: Repo, hooks_dir: Path, notes: Path, tool: str, users: str
    ) -> None:
        hook = make_hook(hooks_dir / "post-rewrite", USERS[users])
        untracked.tracker("init")
        run = HookRun(untracked, hook, notes, TOOLS[tool], USERS[users])
        TOOLS[tool].install(hook)
        if "in-the-middle" not in tool:  # where no program can know what its lines do
            run.check()
        for command in ("init", "init", "", "init", "uninstall", "", "init"):
            if command:
                untracked.tracker(command)
            else:
                TOOLS[tool].install(hook)
            run.check()


@pytest.mark.parametrize("tool", TOOLS)
class TestWithoutAUsersHook:
    def test_commits_are_recorded_and_doctor_is_content(
        self, untracked: Repo, hooks_dir: Path, notes: Path, tool: str
    ) -> None:
        untracked.tracker("init")
        untracked.record_later()
        for event in EVENTS:
            TOOLS[tool].install(hooks_dir / event)
        if findings(untracked):
            apply_fixes(untracked)
            untracked.record_later()
        old = untracked.commit("feat: one", env=CLAUDE_CODE)
        untracked.git("commit", "-q", "--amend", "-m", "feat: one, better", env=CLAUDE_CODE)
        assert untracked.git("switch", "-q", "-c", "topic") == ""
        texts = "\n".join(untracked.waiting_events())
        assert {event for event in EVENTS if f"hook={event}\n" in texts} == {*EVENTS} - {"post-merge"}
        assert f"pair={old} {untracked.head()}\n" in texts
        assert notes.read_text().count("tool") == 4

    def test_uninstall_leaves_what_the_program_would_have_written(
        self, untracked: Repo, hooks_dir: Path, notes: Path, tool: str
    ) -> None:
        hook = hooks_dir / "post-rewrite"
        TOOLS[tool].install(hook)
        expected = hook.read_bytes()
        hook.unlink()
        untracked.tracker("init")
        TOOLS[tool].install(hook)
        untracked.tracker("init")
        untracked.tracker("uninstall")
        assert hook.read_bytes() == expected
        files = [path.name for path in hooks_dir.rglob("*") if path.is_file() and path.suffix != ".sample"]
        assert files == ["post-rewrite"]


class HookRun:
    """Running a hook with arguments and input, and what has to come of it."""

    def __init__(self, repo: Repo, hook: Path, notes: Path, tool: Tool, users: str) -> None:
        self.repo, self.hook, self.notes, self.tool, self.users = repo, hook, notes, tool, users

    def check(self, given: bytes = b"old new\n") -> None:
        """Run the hook with an input, and assert what came of it."""
        self.notes.write_text("")
        done = subprocess.run(
            [str(self.hook), "amend", "two  words"],
            cwd=self.repo.path, env=self.repo.environment | {"GIT_DIR": ".git"},
            input=given, capture_output=True, check=False,
        )  # fmt: skip
        noted = self.notes.read_text()
        assert (done.returncode, done.stdout, done.stderr) == (3, b"", b""), noted
        assert noted.count(f"user amend two  words\n{given.decode()}") == noted.count("user") == 1
        assert noted.count("tool amend two  words\n") == noted.count("tool") == 1
        texts = [path.read_bytes() for path in self.hook.parents[1].rglob("*") if path.is_file()]
        assert any(self.tool.lines.encode() in text for text in texts)
        assert any(self.users.partition("\n")[2].encode() in text for text in texts)


def test_copies_of_our_hooks_in_another_directory_are_enough(
    untracked: Repo, hooks_dir: Path, notes: Path, tmp_path: Path
) -> None:
    """A program copies all hooks into a folder of its own and lets git look there."""
    make_hook(hooks_dir / "post-commit", USERS["sh-exit"])
    untracked.tracker("init")
    untracked.record_later()
    copytree(hooks_dir, tmp_path / "tool")
    (tmp_path / "tool" / "post-commit.agent-tracker-kept").unlink()
    untracked.git("config", "core.hooksPath", str(tmp_path / "tool"))
    assert findings(untracked) == []
    assert "Add one line" not in untracked.tracker("init")
    untracked.record_later()
    untracked.commit("feat: one", env=CLAUDE_CODE)
    assert "env.CLAUDECODE=1\n" in one(untracked.waiting_events())
    assert notes.read_text() == "user \n"


def test_hook_is_run_by_a_shell_with_other_settings(untracked: Repo, hooks_dir: Path, notes: Path) -> None:
    """Lines before ours may set options, separators, and variables with any name; lines after ours see those only."""
    hook = make_hook(hooks_dir / "post-commit", USERS["sh"])
    untracked.tracker("init")
    untracked.record_later()
    before = "set -eufC\nIFS=gt\nevent=1 kept=2 line=3 head=4 common=5 git_dir=6\nexport event kept line\n"
    after = 'echo "tool $IFS $event$kept$line$head$common$git_dir $- $(umask) $PWD" >>"$NOTES"\n'
    first, _, rest = hook.read_text().partition("\n")
    hook.write_text(f"{first}\n{before}{rest}{after}")
    untracked.git("commit", "-q", "--allow-empty", "-m", "feat: one", env=CLAUDE_CODE)
    assert "env.CLAUDECODE=1\n" in one(untracked.waiting_events())
    noted = notes.read_text().splitlines()
    assert noted[0] == "user "
    assert noted[1].startswith("tool gt 123456 ")
    assert {*"efuC"} <= {*noted[1].split(" ")[3]}
    assert noted[1].endswith(f" {untracked.path}")


def test_damaged_script_keeps_nothing_from_running(untracked: Repo, hooks_dir: Path, notes: Path) -> None:
    hook = make_hook(hooks_dir / "post-commit", USERS["sh"])
    untracked.tracker("init")
    run = HookRun(untracked, hook, notes, TOOLS["appends"], USERS["sh"])
    TOOLS["appends"].install(hook)
    for damage in (b"", b"if then (", b"\0\xff" * 3000, b"exit 7", b"return 1"):
        (untracked.scripts / "post-commit").write_bytes(damage)
        run.check(b"")


@pytest.mark.parametrize("keeps_time", [False, True], ids=["new-time", "time-of-another-file"])
def test_lines_added_at_once_run_in_a_repository_that_is_copied(
    untracked: Repo, hooks_dir: Path, notes: Path, tmp_path: Path, *, keeps_time: bool
) -> None:
    """Our hook ends early only if nobody has changed it since; a copied repository has files of other times."""
    untracked.tracker("init")
    untracked.record_later()
    TOOLS["appends"].install(hooks_dir / "post-commit")
    if keeps_time:
        os.utime(hooks_dir / "post-commit", ns=(1, 1))
    copytree(untracked.path, tmp_path / "copy")
    for repo in (untracked, untracked.at(tmp_path / "copy")):
        notes.write_text("")
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: one")
        assert notes.read_text() == "tool \n"
