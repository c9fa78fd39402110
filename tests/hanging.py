"""Fail a test that waits forever, which no assertion would show."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


class Hangs(BaseException):
    """Raised in code that waited too long. No ``except Exception`` of that code catches it."""


@contextlib.contextmanager
def not_hanging(seconds: int = 120) -> Iterator[None]:
    """Raise Hangs in the block after ``seconds``, which is much longer than a slow machine needs (not on Windows)."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise Hangs

    kept = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, kept)
