"""Transactions of several processes at once, beside raw py-lmdb that opens its environment for each.

Both write what one commit takes: three rows in three tables, durably, in a transaction of its own, after opening the
environment and before closing it. The ledger's own also checks the file, derives the standing and keeps the totals.
"""

import multiprocessing
import time
from pathlib import Path
from typing import Any, Final

import lmdb

from tracker.ledger import Ledger, entries
from tracker.ledger.buffer import EntryBuffer
from tracker.model import Evidence, Oid, ProjectId
from tracker.records import CommitFacts

_PROJECT: Final = ProjectId("ab" * 16)
_ROW: Final = b"x" * 150
_MAP: Final = 512 << 20


def measure_flushes(folder: Path, processes: tuple[int, ...], transactions: int) -> dict[int, dict[str, float]]:
    """Return for each number of processes the transactions a second of the ledger and of py-lmdb, and their ratio.

    ``transactions``: of all processes together.
    """
    return {number: _measure(folder, number, transactions // number) for number in processes}


def _measure(folder: Path, processes: int, each: int) -> dict[str, float]:
    rates = {}
    for name, work in (("ledger", _flush_all), ("lmdb", _put_all)):
        place = folder / f"{name}-{processes}"
        work(place, 0, 1)  # the first transaction creates the file
        context = multiprocessing.get_context("spawn")
        ready, go = context.Barrier(processes + 1), context.Event()
        numbers = range(1, processes + 1)
        workers = [context.Process(target=_work, args=(work, place, one, each, ready, go)) for one in numbers]
        for worker in workers:
            worker.start()
        ready.wait()
        start = time.perf_counter()
        go.set()
        for worker in workers:
            worker.join()
        rates[name] = processes * each / (time.perf_counter() - start)
    return {"ledger": round(rates["ledger"], 1), "lmdb": round(rates["lmdb"], 1),
            "ratio": round(rates["ledger"] / rates["lmdb"], 3)}  # fmt: skip


def _work(work: Any, place: Path, number: int, each: int, ready: Any, go: Any) -> None:
    ready.wait()
    go.wait()
    work(place, number, each)


def _flush_all(place: Path, number: int, each: int) -> None:
    for one in range(each):
        oid = Oid(f"{number:08x}{one:032x}")
        buffer = EntryBuffer()
        buffer.add(entries.CommitEntry(_PROJECT, oid, _facts(one)))
        buffer.flush(Ledger(place, deadline=120.0))


def _put_all(place: Path, number: int, each: int) -> None:
    place.mkdir(exist_ok=True)
    for one in range(each):
        key = f"{number:08x}{one:032x}".encode()
        with lmdb.open(str(place), max_dbs=3, map_size=_MAP) as environment:
            tables = [environment.open_db(name) for name in (b"commits", b"standings", b"oids")]
            with environment.begin(write=True) as transaction:
                for table in tables:
                    transaction.put(key, _ROW, db=table)


def _facts(number: int) -> CommitFacts:
    time_of = 1_700_000_000 + number
    evidence = Evidence("co-author", "co-authored-by", "Codex <codex@openai.com>", "codex", "agent", None, "high")
    return CommitFacts(
        parents=(), author_name="Ada", author_email="ada@example.com", authored_at=time_of, author_offset=0,
        committer_name="Ada", committer_email="ada@example.com", committed_at=time_of, committer_offset=0,
        subject="feat: one more", task_kind="feat", files=1, insertions=2, deletions=1, learnt="post-commit",
        recorded_at=time_of, evidence=(evidence,),
    )  # fmt: skip
