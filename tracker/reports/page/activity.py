"""Numbers of commits by week, or by month or year where there are too many weeks to draw."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from tracker.reports.page.numbers import date_of
from tracker.reports.set_ups.set_up import SetUp

Unit = Literal["week", "month", "year"]

_MOST: Final[Mapping[Unit, int]] = {"week": 106, "month": 120, "year": 10_000}
"""Periods of each unit up to which it is used: about two years of weeks, ten years of months."""
_DAYS: Final[Mapping[Unit, float]] = {"week": 7, "month": 30.4, "year": 365.2}


class Period(NamedTuple):
    """A week, month or year, by its first and last date."""

    first: date
    last: date


class Activity(NamedTuple):
    """Commits by period. ``counts``: of each set-up, one number for each period. ``undated``: dated after today."""

    unit: Unit
    periods: Sequence[Period]
    counts: Mapping[SetUp, Sequence[int]]
    undated: int


def activity_of(days: Mapping[tuple[SetUp, int], int], today: int) -> Activity:
    """Return numbers of commits by period. ``days``: by set-up and day; ``today``: that of the report, since the epoch.

    Author dates are whatever the author's clock said; those after tomorrow are counted apart.
    """
    known = {key: number for key, number in days.items() if key[1] <= today + 1}
    undated = sum(days.values()) - sum(known.values())
    if not known:
        return Activity("week", [], {}, undated)
    first, last = min(day for _, day in known), max(day for _, day in known)
    unit: Unit = next(one for one, most in _MOST.items() if (last - first) / _DAYS[one] <= most)
    periods = _periods(_date(first), _date(last), unit)
    place = {period.first: number for number, period in enumerate(periods)}
    counts: dict[SetUp, list[int]] = {}
    for (set_up, day), number in known.items():
        of_one = counts.setdefault(set_up, [0] * len(periods))
        of_one[place[_BEGIN[unit](_date(day))]] += number
    return Activity(unit, periods, counts, undated)


def _date(day: int) -> date:
    return date.fromisoformat(date_of(day))


_BEGIN: Final[Mapping[Unit, Callable[[date], date]]] = {
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
"""The first date of the period that a date is in; weeks begin on Monday (ISO 8601)."""


def _periods(first: date, last: date, unit: Unit) -> list[Period]:
    """Return all periods from that of ``first`` to that of ``last``, without a gap."""
    begin = _BEGIN[unit]
    found, start = [], begin(first)
    while start <= last:
        following = begin(start + timedelta(days={"week": 7, "month": 31, "year": 366}[unit]))
        found.append(Period(start, following - timedelta(days=1)))
        start = following
    return found
