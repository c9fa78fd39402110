"""The output of ``team report``: a table, a format for programs, or a page."""

import time

from tracker.cli import output, recommendation_lines, report_formats
from tracker.cli.report_file import write_page
from tracker.cli.report_lines import cost_lines, print_for_programs
from tracker.cli.team_facts import TeamFacts
from tracker.cli.team_lines import found_of, print_nothing
from tracker.reports.page.commit_list import Commits
from tracker.reports.page.content import Report
from tracker.reports.page.document import page_as_html
from tracker.reports.prices import Prices
from tracker.reports.set_ups.definitions import definitions_of
from tracker.reports.set_ups.groups import Group, Grouping


def print_report(by: Grouping, groups: list[Group], facts: TeamFacts, most: int, form: str | None) -> None:
    """Print the groups of a report. ``most``: lines, 0 for all. ``form``: ``csv``, ``json``, ``markdown`` or None."""
    if form in {"csv", "json"}:
        print_for_programs(by, groups, json=form == "json")
        return
    shown = groups[:most] if most else groups
    if not shown:
        print_nothing(facts)
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


def write_report(facts: TeamFacts, file: str) -> None:
    """Write the page of a team's figures to a file. Raises TrackerError if it cannot be written."""
    found = found_of(facts)
    total = sum(one.commits for one in found.figures.values())
    report = Report(
        found, facts.here, Commits((), total, {}), {}, {}, int(time.time()), by=facts.asked.by, since=facts.since
    )
    write_page(page_as_html(report), file)
