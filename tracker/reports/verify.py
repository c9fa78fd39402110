"""Verification of the ledger: everything derived against its facts, and its facts against git.

Reads only, and each commit once, so that what is held in memory does not grow with all commits. Every difference is one
sentence. The comparisons are in the modules ``verify_…``.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from tracker.ledger import Snapshot
from tracker.ledger.expected_totals import Outcomes
from tracker.ledger.scan import Derivation, DerivedCommit, HeldCommit, held_commits, read_relations
from tracker.ledger.tables import COMMITS
from tracker.model import Progress
from tracker.reports import verify_feedback, verify_indexes, verify_standings, verify_sums
from tracker.reports.verify_check import Check
from tracker.reports.verify_git import GitCheck

C = TypeVar("C")

_STEP: Final = 20
"""Commits after which the progress is told."""


def differences(snapshot: Snapshot, progress: Progress | None = None, git: GitCheck | None = None) -> Iterator[str]:
    """Yield every difference between the ledger and what follows from the facts of its commits.

    ``git``: the comparison with the repository of a project, made for this snapshot.
    """
    relations = read_relations(snapshot)
    kinds, standings = verify_standings.TaskKinds(), verify_standings.Standings(snapshot)
    outcomes = Outcomes(snapshot)
    totals, lifetimes = verify_sums.Totals(snapshot, outcomes), verify_sums.Lifetimes(snapshot, outcomes)
    agents, months = verify_sums.Agents(snapshot), verify_sums.MakerMonths(snapshot)
    holders, links = verify_indexes.Holders(snapshot), verify_indexes.Links(snapshot)
    setups = verify_indexes.Setups(snapshot)
    grades, bugs = verify_feedback.Grades(snapshot), verify_feedback.Bugs(snapshot)
    of_facts: list[Check[HeldCommit]] = [kinds, holders, setups, *([git] if git else [])]
    of_standings: list[Check[DerivedCommit]] = [standings, totals, lifetimes, grades, bugs, links, agents, months]
    _follow_all(snapshot, Derivation(snapshot, relations), of_facts, of_standings, progress)
    found = {
        **_found(kinds, standings, totals),
        "sums of totals": verify_sums.agent_total_differences(snapshot),
        **_found(lifetimes, grades, bugs, holders),
        "projects": verify_indexes.project_differences(snapshot),
        "paths": verify_indexes.path_differences(snapshot),
        **_found(links),
        "copies and reverts": verify_indexes.relation_differences(snapshot, relations),
        **_found(setups, agents),
        "journals": verify_feedback.journal_differences(snapshot),
        **_found(months, *([git] if git else [])),
    }
    for name, each in found.items():
        yield from _until_impossible(name, each)


def _found(*checks: Check[HeldCommit] | Check[DerivedCommit]) -> dict[str, Iterator[str]]:
    return {check.name: check.differences() for check in checks}


def _until_impossible(name: str, found: Iterator[str]) -> Iterator[str]:
    """Yield what a check finds, up to a stored value of which no key can be made."""
    try:
        yield from found
    except ValueError:
        yield f"{name} were not compared to the end: a stored id cannot be read."


def _follow_all(
    snapshot: Snapshot,
    derivation: Derivation,
    of_facts: Sequence[Check[HeldCommit]],
    of_standings: Sequence[Check[DerivedCommit]],
    progress: Progress | None,
) -> None:
    """Have every check follow all commits, and tell the progress."""
    expected = snapshot.count(COMMITS)
    done = told = 0
    for held in held_commits(snapshot):
        _follow(of_facts, held)
        for commit in derivation.derived_with(held):
            _follow(of_standings, commit)
        done += len(held.holdings)
        if progress and (done - told >= _STEP or done == expected):
            progress(done, expected)
            told = done


def _follow(checks: Sequence[Check[C]], commit: C) -> None:
    for check in checks:
        if not check.has_ended:
            try:
                check.follow(commit)
            except ValueError:
                check.has_ended = True
