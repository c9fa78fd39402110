"""Waiting for the processes that record into a repository."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def recorders(git_dir: Path) -> list[int]:
    """Return the ids of the processes that record into a repository now (Linux)."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # the process has ended
            continue
        if b"tracker" in words and b"hook" in words and any(os.fsencode(git_dir) in word for word in words):
            found.append(int(folder.name))
    return found


def wait_for_recorders(git_dir: Path, seconds: float = 300.0) -> None:
    """Wait until no process records into a repository; events may still wait in its spool."""
    wait_until(lambda: not recorders(git_dir), lambda: f"recorders {recorders(git_dir)}", seconds)


def wait_until(condition: Callable[[], bool], state: Callable[[], str], seconds: float = 300.0) -> None:
    """Wait until a condition holds; fail after ``seconds`` with the text that ``state`` returns then."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, state()
        time.sleep(0.05)
