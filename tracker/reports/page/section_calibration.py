"""The section on the agents' own grades: one table of four by four for each set-up."""

from typing import Final

from tracker.comparison.calibration import FEWEST_PAIRS, Calibration
from tracker.model import GRADE_NAMES
from tracker.reports.page.content import Report, Section, full_name
from tracker.reports.page.links import Chosen, linked
from tracker.reports.page.markup import Html, joined, listed, tag
from tracker.reports.page.numbers import percent
from tracker.reports.set_ups import trust_words
from tracker.reports.set_ups.set_up import SetUp

_STEPS: Final = [*GRADE_NAMES.values()]


def section(report: Report) -> Section | None:
    """Return the section; None if no commit is an agent's."""
    if not report.agents:
        return None
    title, short = "Can the agents' own grades be believed?", "Own grades"
    pairs = {one: report.found.figures[one].calibration for one in report.agents}
    enough = [one for one in report.agents if pairs[one].is_enough]
    few = [one for one in report.agents if pairs[one].pairs and one not in enough]
    if not enough:
        return Section("own-grades", short, title, tag("p", *_too_few(report, few, pairs), class_="empty"))
    intro = (
        f"Commits that both graded, by {report.found.raters} grade (rows) and the agent's (columns). Outlined cells"
        f" agree; to the right of them the agent thought better of its work than {report.found.rater}."
    )
    body = joined(
        tag("p", intro, class_="note"),
        tag("div", *(_one(report, one, pairs[one]) for one in enough), class_="grid"),
        tag("ul", *(tag("li", report.named(said)) for said in trust_words.calibration_sentences(report.found))),
        tag("p", *_too_few(report, few, pairs), class_="note") if few else None,
    )
    return Section("own-grades", short, title, body)


def _too_few(report: Report, few: list[SetUp], pairs: dict[SetUp, Calibration]) -> list[str]:
    if not few:
        both = f"both by {report.found.rater} and by its agent"
        return [f"No commit was graded {both}, so nothing can be said of the agents' own grades."]
    names = listed([joined(full_name(one), f" ({pairs[one].pairs})") for one in few])
    return [f"Fewer than {FEWEST_PAIRS} commits were graded by both: ", names, "."]


def _one(report: Report, one: SetUp, pairs: Calibration) -> Html:
    number = report.number(one)
    rows = [
        tag("tr", tag("th", _STEPS[user], scope="row"), *(_cell(number, pairs, user, agent) for agent in range(4)))
        for user in reversed(range(4))
    ]
    corner = tag("td", f"{report.found.rater} ↓ agent →")
    head = tag("thead", tag("tr", corner, *(tag("th", step, scope="col") for step in _STEPS)))
    caption = tag("caption", f"Grades by {report.found.rater} and by ", full_name(one), class_="unseen")
    same, higher, lower = (
        f"{name} {percent(found / pairs.pairs)}"
        for name, found in (("same", pairs.equal), ("higher", pairs.agent_higher), ("lower", pairs.agent_lower))
    )
    return tag(
        "div",
        tag("h3", full_name(one)),
        tag("p", f"{same}, {higher}, {lower} of {pairs.pairs}"),
        tag("table", caption, head, tag("tbody", *rows), class_="calibration"),
    )


def _cell(number: int, pairs: Calibration, user: int, agent: int) -> Html:
    found = pairs.table.get((agent, user), 0)
    shade = min(3, 1 + 3 * found // (max(pairs.table.values()) + 1)) if found else 0
    same = " same" if user == agent else ""
    chosen = Chosen(number, user=_STEPS[user], agent=_STEPS[agent])
    return tag("td", linked(found, chosen) if found else "·", class_=f"shade-{shade}{same}")
