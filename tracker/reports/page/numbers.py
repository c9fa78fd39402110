"""Numbers as the page writes them."""

from datetime import UTC, datetime
from typing import Final

from tracker.model import DAY, LAST_SECOND

NONE: Final = "\N{EN DASH}"
"""The sign for a number that is not known."""


def percent(share: float | None) -> str:
    """Return a share as percent: with one decimal below 10 % and above 90 %, where whole numbers hide differences."""
    return NONE if share is None else f"{100 * share:.{_decimals(share)}f}\u00a0%"


def span(interval: tuple[float, float]) -> str:
    """Return an interval of shares as percent, as "64 to 86"."""
    low, high = interval
    decimals = min(_decimals(low) if low else 1, _decimals(high))
    return f"{100 * low:.{decimals}f} to {100 * high:.{decimals}f}"


def count(number: int) -> str:
    """Return a count with commas between thousands."""
    return f"{number:,}"


def plural(number: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def day_of(seconds: int) -> int:
    """Return a time in seconds since the epoch as days since then, clamped to what a calendar can show."""
    return min(max(seconds, 0), LAST_SECOND) // DAY


def date_of(day: int) -> str:
    """Return the date (ISO 8601) of a day since the epoch."""
    return datetime.fromtimestamp(day * DAY, UTC).strftime("%Y-%m-%d")


def _decimals(share: float) -> int:
    return int(0 < share < 0.1 or 0.9 < share < 1)
