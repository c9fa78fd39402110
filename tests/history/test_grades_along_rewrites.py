"""Grades of commits that are rewritten afterwards: which commit they move to, and that they count once."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.history.operations import OPERATIONS, World
from tests.history.saved_world import SavedWorld
from tests.support import Repo, one, sealed_home, wait_for_recorders
from tracker.model import GradeValue, Rater

pytestmark = pytest.mark.few(5)

START_SCORE: Final = 60
"""The communication score of an agent without grades."""

GIVEN: Final[Mapping[str, Mapping[Rater, GradeValue]]] = {
    "t1": {"user": 5},
    "t2": {"agent": 2, "user": -1},
    "t3": {"user": 2},
}
ALL: Final = sum(grade for grades in GIVEN.values() for grade in grades.values())

Found = tuple[int | None, int | None, str]
"""The agent's grade, the user's grade, and marks for raters: provisional, or only on parts of a squash."""

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


def grades_shown(line: Mapping[str, Any]) -> Found:
    parts = {carried["rater"] for carried in line["carried_grades"] if carried["kind"] == "squashed"}
    marks = [*line["provisional"], *(f"{rater}: parts" for rater in sorted(parts))]
    return line["grades"]["agent"], line["grades"]["user"], ", ".join(marks)


def score(repo: Repo) -> int:
    return int(repo.json("status", "claude-code")["communication_score"] or START_SCORE)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> SavedWorld:
    place = tmp_path_factory.mktemp("grades") / "place"
    made = SavedWorld(place, sealed_home(place / "home"), hooks="native")
    world = made.current()
    for name, grades in GIVEN.items():
        for rater, grade in grades.items():
            world.repo.grade(world.find(name), rater, grade)
    assert score(world.repo) == START_SCORE + ALL
    return made.save()


def carry_out(world: World, name: str) -> None:
    """Run the operation of this name and reconcile."""
    one(operation for operation in OPERATIONS if operation.name == name).act(world)
    wait_for_recorders(world.repo.folder.parent)
    world.repo.tracker("sync")


def line_with_subject(repo: Repo, subject: str) -> dict[str, Any]:
    return one(line for line in repo.log() if line["subject"] == subject)


@pytest.mark.parametrize(("name", "expected", "total"), TABLE, ids=[row[0] for row in TABLE])
def test_grades_after_operation(name: str, expected: Mapping[str, Found], total: int, saved: SavedWorld) -> None:
    world = saved.restore()
    carry_out(world, name)
    lines = world.repo.log()
    found = {(line["subject"], grades_shown(line)) for line in lines if line["subject"] in expected}
    if name == "cherry-pick, a range":  # copies have the subjects of their originals, and no grades
        found = {(subject, grades) for subject, grades in found if grades != NONE}
    assert found == set(expected.items())
    for subject, carried in CARRIED.get(name, {}).items():
        line = one(line for line in lines if line["subject"] == subject)
        assert sorted((grade["rater"], grade["grade"]) for grade in line["carried_grades"]) == carried
    assert score(world.repo) == START_SCORE + total
    assert world.repo.json("verify")["ok"]


@pytest.mark.whole
def test_grade_of_squash_replaces_grades_of_its_parts_by_same_rater(saved: SavedWorld) -> None:
    """The other rater's grades of the parts count on."""
    world = saved.restore()
    carry_out(world, "host squash, then the branch is deleted")
    repo = world.repo
    waiting = {commit["subject"] for commit in repo.json("status")["ungraded"]}
    assert "all in one (#7)" in waiting
    repo.grade(world.find("all in one (#7)"), "user", 1, 1_700_000_100)
    assert score(repo) == START_SCORE + 1 + 2
    line = line_with_subject(repo, "all in one (#7)")
    assert line["grades"] == {"agent": None, "user": 1}
    assert [(carried["rater"], carried["grade"]) for carried in line["carried_grades"]] == [("agent", 2)]
    assert repo.json("verify")["ok"]


def test_grade_of_live_commit_goes_before_later_grade_of_earlier_version(saved: SavedWorld) -> None:
    world = saved.restore()
    old = world.find("t3")
    carry_out(world, "amend, the message")
    world.repo.grade(world.find("t3 reworded"), "user", 1, 1_700_000_100)
    assert score(world.repo) == START_SCORE + ALL - 2 + 1
    world.repo.grade(old, "user", 5, 1_700_000_200)
    assert line_with_subject(world.repo, "t3 reworded")["grades"]["user"] == 1
    assert world.repo.json("verify")["ok"]


def test_late_grade_of_rewritten_commit_moves_to_live_commit(saved: SavedWorld) -> None:
    world = saved.restore()
    old = world.find("t1")
    carry_out(world, "rebase")
    world.repo.grade(old, "user", -1, 1_700_000_100)
    live = [line["grades"]["user"] for line in world.repo.log() if line["subject"] == "t1"]
    assert live == [-1]
    assert score(world.repo) == START_SCORE + ALL - 5 - 1


def test_host_squash_is_attributed_to_agent_of_its_parts(saved: SavedWorld) -> None:
    """The host's commit itself has no evidence of the agent."""
    world = saved.restore()
    carry_out(world, "host squash, then the branch is deleted")
    line = line_with_subject(world.repo, "all in one (#7)")
    assert (line["agent"], line["signal"]) == ("claude-code", "environment")
    assert all(line["live"] is False for line in world.repo.log("--all") if line["subject"] in GIVEN)
