"""The output of ``recommend`` for people: the verdict first, then the tables that it rests on."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from tracker.cli import cells, output, tables
from tracker.cli.colours import coloured
from tracker.cli.interval_bars import Marks, bar
from tracker.comparison.tallies import Tally
from tracker.model import AGES, TASK_KINDS
from tracker.reports.prices import Prices
from tracker.reports.set_ups import trust_words, words
from tracker.reports.set_ups.definitions import definitions_of
from tracker.reports.set_ups.figures import Proportion
from tracker.reports.set_ups.recommendation import Recommendation
from tracker.reports.set_ups.set_up import SetUp
from tracker.reports.set_ups.words import Circumstances
from tracker.text import number_of

_MOST_ROWS: Final = 12
"""Set-ups in a table; the others are counted."""
_FEW: Final = 5
"""Commits of a kind of task below which no share is shown."""
_LONGEST_NAME: Final = 40
_HALF_KEPT: Final = f"half kept {AGES[0]} d"
_REVERTED: Final = f"reverted {AGES[0]} d"
_OUTCOMES: Final = tables.Layout(
    (
        tables.number(""),
        tables.text("set-up", least=10, pleasant=32),
        *map(tables.number, ("landed", _REVERTED, "fixed", "blamed", _HALF_KEPT, "young")),
    ),
    left_out=("young", "blamed"),
    left_out_last=("fixed", _HALF_KEPT, _REVERTED),
    is_told=True,
)
_WIDEST_BAR: Final = 30
_NARROW: Final = 72
"""Columns of a page below which names of set-ups are cut where the model's begins."""


class Page(NamedTuple):
    """The place of the output: columns of its sentences, characters of its bars, columns of its tables (None: any)."""

    width: int
    marks: Marks
    room: int | None


def lines(found: Recommendation, here: Circumstances, prices: Prices, page: Page) -> Iterator[str]:
    """Yield the lines of the output. ``prices``: those that were applied to the costs."""
    for line in wrapped(words.verdict_sentences(found, here), page):
        yield coloured(line, "verdict")
    yield from _section("", words.similar_sentences(here), page)
    if not found.agents:
        yield from _section("", words.caveats(found, here), page)
        return
    yield from _standings(found, page)
    yield from _section("", [*words.not_compared_sentences(found)], page)
    yield from _kinds(found, page)
    yield from _outcomes(found, page)
    yield from _costs(found, prices, page)
    yield from _section("How far to trust the work", trust_words.trust_sentences(found), page)
    yield from _section("The agents' own grades", trust_words.calibration_sentences(found), page)
    settle = words.settle_sentence(found)
    yield from _section("To know more", [settle] if settle else [], page)
    yield from _section("Read this with care", words.caveats(found, here), page)


def _standings(found: Recommendation, page: Page) -> Iterator[str]:
    """Yield the table of set-ups: share, interval as a bar and in numbers, commits, which others it beats."""
    shown = [one for one in found.agents if one.name in found.verdict.standings][:_MOST_ROWS]
    if not shown:
        return
    yield from _section("", [words.measure_sentence(found)], page)
    numbers = {one.name: number for number, one in enumerate(shown, 1)}
    wide = min(_WIDEST_BAR, max(10, page.width - _name_width(shown) - 58))
    rows = []
    for one in shown:
        standing = found.verdict.standings[one.name]
        low, high = standing.interval
        tally = standing.share.tally
        drawn = bar(standing.share.mean, standing.interval, wide, page.marks, is_sure=standing.is_compared)
        beaten = [str(numbers[name]) for name in standing.beats if name in numbers]
        better = ", ".join(beaten)
        rows.append(
            (
                str(numbers[one.name]),
                one.name,
                f"{standing.share.mean:.0%}",
                tables.Cell(drawn, "bar"),
                f"{low:.0%}-{high:.0%}".replace("%-", "-"),
                f"{tally.good} / {tally.commits} / {found.figures[one].commits}",
                tables.Cell(better or ("" if standing.is_compared else "too few"), "good" if better else ""),
            )
        )
    yield from tables.draw(_standings_layout(found, wide, page), rows, page.room)
    more = len(found.verdict.standings) - _MOST_ROWS
    if more > 0:
        yield f"({number_of(more, 'more set-up')}: --json shows all)"


def _standings_layout(found: Recommendation, wide: int, page: Page) -> tables.Layout:
    """Return the layout of the table of set-ups. ``wide``: cells of a bar."""
    is_narrow = page.width < _NARROW
    counts = "good / graded / all" if found.measure == "grades" else "well / landed 14 d / all"
    scale = f"0 %{'100 %':>{wide - 3}}"
    columns = (
        tables.number(""),
        tables.text("set-up", least=10 if is_narrow else 22, pleasant=32),
        tables.number("share"),
        tables.fixed(scale),
        tables.number("90 % interval"),
        tables.number(counts),
        tables.fixed("beats row"),
    )
    return tables.Layout(columns, left_out_last=("90 % interval", counts, scale), only_shown=(scale,))


def _kinds(found: Recommendation, page: Page) -> Iterator[str]:
    """Yield the tallies by kind of task: one row for each kind, one column for each of the first set-ups."""
    shown = [one for one in found.agents if found.tally(one).commits][:_MOST_ROWS]
    kinds = [kind for kind in TASK_KINDS if any(kind in found.by_kind.get(one.name, {}) for one in shown)]
    if not shown or len(kinds) < 2:
        return
    rows = [(kind, *(_cell(found.by_kind.get(one.name, {}).get(kind, Tally())) for one in shown)) for kind in kinds]
    yield ""
    good, all_of = ("good", "graded") if found.measure == "grades" else ("went well", "landed 14 days ago or longer")
    heading = f"By kind of task: how many {good}, of those {all_of}; as counted, not adjusted"
    yield from wrapped([f"{heading} (a column for each row above)"], page)
    numbers = [str(number) for number in range(1, len(shown) + 1)]
    layout = tables.Layout(
        (tables.fixed("kind"), *map(tables.number, numbers)), (*reversed(numbers[1:]),), is_told=True
    )
    yield from tables.draw(layout, rows, page.room)


def _cell(tally: Tally) -> str:
    if not tally.commits:
        return ""
    share = f" {tally.share:.0%}" if tally.commits >= _FEW and tally.share is not None else ""
    return f"{tally.good} of {tally.commits}{share}"


def _outcomes(found: Recommendation, page: Page) -> Iterator[str]:
    """Yield what became of the commits of each set-up, and of people's, which are not compared."""
    shown = [one for one in (*found.agents, *found.others) if found.figures[one].count("landed")]
    if not shown:
        return
    yield ""
    yield from wrapped(["What became of the commits, 14 days after they landed (90 % intervals in brackets)"], page)
    rows = []
    agents = [one for one in found.agents if one.name in found.verdict.standings]
    for one in shown[:_MOST_ROWS]:
        figures = found.figures[one]
        cells = figures.outcomes
        rows.append(
            (
                str(agents.index(one) + 1) if one in agents else "",
                one.name,
                str(figures.count("landed")),
                *(_rate(cells[name]) for name in ("reverted", "fixed", "blamed", f"half_kept_{AGES[0]}")),
                str(figures.count("young")),
            )
        )
    table = tables.Table(_OUTCOMES, rows)
    yield from table.lines(page.room)
    told = table.headings(page.room) + (["went well"] if found.measure == "kept" else [])
    for line in definitions_of(told):
        yield from wrapped([line], page)


def _costs(found: Recommendation, prices: Prices, page: Page) -> Iterator[str]:
    """Yield what the commits of each set-up cost, where anything is known."""
    from tracker.cli.cost_lines import cost_table, explanation, has_costs

    named = [(one.name, found.figures[one]) for one in found.agents[:_MOST_ROWS]]
    if has_costs([figures for _, figures in named]):
        yield ""
        yield from wrapped(["What they cost, for each commit that landed"], page)
        table = cost_table("set-up", named)
        yield from table.lines(page.room)
        yield from wrapped([explanation([figures for _, figures in named], prices, table.headings(page.room))], page)


def _rate(one: Proportion) -> str:
    if one.share is None:
        return ""
    low, high = one.interval
    return f"{one.share:.0%} ({low:.0%}-{high:.0%})".replace("%-", "-")


def _section(title: str, sentences: Iterable[str], page: Page) -> Iterator[str]:
    told = [*sentences]
    if told:
        yield ""
        if title:
            yield title
        for one in told:
            yield from wrapped([one], page, "- " if title else "")


def wrapped(sentences: Sequence[str], page: Page, mark: str = "") -> Iterator[str]:
    """Yield sentences as a paragraph of lines that fit the page. ``mark``: before its first line."""
    text = cells.shown(" ".join(sentences), output.encoding())
    return cells.wrapped(text, page.width, mark, " " * len(mark))


def _name_width(set_ups: Iterable[SetUp]) -> int:
    return min(_LONGEST_NAME, max((cells.width(one.name) for one in set_ups), default=0))


def page_of_terminal() -> Page:
    """Return the page of standard output: that of the terminal; elsewhere 100 columns, and tables of any width."""
    page = page_of_a_file()
    if not sys.stdout.isatty():
        return page
    room = output.room()
    return page._replace(width=max(40, min(room, _WIDEST_TEXT)), room=room)


def page_of_a_file() -> Page:
    """Return the page of output that no terminal shows: 100 columns, and tables of any width."""
    from tracker.cli.interval_bars import marks_for

    return Page(_WIDTH_OF_TEXT, marks_for(output.encoding_of_bars()), None)


_WIDTH_OF_TEXT: Final = 100
_WIDEST_TEXT: Final = 140


def print_lines(found: Iterable[str]) -> None:
    """Print the lines of a page, whose texts were made printable when it was drawn."""
    for line in found:
        output.say(line)
