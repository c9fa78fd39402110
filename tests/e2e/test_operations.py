"""Every operation of git in turn: after it and one sync nothing is missed or doubled, and its rewrites are told."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.operations import OPERATIONS, Operation, World
from tests.support import Repo, recorders

SETTLED = {"same", "changed", "squashed"}


def expected_count(lines: list[dict[str, Any]]) -> int:
    """Live commits without those that a live successor stands for, followed through any number of rewrites."""
    every = {line["oid"]: line for line in lines}

    def successors(oid: str, seen: set[str]) -> set[str]:
        for link in every[oid]["replaced_by"] if oid in every else ():
            if link["kind"] in SETTLED and link["oid"] not in seen:
                seen.add(link["oid"])
                successors(link["oid"], seen)
        return seen

    live = {oid for oid, line in every.items() if line["live"]}
    return sum(not successors(oid, set()) & live for oid in live)


def is_on_the_way(text: str) -> bool:
    """Whether a pair's subject is that of a squash that is not done yet."""
    return text.startswith("# This is a combination")


def assert_as_expected(world: World, op: Operation) -> None:
    repo = world.repo
    repo.assert_recorded()
    every = repo.log("--all")
    subjects = {line["oid"]: line["subject"] for line in every}
    pairs = Counter(
        (line["subject"], subjects[link["oid"]], link["kind"]) for line in every for link in line["replaced_by"]
    )
    told = Counter({pair: count for pair, count in pairs.items() if not any(map(is_on_the_way, pair))})
    assert told == Counter(op.pairs)
    assert sum(line["counted"] for line in every) == expected_count(every)


@pytest.mark.parametrize("op", OPERATIONS, ids=[op.name for op in OPERATIONS])
def test_operation(op: Operation, tmp_path: Path, environment: dict[str, str]) -> None:
    repo = Repo.make(tmp_path / "repo", environment)
    repo.tracker("init")
    world = World(tmp_path, repo)
    repo.settle()
    repo.tracker("sync")
    op.act(world)
    end = time.monotonic() + 30
    while recorders(repo.folder.parent) and time.monotonic() < end:
        time.sleep(0.02)
    repo.tracker("sync")
    assert_as_expected(world, op)
