"""Kill recorders at random moments while the workers work."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from soaking.place import recorders

_LONGEST_PAUSE: Final = 0.25
"""Seconds between two looks for a recorder to kill."""


def kill_recorders(home: Path, kills: int, progress: Callable[[], float | None], chance: random.Random) -> int:
    """Kill recorders, spread over the work, until ``progress`` returns None; return how many were killed.

    ``progress`` returns the share of the work that is done, or None when all workers have ended.
    """
    killed = 0
    while (share := progress()) is not None:
        time.sleep(chance.uniform(0.0, _LONGEST_PAUSE))  # chooses the moment of a kill and waits for nothing
        if killed >= kills * share + 1 or killed >= kills:
            continue
        found = recorders(home)
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(found), signal.SIGKILL)
                killed += 1
    return killed
