"""Installing agent-tracker and another program in one repository, in a given order."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.doctor import apply_fixes, findings
from tests.hooks.snapshot import snapshot
from tests.shell import run_shell
from tests.support import Repo, sized

TRACKER_FIRST: Final = "agent-tracker-first"
PROGRAM_FIRST: Final = "program-first"
ORDERS: Final = (TRACKER_FIRST, PROGRAM_FIRST)[: sized(2, 1)]
"""The orders in which both are installed; by default only the one in which the program finds our hooks."""


def install_both(repo: Repo, install: str, order: str) -> None:
    """Run ``init`` and the program's ``install`` command, and then the fixes that doctor names."""
    if order == TRACKER_FIRST:
        repo.tracker("init")
        run_shell(repo, install)
        if findings(repo):
            apply_fixes(repo)
    else:
        run_shell(repo, install)
        repo.tracker("init")
    assert findings(repo) == []


def assert_uninstall_restores(repo: Repo, commands: Mapping[str, str], steps: str, folder: Path) -> None:
    """Assert that ``uninstall`` leaves the files of a copy in which ``init`` never ran.

    ``steps``: ``i`` for ``init``; other letters are those of ``commands``. ``folder``: an absent one for the copy.
    """
    shutil.copytree(repo.path, folder / repo.path.name, symlinks=True)
    copy = repo.at(folder / repo.path.name)
    for step in steps:
        run_shell(repo, "agent-tracker init" if step == "i" else commands[step])
        if step != "i":
            run_shell(copy, commands[step])
    repo.commit("feat: one", file="one.txt", text="one\n")
    copy.commit("feat: one", file="one.txt", text="one\n")
    repo.tracker("uninstall")
    assert snapshot(repo) == snapshot(copy)
