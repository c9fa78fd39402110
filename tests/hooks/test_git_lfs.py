"""Hooks of git-lfs beside ours."""

import re
import shutil
from pathlib import Path

import pytest

from tests.doctor import apply_fixes, findings
from tests.hooks.installation_order import ORDERS, TRACKER_FIRST, assert_uninstall_restores
from tests.hooks.recorded_history import assert_recorded_by_hooks, make_history
from tests.shell import run_shell
from tests.support import Repo, sized

INSTALL = "git lfs install --local"
REINSTALL = "git lfs update --force"


@pytest.fixture
def lfs(untracked: Repo, notes: Path) -> Repo:
    if shutil.which("git-lfs") is None:
        pytest.skip("git-lfs is not installed")
    return untracked


def lfs_events(trace: Path) -> set[str]:
    """Return the hooks in which git-lfs was started, as git traced them."""
    return set(re.findall(r"\bgit-lfs (post-[a-z]+)", trace.read_text()))


@pytest.mark.parametrize("order", ORDERS)
def test_hooks_of_both_run(lfs: Repo, tmp_path: Path, order: str) -> None:
    if order == TRACKER_FIRST:
        lfs.tracker("init")
        # git-lfs changes no hooks that it does not know, and names this command.
        assert REINSTALL in run_shell(lfs, f"{INSTALL} 2>&1 || true")
        run_shell(lfs, REINSTALL)
        assert {finding["mend"] for finding in findings(lfs)} == {"agent-tracker init"}
        apply_fixes(lfs)
    else:
        run_shell(lfs, INSTALL)
        lfs.tracker("init")
    for _ in range(sized(2, 1)):
        run_shell(lfs, REINSTALL)
        apply_fixes(lfs)
    trace = tmp_path / "trace"
    lfs.environment["GIT_TRACE"] = str(trace)
    run_shell(lfs, "git lfs track '*.bin'")
    lfs.write("a.bin", b"\0" * 5000)
    lfs.git("add", "-A")
    pairs = make_history(lfs)
    assert lfs_events(trace) == {"post-commit", "post-merge", "post-checkout"}
    assert lfs.git("cat-file", "-p", "HEAD:a.bin").startswith("version https://git-lfs")
    assert_recorded_by_hooks(lfs, pairs)


@pytest.mark.parametrize("steps", ["piri", "ir", "pi", "iri"][: sized(4, 2)])
@pytest.mark.whole
def test_uninstall_leaves_files_as_without_agent_tracker(lfs: Repo, tmp_path: Path, steps: str) -> None:
    run_shell(lfs, f"{INSTALL} --skip-repo")  # writes its settings, in no fixed order, before the copy is made
    assert_uninstall_restores(lfs, {"p": INSTALL, "r": REINSTALL}, steps, tmp_path / "copy")
