"""The process that the pre-push hook leaves behind: it waits until the push is over, and sends what is new.

Nobody waits for it and nobody sees it: it has no terminal and prints nothing. What goes wrong is remembered for
``agent-tracker share`` and ``doctor``, and tried again at the next push.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.recording.detachment import detach

_POLL_INTERVAL: Final = 0.05
"""Seconds between two looks at the push."""
_LONGEST_PUSH: Final = 3600.0
"""Seconds after which a push is not waited for any longer."""
_BLIND_WAIT: Final = 10.0
"""Seconds to wait where processes cannot be looked at: on Windows the ids that a shell knows are not the system's, and
a signal of number 0 would interrupt the push. What that push has not brought by then is sent after the next one.
"""
_WITH_VALUE: Final = frozenset({"-o", "--push-option", "--repo", "--receive-pack", "--exec"})
"""Options of git push whose value may be the next word."""
_DRY_RUN: Final = "--dry-run"


def main(arguments: Sequence[str]) -> int:
    """Send what is new after a push has ended; return the exit code, which is always 0.

    ``arguments``: the git directory, the worktree, the name of the remote, the id of the process that pushes, and its
    words, one a line; hooks of an older version do not tell those.
    """
    common_dir: Path | None = None
    try:
        git_dir, work_tree, remote, pushing, *words = arguments
        detach()
        if is_dry_run("".join(words[:1]).split("\n")):
            return 0
        _wait_for(int(pushing))
        common_dir = _send(Path(git_dir), Path(work_tree), remote)
    except Exception:  # noqa: BLE001 - nobody is there to be told; the log keeps what happened
        from tracker.recording.failure_log import log_failure

        log_failure(common_dir)
    return 0


def is_dry_run(words: Sequence[str]) -> bool:
    """Return True for the words of a ``git push`` that only tries (git-push(1), "--dry-run").

    Long options may be shortened, and short ones written together. An alias for such a push cannot be told.
    """
    found = False
    rest = iter(words)
    if "push" not in rest:  # this takes the words up to it
        return False
    for word in rest:
        if word == "--":
            break
        if word in _WITH_VALUE:
            next(rest, "")
        elif word.startswith("--dr") and _DRY_RUN.startswith(word):
            found = True
        elif word.startswith("--no-dr") and f"--no-{_DRY_RUN[2:]}".startswith(word):
            found = False
        elif word.startswith("-") and not word.startswith("--"):
            letters = word[1:].partition("o")
            found = found or "n" in letters[0]
            if letters[1] and not letters[2]:
                next(rest, "")
    return found


def _wait_for(process: int) -> None:
    """Wait until a process has ended."""
    if os.name == "nt":
        time.sleep(_BLIND_WAIT)
        return
    end = time.monotonic() + _LONGEST_PUSH
    while time.monotonic() < end:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        except PermissionError:
            pass
        time.sleep(_POLL_INTERVAL)


def _send(git_dir: Path, work_tree: Path, remote: str) -> Path:
    """Record what is new and send it, if this project shares with that remote; return the common git directory."""
    from tracker.git import Repository
    from tracker.project.project import open_project
    from tracker.recording.reconcile import reconcile
    from tracker.sharing.send import NotSent, send

    repository = Repository.at_git_dir(git_dir, work_tree)
    os.chdir(repository.common_dir)
    project = open_project(repository, {}, in_hook=True)
    if project.files.is_tracked() and project.is_own_ledger and project.shared_remote == remote:
        reconcile(project)  # what was pushed is known only now
        with contextlib.suppress(NotSent):  # it is remembered
            send(project, remote)
    return repository.common_dir
