"""A progress bar on standard error: what is done and expected, the rate, and the time that is left."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.segment import Segment
from rich.style import Style

from tracker.cli import cells
from tracker.cli.pace import Pace, Shown
from tracker.model import Progress

_DELAY: Final = 2.0
"""Seconds before a bar is shown where ``GIT_PROGRESS_DELAY`` names no number: git's own."""
_REFRESHED: Final = 10
"""Times in each second that the bar is drawn."""
_SHORTEST: Final = 8
_LONGEST: Final = 40
"""Cells of the bar itself."""
_LEAST_LABEL: Final = 15
"""Cells of the label that are kept: ``Backfill 2 of 5``."""
_RATE: Final = 16
"""Cells of the rate: ``12,345 commits/s``."""
_SHORT_RATE: Final = 8
_LEFT: Final = 12
"""Cells of the time left: ``1:23:45 left``."""


@contextlib.contextmanager
def progress_bar(label: str, unit: str = "commits") -> Iterator[Progress]:
    """Show a bar while the block runs, and yield the function that advances it; the bar leaves nothing behind.

    ``unit``: the plural noun of what it counts. Until the function is called, the bar shows only that work goes on.
    As with git's own, work that ends within ``GIT_PROGRESS_DELAY`` seconds shows none (git(1)). ``label``: text of any
    origin.
    """
    console = Console(stderr=True, highlight=False)
    line = _Line(cells.shown(label, console.encoding), unit)
    live = Live(line, console=console, transient=True, refresh_per_second=_REFRESHED)
    delay = _delay()
    timer = threading.Timer(delay, live.start)
    timer.daemon = True
    if delay:
        timer.start()
    else:
        live.start()
    try:
        yield line.advance
    finally:
        if delay:
            timer.cancel()
            timer.join()  # it may be starting the bar just now
        if live.is_started:
            live.stop()


def _delay() -> float:
    """Return the seconds after which a bar is shown."""
    text = os.environ.get("GIT_PROGRESS_DELAY", "")
    return min(float(text), threading.TIMEOUT_MAX) if text.isdecimal() else _DELAY


class _Line:
    """The line of a bar. It is laid out anew each time it is drawn, since the terminal may change its width."""

    def __init__(self, label: str, unit: str) -> None:
        self._label, self._unit = label, unit
        self._pace = Pace(time.monotonic())

    def advance(self, done: int, expected: int) -> None:
        """Take note of how far the work is."""
        self._pace.tell(done, expected, time.monotonic())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self._pace.at(time.monotonic())
        layout = _layout(self._label, self._unit, shown, options.max_width, "..." if options.ascii_only else "…")
        yield Segment(layout.label)
        if layout.bar:
            yield Segment(" ")
            bar = ProgressBar(shown and max(1, shown.expected), shown.done if shown else 0, width=layout.bar)
            yield from console.render(bar, options)
        for text, style in zip(layout.numbers, _STYLES, strict=False):
            yield Segment(f" {text}", console.get_style(style, default=Style.null()))


_STYLES: Final = ("progress.download", "progress.data.speed", "progress.remaining")
"""The styles of the numbers of a line, in their order."""


class _Layout(NamedTuple):
    """The parts of a line. ``bar``: its cells, 0 for none. ``numbers``: done, rate and time left, of steady width."""

    label: str
    bar: int
    numbers: list[str]


def _layout(label: str, unit: str, shown: Shown | None, width: int, ellipsis: str) -> _Layout:
    """Return the parts of a line that fit a terminal of ``width`` cells.

    As it gets narrower, first the bar becomes shorter, then it is left out; then the rate loses its unit and a
    percentage stands for the number of commits; at last the label is cut, and the rate left out.
    """
    room = width - 1  # a line that ends in the last column would be wrapped on some terminals
    if shown is None:
        fitting = cells.cut(label, room - _SHORTEST - 1, ellipsis)
        return _Layout(fitting, _bar(room - cells.width(fitting) - 1), [])
    done, rate, left = _done(shown), _rate(shown, f"{unit}/s"), _left(shown)
    long = [done, rate.rjust(_RATE), left.rjust(_LEFT)]
    short = [_percent(shown), _rate(shown, "/s").rjust(_SHORT_RATE), left.rjust(_LEFT)]
    for numbers in (long, short, [short[0], short[2]]):
        free = room - sum(len(one) + 1 for one in numbers)
        if free >= min(cells.width(label), _LEAST_LABEL):
            fitting = cells.cut(label, free, ellipsis)
            return _Layout(fitting, _bar(free - cells.width(fitting) - 1), numbers)
    return _Layout(cells.cut(label, room - len(short[0]) - 1, ellipsis), 0, short[:1])


def _bar(free: int) -> int:
    """Return the cells of a bar where so many are free."""
    return min(free, _LONGEST) if free >= _SHORTEST else 0


def _done(shown: Shown) -> str:
    """Return the commits that are done and expected, as wide at the beginning as at the end."""
    expected = f"{shown.expected:,}"
    return f"{shown.done:,}".rjust(len(expected)) + f"/{expected}"


def _percent(shown: Shown) -> str:
    return f"{100 * shown.done // max(1, shown.expected)}%".rjust(4)


def _rate(shown: Shown, unit: str) -> str:
    """Return the commits in each second, with a decimal where there are few; empty while nothing moves."""
    if not shown.rate:
        return ""
    number = f"{shown.rate:,.0f}" if shown.rate >= 10 else f"{shown.rate:.1f}"
    return f"{number}{'' if unit.startswith('/') else ' '}{unit}"


def _left(shown: Shown) -> str:
    """Return the time that is left, such as ``0:12 left``; empty while nothing moves."""
    if shown.left is None:
        return ""
    seconds = round(shown.left)
    hours, minutes = divmod(seconds // 60, 60)
    if hours >= 100:
        return ""  # nothing is known of a time so long
    return f"{hours}:{minutes:02}:{seconds % 60:02} left" if hours else f"{minutes}:{seconds % 60:02} left"
