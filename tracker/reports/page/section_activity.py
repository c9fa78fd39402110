"""The section on activity: commits by week, stacked."""

from typing import Any, Final

from tracker.reports.page.activity import Period
from tracker.reports.page.content import Report, Section, full_name
from tracker.reports.page.filters import fold, scrolled
from tracker.reports.page.links import Chosen, linked
from tracker.reports.page.markup import Html, joined, tag, visible
from tracker.reports.page.numbers import count, plural
from tracker.reports.set_ups.set_up import SetUp

_COLOURS: Final = 8
"""Colours that can be told apart, also by the colour blind; with more set-ups, the last is that of all others."""


def section(report: Report) -> Section | None:
    """Return the section; None if no commit of an agent has a date."""
    activity = report.activity
    if not activity.periods:
        return None
    title, short = "Who wrote how much, and when?", "Activity"
    if len(activity.periods) == 1:
        period = activity.periods[0]
        sentence = f"All commits are of one {activity.unit}, {period.first} to {period.last}."
        return Section("activity", short, title, joined(tag("p", sentence, class_="empty"), _table(report)))
    months = "" if activity.unit == "week" else f" (there are too many weeks to draw, so these are {activity.unit}s)"
    undated = f" {plural(activity.undated, 'commit')} dated in the future are left out." if activity.undated else ""
    intro = (
        f"Commits per {activity.unit} by author date{months}, stacked. Volume says nothing of quality: it shows when a"
        f" set-up was in use, and so what its figures rest on.{undated}"
    )
    series = _series(report)
    key = [
        tag("li", tag("i", class_=f"colour-{place}"), _name(one), f" {count(sum(counts))}")
        for place, (one, counts) in enumerate(series)
    ]
    body = joined(
        tag("p", intro, class_="note"),
        tag("ul", *key, class_="key"),
        tag("div", class_="chart", id="activity-chart"),
        _table(report),
    )
    return Section("activity", short, title, body, _facts(report, series))


_Series = list[tuple[SetUp | None, list[int]]]


def _series(report: Report) -> _Series:
    """Return the numbers of each set-up in the order of the page; beyond the colours, all others together (None)."""
    counts = report.activity.counts
    found: _Series = [(one, [*counts[one]]) for one in report.agents if one in counts]
    if len(found) <= _COLOURS:
        return found
    rest = [sum(numbers) for numbers in zip(*(of_one for _, of_one in found[_COLOURS - 1 :]), strict=True)]
    return [*found[: _COLOURS - 1], (None, rest)]


def _name(one: SetUp | None) -> Html:
    return full_name(one) if one else Html("others")


def _facts(report: Report, series: _Series) -> dict[str, Any]:
    activity = report.activity
    totals = ", ".join(f"{visible(one.name) if one else 'others'} {sum(counts)}" for one, counts in series)
    begin, end = activity.periods[0].first, activity.periods[-1].last
    return {
        "unit": activity.unit,
        "starts": [str(period.first) for period in activity.periods],
        "end": str(end),
        "names": [visible(report.short_names[one]) if one else "others" for one, _ in series],
        "counts": [counts for _, counts in series],
        "text": f"Commits per {activity.unit} from {begin} to {end}, stacked. In all: {totals}",
    }


def _table(report: Report) -> Html:
    activity = report.activity
    shown = [one for one in report.agents if one in activity.counts]
    caption = f"Commits per {activity.unit}"
    headings = [
        tag("th", activity.unit.capitalize(), scope="col"),
        *(tag("th", full_name(one), scope="col") for one in shown),
    ]
    body = [
        tag(
            "tr",
            tag("th", _period_name(report, period), scope="row"),
            *(tag("td", _number(report, one, place)) for one in shown),
        )
        for place, period in enumerate(activity.periods)
    ]
    table = tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", tag("tr", *headings)),
        tag("tbody", *body),
    )
    return fold(f"{caption}, as a table", scrolled(caption, table))


def _period_name(report: Report, period: Period) -> str:
    form = {"week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
    return period.first.strftime(form[report.activity.unit])


def _number(report: Report, one: SetUp, place: int) -> str:
    number, period = report.activity.counts[one][place], report.activity.periods[place]
    chosen = Chosen(report.number(one), first=str(period.first), last=str(period.last))
    return linked(number, chosen) if number else "·"
