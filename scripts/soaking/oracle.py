"""Compare a ledger with the diaries of those who worked and with git: nothing of the program's own rules is used."""

import subprocess
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from soaking.diary import Truth
from soaking.place import Worktree
from tracker.model import HUMAN

_SHOWN: Final = 10
"""Examples that are kept of each kind of fault."""


class Findings:
    """Counts of faults, each with its first examples."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = defaultdict(list)

    def add(self, kind: str, example: str) -> None:
        """Count a fault, and keep its example if it is one of the first of its kind."""
        self.counts[kind] += 1
        if len(self.examples[kind]) < _SHOWN:
            self.examples[kind].append(example)


class Compared(NamedTuple):
    """Commits that git reaches, and those of them that a marked process made."""

    reachable: int
    marked: int


def reachable_commits(worktrees: Sequence[Path], environment: dict[str, str]) -> list[str]:
    """Return the oids that the branches of a repository and the HEADs of its worktrees reach."""
    heads = [Worktree(path, environment).head() for path in worktrees]
    return Worktree(worktrees[0], environment).lines("rev-list", "--branches", *heads)


def check_totals(worktree: Worktree, found: Findings) -> None:
    """Note what ``verify`` finds."""
    try:
        worktree.tracker("verify")
    except subprocess.CalledProcessError as error:
        found.add("verify", str(error.stdout))


def compare(reachable: Sequence[str], lines: Sequence[dict[str, Any]], truth: Truth, found: Findings) -> Compared:
    """Count what the log of one repository has lost, doubled or named wrongly."""
    listed = Counter(line["oid"] for line in lines)
    by_oid = {line["oid"]: line for line in lines}
    for oid, count in listed.items():
        if count > 1:
            found.add("doubled", f"{oid} is listed {count} times")
    live = {oid for oid, line in by_oid.items() if line["live"]}
    for oid in set(reachable) - live:
        found.add("lost", f"{oid} {truth.makers.get(oid)} {'is not live' if oid in by_oid else 'is not recorded'}")
    for oid in live - set(reachable):
        found.add("live but unreachable", oid)
    _compare_counts(set(reachable), by_oid, truth, found)
    return Compared(len(reachable), _compare_names([by_oid[oid] for oid in reachable if oid in by_oid], truth, found))


def _compare_counts(reachable: set[str], by_oid: dict[str, dict[str, Any]], truth: Truth, found: Findings) -> None:
    """Each piece of work counts once if a commit of it is reachable, else not at all."""
    counted: Counter[str] = Counter(
        truth.works[oid] for oid, line in by_oid.items() if line["counted"] and oid in truth.works
    )
    alive = {truth.works[oid] for oid in reachable if oid in truth.works}
    for work, count in counted.items():
        if count > 1:
            found.add("doubled", f"{work} counts {count} times: {_commits(work, by_oid, truth)}")
        if work not in alive:
            found.add("doubled", f"{work} counts though nothing of it is reachable: {_commits(work, by_oid, truth)}")
    for work in alive - counted.keys():
        found.add("uncounted", f"{work}: {_commits(work, by_oid, truth)}")


def _commits(work: str, by_oid: dict[str, dict[str, Any]], truth: Truth) -> str:
    named = [by_oid[oid] for oid, its in truth.works.items() if its == work and oid in by_oid]
    return "; ".join(f"{line['oid'][:10]} {'live' if line['live'] else 'dead'} {line['subject']}" for line in named)


def _compare_names(lines: Sequence[dict[str, Any]], truth: Truth, found: Findings) -> int:
    """Compare the names of reachable commits; return how many of them a marked process made."""
    marked = 0
    for line in lines:
        maker = truth.makers.get(line["oid"])
        if maker is None:
            continue
        marked += maker != HUMAN
        about = (
            f"{line['oid'][:10]} {line['subject']}: {line['agent']} ({line['signal']}), made by {maker};"
            f" {truth.stories[line['oid']]}; in the ledger it replaces {[oid[:10] for oid in line['replaces']]}"
            f" and is a copy of {line['copy_of'] and line['copy_of'][:10]}"
        )
        if line["agent"] == maker:
            continue
        if line["agent"] == HUMAN and line["confidence"] == "low":
            found.add("unmarked", about)
        else:
            found.add("wrong name", about)
    return marked
