"""Grades that were given before history was rewritten: where they end, and that they count once."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.history.operations import OPERATIONS, World
from tests.history.stages import Stage
from tests.support import Repo, recorders, sealed_home
from tracker.model import GradeValue, Rater

START: Final = 60
"""The communication score of an agent without grades (design, section 6)."""

GIVEN: Final[Mapping[str, Mapping[Rater, GradeValue]]] = {
    "t1": {"user": 5},
    "t2": {"agent": 2, "user": -1},
    "t3": {"user": 2},
}
ALL: Final = sum(grade for grades in GIVEN.values() for grade in grades.values())

Found = tuple[int | None, int | None, str]
"""The agent's and the user's grade, whose are provisional, and of whom only parts of a squash have any."""

T1: Final[Found] = (None, 5, "")
T2: Final[Found] = (2, -1, "")
T3: Final[Found] = (None, 2, "")
NONE: Final[Found] = (None, None, "")
PARTS: Final[Found] = (None, None, "agent: parts, user: parts")
USER_PARTS: Final[Found] = (None, None, "user: parts")

TABLE: Final[list[tuple[str, Mapping[str, Found], int]]] = [
    ("amend, the content", {"t1": T1, "t2": T2, "t3": (None, 2, "user")}, ALL),
    ("amend, the message", {"t1": T1, "t2": T2, "t3 reworded": T3}, ALL),
    ("amend, twice", {"t1": T1, "t2": T2, "t3 reworded": (None, 2, "user")}, ALL),
    ("amend taken back with the reflog", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("rebase", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("rebase, --apply", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("rebase, under another core.hooksPath", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("rebase, with a conflict, --continue", {"t1": (None, 5, "user"), "t2": T2, "t3": T3}, ALL),
    ("rebase, --skip", {"t2": T2, "t3": T3, "m3": NONE}, ALL - 5),
    ("rebase, --abort after picks", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("rebase -i, drop", {"t1": T1, "t3": T3}, ALL - 1),
    ("rebase -i, reorder", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("rebase -i, reword", {"t1": T1, "t2 reworded": T2, "t3": T3}, ALL),
    ("rebase -i, edit and amend", {"t1": T1, "t2": (2, -1, "agent, user"), "t3": T3}, ALL),
    ("rebase -i, split", {"t1": T1, "t2 first half": NONE, "t2 second half": (2, -1, "agent, user"), "t3": T3}, ALL),
    ("rebase -i, --autosquash", {"t1": USER_PARTS, "t2": T2, "t3": T3}, ALL),
    ("rebase -i, fixup", {"t1": PARTS, "t3": T3}, ALL),
    ("rebase -i, fixup of three", {"t1": PARTS}, ALL),
    ("reset --soft, then commit", {"all in one": PARTS}, ALL),
    ("merge --squash, then commit", {"t1": T1, "t2": T2, "t3": T3, "all in one": PARTS}, ALL),
    ("host squash, the branch stays", {"t1": T1, "t2": T2, "t3": T3, "all in one (#7)": PARTS}, ALL),
    ("host squash, then the branch is deleted", {"all in one (#7)": PARTS}, ALL),
    ("host squash, the branch is deleted first", {"all in one (#7)": PARTS}, ALL),
    ("host rebase, then the branch is deleted", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("cherry-pick, a range", {"t1": T1, "t2": T2, "t3": T3}, ALL),
    ("a branch deleted", {}, 0),
    ("a branch deleted and restored", {"t1": T1, "t2": T2, "t3": T3}, ALL),
]
CARRIED: Final = {
    "rebase -i, --autosquash": {"t1": [("user", 5)]},
    "rebase -i, fixup": {"t1": [("agent", 2), ("user", -1), ("user", 5)]},
    "host squash, then the branch is deleted": {
        "all in one (#7)": [("agent", 2), ("user", -1), ("user", 2), ("user", 5)]
    },
}


def shown(line: Mapping[str, Any]) -> Found:
    parts = {one["rater"] for one in line["carried_grades"] if one["kind"] == "squashed"}
    marks = [*line["provisional"], *(f"{rater}: parts" for rater in sorted(parts))]
    return line["grades"]["agent"], line["grades"]["user"], ", ".join(marks)


def score(repo: Repo) -> int:
    return int(repo.json("status", "claude-code")["communication_score"] or START)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    place = tmp_path_factory.mktemp("grades") / "place"
    made = Stage(place, sealed_home(place / "home"), hooks="native")
    world = made.world()
    for name, grades in GIVEN.items():
        for rater, grade in grades.items():
            world.repo.grade(world.find(name), rater, grade)
    assert score(world.repo) == START + ALL
    return made.keep()


def do(world: World, name: str) -> None:
    (op,) = [op for op in OPERATIONS if op.name == name]
    op.act(world)
    while recorders(world.repo.folder.parent):
        pass
    world.repo.tracker("sync")


@pytest.mark.parametrize(("name", "expected", "total"), TABLE, ids=[row[0] for row in TABLE])
def test_where_grades_end(name: str, expected: Mapping[str, Found], total: int, stage: Stage) -> None:
    world = stage.begin()
    do(world, name)
    lines = world.repo.log()
    found = {(line["subject"], shown(line)) for line in lines if line["subject"] in expected}
    if name == "cherry-pick, a range":  # copies have the names of their originals, and no grades
        found = {one for one in found if one[1] != NONE}
    assert found == set(expected.items())
    for subject, carried in CARRIED.get(name, {}).items():
        (line,) = [line for line in lines if line["subject"] == subject]
        assert sorted((one["rater"], one["grade"]) for one in line["carried_grades"]) == carried
    assert score(world.repo) == START + total
    assert world.repo.json("verify")["ok"]


def test_a_squash_is_graded_anew(stage: Stage) -> None:
    """Until then the grades of its parts count; afterwards the user's word on it, beside the agent's on its parts."""
    world = stage.begin()
    do(world, "host squash, then the branch is deleted")
    repo = world.repo
    waiting = {one["subject"] for one in repo.json("status")["ungraded"]}
    assert "all in one (#7)" in waiting
    repo.grade(world.find("all in one (#7)"), "user", 1, 1_700_000_100)
    assert score(repo) == START + 1 + 2
    (line,) = [line for line in repo.log() if line["subject"] == "all in one (#7)"]
    assert line["grades"] == {"agent": None, "user": 1}
    assert [(one["rater"], one["grade"]) for one in line["carried_grades"]] == [("agent", 2)]
    assert repo.json("verify")["ok"]


def test_the_last_word_holds_whichever_version_it_was_given_to(stage: Stage) -> None:
    world = stage.begin()
    old = world.find("t3")
    do(world, "amend, the message")
    world.repo.grade(world.find("t3 reworded"), "user", 1, 1_700_000_100)
    assert score(world.repo) == START + ALL - 2 + 1
    world.repo.grade(old, "user", 5, 1_700_000_200)
    (line,) = [line for line in world.repo.log() if line["subject"] == "t3 reworded"]
    assert line["grades"]["user"] == 1  # a word on this very commit is stronger than one on an earlier version
    assert world.repo.json("verify")["ok"]


def test_a_grade_given_late_to_what_was_rewritten_arrives(stage: Stage) -> None:
    world = stage.begin()
    old = world.find("t1")
    do(world, "rebase")
    world.repo.grade(old, "user", -1, 1_700_000_100)
    live = [line["grades"]["user"] for line in world.repo.log() if line["subject"] == "t1"]
    assert live == [-1]
    assert score(world.repo) == START + ALL - 5 - 1


def test_an_agent_keeps_what_a_host_squashed(stage: Stage) -> None:
    """The host's commit says nothing of the agent; the commits that went into it do."""
    world = stage.begin()
    do(world, "host squash, then the branch is deleted")
    (line,) = [line for line in world.repo.log() if line["subject"] == "all in one (#7)"]
    assert (line["agent"], line["signal"]) == ("claude-code", "environment")
    assert all(one["live"] is False for one in world.repo.log("--all") if one["subject"] in GIVEN)
