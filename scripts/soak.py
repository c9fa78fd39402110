"""Let eight processes work in a tracked repository while recorders are killed, and compare the ledger with the truth.

``python scripts/soak.py [--commits N] [--kills N] [--seed N]``: six agents and two people, one of them at a terminal,
commit, amend, rebase, reset, pick, squash and delete branches in eight worktrees of two repositories. The truth is what
each process noted of its own commits, and git. With ``--shared-worktree`` two agents commit in one worktree in a tight
loop instead.

Everything happens in a temporary folder. One table is printed; the exit code is 1 when a limit is broken.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from soaking import shared_worktree
from soaking.diary import read_diaries
from soaking.kills import kill_recorders
from soaking.oracle import Compared, Findings, check_totals, compare, reachable_commits
from soaking.place import Worktree, make_home, make_repository, settle, soak_environment
from soaking.work import work
from soaking.workers import WORKERS

_MOST_UNMARKED: Final = 0.001
"""Share of the commits made by marked processes that may be unmarked in the ledger."""

_NEVER: Final = ("lost", "doubled", "uncounted", "live but unreachable", "wrong name")
"""Faults of which there may be none."""


def main(arguments: Sequence[str]) -> int:
    """Run the soak, print the table and return the exit code."""
    options = _parse(arguments)
    if options.keep:
        return _run(Path(tempfile.mkdtemp(prefix="agent-tracker-soak-")), options)
    with tempfile.TemporaryDirectory(prefix="agent-tracker-soak-", ignore_cleanup_errors=True) as folder:
        return _run(Path(folder), options)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the ledger of a busy machine with the truth.")
    parser.add_argument("--commits", type=int, default=10_000, help="commits of all processes together (10,000)")
    parser.add_argument("--kills", type=int, default=500, help="recorders to kill (500)")
    parser.add_argument("--seed", type=int, default=1, help="chooses the operations and kills (1)")
    parser.add_argument("--shared-worktree", action="store_true", help="two agents in one worktree instead")
    parser.add_argument("--keep", action="store_true", help="keep the folder, and print its path")
    return parser.parse_args(arguments)


def _run(folder: Path, options: argparse.Namespace) -> int:
    home = make_home(folder)
    if options.keep:
        print(f"kept in {folder}")
    if options.shared_worktree:
        commits, found = shared_worktree.run(home, options.commits)
        return _print([("commits", commits)], found, most_unmarked=None)
    started = time.monotonic()
    worktrees = [make_repository(home, name, len(WORKERS) // 2) for name in ("one", "two")]
    killed = _let_work(home, [path for paths in worktrees for path in paths], options)
    worked = time.monotonic()
    settle(home, [paths[0] for paths in worktrees])
    settled = time.monotonic()
    compared, found = _compare(home, worktrees)
    figures: list[tuple[str, Any]] = [
        ("commits made", options.commits),
        ("recorders killed", killed),
        ("seconds of work", round(worked - started)),
        ("seconds to settle", round(settled - worked)),
        ("reachable commits", compared.reachable),
        ("of them by marked processes", compared.marked),
    ]
    return _print(figures, found, most_unmarked=int(compared.marked * _MOST_UNMARKED))


def _let_work(home: Path, paths: Sequence[Path], options: argparse.Namespace) -> int:
    """Start all workers, kill recorders until they end, and return how many were killed."""
    context = multiprocessing.get_context("spawn")
    each = options.commits // len(WORKERS)
    processes = [
        context.Process(target=work, args=(home, path, number, worker, each, options.seed * 100 + number))
        for number, (path, worker) in enumerate(zip(paths, WORKERS, strict=True))
    ]
    for process in processes:
        process.start()

    def progress() -> float | None:
        if not any(process.is_alive() for process in processes):
            return None
        noted: int = sum(diary.stat().st_size for diary in home.glob("diary-*"))
        return min(1.0, noted / float(options.commits * _BYTES_OF_A_COMMIT))

    killed = kill_recorders(home, options.kills, progress, random.Random(options.seed))  # noqa: S311 - no secret
    for process in processes:
        process.join()
        if process.exitcode != 0:
            raise SystemExit("a worker failed: its traceback is above")
    return killed


_BYTES_OF_A_COMMIT: Final = 150
"""About what a diary grows by with each commit, rewrites included: the kills are spread by it."""


def _compare(home: Path, worktrees: Sequence[Sequence[Path]]) -> tuple[Compared, Findings]:
    """Compare the logs of all repositories with the diaries and with git."""
    found, total = Findings(), Compared(0, 0)
    truth = read_diaries(sorted(home.glob("diary-*")))
    environment = soak_environment(home)
    for paths in worktrees:
        first = Worktree(paths[0], environment)
        one = compare(reachable_commits(paths, environment), first.log(), truth, found)
        total = Compared(total.reachable + one.reachable, total.marked + one.marked)
        check_totals(first, found)
    return total, found


def _print(figures: Sequence[tuple[str, Any]], found: Findings, *, most_unmarked: int | None) -> int:
    """Print the figures and the faults with examples; return 1 if a limit is broken, else 0."""
    limits: dict[str, int | None] = {**dict.fromkeys((*_NEVER, "verify"), 0), "unmarked": most_unmarked}
    for kind in found.counts:
        limits.setdefault(kind, None)
    rows: list[tuple[str, Any, Any]] = [(name, value, "") for name, value in figures]
    rows += [(kind, found.counts[kind], "any" if limit is None else limit) for kind, limit in limits.items()]
    print(f"{'figure':<30} {'number':>8} {'at most':>8}")
    for name, value, limit in rows:
        print(f"{name:<30} {value:>8} {limit:>8}")
    broken = [kind for kind, limit in limits.items() if limit is not None and found.counts[kind] > limit]
    for kind in found.examples:
        print(f"\n{kind}:", *found.examples[kind], sep="\n  ")
    print(f"\n{'broken: ' + ', '.join(broken) if broken else 'all limits hold'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
