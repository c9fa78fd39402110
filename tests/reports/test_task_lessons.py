"""The lessons of the task at work, in status.json."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.support import Repo, one
from tracker.reports import status

pytestmark = pytest.mark.recorded_later


@pytest.fixture
def graded(repo: Repo) -> Repo:
    """Two good commits and a bad one of an agent, all near the task 'parse dates'."""
    for number, grade in enumerate(("good", "excellence", "bad")):
        oid = repo.commit(f"feat: parse dates {number}", env=CLAUDE_CODE)
        repo.tracker("grade", oid, "--agent", grade, "--agent-note", f"note {number}")
    repo.commit("feat: parse dates at last", env=CLAUDE_CODE)
    return repo


def stated(repo: Repo, task: str = "parse dates") -> dict[str, Any]:
    """State a task, and return what status.json says of it then."""
    repo.tracker("activity", "--task", task, env=CLAUDE_CODE)
    found: dict[str, Any] = repo.status_file()["task_lessons"]
    return found


def kept_file(repo: Repo) -> Path:
    return one(repo.folder.glob("task-lessons-*"))


def validate(content: object) -> None:
    schema = json.loads((Path(status.__file__).parent / "status.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema)


def test_three_best_are_one_that_worked_one_to_avoid_and_the_next(graded: Repo) -> None:
    found = stated(graded)
    assert (found["agent_name"], found["task"]) == ("claude-code", "parse dates")
    assert [lesson["list"] for lesson in found["lessons"]] == ["worked", "avoid", "worked"]
    assert [lesson["grade"] for lesson in found["lessons"]][1] == -1
    assert found["lessons"][1] == {
        "list": "avoid",
        "source": "commit",
        "project": "repo",
        "oid": graded.head("HEAD~1"),
        "agent_name": "claude-code",
        "time": graded.line(graded.head("HEAD~1"))["committed_at"],
        "grade": -1,
        "subject": "feat: parse dates 2",
        "note": "note 2",
        "reasons": "graded bad by the agent, not graded by the user",
    }
    validate(graded.status_file())
    assert graded.json("status")["task_lessons"] == found


def test_they_stay_when_commits_are_recorded(graded: Repo) -> None:
    found = stated(graded)
    graded.commit("feat: dates are parsed", env=CLAUDE_CODE)
    graded.tracker("sync")
    assert graded.status_file()["head"]["oid"] == graded.head()
    assert graded.status_file()["task_lessons"] == found


def test_null_while_no_task_was_stated(graded: Repo) -> None:
    graded.tracker("sync")
    assert graded.status_file()["task_lessons"] is None
    validate(graded.status_file())


@pytest.mark.whole
def test_next_task_replaces_them_also_if_nothing_is_near(graded: Repo) -> None:
    stated(graded)
    assert stated(graded, "something quite different")["lessons"] == []
    assert stated(graded, "the of and")["lessons"] == []
    validate(graded.status_file())


def test_task_does_not_find_its_own_entry(repo: Repo) -> None:
    repo.tracker("activity", "--task", "compare libraries", "--outcome", "lark", env=CLAUDE_CODE)
    assert repo.status_file()["task_lessons"]["lessons"] == []
    lesson = one(stated(repo, "compare libraries")["lessons"])
    assert (lesson["source"], lesson["note"]) == ("activity", "lark")


def test_task_of_yesterday_is_not_at_work(graded: Repo) -> None:
    stated(graded)
    content = json.loads(kept_file(graded).read_text(encoding="utf-8"))
    kept_file(graded).write_text(json.dumps(content | {"stated_at": int(time.time()) - 86_401}), encoding="utf-8")
    graded.tracker("sync")
    assert graded.status_file()["task_lessons"] is None


@pytest.mark.whole
def test_other_worktrees_have_their_own(graded: Repo, tmp_path: Path) -> None:
    graded.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = graded.at(tmp_path / "side")
    stated(graded)
    assert side.status_file()["task_lessons"] is None
    assert stated(side, "parse dates at last")["task"] == "parse dates at last"
    assert graded.status_file()["task_lessons"]["task"] == "parse dates"


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"garbage", b"[]", b"\xff\x00", b'{"agent_name": "x"}',
        b'{"agent_name":"x","task":"x","stated_at":"x","lessons":[]}',
        b'{"agent_name":"x","task":"x","stated_at":9999999999,"lessons":[{}]}',
        b'{"agent_name":"x","task":"x","stated_at":9999999999,"lessons":[1,2,3,4]}',
    ],
)  # fmt: skip
def test_damaged_file_means_no_lessons_and_hinders_nothing(graded: Repo, damage: bytes) -> None:
    stated(graded)
    kept_file(graded).write_bytes(damage)
    graded.commit("feat: more", env=CLAUDE_CODE)
    graded.tracker("sync")
    assert graded.status_file()["task_lessons"] is None
    assert graded.status_file()["head"]["oid"] == graded.head()
    validate(graded.status_file())
    assert [lesson["list"] for lesson in stated(graded)["lessons"]] == ["worked", "avoid", "worked"]


def test_directory_in_its_place_is_set_aside(graded: Repo) -> None:
    stated(graded)
    place = kept_file(graded)
    place.unlink()
    place.mkdir()
    assert len(stated(graded)["lessons"]) == 3
    assert kept_file(graded).is_file()


def test_uninstall_removes_them(graded: Repo) -> None:
    stated(graded)
    graded.tracker("uninstall")
    assert not graded.folder.exists()
