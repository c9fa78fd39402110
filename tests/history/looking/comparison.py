"""Run the same git commands with different looks, and report what differs in the ledger afterwards."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.history.looking import watched
from tests.history.looking.ledger_state import Difference, LedgerState, differences, read_state
from tests.history.looking.random_sequences import SavedHistory, Sequences
from tests.history.looking.watched import Look, WatchedRepo
from tests.history.operations import Operation
from tests.history.saved_world import SavedWorld, restored_for
from tests.program import WHOLE
from tests.support import Repo, wait_for_recorders

Looks = Callable[[Repo, str], Look]
"""Makes the look at a repository; the text is a seed."""

LOOKS: Final[Mapping[str, Looks]] = {
    "never": lambda repo, _: watched.never(repo),
    "always": lambda repo, _: watched.always(repo),
    "at random": watched.at_random,
    "during commands": watched.during_commands,
    "by killed recorders": watched.by_killed_recorders,
}
"""The times at which somebody looks.

Only at the end; after every git command; after some, and some are killed while they look; each time that git has moved
a ref; or whenever the hooks' own recorders do, of which some are killed.
"""


def state_after_operation(saved: SavedWorld, operation: Operation, look: Looks) -> LedgerState:
    """Restore the repositories, run the operation with looks, and return the ledger's state."""
    world = restored_for(operation, saved)
    repo, git_dir = world.repo, world.repo.path / ".git"
    looks = look(repo, operation.name)
    world.repo, world.beside, world.elsewhere = (
        WatchedRepo(one, looks) for one in (world.repo, world.beside, world.elsewhere)
    )
    operation.act(world)
    wait_for_recorders(git_dir)
    return read_state(repo, evidence=WHOLE)


def state_after_sequence(saved: SavedHistory, sequence: Sequences, look: Looks) -> LedgerState:
    """Restore the repositories, run the sequence with looks at both clones, and return the ledger's state."""
    history = saved.restore()
    repos = history.repo, history.other
    history.watch(*(look(repo, f"{sequence}{number}") for number, repo in enumerate(repos)))
    for operation, choice in sequence:
        history.run(operation, choice)
    for repo in repos:
        wait_for_recorders(repo.path / ".git")
    for repo in (*repos, *repos):  # each learns of the links that the other one found
        watched.sync(repo)
    return read_state(*repos, evidence=WHOLE)


def forgotten(places: Sequence[Path], states: Sequence[LedgerState]) -> set[str]:
    """Return the oids of dead commits that no ref or reflog of these repositories names: no look can find them."""
    kept: set[str] = set()
    for place in places:
        words = ["git", "rev-list", "--all", "--reflog"]
        kept.update(subprocess.run(words, cwd=place, capture_output=True, text=True, check=True).stdout.split())
    dead = {commit["oid"] for state in states for commit in state.commits.values() if not commit["live"]}
    return dead - kept


def report(title: str, found: Mapping[str, Sequence[Difference]]) -> None:
    """Fail if anything differs: one line for each difference, below a line for each look that it was found with."""
    lines = [
        f"{title}, nobody looks | somebody looks {name}:\n" + "\n".join(f"  {one}" for one in differing)
        for name, differing in found.items()
        if differing
    ]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def compare_operation(saved: SavedWorld, operation: Operation, names: Sequence[str], *, hooks: bool) -> None:
    """Fail if the ledger after an operation depends on the looks of these names."""
    base = state_after_operation(saved, operation, LOOKS["never"])
    found = {}
    for name in names:
        state = state_after_operation(saved, operation, LOOKS[name])
        unknowable = set() if hooks else forgotten([saved.current().repo.path], [base, state])
        found[name] = differences(base, state, unknowable)
    report(operation.name, found)


def compare_sequence(saved: SavedHistory, sequence: Sequences, names: Sequence[str], *, hooks: bool) -> None:
    """Fail if the ledger after a sequence of operations depends on the looks of these names."""
    base = state_after_sequence(saved, sequence, LOOKS["never"])
    found = {}
    for name in names:
        state = state_after_sequence(saved, sequence, LOOKS[name])
        unknowable = set() if hooks else forgotten(saved.paths(), [base, state])
        found[name] = differences(base, state, unknowable)
    report(str(sequence), found)
