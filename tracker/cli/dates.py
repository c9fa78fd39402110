"""Dates that a user writes as options."""

import re
import time
from datetime import datetime, timedelta
from typing import Final

from tracker.errors import UsageError
from tracker.model import DAY, LAST_SECOND
from tracker.text import printable

_YEAR_OR_MONTH: Final = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_UNCLEAR: Final = re.compile(r"(?!\d{9,}$)[\d.,-]+|\d+-?W.*", re.ASCII | re.IGNORECASE)
"""Numbers that git reads as a day of this month or as an hour, and weeks."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}", re.ASCII)
_DAY_IN_WORDS: Final = re.compile(
    r"(last[ .]+)?(today|yesterday|(mon|tues|wednes|thurs|fri|satur|sun)day)", re.IGNORECASE
)
"""Words of git that name a day, and no moment of it."""
_WEEKDAY: Final = re.compile(r"(mon|tues|wednes|thurs|fri|satur|sun)day")


def parse_since(text: str | None) -> int | None:
    """Return the first second of a date, in seconds since the epoch; None for None.

    A year, month, day or moment (ISO 8601, local time without a zone), or what git reads as a date, such as
    ``yesterday`` or ``2.weeks``. A day begins at midnight. Raises UsageError.
    """
    return None if text is None else _parse(text, timedelta())


def parse_until(text: str | None) -> int | None:
    """Return the last second of a date, as ``parse_since`` reads it: a day ends before the next midnight."""
    return None if text is None else _parse(text, timedelta(days=1) - timedelta(seconds=1))


def parse_range(since: str | None, until: str | None) -> tuple[int | None, int | None]:
    """Return the first and the last second of a time. Raises UsageError also for an end before its beginning."""
    begin, end = parse_since(since), parse_until(until)
    if begin is not None and end is not None and end < begin:
        raise UsageError(f"--until {printable(str(until)[:80])} is before --since {printable(str(since)[:80])}.")
    return begin, end


def _parse(text: str, within_day: timedelta) -> int:
    stripped = text.strip()
    is_form_of_day = _DAY.fullmatch(stripped) is not None
    try:
        whole = _YEAR_OR_MONTH.fullmatch(stripped)
        if whole:
            return _edge(int(whole[1]), int(whole[2] or 0), is_end=bool(within_day))
        if is_form_of_day:
            return int((datetime.fromisoformat(stripped) + within_day).timestamp())
        if stripped.lower() == "now":
            return int(time.time())
        if _DAY_IN_WORDS.fullmatch(stripped):
            return int((_midnight(stripped) + within_day).timestamp())
        if _UNCLEAR.fullmatch(stripped):
            raise ValueError(stripped)
        return int(datetime.fromisoformat(stripped).timestamp())
    except (ValueError, OverflowError, OSError):
        from tracker.git.dates import approximate_date

        # Git reads a number where none can be meant, such as a month 13.
        is_none = is_form_of_day or _UNCLEAR.fullmatch(stripped) or not stripped.isprintable()
        found = None if is_none else approximate_date(stripped)
        if found is None:
            raise UsageError(
                f"'{printable(text[:80])}' is no date: write 2026, 2026-11, 2026-11-24, yesterday or 2.weeks."
            ) from None
        return found


def _edge(year: int, month: int, *, is_end: bool) -> int:
    """Return the first second of a year, or of its month if that is not 0; or the last second. Raises ValueError."""
    if not is_end:
        return int(datetime(year, month or 1, 1).timestamp())  # noqa: DTZ001 - local time
    following = (year + 1, 1) if month in {0, 12} else (year, month + 1)
    return int(datetime(*following, 1).timestamp()) - 1  # noqa: DTZ001


def _midnight(words: str) -> datetime:
    """Return the beginning of a day that is named in words, local time. Raises ValueError for what git cannot read."""
    from tracker.git.dates import approximate_date

    # Git before 2.41 does not know "today".
    words = words.lower()
    # Git reads the name of a weekday alone as no date.
    named = time.time() if words == "today" else approximate_date(f"last {words}" if _WEEKDAY.match(words) else words)
    if named is None:
        raise ValueError(words)
    day = time.localtime(named)
    return datetime(day.tm_year, day.tm_mon, day.tm_mday)  # noqa: DTZ001 - local time, whose offset may change that day


def month_typed(time: int) -> int:
    """Return the month of a date that the user typed, in the user's calendar, as ``keys.month`` counts them."""
    typed = datetime.fromtimestamp(min(max(time, 0), LAST_SECOND - DAY)).astimezone()
    return typed.year * 12 + typed.month - 1
