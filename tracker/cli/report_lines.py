"""The lines of ``report`` as it prints them, for people and for programs; ``export`` writes the same."""

from collections.abc import Iterator, Sequence

from tracker.cli import output, report_formats
from tracker.cli.cost_lines import cost_cells, cost_table, explanation, has_costs
from tracker.cli.recommendation_lines import Page, wrapped
from tracker.cli.set_up_facts import Facts
from tracker.reports.prices import Prices
from tracker.reports.set_ups import words
from tracker.reports.set_ups.definitions import definitions_of
from tracker.reports.set_ups.groups import Group, Grouping
from tracker.text import printable


def csv_lines(by: Grouping, groups: Sequence[Group]) -> Iterator[str]:
    """Yield the lines of CSV, with the headings first; none without a group."""
    yield from report_formats.csv_text(by, groups).splitlines()


def print_for_programs(by: Grouping, groups: Sequence[Group], *, json: bool) -> None:
    """Print groups as CSV, or as JSON, one object on each line."""
    if json:
        for group in groups:
            output.print_json(report_formats.as_json(by, group))
        return
    for line in csv_lines(by, groups):
        output.say(line)


def nothing_sentence(facts: Facts) -> str:
    """Return the sentence that stands for a report without any group."""
    is_chosen = facts.asked.agent is not None or facts.asked.author is not None
    none = f"No recorded commit of {facts.here.place} matches." if is_chosen else words.nothing_sentence(facts.here)
    return printable(none)


def lines_for_people(
    by: Grouping, groups: Sequence[Group], facts: Facts, page: Page, *, most: int, markdown: bool
) -> Iterator[str]:
    """Yield the lines of a table or of Markdown, for at least one group. ``most``: how many are shown, 0 for all."""
    shown = groups[:most] if most else groups
    if markdown:
        yield from report_formats.markdown(by, shown)
        headings = [*report_formats.MARKDOWN_HEADINGS]
    else:
        table = report_formats.table(by, shown, page)
        yield from table.lines(page.room)
        headings = table.headings(page.room)
    yield from cost_lines(by, shown, facts.prices, page, markdown=markdown)
    if len(groups) > len(shown):
        yield f"{len(groups) - len(shown)} more: -n 0 shows all."
    yield from _told(shown, headings, facts, page)


def _told(shown: Sequence[Group], headings: Sequence[str], facts: Facts, page: Page) -> Iterator[str]:
    """Yield what the figures mean, and what is not in them."""
    told = definitions_of(headings) if any(group.figures.count("landed") for group in shown) else []
    told += [facts.months] if facts.months else []
    told += words.left_out_sentences(facts.here)
    if told:
        yield ""
    for line in told:
        yield from wrapped([line], page)


def cost_lines(by: Grouping, groups: Sequence[Group], prices: Prices, page: Page, *, markdown: bool) -> Iterator[str]:
    """Yield what the commits of groups cost, if anything is known of it. ``markdown``: as a table of Markdown."""
    if not has_costs([group.figures for group in groups]):
        return
    yield from ("", "What they cost, for each commit that landed", "")
    named = [(group.name, group.figures) for group in groups]
    if markdown:
        yield from report_formats.markdown_costs(by, groups)
        headings = cost_cells(by, named)[0]
    else:
        table = cost_table(by, named)
        yield from table.lines(page.room)
        headings = table.headings(page.room)
    yield ""
    yield from wrapped([explanation([group.figures for group in groups], prices, headings)], page)
