"""The generated parts of docs/exchange.md: the tables that are exported with their columns, and the metrics."""

from collections.abc import Iterator
from typing import Any

from tracker.exchange.tables.all_tables import TABLES
from tracker.exchange.tables.metrics import OF_AGENTS, OF_SET_UPS
from tracker.exchange.tables.open_metrics import COUNTERS, PREFIX
from tracker.exchange.tables.table import Table


def exported_tables() -> str:
    """Return a section for each table: its meaning and key, and a row for each column."""
    return "\n".join(line for table in TABLES for line in _table(table)) + "\n"


def _table(table: Table[Any]) -> Iterator[str]:
    key = ", ".join(f"`{column}`" for column in table.key)
    yield from (f"#### {table.name}", "", f"{table.meaning} Key: {key}.", "")
    yield from ("| column | type | meaning |", "| --- | --- | --- |")
    for column in table.columns:
        kind = column.type if column.required else f"{column.type} or null"
        yield f"| `{column.name}` | {kind} | {column.meaning} |"
    if table is not TABLES[-1]:
        yield ""


def exported_metrics() -> str:
    """Return the table of metrics."""
    rows = ["| metric | type | meaning | further labels |", "| --- | --- | --- | --- |"]
    for metric in (*OF_SET_UPS, *OF_AGENTS):
        labels = ", ".join(sorted({f"`{name}`" for part in metric.parts for name, _ in part.labels}))
        rows.append(f"| `{PREFIX}{metric.name}` | gauge | {metric.help} | {labels} |")
    rows += [f"| `{PREFIX}{one.name}_total` | counter | {one.help} | |" for one in COUNTERS]
    return "\n".join(rows) + "\n"
