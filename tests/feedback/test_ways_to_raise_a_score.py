"""Each line of docs/grading.md's table of ways to speak for the user, to go around the guard, or to raise a score.

A way that is closed changes nothing; one that is visible is named by verify, doctor or explain.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.feedback import ways_around_the_guard, ways_to_change_the_ledger, ways_to_speak_for_the_user
from tests.feedback.agents_world import AgentsWorld
from tests.sealed_environment import sealed_home

PAGE = Path(__file__).parents[2] / "docs" / "grading.md"
WAYS = ways_to_speak_for_the_user.WAYS | ways_around_the_guard.WAYS | ways_to_change_the_ledger.WAYS


def documented() -> dict[str, str]:
    """Return the result of each way in the table."""
    table = PAGE.read_text(encoding="utf-8").partition("<!-- ways -->")[2].partition("<!-- end of ways -->")[0]
    rows = [re.split(r" *\| *", line.strip("| ")) for line in table.strip().splitlines()[2:]]
    return {row[0]: row[1] for row in rows}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[AgentsWorld, Path]:
    """A repository with work of a halted agent, and a copy of its folder."""
    place = tmp_path_factory.mktemp("agents") / "world"
    environment = sealed_home(place / "home")
    del environment["AGENT_TRACKER_PROCESSES"]  # agents are to be found by their processes
    world = AgentsWorld.make(place, environment)
    copy = place.with_name("copy")
    shutil.copytree(place, copy, symlinks=True)
    return world, copy


@pytest.fixture
def world(saved: tuple[AgentsWorld, Path]) -> AgentsWorld:
    """The repository as it was saved."""
    world, copy = saved
    shutil.rmtree(world.place)
    shutil.copytree(copy, world.place, symlinks=True)
    return world


def test_table_and_tests_name_the_same_ways() -> None:
    assert [*documented()] == [*WAYS]
    assert set(documented().values()) == {"closed", "visible"}
    assert len(WAYS) >= 25


@pytest.mark.few(4)
@pytest.mark.parametrize("way", WAYS)
def test_way(way: str, world: AgentsWorld) -> None:
    before = world.state()
    shown = WAYS[way](world)
    if documented()[way] == "closed":
        assert world.state() == before
    else:
        text = world.everything_shown()
        assert shown is not None
        assert shown in text
