"""The results of all measurements as tables for a reader."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmark.commit_hooks import PRE_COMMIT
from benchmark.rebase import REALISTIC, TINY
from benchmark.recorder import COMMIT
from benchmark.timing import Medians

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


def report(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of all tables; ``results`` is the object that ``--json`` prints."""
    titles = {TINY: "tiny repository", REALISTIC: f"{results['files']} files"}
    versions = ", ".join(f"{name.replace('_', '-')} {version}" for name, version in results["versions"].items())
    yield f"{versions}; full ledger: {results['ledger_commits']} commits"
    yield f"medians of {results['rounds']} rounds, of a rebase {results['rebase_rounds']}"
    yield ""
    yield from _table("git commit", results["commit"])
    if results["pre_commit_skipped"]:
        yield f"{PRE_COMMIT}: skipped, {results['pre_commit_skipped']}"
    yield ""
    for kind, title in titles.items():
        yield from _table(f"git rebase, {results['picks']} picks, {title}", results["rebase"][kind])
        yield ""
    yield from _table("git commit, a hook before it", results["guard"])
    yield ""
    yield from _recorder(results["recorder"])
    yield ""
    yield from _hook_ratios(results["ratios"])
    yield from _rebases(results, titles)
    yield from _backfill(results)
    yield ""
    yield from _messages(results["messages"])


def _recorder(recorder: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"{'processor time of a recorder':<42}{'median ms':>10}{'least ms':>10}{'/ floor':>9}"
    for name, row in recorder.items():
        yield f"{name:<42}{row['median_ms']:>10.1f}{row['least_ms']:>10.1f}{row['to_floor']:>9.2f}"
    yield f"recorder of one commit / floor: {recorder[COMMIT]['to_floor']:.2f} (goal <= {_RECORDER_GOAL})"


def _hook_ratios(ratios: Mapping[str, float]) -> Iterator[str]:
    yield f"native detached / empty sh hook: {ratios['detached_to_empty_hook']:.2f} (goal <= {_GOAL})"
    yield f"native detached, full / empty ledger: {ratios['detached_full_to_empty_ledger']:.2f} (goal: no growth)"
    yield f"native sync, full / empty ledger: {ratios['sync_full_to_empty_ledger']:.2f} (goal: no growth)"


def _rebases(results: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    ratios, starts = results["ratios"], results["interpreters"]
    for kind, title in titles.items():
        yield (
            f"rebase, {title}: native / no hooks: {ratios[f'{kind}_rebase_to_no_hooks']:.2f} (goal <= {_REBASE_GOAL});"
            f" native / empty sh hooks: {ratios[f'{kind}_rebase_to_empty_hooks']:.2f}"
        )
    for kind, title in titles.items():
        yield (
            f"interpreters started by a rebase, {title}: {starts[kind]['rebase']} (goal: 1 in all),"
            f" at most {starts[kind]['rebase_at_once']} at a time; by a commit: {starts[kind]['commit']}"
        )


def _backfill(results: Mapping[str, Any]) -> Iterator[str]:
    backfill, attribution = results["backfill"], results["attribution"]
    yield (
        f"backfill of {backfill['commits']} commits: {backfill['seconds']:.1f} s"
        f" ({backfill['commits_per_second']:.0f} commits/s)"
    )
    yield from _bytes(backfill["ledger"], backfill["commits"])
    yield (
        f"backfill, with / without attribution: {results['ratios']['backfill_to_no_attribution']:.2f} (goal <="
        f" {_ATTRIBUTION_GOAL}); {attribution['with']:.1f} s and {attribution['without']:.1f} s,"
        f" medians of {results['backfill_rounds']} rounds"
    )
    glance = results["glance"]
    yield (
        f"glance at {backfill['commits']} commits: {glance['seconds']:.2f} s; for each 10000 of them:"
        f" {glance['seconds_per_10000']:.2f} s (goal <= {_GLANCE_GOAL})"
    )
    yield (
        f"lessons among {backfill['commits']} commits: {results['lessons']['seconds']:.2f} s;"
        f" the start of a command: {results['lessons']['start_seconds']:.2f} s"
    )
    outcomes = results["outcomes"]
    yield (
        f"outcomes of {backfill['commits']} commits / git log -p -U0: {outcomes['outcomes_to_git_log']:.2f} (goal <="
        f" {_OUTCOMES_GOAL}); {outcomes['outcomes_seconds']:.1f} s and {outcomes['git_log_seconds']:.1f} s"
    )
    yield (
        f"recommend, full / small ledger: {outcomes['recommend_to_small']:.2f} (goal <= {_RECOMMEND_GOAL});"
        f" {outcomes['recommend_seconds']:.2f} s and {outcomes['recommend_small_seconds']:.2f} s"
    )


def _bytes(ledger: Mapping[str, Any], commits: int) -> Iterator[str]:
    yield f"bytes of the ledger per commit: {ledger['bytes_per_commit']:.0f} (goal <= {_BYTES_GOAL})"
    yield f"{'bytes per commit, by table':<42}{'keys':>10}{'values':>10}{'pages':>10}"
    for name, row in ledger["tables"].items():
        cells = (row["key_bytes"], row["value_bytes"], row["page_bytes"])
        if row["page_bytes"] >= commits:
            yield f"{name:<42}" + "".join(f"{cell / commits:>10.1f}" for cell in cells)


def _messages(messages: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    sizes = list(next(iter(messages.values())))
    yield f"{'attribution of a message, ms, by bytes':<42}" + "".join(f"{size:>12}" for size in sizes)
    for kind, row in messages.items():
        yield f"{kind:<42}" + "".join(f"{row[size]:>12.2f}" for size in sizes)


def _table(title: str, medians: Medians) -> Iterator[str]:
    yield f"{title:<42}{'median ms':>10}{'added ms':>10}{'/ none':>8}{'/ empty':>9}"
    for name, row in medians.items():
        yield (
            f"{name:<42}{row['median_ms']:>10.1f}{row['added_ms']:>+10.1f}"
            f"{row['to_no_hook']:>8.2f}{row['to_empty_hook']:>9.2f}"
        )
