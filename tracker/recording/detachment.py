"""Leaving the program that started this process: its session, its place in the queue, and its open files."""

import contextlib
import os
from typing import Final

_NICENESS: Final = 5
"""Added to the nice value of a process in the background, so that it yields to the user's next command."""
_FIRST_OPEN: Final = 10
"""The first descriptor that the hooks do not close: not every shell knows numbers of two digits."""
_LAST_OPEN: Final = 256


def detach() -> None:
    """Move this process to the background; do nothing on Windows.

    It leaves the terminal's session, so that closing the terminal or ending the caller's process group does not end it.
    It closes what it inherited: whoever reads from a pipe that it holds open would wait until it ends. To be called
    before this process opens anything itself.
    """
    if not hasattr(os, "setsid"):
        return
    os.closerange(_FIRST_OPEN, _LAST_OPEN)
    with contextlib.suppress(PermissionError):  # it leads a terminal session already
        os.setsid()
    os.nice(_NICENESS)
