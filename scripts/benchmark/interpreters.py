"""Count the Python interpreters that the hooks of a commit and of a rebase start."""

import re
import shlex
import sys
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.timing import PATIENCE, Variant, settle
from tracker.hooks.events import EVENTS


def count_interpreters(
    sandbox: Sandbox, ours: Variant, rebase: Callable[[Variant], None], picks: int
) -> dict[str, float]:
    """Count the interpreters started by a commit and by a rebase, and the most that run at a time; not timed.

    A wrapper in place of the interpreter notes each start and end. The plain commit shows that the wrapper counts: a
    count of 0 for the rebase alone would prove nothing. Raises MeasurementFailed when an interpreter does not end.
    """
    settle(ours)
    notes = sandbox.home / "starts"
    _install_wrapper(ours.path / ".git" / "agent-tracker" / "hooks", sandbox.home / "interpreter", notes)
    counts = []
    for act in (
        lambda: sandbox.git("commit", "-q", "--allow-empty", "-m", "x", place=ours.path),
        lambda: rebase(ours),
    ):
        notes.write_bytes(b"")
        act()
        settle(ours)
        counts.append(_starts(notes))
    (commit, _), (rebased, at_once) = counts
    return {
        "commit": commit,
        "rebase": rebased,
        "rebase_per_pick": round(rebased / picks, 3),
        "rebase_at_once": at_once,
    }


def _starts(notes: Path) -> tuple[int, int]:
    """Wait until all interpreters have ended; the number that started, and the most that ran at a time."""
    end = time.monotonic() + PATIENCE
    while sum(changes := [int(line) for line in notes.read_text(encoding="ascii").split()]):
        if time.monotonic() > end:
            raise MeasurementFailed("an interpreter that a hook started does not end.")
        time.sleep(0.01)
    return changes.count(1), max(accumulate(changes), default=0)


def _install_wrapper(scripts: Path, wrapper: Path, notes: Path) -> None:
    """Replace the interpreter in our scripts by one that appends 1 to ``notes`` at its start and -1 at its end."""
    note = f">>{shlex.quote(str(notes))}"
    wrapper.write_text(
        f'#!/bin/sh\necho 1 {note}\n{shlex.quote(sys.executable)} "$@"\ncode=$?\necho -1 {note}\nexit $code\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    line = f"python={shlex.quote(str(wrapper))}"
    for hook in (scripts / event for event in EVENTS):
        text, found = re.subn(r"(?m)^python=.*$", lambda _: line, hook.read_text(encoding="utf-8"))
        if found != 1:
            raise MeasurementFailed(f"the hook {hook.name} does not name its interpreter on one line.")
        hook.write_text(text, encoding="utf-8")
