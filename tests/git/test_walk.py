"""Walks in this process and by git give what the graph of commits says, also with wrong dates."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.git_wrapper import count_git
from tests.program import sized
from tests.support import Repo
from tracker.git import Repository, short_walks
from tracker.git.objects import ObjectReader
from tracker.git.walk import Walker
from tracker.model import Oid

_START = 1_600_000_000

Graph = dict[Oid, list[Oid]]
"""Parents by commit."""


def make_graph(repo: Repo, seed: int, commits: int) -> Graph:
    """Make a random history with merges, several roots, and commit dates of which some are wrong by years."""
    chance = random.Random(seed)
    text: list[str] = []
    for number in range(commits):
        parents: list[int] = []
        if number and chance.random() > 0.03:
            parents = sorted(
                {chance.randrange(max(0, number - 8), number) for _ in range(chance.choice([1, 1, 1, 2, 3]))}
            )
        date = _START + 60 * number
        if chance.random() < 0.15:
            date += chance.choice([-1, 1]) * chance.randrange(100_000_000)
        text.append(
            f"commit refs/heads/c{number}\nmark :{number + 1}\ncommitter A <a@x> {date} +0000\ndata 1\n{number % 10}"
        )
        text += [f"{'from' if index == 0 else 'merge'} :{parent + 1}" for index, parent in enumerate(parents)]
        text.append("")
    repo.git("fast-import", "--quiet", "--force", stdin="\n".join(text))
    rows = (line.split() for line in repo.git("rev-list", "--all", "--parents").splitlines())
    return {Oid(row[0]): [Oid(parent) for parent in row[1:]] for row in rows}


def reach(graph: Mapping[Oid, Sequence[Oid]], tips: Sequence[Oid]) -> set[Oid]:
    found, waiting = set[Oid](), [*tips]
    while waiting:
        oid = waiting.pop()
        if oid not in found:
            found.add(oid)
            waiting += graph[oid]
    return found


def assert_walks(graph: Graph, walker: Walker, chance: random.Random, rounds: int) -> None:
    commits = sorted(graph)
    for _ in range(rounds):
        include = chance.sample(commits, chance.choice([1, 1, 2, 4]))
        exclude = chance.sample(commits, chance.choice([1, 1, 3, 6]))
        found = walker.walk(include, exclude)
        assert set(found) == reach(graph, include) - reach(graph, exclude)
        assert len(set(found)) == len(found)
        places = {oid: number for number, oid in enumerate(found)}
        assert all(places[parent] < places[oid] for oid in found for parent in graph[oid] if parent in places)
        each = walker.walk_each(include, exclude)
        for tip in include:
            assert set(each[tip]) == reach(graph, [tip]) - reach(graph, exclude)


@pytest.mark.parametrize("seed", range(sized(20, 3)))
@pytest.mark.parametrize("steps", [400, 12])
def test_random_histories_with_wrong_dates(
    steps: int, seed: int, untracked: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few steps make most walks end without an answer, so that git walks."""
    monkeypatch.setattr(short_walks, "_MOST_STEPS", steps)
    graph = make_graph(untracked, seed, 80)
    common_dir = untracked.path / ".git"
    assert_walks(graph, Walker(common_dir, ObjectReader(common_dir), lambda: False), random.Random(seed), 40)


@pytest.mark.parametrize("seed", range(3))
def test_newest_commits_are_those_of_git(seed: int, untracked: Repo) -> None:
    graph = make_graph(untracked, seed, 60)
    repository = Repository.discover(untracked.path)
    for oid in sorted(graph)[::6]:
        for limit in (1, 7, 100):
            assert (
                repository.newest_commits(oid, limit) == untracked.git("rev-list", f"--max-count={limit}", oid).split()
            )


def test_date_long_before_the_parent_hides_no_excluded_commit(untracked: Repo) -> None:
    """The excluded commit is older by its date than all that it contains."""
    base = untracked.commit("feat: base")
    inner = untracked.commit("feat: inner")
    for number in range(12):
        past = {"GIT_COMMITTER_DATE": f"{1_000_000_000 - number} +0000"}
        untracked.git("commit", "-q", "--allow-empty", "-m", f"old {number}", env=past)
    top = untracked.head()
    untracked.git("switch", "-q", "-c", "side", inner)
    side = untracked.commit("feat: side")
    repository = Repository.discover(untracked.path)
    assert repository.walk([Oid(side)], [Oid(top)]) == [side]
    assert repository.walk([Oid(inner)], [Oid(top)]) == []
    assert repository.walk([Oid(side)], [Oid(base)]) == [inner, side]


def test_boundary_grafts_and_missing_tips(untracked: Repo, tmp_path: Path) -> None:
    oids = [Oid(untracked.commit(f"feat: {number}")) for number in range(5)]
    untracked.git("clone", "-q", "--depth=3", f"file://{untracked.path}", str(tmp_path / "shallow"))
    shallow = Repository.discover(tmp_path / "shallow")
    assert shallow.walk([oids[4]], [oids[3]]) == [oids[4]]
    assert shallow.walk([oids[3]], [oids[0]]) == [oids[2], oids[3]]  # the excluded commit is missing
    assert shallow.newest_commits(oids[4], 10) == oids[:1:-1]
    (untracked.path / ".git" / "info").mkdir(exist_ok=True)
    (untracked.path / ".git" / "info" / "grafts").write_text(f"{oids[3]} {oids[0]}\n", encoding="ascii")
    grafted = Repository.discover(untracked.path)
    assert grafted.newest_commits(oids[4], 10) == [oids[4], oids[3], oids[0]]
    assert grafted.walk([oids[4]], [oids[0]]) == [oids[3], oids[4]]


def test_short_walks_start_no_process(untracked: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    oids = [Oid(untracked.commit(f"feat: {number}")) for number in range(5)]
    environment, calls = count_git(tmp_path / "wrapper", untracked.environment)
    monkeypatch.setenv("PATH", environment["PATH"])
    repository = Repository.at_git_dir(untracked.path / ".git", untracked.path)
    assert repository.walk([oids[4]], [oids[1], oids[0]]) == oids[2:]
    assert repository.walk([oids[0]], [oids[4]]) == []
    assert repository.newest_commits(oids[4], 3) == oids[:1:-1]
    assert [line.split()[-2:] for line in calls.read_text(encoding="utf-8").splitlines()] == [["cat-file", "--batch"]]
