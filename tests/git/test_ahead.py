"""Diff statistics that git reads ahead of the caller: in order, bounded, and with errors where they belong."""

import subprocess
import time
from pathlib import Path

import pytest

from tests.support import Repo
from tracker.errors import RepositoryError
from tracker.git import Repository
from tracker.git.ahead import ChangesAhead
from tracker.model import Oid

_COMMITS = 60


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the git directory of a history in which the number of a commit is that of the lines it adds."""
    path = tmp_path_factory.mktemp("history") / "repository"
    subprocess.run(["git", "init", "-q", "-b", "main", path], check=True)
    commits = "".join(
        f"commit refs/heads/main\ncommitter Ada <ada@example.com> {1_500_000_000 + number} +0000\ndata 2\nc\n"
        f"M 100644 inline file{number}\ndata {2 * number}\n{'x' + chr(10) if number else ''}" + "x\n" * (number - 1)
        for number in range(_COMMITS)
    )
    subprocess.run(["git", "-C", path, "fast-import", "--quiet"], input=commits.encode(), check=True)
    return path / ".git"


def _oids(git_dir: Path) -> list[Oid]:
    words = ["git", "--git-dir", str(git_dir), "rev-list", "--reverse", "main"]
    return [Oid(line) for line in subprocess.check_output(words, text=True).split()]


@pytest.mark.parametrize("jobs", [None, 1, 2, 7])
@pytest.mark.parametrize("size", [1, 2, 7, 60, 100])
def test_statistics_come_in_order(history: Path, size: int, jobs: int | None) -> None:
    oids = _oids(history)
    parts = [oids[start : start + size] for start in range(0, len(oids), size)]
    with ChangesAhead(history, parts, jobs) as ahead:
        found = [ahead.take() for _ in parts]
    assert [[*one] for one in found] == parts
    assert [change.stat.insertions for one in found for change in one.values()] == [*range(_COMMITS)]


def test_git_waits_for_the_caller(history: Path) -> None:
    parts = [[oid] for oid in _oids(history)]
    with ChangesAhead(history, parts, 1) as ahead:
        while not ahead.is_full():
            time.sleep(0.01)
        assert ahead.is_ready()
        assert [*ahead.take()] == parts[0]
        assert [*ahead.take()] == parts[1]


def test_commits_that_git_cannot_compare_are_left_out_of_their_parts_alone(untracked: Repo) -> None:
    oids = [Oid(untracked.commit(f"number {number}", file=f"{number}.txt", text=f"{number}\n")) for number in range(9)]
    blob = untracked.git("rev-parse", f"{oids[4]}:4.txt").strip()
    (untracked.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    parts = [oids[:3], oids[3:6], oids[6:]]
    with ChangesAhead(untracked.path / ".git", parts, 1) as ahead:
        found = [[*ahead.take()] for _ in parts]
    assert found == [oids[:3], [oids[3], oids[5]], oids[6:]]


def test_parts_without_commits_have_no_statistics(history: Path) -> None:
    oids = _oids(history)
    with ChangesAhead(history, [[], oids[:2], [], oids[2:4], []], 1) as ahead:
        assert [len(ahead.take()) for _ in range(5)] == [0, 2, 0, 2, 0]


def test_error_is_raised_where_the_result_is_wanted(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    oids = _oids(history)
    monkeypatch.setenv("PATH", "/nowhere")
    with ChangesAhead(history, [oids[:2], oids[2:]], 1) as ahead, pytest.raises(RepositoryError):
        ahead.take()


def test_processes_end_with_the_caller(history: Path) -> None:
    parts = [[oid] for oid in _oids(history)] * 40
    with ChangesAhead(history, parts, 2) as ahead:
        ahead.take()
    deadline = time.monotonic() + 60
    while _diffs_of(history) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _diffs_of(history)


def _diffs_of(git_dir: Path) -> list[str]:
    """Return the running processes of git that compare commits of a repository."""
    lines = subprocess.check_output(["ps", "-eo", "args"], text=True).splitlines()
    return [line for line in lines if "diff-tree" in line and str(git_dir) in line]


def test_one_part_equals_what_a_repository_returns(history: Path) -> None:
    oids = _oids(history)
    with ChangesAhead(history, [oids], 1) as ahead:
        assert ahead.take() == Repository.discover(history.parent).changes(oids)
