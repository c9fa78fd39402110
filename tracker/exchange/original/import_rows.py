"""Import of the original's rows: read them all, make entries of them, and write these in batches.

The source is only read. The same row again changes nothing, because each entry follows from its row alone. A row that
is left out is kept aside with its reason.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import orjson

from tracker.attribution import Catalogue
from tracker.exchange.aside import Aside
from tracker.exchange.import_events import Imported
from tracker.exchange.original.commit_names import Home
from tracker.exchange.original.entries import LeftOut, Planned, Planner
from tracker.exchange.original.project_files import read_files
from tracker.exchange.original.rows import NoRow, Row, read_row
from tracker.ledger import Ledger
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import Entry

_BATCH: Final = 200
"""Entries of one transaction."""


def import_rows(ledger: Ledger, lines: Iterable[bytes], rules: Catalogue) -> Imported:
    """Import the lines of an export of the original. ``rules``: the names of agents.

    Raises the LedgerUnavailable errors, and TrackerError where a line cannot be kept aside.
    """
    with ledger.kept_open(), Aside(ledger.path) as aside:
        rows: list[Row] = []
        for line in lines:
            try:
                rows.append(read_row(line))
            except NoRow as error:
                aside.keep(line.rstrip(b"\r\n"), str(error))
        return write_rows(ledger, rows, rules, aside)


def write_rows(
    ledger: Ledger, rows: Sequence[Row], rules: Catalogue, aside: Aside, home: Home | None = None
) -> Imported:
    """Write rows into a ledger, and keep those aside that are left out. Raises as ``import_rows`` does.

    ``home``: the folder whose files the rows are, None for rows of a database.
    """
    ledger.begin()
    with ledger.read() as snapshot:
        plan = Planner(snapshot, rules, home).plan({row.digest: row for row in rows}.values())
    new: Counter[type[Entry]] = Counter()
    left_out = list(plan.left_out)
    for first in range(0, len(plan.entries), _BATCH):
        left_out += _flush(ledger, plan.entries[first : first + _BATCH], new)
    for one in left_out:
        row = one.row
        aside.keep(orjson.dumps({"kind": row.kind, "key": row.key, "value": row.value}), one.reason)
    return Imported(len(rows), new, aside.count, aside.place, sum(not one.is_needed for one in left_out))


def import_files(ledger: Ledger, home: Home, agent: str | None, rules: Catalogue) -> Imported:
    """Import the files of the original in a folder. ``agent``: whose they are, where they do not say it.

    Raises as ``import_rows`` does, and TrackerError where no agent is named.
    """
    found = read_files(home.folder, agent)
    with ledger.kept_open(), Aside(ledger.path) as aside:
        for one in found.unusable:
            aside.keep(one.line, one.reason)
        return write_rows(ledger, found.rows, rules, aside, home)


def _flush(ledger: Ledger, planned: Sequence[Planned], new: Counter[type[Entry]]) -> list[LeftOut]:
    """Write entries in one transaction, count what they changed, and return the rows that the ledger refuses."""
    buffer = EntryBuffer()
    rows = {id(one.entry): one.row for one in planned}
    for one in planned:
        buffer.add(one.entry)
    flushed = buffer.flush(ledger)
    new.update(flushed.joined)
    refused = [LeftOut(rows[id(one.entry)], one.reason.rstrip(".")) for one in buffer.refused]
    gone = "its commit was removed from the ledger meanwhile: import again"
    return [*refused, *(LeftOut(rows[id(one)], gone) for one in flushed.homeless)]
