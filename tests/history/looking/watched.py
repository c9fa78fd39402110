"""A repository in which somebody looks: never, after or during git's commands, at random, killed while looking."""

import contextlib
import os
import random
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.program import TRACKER
from tests.support import Repo, recorders

Look = Callable[[], object]

_KILLED: Final = Path(__file__).with_name("killed_look.py")
_LATEST_KILL: Final = 60
"""Steps of a look among which one is chosen at random to be its last."""

_READS: Final = frozenset(
    {
        "rev-parse",
        "rev-list",
        "log",
        "for-each-ref",
        "ls-files",
        "add",
        "config",
        "format-patch",
        "fast-export",
        "remote",
    }
)
"""Commands of git after which nobody looks, since they move no ref and no HEAD."""


class WatchedRepo(Repo):
    """A repository that calls ``look`` after each of git's commands that may have moved something."""

    def __init__(self, repo: Repo, look: Look) -> None:
        self.__dict__.update(repo.__dict__)
        self._look = look

    def git(self, *arguments: str, code: int | None = 0, **options: Any) -> str:
        printed = super().git(*arguments, code=code, **options)
        words = [word for word in arguments if not word.startswith("-")]
        if not _READS.intersection(words[:1]):
            self._look()
        return printed

    def at(self, path: Path) -> "WatchedRepo":
        return WatchedRepo(super().at(path), self._look)

    def clone(self, path: Path, *options: str) -> "WatchedRepo":
        return WatchedRepo(super().clone(path, *options), self._look)

    def tracker(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        """Run agent-tracker; a ``sync`` of the operation itself is a look, so it happens as the others do."""
        if arguments == ("sync",):
            self._look()
            return ""
        return super().tracker(*arguments, code=code, env=env)


def never(_: Repo) -> Look:
    """Return a look that does nothing: only the hooks write their events."""
    return lambda: None


def always(repo: Repo) -> Look:
    """Return a look that records everything."""
    return lambda: sync(repo)


def at_random(repo: Repo, seed: str) -> Look:
    """Return a look that does nothing, records everything, or is killed while it records, by a seeded choice."""
    chance = random.Random(seed)

    def look() -> None:
        drawn = chance.random()
        if drawn < 0.3:
            sync(repo)
        elif drawn < 0.5:
            killed_sync(repo, chance.randrange(1, _LATEST_KILL))

    return look


def during_commands(repo: Repo, _: str) -> Look:
    """Return a look that does nothing, and let git itself record everything each time that it has moved a ref."""
    hook = repo.path / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    look = f"{shlex.join(TRACKER)} sync </dev/null >/dev/null 2>&1"
    hook.write_text(f'#!/bin/sh\n[ "$1" != committed ] || {look} || exit 0\n', encoding="utf-8")
    hook.chmod(0o755)
    return lambda: None


def by_killed_recorders(repo: Repo, seed: str) -> Look:
    """Let the hooks start recorders; return a look that kills them, whatever they are doing, by a seeded choice."""
    for hook in repo.scripts.glob("post-*"):
        text = hook.read_text(encoding="utf-8")
        hook.write_text(re.sub(r"(?m)^python=.*", f"python={sys.executable}", text), encoding="utf-8")
    chance = random.Random(seed)

    def look() -> None:
        if chance.random() < 0.3:
            for process in recorders(repo.path / ".git"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    return look


def sync(repo: Repo) -> None:
    """Reconcile, as somebody who reads the ledger does."""
    Repo.tracker(repo, "sync")


def killed_sync(repo: Repo, step: int) -> None:
    """Reconcile in a process that kills itself at its n-th step (killed_look.py), if it has that many."""
    done = subprocess.run(
        [sys.executable, "-I", str(_KILLED), str(step), "sync"],
        cwd=repo.path,
        env=repo.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
