"""The table of costs that ``recommend`` and ``report`` print: for each commit that landed, and each kept line."""

from collections.abc import Iterable, Sequence
from typing import Final

from tracker.cli import tables
from tracker.reports.commit_cost import marks, shown
from tracker.reports.prices import Prices
from tracker.reports.set_ups.costs import Costs, Rates
from tracker.reports.set_ups.figures import Figures

_COLUMNS: Final = {
    "known": "Known: for how many commits the cost is known.",
    "tokens in": "Tokens in: without those read from a cache.",
    "min": "Min: minutes without waiting for you.",
    "a kept line": "A kept line: tokens in and out for each line still there after 14 days.",
}
"""The meaning of columns, by their headings."""

_MARKS: Final = (
    "~ a part of a session was found by the commit's time; ≥ something of a session is missing; ? unknown, never"
    " counted as 0. What was spent on reading, failed attempts and talk before a commit is booked to it, and to nothing"
    " if none followed."
)
_LEFT_OUT: Final = ("a kept line", "calls", "cached", "min", "tokens in", "out", "known")
_MOST_NAMED: Final = 3
_PRICED: Final = "*: worked out with your prices, where no session states the amount."


def has_costs(figures: Sequence[Figures]) -> bool:
    """Return True if the cost of any commit is known."""
    return any(Costs(one.columns).known for one in figures)


def explanation(figures: Sequence[Figures], prices: Prices, headings: Sequence[str]) -> str:
    """Return what the numbers of the table mean.

    ``prices``: those that were applied to the costs. ``headings``: those of the columns that are shown.
    """
    told = [meaning for heading, meaning in _COLUMNS.items() if heading in headings]
    told.append(_MARKS)
    if "$" in headings and any(Costs(one.columns).priced for one in figures):
        told.append(_PRICED)
    if prices.missing:
        told.append(f"Your prices name no price for {_listed(prices.missing)}.")
    return " ".join(told)


def cost_table(heading: str, named: Sequence[tuple[str, Figures]]) -> tables.Table:
    """Return the table for a terminal."""
    (_, *numbers), rows = cost_cells(heading, named)
    layout = tables.Layout((tables.text(heading), *map(tables.number, numbers)), (), _LEFT_OUT, is_told=True)
    return tables.Table(layout, rows)


def cost_cells(heading: str, named: Sequence[tuple[str, Figures]]) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Return the headings and rows of the table; groups without any commit of known cost are left out.

    There is no column of money where none is known.
    """
    rows = [_row(name, Costs(figures.columns)) for name, figures in named if Costs(figures.columns).known]
    has_money = any(row[-1] != "?" for row in rows)
    headings = (heading, "known", "calls", "tokens in", "cached", "out", "min", "a kept line", "$")
    end = len(headings) if has_money else len(headings) - 1
    return headings[:end], [row[:end] for row in rows]


def _row(name: str, costs: Costs) -> tuple[str, ...]:
    landed, line = costs.per_landed_commit, costs.per_kept_line
    return (
        name,
        f"{costs.known} of {costs.of}",
        *(_rate(landed, one) for one in (landed.calls, landed.tokens_in, landed.tokens_cached, landed.tokens_out)),
        _rate(landed, landed.minutes),
        _rate(line, None if line.tokens_in is None or line.tokens_out is None else line.tokens_in + line.tokens_out),
        "?" if landed.usd is None else f"{marks(landed.is_by_time, landed.is_at_least)}{_dollars(landed.usd, costs)}",
    )


def _dollars(amount: float, costs: Costs) -> str:
    return (f"{amount:.2f}" if amount >= 1 else f"{amount:.4f}") + ("*" if costs.priced else "")


def _listed(names: Iterable[str]) -> str:
    """Return at most three names, and the number of the others."""
    ordered = sorted(names)
    more = len(ordered) - _MOST_NAMED
    return ", ".join(ordered[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _rate(rates: Rates, number: float | None) -> str:
    return "?" if number is None else marks(rates.is_by_time, rates.is_at_least) + shown(number)
