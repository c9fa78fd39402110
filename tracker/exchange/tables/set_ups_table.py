"""The table of set-ups: the totals that reports show, by set-up, project, kind of task and month."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final, NamedTuple

from tracker.exchange.tables.table import Column, Reference, Source, Table
from tracker.lineage.sums import COST_NUMBERS
from tracker.model import AGES, GRADE_NAMES, RATERS, ProjectId, TaskKind
from tracker.reports.set_ups.figures import Figures
from tracker.reports.set_ups.groups import month_shown
from tracker.reports.set_ups.priced_rows import priced_rows
from tracker.reports.set_ups.read_sums import Scope, SetUpReader, summed_by
from tracker.reports.set_ups.set_up import SetUp

_DIVISORS: Final = {"active_ms": 1000, "usd": 1_000_000}
_COST_COLUMNS: Final = {
    "input": ("tokens_input", "tokens sent that no cache had"),
    "cache_read": ("tokens_cache_read", "tokens read from a cache"),
    "cache_write": ("tokens_cache_write", "tokens written to a cache"),
    "output": ("tokens_output", "tokens of the answers"),
    "reasoning": ("tokens_reasoning", "tokens of the answers for reasoning"),
    "active_ms": ("active_seconds", "seconds of sessions without waiting for the user"),
    "usd": ("usd", "dollars, as sessions say or by the user's prices"),
}
"""Columns of the numbers of costs, by their names in sums."""


class SetUpTotals(NamedTuple):
    """The sums of a set-up in a project, a kind of task and a month."""

    set_up: SetUp
    project: ProjectId
    task_kind: TaskKind
    month: int
    figures: Figures

    @property
    def model(self) -> str | None:
        """The model as reports show it; None for people and bots."""
        return self.set_up.parts[1] if len(self.set_up.parts) > 1 else None


def _rows(source: Source) -> Iterator[SetUpTotals]:
    reader, scope = SetUpReader(source.snapshot, source.catalogue, "set-up"), Scope(source.projects)
    found = [*reader.rows(scope), *priced_rows(source.snapshot, reader, scope, source.prices)]
    sums = summed_by(found, lambda row: (row.project, row.set_up, row.task_kind, row.month))
    for (project, set_up, kind, month), row in sorted(sums.items()):
        if any(row):
            yield SetUpTotals(set_up, project, kind, month, Figures(row))


def _sum(*names: str) -> Callable[[SetUpTotals], int]:
    return lambda row: row.figures.count(*names)


def _cost(name: str) -> Callable[[SetUpTotals], float | None]:
    """Return the reader of a sum of costs, which is None where it is known of no commit."""
    divisor = _DIVISORS.get(name, 1)

    def value(row: SetUpTotals) -> float | None:
        if not row.figures.count(f"cost_{name}_known"):
            return None
        number = row.figures.count(f"cost_{name}")
        return number if divisor == 1 else number / divisor

    return value


def _calls(row: SetUpTotals) -> int | None:
    return row.figures.count("cost_calls") if row.figures.count("cost_known") else None


def _number(name: str, meaning: str, value: Callable[[SetUpTotals], Any]) -> Column[SetUpTotals]:
    return Column(name, "integer", meaning, value, required=True)


def _grade_columns() -> Iterator[Column[SetUpTotals]]:
    for rater in RATERS:
        for grade in GRADE_NAMES.values():
            places = ("", "fetched_") if rater == "user" else ("",)
            names = [f"{place}{rater}_{grade}" for place in places]
            yield _number(f"{rater}_{grade}", f"commits that the {rater} graded {grade}", _sum(*names))


def _line_columns() -> Iterator[Column[SetUpTotals]]:
    for days in AGES:
        yield _number(f"aged_{days}", f"landed {days} days ago or longer with lines added", _sum(f"old_{days}"))
        yield _number(f"half_kept_{days}", f"of aged_{days}, with half of the lines there then", _sum(f"half_{days}"))
        yield _number(f"lines_added_{days}", f"lines that the commits of aged_{days} added", _sum(f"added_{days}"))
        yield _number(f"lines_kept_{days}", f"of lines_added_{days}, there at that age", _sum(f"kept_{days}"))


def _cost_columns() -> Iterator[Column[SetUpTotals]]:
    yield _number("cost_commits", "commits whose cost is known", _sum("cost_known"))
    yield Column("cost_calls", "integer", "answers of a model that led to cost_commits", _calls)
    for number in COST_NUMBERS:
        name, meaning = _COST_COLUMNS[number]
        yield Column(name, "real" if number in _DIVISORS else "integer", meaning, _cost(number))
        yield _number(f"{name}_commits", f"commits of which {name} is known", _sum(f"cost_{number}_known"))


SET_UPS_TABLE: Final = Table[SetUpTotals](
    "set_ups",
    "Totals of set-ups (agent and model) as reports show them, by project, kind of task and month of authoring.",
    (
        Column("set_up", "text", "agent and model as reports name them", attrgetter("set_up.name"), required=True),
        Column("agent", "text", "the agent as reports name it", lambda row: row.set_up.parts[0], required=True),
        Column("model", "text", "the model as reports name it; null for people and bots", attrgetter("model")),
        Column(
            "is_agent",
            "boolean",
            "false for people, bots and unknown agents",
            attrgetter("set_up.is_agent"),
            required=True,
        ),
        Column("project_id", "text", "the project", attrgetter("project"), required=True),
        Column("task_kind", "text", "kind of task", attrgetter("task_kind"), required=True),
        Column(
            "month", "text", "month of authoring, such as 2026-09", lambda row: month_shown(row.month), required=True
        ),
        _number("commits", "commits that count, fetched ones too", _sum("commits", "fetched_commits")),
        _number("insertions", "lines that they add", _sum("insertions", "fetched_insertions")),
        _number("deletions", "lines that they remove", _sum("deletions", "fetched_deletions")),
        *_grade_columns(),
        _number("bugs", "bugs that move scores", _sum("bugs")),
        _number("pushes", "pushes that ended at one of them", _sum("pushes")),
        _number("waiting_user", "commits that wait for the user's grade", _sum("waiting_user")),
        _number("waiting_agent", "commits that wait for the agent's grade", _sum("waiting_agent")),
        _number("landed", "commits that came to the default branch", _sum("landed")),
        _number("young", "landed less than 14 days ago", _sum("young")),
        _number("settled", "landed 14 days ago or longer", lambda row: row.figures.settled.commits),
        _number("went_well", "of the settled, without trouble and half kept", lambda row: row.figures.settled.good),
        _number("reverted", "of the settled, reverted within 14 days", _sum("settled_reverted")),
        _number("fixed", "of the settled, fixed within 7 days", _sum("settled_fixed")),
        _number("blamed", "of the settled, named by a bug or by a trailer Fixes", _sum("settled_blamed")),
        *_line_columns(),
        *_cost_columns(),
    ),
    key=("project_id", "set_up", "agent", "is_agent", "task_kind", "month"),
    rows=_rows,
    references=(Reference(("project_id",), "projects"),),
    indexes=(("set_up",), ("agent",), ("model",), ("task_kind",), ("month",)),
)
