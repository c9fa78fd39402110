"""Transactions of several processes at once, beside raw py-lmdb that opens its environment for each.

Both write what one commit takes: three rows in three tables, durably, in a transaction of its own, after opening the
environment and before closing it. The ledger's own also checks the file, derives the standing and keeps the totals.
"""

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Final

import lmdb

from benchmark.rivals import Rival, compare
from benchmark.sandbox import MeasurementFailed
from benchmark.sizes import Sizes
from benchmark.spread import spread, spread_of_ratios
from benchmark.timing import PATIENCE, progress
from tracker.ledger import Ledger, entries
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.tables import COMMITS
from tracker.model import Evidence, Oid, ProjectId
from tracker.records import CommitFacts

PROCESSES: Final = (1, 2, 4, 8)
"""Numbers of processes that write at once."""
_Work = Callable[[Path, int, int], None]
"""Writes so many transactions of the process with that number into the file at a path."""
_PROJECT: Final = ProjectId("ab" * 16)
_ROW: Final = b"x" * 150
_MAP: Final = 512 << 20


def measure_flushes(folder: Path, sizes: Sizes) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each number of processes the transactions a second of the ledger and of py-lmdb, and their ratio.

    Raises MeasurementFailed when a process fails or did not write everything.
    """
    return {str(number): _measure(folder, number, sizes) for number in PROCESSES}


def _measure(folder: Path, processes: int, sizes: Sizes) -> dict[str, dict[str, float]]:
    progress(f"transactions of {processes} processes")
    each = max(sizes.flushes // processes, 1)
    ledger = _Writers(folder / f"ledger-{processes}", _flush_all, _ledger_rows, processes, each)
    raw = _Writers(folder / f"lmdb-{processes}", _put_all, _lmdb_rows, processes, each)
    found = compare({"ledger": ledger.rival(), "lmdb": raw.rival()}, "lmdb", sizes.backfill_rounds)
    rates = {name: spread(1 / seconds for seconds in one.rounds)._asdict() for name, one in found.items()}
    return {**rates, "ratio": spread_of_ratios(found["lmdb"].rounds, found["ledger"].rounds)._asdict()}


class _Writers:
    """Processes that write into one file at once; they are started, and wait, before the time is taken."""

    def __init__(self, place: Path, work: _Work, rows: Callable[[Path], int], processes: int, each: int) -> None:
        self._place = place
        self._work = work
        self._rows = rows
        self._processes = processes
        self._each = each
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[SpawnProcess] = []
        self._go = self._context.Event()
        work(place, 0, 1)  # the first transaction creates the file

    def rival(self) -> Rival:
        """Return them as a program to compare, by the seconds of one transaction."""
        return Rival(self._run, self._start, self._check, parts=self._processes * self._each)

    def _start(self, number: int) -> None:
        self._go.clear()
        ready = self._context.Barrier(self._processes + 1)
        first = 1 + number * self._processes
        self._workers = [
            self._context.Process(
                target=_wait_and_work, args=(self._work, self._place, one, self._each, ready, self._go), daemon=True
            )
            for one in range(first, first + self._processes)
        ]
        for worker in self._workers:
            worker.start()
        try:
            ready.wait(PATIENCE)
        except threading.BrokenBarrierError as error:
            raise MeasurementFailed(f"not all of {self._processes} processes started.") from error

    def _run(self, _: int) -> None:
        self._go.set()
        for worker in self._workers:
            worker.join()

    def _check(self, number: int) -> None:
        wanted = 1 + (number + 1) * self._processes * self._each
        if self._rows(self._place) != wanted or any(worker.exitcode for worker in self._workers):
            raise MeasurementFailed(f"of {wanted} transactions {self._rows(self._place)} were written.")


def _wait_and_work(work: _Work, place: Path, number: int, each: int, ready: Barrier, go: Event) -> None:
    ready.wait(PATIENCE)
    go.wait()
    work(place, number, each)


def _flush_all(place: Path, number: int, each: int) -> None:
    for one in range(each):
        oid = Oid(f"{number:08x}{one:032x}")
        buffer = EntryBuffer()
        buffer.add(entries.CommitEntry(_PROJECT, oid, _facts(one)))
        buffer.flush(Ledger(place, deadline=120.0))


def _put_all(place: Path, number: int, each: int) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for one in range(each):
        key = f"{number:08x}{one:032x}".encode()
        with lmdb.open(str(place), max_dbs=3, map_size=_MAP) as environment:
            tables = [environment.open_db(name) for name in (b"commits", b"standings", b"oids")]
            with environment.begin(write=True) as transaction:
                for table in tables:
                    transaction.put(key, _ROW, db=table)


def _ledger_rows(place: Path) -> int:
    with Ledger(place).read() as snapshot:
        return snapshot.count(COMMITS)


def _lmdb_rows(place: Path) -> int:
    with lmdb.open(str(place), max_dbs=3, readonly=True) as environment, environment.begin() as transaction:
        rows: int = transaction.stat(db=environment.open_db(b"commits", txn=transaction, create=False))["entries"]
        return rows


def _facts(number: int) -> CommitFacts:
    time_of = 1_700_000_000 + number
    evidence = Evidence("co-author", "co-authored-by", "Codex <codex@openai.com>", "codex", "agent", None, "high")
    return CommitFacts(
        parents=(), author_name="Ada", author_email="ada@example.com", authored_at=time_of, author_offset=0,
        committer_name="Ada", committer_email="ada@example.com", committed_at=time_of, committer_offset=0,
        subject="feat: one more", task_kind="feat", files=1, insertions=2, deletions=1, learnt="post-commit",
        recorded_at=time_of, evidence=(evidence,),
    )  # fmt: skip
