"""The output of ``team status``, ``team recommend`` and ``team report``."""

import time
from collections.abc import Sequence
from typing import Any, Final

from tracker.cli import output, recommendation_lines, report_formats
from tracker.cli.report_file import write_page
from tracker.cli.report_lines import cost_lines, print_for_programs
from tracker.cli.team_facts import Opened, TeamFacts
from tracker.reports.page.commit_list import Commits
from tracker.reports.page.content import Report
from tracker.reports.page.document import page_as_html
from tracker.reports.prices import Prices
from tracker.reports.set_ups.definitions import definitions_of
from tracker.reports.set_ups.groups import Group, Grouping
from tracker.reports.set_ups.recommendation import Recommendation, recommend
from tracker.team.events import Event
from tracker.team.outbox import Waiting
from tracker.team.server import described
from tracker.text import listed, number_of, printable

SCHEMA: Final = 1
NOT_SENT: Final = ("names", "addresses", "notes", "subjects", "messages", "paths", "branches")
"""Things that no event holds."""
_PSEUDONYMS: Final = ("subject", "author", "project", "instructions")


def status_as_json(opened: Opened, waiting: Sequence[Waiting]) -> dict[str, Any]:
    """Return what ``team status --json`` prints."""
    last = opened.outbox.last_time()
    return {
        "schema": SCHEMA,
        "org": opened.team.org,
        "server": described(opened.team.server),
        "repositories": opened.team.repositories,
        "projects": sorted(opened.sources.names[one] for one in opened.sources.addresses),
        "not_sent_projects": opened.sources.others,
        "away_projects": opened.sources.away,
        "waiting": len(waiting),
        "last_push": last,
        "example": event_as_json(waiting[0].event) if waiting else None,
        "never_sent": NOT_SENT,
    }


def event_as_json(event: Event) -> dict[str, Any]:
    """Return an event as it is sent, with its pseudonyms in hex."""
    return {
        name: value.hex() if name in _PSEUDONYMS and isinstance(value, bytes) else value
        for name, value in event._asdict().items()
    }


def print_status(opened: Opened, waiting: Sequence[Waiting]) -> None:
    """Print what waits, where it goes, of which projects, and one row as an example."""
    found = status_as_json(opened, waiting)
    output.paragraph(f"Team {opened.team.org}, server {found['server']}.")
    wait = f"{number_of(len(waiting), 'event')} {'waits' if len(waiting) == 1 else 'wait'}"
    last = f"last push {output.moment(found['last_push'])}" if found["last_push"] else "nothing was pushed yet"
    output.paragraph(f"{wait}; {last}." + (" 'agent-tracker team push' sends them." if waiting else ""))
    _print_projects("Sent are the agents, models and outcomes of the commits of", found["projects"])
    _print_projects("Nothing is sent of", found["not_sent_projects"])
    _print_projects("Not there now, so what they have waits:", found["away_projects"])
    output.paragraph(f"Never sent: {listed(NOT_SENT)} (docs/team.md).")
    if waiting:
        output.say("")
        output.say("One event, with all that is sent of a commit:")
        for name, value in found["example"].items():
            output.say(printable(f"  {name:<13} {'' if value is None else value}".rstrip()))


def _print_projects(begin: str, names: Sequence[str]) -> None:
    if names:
        output.paragraph(printable(f"{begin} {listed(names)}."))


def found_of(facts: TeamFacts, measure: Any = None) -> Recommendation:
    """Return the recommendation for the figures of a team."""
    return recommend(facts.figures.rows, measure, facts.figures.cells)


def print_recommendation(facts: TeamFacts, found: Recommendation) -> None:
    """Print the recommendation for people."""
    if not facts.figures.rows:
        _print_nothing(facts)
        return
    page = recommendation_lines.page_of_terminal()
    recommendation_lines.print_lines(recommendation_lines.lines(found, facts.here, Prices({}), page))


def print_report(by: Grouping, groups: list[Group], facts: TeamFacts, most: int, form: str | None) -> None:
    """Print the groups of a report. ``most``: lines, 0 for all. ``form``: ``csv``, ``json``, ``markdown`` or None."""
    if form in {"csv", "json"}:
        print_for_programs(by, groups, json=form == "json")
        return
    shown = groups[:most] if most else groups
    if not shown:
        _print_nothing(facts)
        return
    page = recommendation_lines.page_of_terminal()
    if form == "markdown":
        recommendation_lines.print_lines(report_formats.markdown(by, shown))
    else:
        recommendation_lines.print_lines(report_formats.table(by, shown, page).lines(page.room))
    recommendation_lines.print_lines(cost_lines(by, shown, Prices({}), page, markdown=form == "markdown"))
    if len(groups) > len(shown):
        output.say(f"{len(groups) - len(shown)} more: -n 0 shows all.")
    headings = report_formats.table(by, shown, page).headings(page.room)
    told = [*definitions_of(headings), *([facts.months] if facts.months else [])]
    if told:
        output.say("")
    for line in told:
        recommendation_lines.print_lines(recommendation_lines.wrapped([line], page))


def _print_nothing(facts: TeamFacts) -> None:
    time_of = " of that time" if facts.here.is_part else ""
    place = printable(f"{facts.here.place}{time_of}")
    output.paragraph(f"The server shows your role no commit of {place}: 'agent-tracker team push' sends yours.")


def write_report(facts: TeamFacts, file: str) -> None:
    """Write the page of a team's figures to a file. Raises TrackerError if it cannot be written."""
    found = found_of(facts)
    total = sum(one.commits for one in found.figures.values())
    report = Report(
        found, facts.here, Commits((), total, {}), {}, {}, int(time.time()), by=facts.asked.by, since=facts.since
    )
    write_page(page_as_html(report), file)
