"""The totals of set-ups and the scores of agents as OpenMetrics text, for Prometheus.

The text is also what node_exporter's textfile collector reads, which knows Prometheus' older format: no times stand in
it, and its help texts need no escapes. Numbers of what was ever stated are counters; everything else may fall, since
commits are amended and corrected, and is a gauge.

Names in repositories are untrusted and may be many, so the number of series is limited: of more than ``MOST`` groups
those with the most commits have series of their own, and all others are one group, whose labels are ``OTHERS``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, Any, Final, NamedTuple

from tracker.exchange.tables.agents_table import AGENTS_TABLE, AgentRow
from tracker.exchange.tables.feedback_tables import BUGS_TABLE, GRADES_TABLE
from tracker.exchange.tables.metrics import OF_AGENTS, OF_SET_UPS, Metric
from tracker.exchange.tables.projects_table import PROJECTS_TABLE
from tracker.exchange.tables.set_ups_table import SET_UPS_TABLE, SetUpTotals
from tracker.exchange.tables.table import Source, Table, clean_text
from tracker.model import ProjectId

PREFIX: Final = "agent_tracker_"
"""The beginning of the names of all metrics."""
MOST: Final = 250
"""Groups of rows with series of their own; there is one more for all others together."""
OTHERS: Final = "(others)"
"""The value of each label of the group of all others."""

_LONGEST_LABEL: Final = 200
"""Characters of the value of a label."""


class Counter(NamedTuple):
    """A counter of the rows of a table, by project. ``help``: one line."""

    name: str
    help: str
    table: Table[Any]


COUNTERS: Final = (
    Counter("grades_given", "Grades of commits that were ever given, with withdrawals.", GRADES_TABLE),
    Counter("bugs_reported", "Bugs that were ever charged or suggested.", BUGS_TABLE),
)

Labels = tuple[str, ...]
Sums = dict[str, float]
"""Sums of columns, by name."""


def write_open_metrics(source: Source, file: IO[bytes]) -> int:
    """Write the text into a file; return the number of series. Raises OSError."""
    names = {row.project: row.record.name for row in PROJECTS_TABLE.rows(source)}
    by_set_up = limited(
        _summed(SET_UPS_TABLE, SET_UPS_TABLE.rows(source), lambda row: _labels_of(row, names), OF_SET_UPS), "commits"
    )
    scored = (row for row in AGENTS_TABLE.rows(source) if row.score is not None)
    by_agent = limited(_summed(AGENTS_TABLE, scored, _agent, OF_AGENTS, ("commits",)), "commits", has_others=False)
    count = 0
    for line in chain(
        _gauges(OF_SET_UPS, ("agent", "model", "project", "task_kind"), by_set_up),
        _gauges(OF_AGENTS, ("agent",), by_agent),
        *(_statements(one, source, names) for one in COUNTERS),
        ("# EOF\n",),
    ):
        count += not line.startswith("#")
        file.write(line.encode())
    return count


def _labels_of(row: SetUpTotals, names: Mapping[ProjectId, str]) -> Labels:
    agent, *model = row.set_up.parts
    return agent, "".join(model), names.get(row.project, row.project), row.task_kind


def _agent(row: AgentRow) -> Labels:
    return (row.name,)


def _summed(
    table: Table[Any],
    rows: Iterable[Any],
    labels_of: Callable[[Any], Labels],
    metrics: Sequence[Metric],
    others: tuple[str, ...] = (),
) -> dict[Labels, Sums]:
    """Return the sums of the columns that metrics need, by labels. ``others``: more columns."""
    parts = [part for metric in metrics for part in metric.parts]
    wanted = {*others, *(part.column for part in parts), *(name for part in parts for name in part.known)}
    readers = {name: table.column(name).value for name in sorted(wanted)}
    found: dict[Labels, Sums] = {}
    for row in rows:
        sums = found.setdefault(_shortened(labels_of(row)), dict.fromkeys(readers, 0))
        for name, read in readers.items():
            sums[name] += read(row) or 0
    return found


def _shortened(labels: Labels) -> Labels:
    return tuple(clean_text(one)[:_LONGEST_LABEL] for one in labels)


def limited(groups: dict[Labels, Sums], by: str, *, has_others: bool = True) -> dict[Labels, Sums]:
    """Return the ``MOST`` groups with the largest sums of the column ``by``, in the order of their labels.

    The others are added up as one group, unless sums of them mean nothing (``has_others``).
    """
    ranked = sorted(groups, key=lambda labels: (-groups[labels][by], labels))
    kept = {labels: groups[labels] for labels in sorted(ranked[:MOST])}
    for labels in ranked[MOST:] if has_others else ():
        sums = kept.setdefault((OTHERS,) * len(labels), dict.fromkeys(groups[labels], 0))
        for name, value in groups[labels].items():
            sums[name] += value
    return kept


def _gauges(metrics: Sequence[Metric], names: Labels, groups: Mapping[Labels, Sums]) -> Iterator[str]:
    """Yield the lines of metrics, whose series belong together; a metric of which nothing is known has none."""
    for metric in metrics:
        lines = [
            _sample(metric.name, (*zip(names, labels, strict=True), *part.labels), sums[part.column])
            for labels, sums in groups.items()
            for part in metric.parts
            if not part.known or any(sums[name] for name in part.known)
        ]
        if lines:
            yield from _heading(metric.name, "gauge", metric.help, metric.unit)
            yield from lines


def _statements(counter: Counter, source: Source, names: Mapping[ProjectId, str]) -> Iterator[str]:
    """Yield the lines of a counter, by project."""
    project, counts = counter.table.column("project_id").value, dict[Labels, Sums]()
    for row in counter.table.rows(source):
        labels = _shortened((names.get(project(row), project(row)),))
        counts.setdefault(labels, {"rows": 0})["rows"] += 1
    if counts:
        yield from _heading(counter.name, "counter", counter.help)
    for (label,), sums in limited(counts, "rows").items():
        yield _sample(f"{counter.name}_total", (("project", label),), sums["rows"])


def _heading(name: str, kind: str, text: str, unit: str = "") -> Iterator[str]:
    yield f"# TYPE {PREFIX}{name} {kind}\n"
    if unit:
        yield f"# UNIT {PREFIX}{name} {unit}\n"
    yield f"# HELP {PREFIX}{name} {text}\n"


def _sample(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    listed = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{PREFIX}{name}{{{listed}}} {value!r}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
