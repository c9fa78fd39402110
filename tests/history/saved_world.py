"""The starting repositories of all operations, saved and restored, and the assertions after each operation."""

import copy
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.git_version import offers
from tests.history.operations import Operation, Pairs, World
from tests.support import Repo, wait_for_recorders

COUNTED_ONCE = {"same", "changed", "squashed"}
"""Kinds of rewrite links whose two commits are counted as one."""


def expected_count(lines: list[dict[str, Any]]) -> int:
    """Return the number of groups of linked commits in which at least one is live."""
    groups = [{line["oid"]} for line in lines]
    for line in lines:
        for link in line["replaced_by"]:
            if link["kind"] in COUNTED_ONCE:
                joined = [group for group in groups if {line["oid"], link["oid"]} & group]
                groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    live = {line["oid"] for line in lines if line["live"]}
    return sum(bool(group & live) for group in groups)


def is_intermediate_squash(subject: str) -> bool:
    """Return True for the subject of a commit that git makes on the way to a squash of several."""
    return subject.startswith("# This is a combination")


def assert_as_expected(world: World, expected: Pairs) -> None:
    """Assert live commits, rewrite links and the number of counted commits, and that verify succeeds."""
    repo = world.repo
    every = repo.log("--all")
    assert sorted(line["oid"] for line in every if line["live"]) == sorted(repo.reachable())
    verdict = repo.json("verify")
    assert verdict["ok"], verdict
    subjects = {line["oid"]: line["subject"] for line in every}
    pairs = Counter(
        (line["subject"], subjects[link["oid"]], link["kind"]) for line in every for link in line["replaced_by"]
    )
    final = Counter({pair: count for pair, count in pairs.items() if not any(map(is_intermediate_squash, pair))})
    assert final == Counter(expected)
    assert sum(line["counted"] for line in every) == expected_count(every)


class SavedWorld:
    """The starting repositories, made and saved once, and restored before every operation."""

    def __init__(self, place: Path, environment: dict[str, str], hooks: str, *, recorder: bool = True) -> None:
        """Make the repositories; without ``recorder`` the hooks only write their events."""
        self._place = place
        repo = Repo.make(place / "repo", environment)
        repo.tracker("init", "--hooks", hooks)
        if not recorder:
            repo.record_later()
        self._world = World(place, repo)
        repo.settle()
        repo.tracker("sync")

    def current(self) -> World:
        """Return the repositories in their present state, for changes before they are saved."""
        return self._world

    def save(self) -> "SavedWorld":
        shutil.copytree(self._place, self._copy, symlinks=True)
        return self

    @property
    def _copy(self) -> Path:
        return self._place.with_name(f"{self._place.name}.saved")

    def restore(self) -> World:
        """Return the repositories in the state that was saved."""
        shutil.rmtree(self._place)
        shutil.copytree(self._copy, self._place, symlinks=True)
        return copy.deepcopy(self._world)


def restored_for(operation: Operation, saved: SavedWorld) -> World:
    """Restore the repositories; skip the test if this git has no command of the operation."""
    world = saved.restore()
    if operation.needs is not None and not offers(world.repo, *operation.needs):
        pytest.skip(f"this git has no {operation.needs[1]!r} of 'git {operation.needs[0]}'")
    return world


def assert_operation(operation: Operation, saved: SavedWorld, *, seen: bool) -> None:
    """Restore the repositories, run the operation, wait for recorders and compare the log with what is expected."""
    world = restored_for(operation, saved)
    operation.act(world)
    wait_for_recorders(world.repo.folder.parent)
    assert_as_expected(world, operation.expected(seen=seen))
