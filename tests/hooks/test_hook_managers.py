"""Programs that write into ``.git/hooks``: both their hooks and ours run, and uninstall restores their files.

Each program is the real one; git-lfs and husky, which differ, have files of their own.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.doctor import apply_fixes, findings
from tests.hooks.hook_managers import LEFTHOOK, PRE_COMMIT, SCRIPT, HookManager
from tests.hooks.installation_order import ORDERS, PROGRAM_FIRST, TRACKER_FIRST, assert_uninstall_restores, install_both
from tests.hooks.noting_hooks import assert_noted, make_hook, note_command
from tests.hooks.recorded_history import assert_recorded_by_hooks, make_history
from tests.shell import run_shell
from tests.support import Repo, sized

MANAGERS: Final = {"script": SCRIPT, "lefthook": LEFTHOOK, "pre-commit": PRE_COMMIT}

pytestmark = pytest.mark.few(1)

STEPS: Final = ("pirpi", "ip", "pii", "pipi", "irip", "pi", "ipi", "pip", "ippi")[: sized(9, 2)]
"""Sequences of ``i``: init, ``p``: the program's installation, ``r``: its installation over any hook."""


@pytest.fixture(params=MANAGERS)
def manager(request: pytest.FixtureRequest, untracked: Repo, notes: Path) -> HookManager:
    chosen = MANAGERS[request.param]
    if chosen is LEFTHOOK:
        modules: Path = request.getfixturevalue("node_modules")
        untracked.environment["PATH"] = f"{modules / '.bin'}:{untracked.environment['PATH']}"
    chosen.configure(untracked)
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    notes.write_text("")
    return chosen


@pytest.mark.parametrize("order", ORDERS)
def test_hooks_of_both_run(untracked: Repo, manager: HookManager, notes: Path, order: str) -> None:
    install_both(untracked, manager.install, order)
    untracked.tracker("backfill")
    pairs = make_history(untracked)
    assert_recorded_by_hooks(untracked, pairs)
    assert_noted(notes, pairs, passes_on=manager.passes_on)


@pytest.mark.parametrize("order", [PROGRAM_FIRST, TRACKER_FIRST][: sized(2, 1)])
@pytest.mark.whole
def test_doctor_reports_overwritten_hooks_and_its_fix_works(
    untracked: Repo, manager: HookManager, notes: Path, order: str
) -> None:
    install_both(untracked, manager.install, order)
    untracked.tracker("backfill")
    for _ in range(sized(2, 1)):
        run_shell(untracked, manager.reinstall)
        assert any("does not run agent-tracker" in finding["what"] for finding in findings(untracked))
        apply_fixes(untracked)
    pairs = make_history(untracked)
    assert_recorded_by_hooks(untracked, pairs)
    assert_noted(notes, pairs, passes_on=manager.passes_on)


@pytest.mark.parametrize("steps", ("ipi", "iipr", "ip", "pii", "ipir")[: sized(5, 2)])
@pytest.mark.whole
def test_uninstall_leaves_a_hook_of_the_users_as_without_agent_tracker(
    untracked: Repo, manager: HookManager, hooks_dir: Path, tmp_path: Path, steps: str
) -> None:
    if manager is SCRIPT or (manager is PRE_COMMIT and "r" in steps):
        pytest.skip("it deletes a hook that it finds, which agent-tracker keeps")
    make_hook(hooks_dir / "post-commit", f"#!/bin/sh\n{note_command('users')}\nexit 3\n")
    commands = {"p": manager.install, "r": manager.reinstall}
    assert_uninstall_restores(untracked, commands, steps, tmp_path / "copy")


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.whole
def test_uninstall_leaves_files_as_without_agent_tracker(
    untracked: Repo, manager: HookManager, tmp_path: Path, steps: str
) -> None:
    commands = {"p": manager.install, "r": manager.reinstall}
    assert_uninstall_restores(untracked, commands, steps, tmp_path / "copy")
