"""The results of the measurements of scale as tables for a reader: everything but what tracking costs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmark.host_calls import BEFORE, EMPTY, LINE, PYTHON
from benchmark.large_commits import SHOW, SYNC
from benchmark.peers import BACKFILL, ONE_JOB, TINY_CHANGES
from benchmark.report_rows import heading, in_words, numbered, row, scaled
from benchmark.small_recordings import NOTHING, ONE_COMMIT

_READING_GOAL: Final = 1.3
"""The goal for a command that reads, in times of the smallest ledger."""
_BEFORE_GOAL: Final = 1.5
"""The goal for a call before a command, in times of an empty script."""
_LINE_GOAL: Final = "<= 2.5, 30 ms"
"""The goals for the status line: times of Python's start, and its time."""
_FLUSHES_GOAL: Final = 0.6
"""The goal for transactions of eight processes, in those of py-lmdb."""
_BACKFILL_GOALS: Final = {BACKFILL: "<= 1.3", ONE_JOB: "<= 2.0"}
"""The goals for a backfill, in times of ``git log --numstat -M``."""
_LIBRARY_GOAL: Final = 20
"""The goal for PyDriller, in times of a backfill."""
_MEBIBYTE: Final = 1 << 20


def report_scale(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the tables of what was measured."""
    if "peers" in results:
        yield from _peers(results["peers"])
    if "reading" in results:
        yield from _reading(results["reading"])
    for subject, unit in (("refs", "branches"), ("work_trees", "work trees")):
        if subject in results:
            yield from _small_recordings(results[subject], unit)
    if "large_commits" in results:
        yield from _large_commits(results["large_commits"])
    if "hosts" in results:
        yield from _hosts(results["hosts"])
    if "families" in results:
        yield from _families(results["families"])
    if "flushes" in results:
        yield from _flushes(results["flushes"])


def _peers(peers: Mapping[str, Any]) -> Iterator[str]:
    for name, group in peers.items():
        title = name if name.startswith("repository") else f"history: {name}"
        yield from heading(title, "ms a commit", "--numstat -M", more="MiB")
        for program, one in group["rivals"].items():
            goal = "" if name == TINY_CHANGES else _BACKFILL_GOALS.get(program, "")
            peak = f"{one['peak_bytes'] / _MEBIBYTE:.0f}"
            yield row(program, scaled(one["seconds_per_commit"], 1000), one["ratio"], more=peak, goal=goal)
        each = group["ledger_bytes_per_commit"]
        yield f"commits: {group['commits']}; bytes of the ledger for each of them: {each:.0f}"
        for library, ratio in group["libraries_to_backfill"].items():
            goal = f", goal >= {_LIBRARY_GOAL}" if library == "PyDriller" else ""
            yield f"{library} ({group['library_commits']} newest commits) / backfill: {in_words(ratio)}{goal}"
        for library in group["libraries_missing"]:
            yield f"{library}: not installed (pip install --group benchmark)"
    yield "MiB: resident memory of the largest process, git's included, with pages of files that are mapped"


def _reading(reading: Mapping[str, Any]) -> Iterator[str]:
    fewest = next(iter(next(iter(reading.values()))["by_commits"]))
    yield from heading(numbered("reading", "commits"), "seconds", f"{fewest} commits")
    for name, one in reading.items():
        for commits, found in one["by_commits"].items():
            goal = "" if one["is_linear"] or commits == fewest else f"<= {_READING_GOAL}"
            yield row(numbered(name, commits), found["seconds"], found["ratio"], goal=goal)


def _small_recordings(recordings: Mapping[str, Any], unit: str) -> Iterator[str]:
    yield from heading(f"recording, by number of {unit}", "seconds", "the fewest")
    for name in (NOTHING, ONE_COMMIT):
        for number, found in recordings[name].items():
            yield row(numbered(name, number), found["seconds"], found["ratio"])


def _large_commits(commits: Mapping[str, Any]) -> Iterator[str]:
    yield from heading(numbered("one large commit", "files"), "ms a file", "git show")
    for files, found in commits.items():
        for name in (SHOW, SYNC):
            yield row(numbered(name, files), scaled(found[name]["seconds"], 1000), found[name]["ratio"])


def _hosts(hosts: Mapping[str, Any]) -> Iterator[str]:
    yield from heading("call of a host", "ms", EMPTY)
    for name, found in hosts["calls"].items():
        goal = f"<= {_BEFORE_GOAL}" if name == BEFORE else ""
        yield row(name, scaled(found["seconds"], 1000), found["ratio"], goal=goal)
    yield from heading("status line", "ms", PYTHON)
    for name, found in hosts["status_line"].items():
        yield row(name, scaled(found["seconds"], 1000), found["ratio"], goal=_LINE_GOAL if name == LINE else "")


def _families(families: Mapping[str, Any]) -> Iterator[str]:
    titles = {
        "backfill_per_commit": ("family, a backfill", "ms a commit", 1000),
        "one_more": ("family, one more commit", "seconds", 1),
    }
    for name, (title, unit, factor) in titles.items():
        yield from heading(numbered(title, "commits"), unit, "unrelated commits")
        for commits, by_relation in families[name].items():
            for relation, found in by_relation.items():
                yield row(numbered(relation, commits), scaled(found["seconds"], factor), found["ratio"])


def _flushes(flushes: Mapping[str, Any]) -> Iterator[str]:
    yield from heading("transactions a second, of all", "", "py-lmdb")
    for processes, found in flushes.items():
        number = f"{processes} process{'' if int(processes) == 1 else 'es'}"
        yield row(f"{number}, py-lmdb", found["lmdb"])
        goal = f">= {_FLUSHES_GOAL}" if int(processes) == max(map(int, flushes)) else ""
        yield row(f"{number}, ledger", found["ledger"], found["ratio"], goal=goal)
