"""Where the operations of the table begin, and what must hold after each of them."""

import copy
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.history.operations import Operation, Pairs, World
from tests.support import Repo, recorders

SETTLED = {"same", "changed", "squashed"}


def expected_count(lines: list[dict[str, Any]]) -> int:
    """Groups of commits that rewrites link of which one at least is live."""
    groups = [{line["oid"]} for line in lines]
    for line in lines:
        for link in line["replaced_by"]:
            if link["kind"] in SETTLED:
                joined = [group for group in groups if {line["oid"], link["oid"]} & group]
                groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    live = {line["oid"] for line in lines if line["live"]}
    return sum(bool(group & live) for group in groups)


def is_on_the_way(text: str) -> bool:
    """Whether a pair's subject is that of a squash that is not done yet."""
    return text.startswith("# This is a combination")


def assert_as_expected(world: World, expected: Pairs) -> None:
    repo = world.repo
    every = repo.log("--all")
    assert sorted(line["oid"] for line in every if line["live"]) == sorted(repo.reachable())
    verdict = repo.json("verify")
    assert verdict["ok"], verdict
    subjects = {line["oid"]: line["subject"] for line in every}
    pairs = Counter(
        (line["subject"], subjects[link["oid"]], link["kind"]) for line in every for link in line["replaced_by"]
    )
    told = Counter({pair: count for pair, count in pairs.items() if not any(map(is_on_the_way, pair))})
    assert told == Counter(expected)
    assert sum(line["counted"] for line in every) == expected_count(every)


class Stage:
    """The place that all operations begin at, made once and put back before every one of them."""

    def __init__(self, place: Path, environment: dict[str, str], hooks: str, *, recorder: bool = True) -> None:
        """``recorder``: whether the hooks start the recorder, or only write their events."""
        self._place = place
        repo = Repo.make(place / "repo", environment)
        repo.tracker("init", "--hooks", hooks)
        if not recorder:
            repo.record_later()
        self._world = World(place, repo)
        repo.settle()
        repo.tracker("sync")

    def world(self) -> World:
        """The repositories as they are now."""
        return self._world

    def keep(self) -> "Stage":
        shutil.copytree(self._place, self._kept, symlinks=True)
        return self

    @property
    def _kept(self) -> Path:
        return self._place.with_name(f"{self._place.name}.kept")

    def begin(self) -> World:
        """The repositories as they were kept."""
        shutil.rmtree(self._place)
        shutil.copytree(self._kept, self._place, symlinks=True)
        return copy.deepcopy(self._world)


def carry_out(op: Operation, stage: Stage, *, seen: bool) -> None:
    """Do it, wait for whoever records it, and compare with what the log shows, which looks once more."""
    world = stage.begin()
    op.act(world)
    end = time.monotonic() + 300
    while recorders(world.repo.folder.parent) and time.monotonic() < end:
        time.sleep(0.05)
    assert_as_expected(world, op.expected(seen=seen))
