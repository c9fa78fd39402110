"""The cost of tracking as tables for a reader."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmark import outcomes as outcomes_of
from benchmark.backfill import WITH, WITHOUT
from benchmark.commit_hooks import PRE_COMMIT
from benchmark.glance import GLANCE, LOG
from benchmark.lessons import LESSONS, START
from benchmark.outcomes import OUTCOMES, RECOMMEND, RECOMMEND_SMALL
from benchmark.rebase import REALISTIC, TINY
from benchmark.recorder import COMMIT
from benchmark.report_rows import Spread, heading, in_words, row
from benchmark.timing import Results

_GOAL: Final = 1.5
"""The goal for a commit with our native hook, in commits with an empty hook."""
_REBASE_GOAL: Final = 1.2
"""The goal for a rebase with our native hooks, in rebases without hooks."""
_RECORDER_GOAL: Final = 1.5
"""The goal for one recorder, in runs of the least program that could do its work."""
_OUTCOMES_GOAL: Final = 4
_RECOMMEND_GOAL: Final = 1.5
_BYTES_GOAL: Final = 700
"""The goal for the bytes of a ledger per commit of a long history."""
_ATTRIBUTION_GOAL: Final = 1.2
"""The goal for a backfill, in backfills without attribution."""

_GLANCE_GOAL: Final = 3
"""The goal for a glance, in seconds for 10,000 commits."""


def report_tracking(results: Mapping[str, Any], sizes: Mapping[str, int]) -> Iterator[str]:
    """Yield the lines of the tables; ``results`` and ``sizes`` are in the object that ``--json`` prints."""
    titles = {TINY: "tiny repository", REALISTIC: f"{sizes['files']} files"}
    yield from _table("git commit", results["commit"])
    yield f"full ledger: {sizes['ledger_commits']} commits"
    if results["pre_commit_skipped"]:
        yield f"{PRE_COMMIT}: skipped, {results['pre_commit_skipped']}"
    for kind, title in titles.items():
        yield from _table(f"rebase, {sizes['picks']} picks, {title}", results["rebase"][kind])
    yield from _table("git commit, a hook before it", results["guard"])
    yield from _recorder(results["recorder"])
    yield ""
    yield from _hook_ratios(results["ratios"])
    yield from _rebases(results, titles)
    yield from _long_history(results)
    yield ""
    yield from _bytes(results["backfill"]["ledger"], results["backfill"]["commits"])
    yield ""
    yield from _messages(results["messages"])


def _table(title: str, results: Results) -> Iterator[str]:
    yield from heading(title, "ms", "none", "empty")
    for name, one in results.items():
        yield row(name, one["ms"], one["to_no_hook"], one["to_empty_hook"])


def _recorder(recorder: Mapping[str, Mapping[str, Spread]]) -> Iterator[str]:
    yield from heading("processor time of a recorder", "ms", "floor")
    for name, one in recorder.items():
        yield row(name, one["ms"], one["to_floor"], goal=f"<= {_RECORDER_GOAL}" if name == COMMIT else "")


def _hook_ratios(ratios: Mapping[str, Spread]) -> Iterator[str]:
    yield f"native detached / empty sh hook: {in_words(ratios['detached_to_empty_hook'])}, goal <= {_GOAL}"
    yield f"native detached, full / empty ledger: {in_words(ratios['detached_full_to_empty_ledger'])}, goal: no growth"
    yield f"native sync, full / empty ledger: {in_words(ratios['sync_full_to_empty_ledger'])}, goal: no growth"


def _rebases(results: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    ratios, starts = results["ratios"], results["interpreters"]
    for kind, title in titles.items():
        to_none, to_empty = ratios[f"{kind}_rebase_to_no_hooks"], ratios[f"{kind}_rebase_to_empty_hooks"]
        yield f"rebase, {title}: native / no hooks: {in_words(to_none)}, goal <= {_REBASE_GOAL}"
        yield f"rebase, {title}: native / empty sh hooks: {in_words(to_empty)}"
    for kind, title in titles.items():
        yield (
            f"interpreters of a rebase, {title}: {starts[kind]['rebase']} (goal: 1 in all),"
            f" at most {starts[kind]['rebase_at_once']} at a time; of a commit: {starts[kind]['commit']}"
        )


def _long_history(results: Mapping[str, Any]) -> Iterator[str]:
    backfill, glance, outcomes = results["backfill"], results["glance"], results["outcomes"]
    tables = (
        ("backfill", results["attribution"], WITHOUT, WITH, _ATTRIBUTION_GOAL, " attribution"),
        ("", glance, LOG, GLANCE, None, ""),
        ("", results["lessons"], START, LESSONS, None, ""),
        ("", outcomes, outcomes_of.LOG, OUTCOMES, _OUTCOMES_GOAL, ""),
        ("", outcomes, RECOMMEND_SMALL, RECOMMEND, _RECOMMEND_GOAL, ""),
    )
    yield from heading(f"history of {backfill['commits']} commits", "seconds", "the row above")
    for start, group, floor, other, goal, end in tables:
        names = (f"{start} {name}{end}".strip() for name in (floor, other))
        yield row(next(names), group[floor]["seconds"])
        yield row(next(names), group[other]["seconds"], group[other]["ratio"], goal=f"<= {goal}" if goal else "")
    yield f"backfill: {backfill['seconds']:.1f} s ({backfill['commits_per_second']:.0f} commits/s)"
    yield f"glance, for each 10000 commits: {glance['seconds_per_10000']:.2f} s, goal <= {_GLANCE_GOAL}"


def _bytes(ledger: Mapping[str, Any], commits: int) -> Iterator[str]:
    yield f"bytes of the ledger per commit: {ledger['bytes_per_commit']:.0f} (goal <= {_BYTES_GOAL})"
    yield f"{'bytes per commit, by table':<42}{'keys':>10}{'values':>10}{'pages':>10}"
    for name, table in ledger["tables"].items():
        cells = (table["key_bytes"], table["value_bytes"], table["page_bytes"])
        if table["page_bytes"] >= commits:
            yield f"{name:<42}" + "".join(f"{cell / commits:>10.1f}" for cell in cells)


def _messages(messages: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    sizes = list(next(iter(messages.values())))
    yield f"{'attribution of a message, ms, by bytes':<42}" + "".join(f"{size:>12}" for size in sizes)
    for kind, ms in messages.items():
        yield f"{kind:<42}" + "".join(f"{ms[size]:>12.2f}" for size in sizes)
