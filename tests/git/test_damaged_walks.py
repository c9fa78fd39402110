"""Walks in a repository where a commit is missing or damaged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import Repo
from tracker.git import Repository
from tracker.model import Oid


def object_file(repo: Repo, oid: str) -> Path:
    return repo.path / ".git" / "objects" / oid[:2] / oid[2:]


def remove(place: Path) -> None:
    place.unlink()


def cut(place: Path) -> None:
    content = place.read_bytes()
    place.chmod(0o600)
    place.write_bytes(content[: len(content) // 2])


@pytest.fixture(params=[remove, cut], ids=["missing", "cut"])
def damage(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    chosen: Callable[[Path], None] = request.param
    return chosen


def history(repo: Repo) -> dict[str, Oid]:
    """Make two lines of history that are merged; return the commits by name."""
    made = {name: repo.commit(name, file=f"{name}.txt") for name in ("a", "b", "c")}
    repo.git("switch", "-q", "-c", "side", made["a"])
    made["side"] = repo.commit("side", file="side.txt")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    made["merge"] = repo.head()
    made["last"] = repo.commit("last", file="last.txt")
    return {name: Oid(oid) for name, oid in made.items()}


def test_walk_lists_all_but_what_cannot_be_read(untracked: Repo, damage: Callable[[Path], None]) -> None:
    made = history(untracked)
    damage(object_file(untracked, made["b"]))
    repository = Repository.discover(untracked.path)
    walked = repository.walk([made["last"]])
    assert {*walked} == {*made.values()} - {made["b"]}
    assert walked.index(made["c"]) < walked.index(made["merge"]) < walked.index(made["last"])
    assert repository.walk([made["last"]], [made["side"]]) == [made["c"], made["merge"], made["last"]]


@pytest.mark.whole
def test_commits_above_are_recorded_with_their_agent(repo: Repo, damage: Callable[[Path], None]) -> None:
    made = history(repo)
    repo.settle()
    damage(object_file(repo, made["b"]))
    new = repo.commit("feat: above", env={"CLAUDECODE": "1"})
    repo.settle()
    assert repo.line(new)["agent"] == "claude-code"
    assert {line["oid"] for line in repo.log()} == {*made.values(), new}
