"""The figures of a team: two passes over the events of all members, made on the server, and what comes back.

The first counts equal commits by set-up and kind of task; all figures follow from these counts. The second counts by
set-up and project what the comparison has to know about differences between projects (``comparison.pooling``); where
there are very many commits, of a part of them, which their pseudonyms choose. Statements are made of our own texts
alone. All that comes back is untrusted: whoever has a member's password, or the server, could have made it up.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.comparison.pooling import Cell
from tracker.comparison.tallies import Tally
from tracker.lineage import sums
from tracker.lineage.sums import SIZES
from tracker.model import TASK_KINDS, ProjectId, TaskKind
from tracker.reports.set_ups.figures import Figures
from tracker.reports.set_ups.read_sums import SetUpRow, summed_by
from tracker.reports.set_ups.recommendation import TeamCells
from tracker.reports.set_ups.set_up import By, SetUp, Variant, set_up_of
from tracker.team import answers
from tracker.team.packing import Packed, columns_of
from tracker.team.schema import PARTS
from tracker.team.server import Server

MOST_ROWS: Final = 500_000
"""Rows of an answer; more are not read."""
MOST_SAMPLED: Final = 100_000
"""Commits of which differences between projects are estimated; of more, those in some of the view's parts."""
_DIMENSIONS: Final[Mapping[By, tuple[str, ...]]] = {
    "set-up": ("agent", "model"),
    "agent": ("agent",),
    "model": ("agent", "model"),
    "version": ("agent", "version"),
    "instructions": ("agent", "instructions"),
}
"""Columns by which each sort of set-ups is told apart, beside the kind of maker."""

_SUMMED: Final = (
    "added", "kept_14", "kept_30", "kept_90", "calls", "tokens_in", "tokens_cached", "tokens_out", "active_ms", "usd",
)  # fmt: skip
_SUMS: Final = ", ".join(f"sum({name}) AS {name}" for name in _SUMMED)
_SUMS_OF_SUMS: Final = ", ".join(f"sum({name})::bigint" for name in ("commits", *_SUMMED))


class Asked(NamedTuple):
    """The figures that are asked for. ``first``, ``last``: months. ``also``: ``project`` or ``month`` as dimensions."""

    by: By = "set-up"
    first: int | None = None
    last: int | None = None
    also: tuple[str, ...] = ()


class TeamFigures(NamedTuple):
    """The rows of a team, and what is known of its projects. ``projects``: how many have commits of agents."""

    rows: list[SetUpRow]
    cells: TeamCells
    projects: int


def read_figures(server: Server, asked: Asked) -> TeamFigures:
    """Return the figures of all members. Raises ServerUnavailable."""
    rows = [*_read_rows(server, asked)]
    cells, projects = _read_cells(server, asked, rows)
    return TeamFigures(rows, cells, projects)


def _read_rows(server: Server, asked: Asked) -> Iterable[SetUpRow]:
    """Yield the rows of the first pass, one for each set-up, kind of task and dimension that was asked for."""
    dimensions = ("kind", *_DIMENSIONS[asked.by], "task_kind", *asked.also)
    groups = ", ".join(("schema_version", *dimensions, "grades", "outcome", "cost"))
    condition, values = _condition(asked)
    of_parts = " UNION ALL ".join(
        f"SELECT {groups}, count(*) AS commits, {_SUMS} FROM agent_tracker.facts"  # noqa: S608 - our own texts
        f" WHERE part = {part}{condition} GROUP BY {groups}"
        for part in range(PARTS)
    )
    statement = f"SELECT {groups}, {_SUMS_OF_SUMS} FROM ({of_parts}) AS parts GROUP BY {groups}"  # noqa: S608
    found: dict[tuple[SetUp, TaskKind, ProjectId, int], dict[str, int]] = {}
    names = _SetUps(asked.by)
    for row in server.read(statement, values * PARTS, MOST_ROWS):
        answers.check_version(row)
        own = dict(zip(dimensions, row[1:], strict=False))
        packed = _packed(row[1 + len(dimensions) :])
        key = (
            names.of(own),
            answers.task_kind(own["task_kind"]),
            answers.project(own.get("project")),
            answers.month(own.get("month")),
        )
        columns = found.setdefault(key, {})
        for name, value in columns_of(packed).items():
            columns[name] = columns.get(name, 0) + value
    for (set_up, kind, project, month), columns in found.items():
        yield SetUpRow(set_up, project, kind, month, sums.sums(**columns))


def _condition(asked: Asked) -> tuple[str, tuple[object, ...]]:
    """Return the condition on months as text with placeholders, and its values."""
    parts = [(" AND month >= %s", asked.first), (" AND month <= %s", asked.last)]
    set_ones = [(text, value) for text, value in parts if value is not None]
    return "".join(text for text, _ in set_ones), tuple(value for _, value in set_ones)


def _read_cells(server: Server, asked: Asked, rows: Sequence[SetUpRow]) -> tuple[TeamCells, int]:
    """Return the cells of the second pass, and the number of projects that it saw."""
    agents = [row for row in rows if row.set_up.is_agent]
    of_kinds = {kind: Figures(row) for kind, row in summed_by(agents, lambda one: one.task_kind).items()}
    settled, graded = _shares(of_kinds)
    commits = sum(one.commits for one in of_kinds.values())
    parts = min(PARTS, max(1, round(PARTS * MOST_SAMPLED / max(1, commits))))
    dimensions = ("kind", *_DIMENSIONS[asked.by], "project")
    condition, values = _condition(asked)
    statement = " UNION ALL ".join(
        _CELLS.format(groups=", ".join(dimensions), part=part, condition=condition) for part in range(parts)
    )
    names = _SetUps(asked.by)
    numbers_of: dict[tuple[str, bytes], list[float]] = {}
    for row in server.read(statement, (settled, graded, *values) * parts, MOST_ROWS):
        answers.check_version(row)
        own = dict(zip(dimensions, row[1:], strict=False))
        numbers = row[1 + len(dimensions) :]
        answers.expect(len(numbers) == len(_NO_NUMBERS))
        cell = numbers_of.setdefault((names.of(own).name, answers.pseudonym(own["project"])), [*_NO_NUMBERS])
        for place, (number, check) in enumerate(zip(numbers, _CHECKS, strict=True)):
            cell[place] += check(number)
    kept = [Cell(name, project, int(one[0]), one[1]) for (name, project), one in numbers_of.items()]
    grades = [Cell(name, project, int(one[2]), one[3]) for (name, project), one in numbers_of.items()]
    return TeamCells({"kept": kept, "grades": grades}, parts / PARTS), len({project for _, project in numbers_of})


_CHECKS: Final = (answers.count, answers.real, answers.count, answers.real)
_NO_NUMBERS: Final = (0.0,) * len(_CHECKS)
"""Good commits and expected ones by what became of commits, and by grades, of a cell without any."""
_GRADED: Final = "(" + " + ".join(f"(grades >> {3 * place} & 7)" for place in range(4)) + ")"
_CELLS: Final = (
    "SELECT schema_version, {groups}, sum(CASE WHEN outcome & 6 > 0 THEN outcome >> 11 & 1 ELSE 0 END),"  # noqa: S608 - our own texts
    " sum(CASE WHEN outcome & 6 > 0 THEN (%s::float8[])[1 + task_kind * 3 + (outcome >> 9 & 3)] ELSE 0 END),"
    " sum((grades >> 6 & 7) + (grades >> 9 & 7)),"
    f" sum({_GRADED} * (%s::float8[])[1 + task_kind])"
    " FROM agent_tracker.facts WHERE part = {part} AND kind = 0{condition} GROUP BY schema_version, {groups}"
)
"""Good commits and expected ones of a set-up in a project, by what became of commits and by grades (``packing``)."""


def _shares(of_kinds: Mapping[TaskKind, Figures]) -> tuple[list[float], list[float]]:
    """Return the shares of good commits of all set-ups: by kind and size of those that landed, by kind of graded."""
    settled: list[float] = []
    graded: list[float] = []
    for kind in TASK_KINDS:
        figures = of_kinds.get(kind)
        graded.append(_share(figures.graded) if figures else 0.0)
        settled += [_share(figures.settled_of_size(size)) if figures else 0.0 for size in SIZES]
    return settled, graded


def _share(tally: Tally) -> float:
    return tally.share or 0.0


class _SetUps:
    """Set-ups by the columns of a row, each made once. ``by``: the sort of set-ups."""

    def __init__(self, by: By) -> None:
        self._by = by
        self._known: dict[tuple[object, ...], SetUp] = {}

    def of(self, row: Mapping[str, object]) -> SetUp:
        """Return the set-up of a row. Raises ServerUnavailable for values that are none."""
        key = tuple(row.get(name) for name in ("kind", "agent", "model", "version", "instructions"))
        if key not in self._known:
            kind, agent, model, version, instructions = key
            digest = answers.pseudonym(instructions).hex() if instructions is not None else None
            variant = Variant(
                answers.text(agent) or "-", answers.kind(kind), answers.text(model), answers.text(version), digest
            )
            self._known[key] = set_up_of(variant, self._by)
        return self._known[key]


def _packed(values: Sequence[object]) -> Packed:
    answers.expect(len(values) == 4 + len(_SUMMED))
    grades, outcome, cost, commits, *numbers = (0 if one is None else answers.count(one) for one in values)
    added, kept_14, kept_30, kept_90, *spent = numbers
    calls, fresh, cached, out, active, usd = spent
    return Packed(
        commits, grades, outcome, cost, added, (kept_14, kept_30, kept_90), (calls, fresh, cached, out, active, usd)
    )
