"""The filters of the list of commits: the form, and the values that each choice stands for."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tracker.lineage.sums import SIZES
from tracker.model import GRADE_NAMES, TASK_KINDS
from tracker.reports.page.commit_list import BECAME, SEVERAL
from tracker.reports.page.content import Report
from tracker.reports.page.markup import Html, joined, tag

GRADES: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {
    "any": ("graded", (*range(1, SEVERAL + 1),)),
    "well": ("good or excellence", (3, 4)),
    **{name: (name, (number,)) for number, name in enumerate(GRADE_NAMES.values(), 1)},
    "none": ("not graded", (0,)),
}
"""Filters by a grade: the words for each, and the grades in the list's columns that it lets through."""


class _Choice(NamedTuple):
    """One choice of a filter. ``values``: those of the column that it lets through; ``bit``: the bit it asks for."""

    key: str
    label: str
    values: tuple[int, ...] = ()
    bit: int | None = None


def form(report: Report) -> Html:
    """Return the form with all filters. Without a choice in it, the list has all commits."""
    sizes = dict(zip(SIZES, ("up to 30 lines", "31 to 300 lines", "over 300 lines"), strict=True))
    selects = [
        _select("set-up", "Set-up", "set_up", "all", _numbered(one.name for one in report.set_ups)),
        _select("project", "Project", "project", "all", _numbered(report.projects.values()))
        if len(report.projects) > 1
        else None,
        _select("kind", "Kind of task", "kind", "all", (_Choice(k, k, (i,)) for i, k in enumerate(TASK_KINDS))),
        _select("size", "Size", "size", "all", (_Choice(k, sizes[k], (i,)) for i, k in enumerate(SIZES))),
        _select(
            "became",
            "What became of it",
            "bits",
            "anything",
            (_Choice(key, one.label, bit=place) for place, (key, one) in enumerate(BECAME.items())),
        ),
        *(
            _select(name, label, name, "any or none", (_Choice(key, *GRADES[key]) for key in GRADES))
            for name, label in (("user", "Your grade"), ("agent", "The agent's grade"))
        ),
    ]
    return tag(
        "form",
        *selects,
        _field("first", "From", "date"),
        _field("last", "Until", "date"),
        _field("words", "Words in the subject", "search"),
        tag("button", "Show all", type="reset"),
        id="filters",
        aria_label="Filters of the list",
    )


def _numbered(names: Iterable[str]) -> Iterable[_Choice]:
    return (_Choice(str(number), name, (number,)) for number, name in enumerate(names))


def _select(name: str, label: str, column: str, all_: str, choices: Iterable[_Choice]) -> Html:
    options = [
        tag(
            "option",
            choice.label[:60],
            value=choice.key,
            data_values=" ".join(map(str, choice.values)) or None,
            data_bit=choice.bit,
        )
        for choice in choices
    ]
    return tag("label", label, tag("select", tag("option", all_, value=""), *options, name=name, data_column=column))


def _field(name: str, label: str, kind: str) -> Html:
    return tag("label", label, tag("input", type=kind, name=name, autocomplete="off"))


def list_table(headings: Iterable[str]) -> Html:
    """Return the table that the script fills with commits. Its roles are said, since phones show rows as blocks."""
    cells = [tag("th", text, scope="col", role="columnheader") for text in headings]
    return tag(
        "table",
        tag("caption", "Commits", class_="unseen"),
        tag("thead", tag("tr", *cells, role="row"), role="rowgroup"),
        tag("tbody", role="rowgroup"),
        id="list",
        role="table",
    )


def fold(summary: str, *children: str) -> Html:
    """Return something that is shown when its summary is opened."""
    return tag("details", tag("summary", summary), joined(*children))


def scrolled(label: str, table: Html) -> Html:
    """Return a table that scrolls by itself where the window is narrow, also by keyboard."""
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)
