"""The figures of a team: two passes over the events of all members, made on the server, and what comes back.

The first counts equal commits by set-up and kind of task; all figures follow from these counts. The second counts by
set-up and project what the comparison has to know about differences between projects (``comparison.pooling``); where
there are very many commits, of a part of them, which their pseudonyms choose. Statements are made of our own texts
alone. All that comes back is untrusted: whoever has a member's password, or the server, could have made it up.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Final, NamedTuple

from tracker.comparison.pooling import Cell
from tracker.comparison.tallies import Tally
from tracker.lineage import sums
from tracker.lineage.sums import SIZES
from tracker.model import KINDS, TASK_KINDS, ProjectId, TaskKind
from tracker.reports.set_ups.figures import Figures
from tracker.reports.set_ups.read_sums import SetUpRow, summed_by
from tracker.reports.set_ups.recommendation import TeamCells
from tracker.reports.set_ups.set_up import By, SetUp, Variant, set_up_of
from tracker.team import answers
from tracker.team.packed_column import Small, mask
from tracker.team.packing import Packed, columns_of
from tracker.team.schema import PARTS
from tracker.team.server import Server

MOST_ROWS: Final = 500_000
"""Rows of an answer; more are not read."""
MOST_SAMPLED: Final = 60_000
"""Commits of which differences between projects are estimated; of more, those in some of the view's parts."""
_DIMENSIONS: Final[Mapping[By, tuple[str, ...]]] = {
    "set-up": ("agent", "model"),
    "agent": ("agent",),
    "model": ("agent", "model"),
    "version": ("agent", "version"),
    "instructions": ("agent", "instructions"),
}
"""Columns by which each sort of set-ups is told apart, beside the kind of maker."""
_AGENT: Final = KINDS.index("agent")

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
    dimensions = _DIMENSIONS[asked.by]
    by_project = ("project",) if "project" in asked.also else ()
    groups = (*dimensions, *by_project)
    condition, values = _condition(asked)
    statement = _rows_statement(", ".join(groups), mask(() if "month" in asked.also else ("month",)), condition)
    rows = server.read(statement, values * PARTS, MOST_ROWS)
    columns = answers.columns(rows, len(groups) + 3 + len(_SUMMED))
    of_groups, packed, summed = columns[: len(groups)], columns[len(groups)], columns[len(groups) + 1 :]
    of_set_ups = [*zip(*map(answers.dimensions, of_groups[: len(dimensions)]), strict=True)]
    projects = map(answers.project, of_groups[-1] if by_project else repeat(None, len(rows)))
    each = zip(answers.commits(summed[0]), *map(answers.amounts, summed[1:]), strict=True)
    found: dict[tuple[SetUp, TaskKind, ProjectId, int], dict[str, int]] = {}
    names = _SetUps(asked.by)
    for one, project, number, amounts in zip(of_set_ups, projects, packed, each, strict=True):
        small = answers.small(number)
        key = names.of(small.kind, one), answers.task_kind(small.task_kind), project, small.month
        sums_of_key = found.setdefault(key, {})
        for name, value in columns_of(_packed(small, amounts)).items():
            sums_of_key[name] = sums_of_key.get(name, 0) + value
    for (set_up, kind, project, month), of_key in found.items():
        yield SetUpRow(set_up, project, kind, month, sums.sums(**of_key))


def _rows_statement(groups: str, kept: int, condition: str) -> str:
    """Return the statement of the first pass. ``kept``: the bits of ``packed`` by which commits are told apart."""
    version = "min(schema_version)"  # the same in each row, so nothing is grouped by it
    of_parts = " UNION ALL ".join(
        f"SELECT {version} AS schema_version, {groups}, packed & {kept} AS packed, count(*) AS commits, {_SUMS}"  # noqa: S608 - our own texts
        f" FROM agent_tracker.facts WHERE part = {part}{condition} GROUP BY {groups}, packed & {kept}"
        for part in range(PARTS)
    )
    return f"SELECT {version}, {groups}, packed, {_SUMS_OF_SUMS} FROM ({of_parts}) AS parts GROUP BY {groups}, packed"  # noqa: S608


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
    dimensions = _DIMENSIONS[asked.by]
    condition, values = _condition(asked)
    groups = ", ".join((*dimensions, "project"))
    statement = _CELLS.format(groups=groups, parts=", ".join(map(str, range(parts))), condition=condition)
    found = server.read(statement, (settled, graded, *values), MOST_ROWS)
    cells = _summed_cells(found, _SetUps(asked.by), len(dimensions))
    kept = [Cell(name, project, one[0], one[1]) for (name, project), one in cells.items()]
    grades = [Cell(name, project, one[2], one[3]) for (name, project), one in cells.items()]
    return TeamCells({"kept": kept, "grades": grades}, parts / PARTS), len({project for _, project in cells})


_Numbers = tuple[int, float, int, float]
"""Good commits and expected ones by what became of commits, and by grades."""


def _summed_cells(
    rows: Sequence[tuple[object, ...]], set_ups: "_SetUps", dimensions: int
) -> dict[tuple[str, bytes], _Numbers]:
    """Return the numbers in the rows of the second pass by set-up and project. ``dimensions``: how many columns."""
    *of_set_ups, projects, good, expected, graded, expected_grades = answers.columns(rows, dimensions + 6)
    each = [*zip(*map(answers.dimensions, of_set_ups), strict=True)]
    names = {one: set_ups.of(_AGENT, one).name for one in {*each}}
    of_kept = answers.counts(good), answers.reals(expected)
    of_grades = answers.counts(graded), answers.reals(expected_grades)
    numbers = zip(*of_kept, *of_grades, strict=True)
    found: dict[tuple[str, bytes], _Numbers] = {}
    for one, project, values in zip(each, answers.pseudonyms(projects), numbers, strict=True):
        key = names[one], project
        known = found.get(key)
        found[key] = values if known is None else _added(known, values)
    return found


def _added(one: _Numbers, other: _Numbers) -> _Numbers:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


_GRADED: Final = "(" + " + ".join(f"(grades >> {3 * place} & 7)" for place in range(4)) + ")"
_CELLS: Final = (
    "SELECT min(schema_version), {groups}, sum(CASE WHEN outcome & 6 > 0 THEN outcome >> 11 & 1 ELSE 0 END),"  # noqa: S608 - our own texts
    " sum(CASE WHEN outcome & 6 > 0 THEN (%s::float8[])[1 + task_kind * 3 + (outcome >> 9 & 3)] ELSE 0 END),"
    " sum((grades >> 6 & 7) + (grades >> 9 & 7)),"
    f" sum({_GRADED} * (%s::float8[])[1 + task_kind])"
    f" FROM agent_tracker.facts WHERE part IN ({{parts}}) AND kind = {_AGENT}{{condition}} GROUP BY {{groups}}"
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
    """Set-ups by what the server says of them, each made once. ``by``: the sort of set-ups."""

    def __init__(self, by: By) -> None:
        self._by = by
        self._known: dict[tuple[int, tuple[object, ...]], SetUp] = {}

    def of(self, kind: int, dimensions: tuple[object, ...]) -> SetUp:
        """Return the set-up of a row. Raises ServerUnavailable for values that are none."""
        answers.expect(all(one is None or isinstance(one, str | bytes) for one in dimensions))
        found = self._known.get((kind, dimensions))
        return found or self._known.setdefault((kind, dimensions), self._made(kind, dimensions))

    def _made(self, kind: int, dimensions: tuple[object, ...]) -> SetUp:
        row = dict(zip(_DIMENSIONS[self._by], dimensions, strict=True))
        instructions = row.get("instructions")
        return set_up_of(
            Variant(
                answers.text(row["agent"]) or "-",
                answers.kind(kind),
                answers.text(row.get("model")),
                answers.text(row.get("version")),
                answers.pseudonym(instructions).hex() if instructions is not None else None,
            ),
            self._by,
        )


def _packed(small: Small, amounts: Sequence[int]) -> Packed:
    commits, added, kept_14, kept_30, kept_90, calls, fresh, cached, out, active, usd = amounts
    return Packed(
        commits,
        small.grades,
        small.outcome,
        small.cost,
        added,
        (kept_14, kept_30, kept_90),
        (calls, fresh, cached, out, active, usd),
    )
