"""The pace of long work: how far it is, how fast it goes, and how long it still takes. Pure: the caller has the clock.

Work is told in bursts, as git answers for many commits at once. What is shown moves at the mean rate instead, and never
ahead of what was told.
"""

from collections import deque
from typing import Final, NamedTuple

_WINDOW: Final = 30.0
"""Seconds over which the rate is a mean."""
_GRAIN: Final = 0.25
"""Seconds between the moments that are kept of these."""
_LEAST: Final = 0.5
"""Seconds of work before a rate is known."""
_BEHIND: Final = 5.0
"""Seconds in which what is shown reaches what was told, if the mean rate takes longer."""


class Shown(NamedTuple):
    """The state of long work to show.

    ``done`` and ``expected``: commits. ``rate``: commits in each second, None until it is known. ``left``: seconds to
    the end at that rate, None while it is not known or nothing moves.
    """

    done: int
    expected: int
    rate: float | None
    left: float | None


class Pace:
    """Follows the progress of work that began at ``now``; all times are seconds of one clock."""

    def __init__(self, now: float) -> None:
        self._told = 0
        self._expected: int | None = None
        self._moments = deque([(now, 0)])
        self._shown = 0.0
        self._shown_at = now
        self._slowest = 0.0

    def tell(self, done: int, expected: int, now: float) -> None:
        """Take note of how many commits are done, and how many are expected."""
        if self._expected is None:  # what was before is preparation: reading refs, walking through history
            self._moments = deque([(now, done)])
            self._shown, self._shown_at = float(done), now
        self._told, self._expected = done, expected
        self._slowest = (done - self._shown) / _BEHIND
        if now - self._moments[-1][0] >= _GRAIN:
            self._moments.append((now, done))

    def at(self, now: float) -> Shown | None:
        """Return what is to be shown, None before anything was told. It rises from call to call."""
        if self._expected is None:
            return None
        rate = self._rate(now)
        self._advance(rate, now)
        done = int(self._shown)
        left = (self._expected - self._shown) / rate if rate else None
        return Shown(done, self._expected, rate, left)

    def _rate(self, now: float) -> float | None:
        """Return the mean rate since the beginning of the window, which goes on while nothing is told."""
        while len(self._moments) > 1 and self._moments[1][0] <= now - _WINDOW:
            self._moments.popleft()
        begin, done = self._moments[0]
        is_done = self._told == self._expected
        return (self._told - done) / (now - begin) if now - begin >= _LEAST or (is_done and now > begin) else None

    def _advance(self, rate: float | None, now: float) -> None:
        """Move what is shown towards what was told: at the mean rate, or faster to be there in time."""
        gap, passed = self._told - self._shown, now - self._shown_at
        self._shown_at = now
        if rate is None or gap <= 0 or self._told == self._expected:
            self._shown = float(self._told)
        else:
            self._shown += min(gap, max(rate, self._slowest) * passed)
