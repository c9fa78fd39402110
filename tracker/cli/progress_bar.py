"""A progress bar on standard error: what is done and expected, the rate, and the time that is left."""

import contextlib
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from tracker.model import Progress

_OTHER_COLUMNS: Final = 56
"""Columns of a line that are not the bar's."""
_DELAY: Final = 2.0
"""Seconds before a bar is shown where ``GIT_PROGRESS_DELAY`` names no number: git's own."""
_SHORTEST: Final = 8
_LONGEST: Final = 40


class _Done(ProgressColumn):
    """The number that is done, of that expected once it is known."""

    def render(self, task: Task) -> Text:
        """Return the cell."""
        return Text("" if task.total is None else f"{task.completed:,.0f}/{task.total:,.0f}", "progress.download")


class _Rate(ProgressColumn):
    """The number done in each second, over the last half minute. ``unit``: the plural noun of what is counted."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        """Return the cell."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} {self._unit}/s" if speed else "", "progress.data.speed")


class _Left(ProgressColumn):
    """The time that is left at this rate."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """Return the cell."""
        left = task.time_remaining
        return Text("" if left is None else f"{timedelta(seconds=int(left))} left", "progress.remaining")


@contextlib.contextmanager
def progress_bar(label: str, unit: str = "commits") -> Iterator[Progress]:
    """Show a bar while the block runs, and yield the function that advances it; the bar leaves nothing behind.

    ``unit``: the plural noun of what it counts. Until the function is called, the bar shows only that work goes on.
    As with git's own, work that ends within ``GIT_PROGRESS_DELAY`` seconds shows none (git(1)).
    """
    console = Console(stderr=True)
    width = max(_SHORTEST, min(_LONGEST, console.width - _OTHER_COLUMNS))
    bar = Bar(
        TextColumn("{task.description}"), BarColumn(width), _Done(), _Rate(unit), _Left(), console=console,
        transient=True,
    )  # fmt: skip
    task = bar.add_task(label, total=None)

    def advance(done: int, expected: int) -> None:
        bar.update(task, completed=done, total=expected)

    delay = _delay()
    timer = threading.Timer(delay, bar.start)
    timer.daemon = True
    if delay:
        timer.start()
    else:
        bar.start()
    try:
        yield advance
    finally:
        if delay:
            timer.cancel()
            timer.join()  # it may be starting the bar just now
        if bar.live.is_started:
            bar.stop()


def _delay() -> float:
    """Return the seconds after which a bar is shown."""
    text = os.environ.get("GIT_PROGRESS_DELAY", "")
    return min(float(text), threading.TIMEOUT_MAX) if text.isdecimal() else _DELAY
