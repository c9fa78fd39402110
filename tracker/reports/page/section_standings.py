"""The table of set-ups, whose second column is the chart: share, interval, commits, and which others each beats."""

from collections.abc import Mapping
from math import ceil, floor
from typing import Any, Final

from tracker.comparison.tallies import total
from tracker.comparison.verdict import FEWEST_COMMITS, Standing
from tracker.reports.page.content import Report, Section, full_name
from tracker.reports.page.links import Chosen, linked
from tracker.reports.page.markup import Html, isolated, joined, listed, tag
from tracker.reports.page.numbers import NONE, percent, plural, span
from tracker.reports.page.panels import leads
from tracker.reports.set_ups.recommendation import Measure
from tracker.reports.set_ups.set_up import SetUp

_MEASURE: Final[Mapping[Measure, str]] = {"grades": "Good or excellence", "kept": "Went well"}


def section(report: Report) -> Section | None:
    """Return the section; None if no commit is an agent's."""
    if not report.agents:
        return None
    standings = report.found.verdict.standings
    title = "How good is each set-up?"
    if not standings:
        sentence = "None of these commits is graded or landed 14 days ago or longer: there is no share to show."
        return Section("set-ups", "Set-ups", title, tag("p", sentence, class_="empty"))
    average = _average(report)
    intro = joined(
        _measured(report),
        " The dot is the estimate; with a probability of 90\u00a0% the true share lies within the bar. The thin line is"
        f" the average of all set-ups ({percent(average)}). Bars that overlap much are no evidence of a difference.",
    )
    facts = {
        "scale": _scale(report),
        "average": average,
        "rows": {str(report.number(one)): _drawn(report, one) for one in report.agents if one.name in standings},
    }
    return Section("set-ups", "Set-ups", title, joined(tag("p", intro, class_="note"), _table(report)), facts)


def _measured(report: Report) -> str:
    if report.found.of_team:
        good = "graded" if report.found.measure == "grades" else "landed"
        return f"The share of {good} commits that are good, adjusted for kinds of task and for projects."
    if report.found.measure == "grades":
        return "The share of your graded commits that you called good or excellence, adjusted for the kind of task."
    return (
        "The share of commits that went well within 14 days after they landed, adjusted for project, kind of task and"
        " size."
    )


def _average(report: Report) -> float | None:
    return total(report.found.tally(one) for one in report.agents).share


def _scale(report: Report) -> tuple[float, float]:
    intervals = [one.interval for one in report.found.verdict.standings.values()]
    low, high = min(low for low, _ in intervals), max(high for _, high in intervals)
    return max(0.0, floor(10 * low - 0.3) / 10), min(1.0, ceil(10 * high + 0.3) / 10)


def _drawn(report: Report, one: SetUp) -> dict[str, Any]:
    standing = report.found.verdict.standings[one.name]
    low, high = standing.interval
    share = standing.share.mean
    return {
        "share": share, "low": low, "high": high, "hollow": not standing.is_compared, "leads": leads(report, one)
    }  # fmt: skip


def _table(report: Report) -> Html:
    headings = [
        tag("th", "Set-up", scope="col", role="columnheader"),
        tag(
            "th",
            tag("span", "Interval, drawn", class_="unseen"),
            tag("div", class_="axis", aria_hidden="true"),
            scope="col",
            class_="bar",
            role="columnheader",
        ),
        tag("th", _MEASURE[report.found.measure], tag("small", "90\u00a0% interval"), scope="col", role="columnheader"),
        tag("th", "Counted", scope="col", role="columnheader"),
        tag("th", "Beats", scope="col", role="columnheader"),
    ]
    caption = tag("caption", "Set-ups with the adjusted share of good commits and its 90 % interval", class_="unseen")
    head = tag("thead", tag("tr", *headings, role="row"), role="rowgroup")
    body = tag("tbody", *(_row(report, one) for one in report.agents), role="rowgroup")
    return tag("table", caption, head, body, id="standings", role="table")


def _row(report: Report, one: SetUp) -> Html:
    standing, number = report.found.verdict.standings.get(one.name), report.number(one)
    is_first = leads(report, one)
    mark = tag("span", "leads", class_="mark") if is_first else None
    if standing is None or not standing.is_compared:
        mark = tag("span", "too few", class_="mark few")
    first, *others = one.parts
    name = joined(isolated(first), " ", mark, *(tag("small", isolated(part)) for part in others))
    cells = [
        tag("th", name, scope="row", role="rowheader"),
        tag("td", class_="bar" if standing else "bar bare", role="cell", data_row=number if standing else None),
        tag("td", *_share(standing), class_="share", role="cell"),
        tag("td", *_counts(report, one, standing), class_="counts", role="cell"),
        tag("td", *_beaten(report, standing), class_="beaten", role="cell"),
    ]
    return tag("tr", *cells, role="row", class_="leads" if is_first else None)


def _share(standing: Standing | None) -> list[Html]:
    if standing is None:
        return [tag("span", NONE)]
    return [tag("b", percent(standing.share.mean)), tag("small", f"{span(standing.interval)}\u00a0%")]


def _counts(report: Report, one: SetUp, standing: Standing | None) -> list[str]:
    number, graded = report.number(one), report.found.measure == "grades"
    every: list[str] = ["of all ", linked(report.found.figures[one].commits, Chosen(number))]
    if standing is None:
        return [tag("span", "none graded" if graded else "none landed 14 days ago or longer"), tag("small", *every)]
    tally = standing.share.tally
    good = Chosen(number, user="well") if graded else Chosen(number, became="well")
    of = Chosen(number, user="any") if graded else Chosen(number, became="settled")
    counted = [linked(tally.good, good), " of ", linked(tally.commits, of)]
    return [tag("span", *counted), tag("small", "graded; " if graded else "landed 14 days ago or longer; ", *every)]


def _beaten(report: Report, standing: Standing | None) -> list[Html]:
    if standing is None or not standing.is_compared:
        known = standing.share.tally.commits if standing else 0
        return [tag("small", f"{plural(known, 'commit')} of {FEWEST_COMMITS} that are needed")]
    names = [full_name(one) for one in report.agents if one.name in standing.beats]
    return [tag("span", "Beats ", class_="phone"), tag("small", listed(names) if names else Html("no other"))]
