"""Two agents that commit in one worktree in a tight loop; each commit's time zone says who ran git."""

import multiprocessing
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from soaking.oracle import Findings, check_totals
from soaking.place import GitFailed, Worktree, make_repository, settle, soak_environment
from soaking.workers import AGENTS, Worker
from tracker.model import HUMAN

_ZONES: Final = ("one-0:01", "two-0:02")
"""Time zones one and two minutes east of UTC. The message names the agent too, but git keeps it in a file of both."""

_TWO: Final = AGENTS[:2]


def commit_in_a_loop(home: Path, path: Path, number: int, worker: Worker, commits: int) -> None:
    """Make empty commits one after the other, again where the other process has git's lock."""
    environment = soak_environment(home) | worker.environment | {"TZ": _ZONES[number]}
    worktree = Worktree(path, environment)
    made = 0
    while made < commits:
        try:
            worktree.git("commit", "-q", "--allow-empty", "-m", f"feat: {worker.maker} {made}")
        except GitFailed as error:
            if "lock" not in str(error) and "empty commit message" not in str(error) and "reference" not in str(error):
                raise
            continue
        made += 1


def run(home: Path, commits: int) -> tuple[int, Findings]:
    """Let two agents make this many commits together; return the number of commits and the faults."""
    path = make_repository(home, "shared", 1)[0]
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=commit_in_a_loop, args=(home, path, number, worker, commits // 2))
        for number, worker in enumerate(_TWO)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode != 0:
            raise SystemExit("an agent failed: its traceback is above")
    settle(home, [path])
    return compare(Worktree(path, soak_environment(home)))


def compare(worktree: Worktree) -> tuple[int, Findings]:
    """Compare the names in the log with the processes that made the commits."""
    found = Findings()
    lines = worktree.log()
    oids = worktree.lines("rev-list", "--branches")
    for oid in set(oids) - {line["oid"] for line in lines if line["live"]}:
        found.add("lost", oid)
    for line in lines:
        _compare_name(line, found, [worker.maker for worker in _TWO])
    check_totals(worktree, found)
    return len(oids), found


def _compare_name(line: dict[str, Any], found: Findings, makers: Sequence[str]) -> None:
    if line["committer_offset"] not in {1, 2}:
        return  # the first commit
    maker = makers[line["committer_offset"] - 1]
    about = f"{line['oid'][:10]} {line['subject']}: {line['agent']} ({line['signal']}), made by {maker}"
    if maker not in line["subject"]:
        found.add("message of the other process", about)
    if line["agent"] == HUMAN:
        found.add("unmarked", about)
    elif line["agent"] != maker:
        found.add("wrong name", about)
