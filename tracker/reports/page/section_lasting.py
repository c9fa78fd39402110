"""The section on lifetimes: one Kaplan-Meier curve for each set-up, the others in grey behind it."""

from typing import Any, Final

from tracker.reports.page.content import MOST_DRAWN, Report, Section, full_name
from tracker.reports.page.filters import fold, scrolled
from tracker.reports.page.lifetimes import FEWEST_AT_RISK, LONGEST, Curve, most_lasting
from tracker.reports.page.links import Chosen, linked
from tracker.reports.page.markup import Html, joined, tag, visible
from tracker.reports.page.numbers import NONE, count, percent, span
from tracker.reports.page.panels import leads
from tracker.reports.set_ups.set_up import SetUp

_DAYS: Final = (30, 90, 180)
_FEWEST_DAYS: Final = 14
"""The age that a curve must reach to be drawn."""


def section(report: Report) -> Section | None:
    """Return the section; None if no commit of an agent has landed and added lines."""
    curves = {one: report.curves[one] for one in report.agents if one in report.curves}
    if not curves:
        return None
    title, short = "How long does the work last?", "Lifetime"
    if most_lasting(curves) < _FEWEST_DAYS:
        sentence = f"No set-up has {FEWEST_AT_RISK} commits that were followed for {_FEWEST_DAYS} days: no curve yet."
        return Section("lifetime", short, title, tag("p", sentence, class_="empty"))
    intro = (
        "The share of commits that still have at least half of their added lines on the default branch, by age in days"
        " (Kaplan-Meier: a young commit counts for as long as it has been followed). The band is the 90\u00a0%"
        " interval, the grey lines are the other set-ups. A curve ends where fewer than"
        f" {FEWEST_AT_RISK} commits are that old, at the latest after a year."
    )
    drawn = [one for one in curves if curves[one].last >= _FEWEST_DAYS][:MOST_DRAWN]
    body = joined(
        tag("p", intro, class_="note"),
        _few([one for one in curves if curves[one].last < _FEWEST_DAYS]),
        tag("div", class_="chart grid", id="lifetime-chart"),
        _table(report, curves),
    )
    facts = {
        "last": min(LONGEST, max(_DAYS[0], most_lasting(curves))),
        "curves": [_drawn(report, one, curves[one]) for one in drawn],
    }
    return Section("lifetime", short, title, body, facts)


def _few(set_ups: list[SetUp]) -> Html | None:
    if not set_ups:
        return None
    names = [part for one in set_ups for part in (", ", full_name(one))][1:]
    return tag("p", "Too few old commits for a curve: ", *names, ".", class_="note")


def _drawn(report: Report, one: SetUp, curve: Curve) -> dict[str, Any]:
    end = curve.at(curve.last)
    steps = [(point.days, point.kept, point.low, point.high) for point in (*curve.steps, *([end] if end else []))]
    points: list[tuple[float, ...]] = [(0, 1, 1, 1), *steps]
    said = [f"day {day}: {percent(point.kept)}" for day in _DAYS if (point := curve.at(day))]
    return {
        "name": visible(one.name),
        "parts": [visible(part) for part in one.parts],
        "leads": leads(report, one),
        "points": [[round(number, 4) for number in point] for point in points],
        "text": ", ".join(said) or f"followed to day {curve.last}",
        "last": curve.last,
    }


def _table(report: Report, curves: dict[SetUp, Curve]) -> Html:
    caption = "Commits with at least half of their lines"
    headings = ("Set-up", "Commits", *(f"Day {day}" for day in _DAYS), "Followed to")
    body = []
    for one, curve in curves.items():
        cells: list[str] = [
            linked(curve.commits, Chosen(report.number(one), became="added")),
            *(_at(curve, day) for day in _DAYS),
            f"day {curve.last}" if curve.last >= 0 else NONE,
        ]
        body.append(tag("tr", tag("th", full_name(one), scope="row"), *(tag("td", cell) for cell in cells)))
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in headings)))
    table = tag("table", tag("caption", caption, class_="unseen"), head, tag("tbody", *body))
    return fold(f"{caption}, as a table", scrolled(caption, table))


def _at(curve: Curve, day: int) -> str:
    point = curve.at(day)
    if point is None:
        return "too few"
    return f"{percent(point.kept)} ({span((point.low, point.high))}), {count(point.at_risk)} that old"
