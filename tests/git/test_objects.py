"""Objects read by the one git process and by pygit2, also where some of them are missing, damaged or huge."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import Repo
from tracker.errors import RepositoryError
from tracker.git import Repository, notes_and_files, streams, trees
from tracker.git.cat_file import TOO_LARGE, UNREADABLE, GitObject, ObjectProcess
from tracker.git.objects import ObjectReader
from tracker.git.rev_parse import existing_commits
from tracker.model import Oid

MISSING = Oid("0123456789" * 4)


@pytest.fixture(params=["pygit2", "git"])
def reader(request: pytest.FixtureRequest) -> Callable[[Repo], ObjectReader]:
    """Makes readers of one engine."""
    many = 0 if request.param == "pygit2" else 1_000_000
    return lambda repo: ObjectReader(repo.path / ".git", many)


def object_file(repo: Repo, oid: str) -> Path:
    return repo.path / ".git" / "objects" / oid[:2] / oid[2:]


def damage(repo: Repo, oid: str) -> None:
    place = object_file(repo, oid)
    content = place.read_bytes()
    place.chmod(0o644)
    place.write_bytes(content[: len(content) // 2])


def test_engines_find_the_same_objects_at_paths(unusual: Repo) -> None:
    by_pygit2, by_git = (ObjectReader(unusual.path / ".git", many) for many in (0, 1_000_000))
    commits = unusual.all_oids()
    paths = [
        "a.txt",
        "b.txt",
        "link",
        "link/",
        "ünï/日本.txt",
        "ünï/",
        "ünï",
        "none/",
        "a.txt/x",
        'odd "name\twith\nall.txt',
    ]
    found = trees.objects_at_paths(by_git, commits, paths)
    assert found == trees.objects_at_paths(by_pygit2, commits, paths)
    assert {path for held in found.values() for path in held} == {
        "a.txt", "b.txt", "link", "ünï/日本.txt", "ünï/", 'odd "name\twith\nall.txt',
    }  # fmt: skip
    places = [(oid, path) for oid in commits for path in ("b.txt", "ünï", "ünï/日本.txt", "none", "b.txt/none")]
    assert trees.objects_at(by_git, places) == trees.objects_at(by_pygit2, places)
    for (oid, path), name in trees.objects_at(by_git, places).items():
        assert unusual.head(f"{oid}:{path}") == name
    assert trees.trees(by_git, commits) == trees.trees(by_pygit2, commits)
    assert trees.trees(by_git, commits) == {oid: unusual.head(f"{oid}^{{tree}}") for oid in commits}


def test_missing_and_damaged_objects_do_not_stop_the_others(
    untracked: Repo, reader: Callable[[Repo], ObjectReader]
) -> None:
    good = [Oid(untracked.commit(f"feat: {number}")) for number in range(4)]
    bad = good[1]
    damage(untracked, bad)
    found = [item and item.kind for item in reader(untracked).read([good[0], MISSING, bad, good[2], good[3]])]
    assert found == ["commit", None, UNREADABLE, "commit", "commit"]


def test_damaged_commit_is_no_missing_one(untracked: Repo) -> None:
    """A tip that cannot be read must not look as if its branch were gone."""
    one, two = Oid(untracked.commit("feat: one")), Oid(untracked.commit("feat: two"))
    damage(untracked, two)
    objects = ObjectReader(untracked.path / ".git")
    assert existing_commits(objects, untracked.path / ".git", [one, two, MISSING]) == {one, two}


def test_many_damaged_objects_cost_few_processes(untracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    oids = [Oid(untracked.commit(f"feat: {number}")) for number in range(30)]
    for oid in oids[::2]:
        damage(untracked, oid)
    started = []
    start = streams.Dialogue.__init__

    def noted(self: streams.Dialogue, *arguments: object) -> None:
        started.append(arguments)
        start(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(streams.Dialogue, "__init__", noted)
    found = list(ObjectProcess(untracked.path / ".git").read(oids))
    assert len(found) == 30
    assert all(item is not None for item in found)
    assert len(started) < 20


def test_repository_that_git_cannot_read_is_an_error(untracked: Repo) -> None:
    """No object may seem to be missing because git does not work."""
    oid = Oid(untracked.commit("feat: one"))
    with (untracked.path / ".git" / "config").open("a", encoding="utf-8") as file:
        file.write("[core]\n\trepositoryformatversion = 99\n")
    with pytest.raises(RepositoryError, match="99"):
        list(ObjectReader(untracked.path / ".git").read([oid]))
    with pytest.raises(RepositoryError):
        Repository.at_git_dir(untracked.path / ".git", untracked.path).tips()


def test_large_files_are_left_out_and_odd_names_answered(untracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    untracked.commit("feat: large", file="large", text="x" * 300_000)
    untracked.commit("feat: odd", file="a b", text="spaces\n")
    objects = ObjectReader(untracked.path / ".git")
    names = [
        "HEAD:large",
        "HEAD:a b",
        "HEAD:no such",
        "no such thing",
        "",
        "HEAD:" + "x" * 9000,
        os.fsdecode(b"HEAD:\xff"),
    ]
    found = list(objects.read_named(names, 1000))
    assert [item and item.kind for item in found] == [TOO_LARGE, "blob", None, None, None, None, None]
    assert found[1] is not None
    assert found[1].data == b"spaces\n"
    monkeypatch.setattr(notes_and_files, "_LARGEST", 1000)
    assert notes_and_files.files(objects, [*names, "HEAD:a\nb"]) == {"HEAD:a b": "spaces\n"}


def test_reads_may_be_interleaved(untracked: Repo) -> None:
    oids = [Oid(untracked.commit(f"feat: {number}")) for number in range(5)]
    git = ObjectProcess(untracked.path / ".git")
    pairs = list(zip(git.read(oids), git.read(oids[::-1]), strict=True))
    assert [(a and a.oid, b and b.oid) for a, b in pairs] == list(zip(oids, oids[::-1], strict=True))


def test_commit_made_after_the_process_began_is_found(untracked: Repo) -> None:
    objects = ObjectReader(untracked.path / ".git")
    assert list(objects.read([MISSING])) == [None]
    oid = Oid(untracked.commit("feat: later"))
    untracked.git("gc", "-q")
    (item,) = objects.read([oid])
    assert isinstance(item, GitObject)
    assert item.kind == "commit"


def test_process_that_was_killed_is_replaced(untracked: Repo) -> None:
    oids = [Oid(untracked.commit(f"feat: {number}")) for number in range(3)]
    git = ObjectProcess(untracked.path / ".git")
    assert len(list(git.read(oids))) == 3
    assert git._running is not None
    git._running._process.kill()
    git._running._process.wait()
    assert [item and item.kind for item in git.read(oids)] == ["commit"] * 3


def test_process_ends_with_the_reader_and_forks_do_not_share_it(untracked: Repo) -> None:
    oid = untracked.commit("feat: one")
    code = """
import os, sys
from pathlib import Path
from tracker.git.cat_file import ObjectProcess
git = ObjectProcess(Path(sys.argv[1]))
assert [one.kind for one in git.read([sys.argv[2]])] == ["commit"]
child = os.fork()
kinds = [one.kind for one in git.read([sys.argv[2]] * 20)]
if child == 0:
    os._exit(0 if kinds == ["commit"] * 20 else 1)
assert os.waitpid(child, 0)[1] == 0 and kinds == ["commit"] * 20
pid = git._running._process.pid
del git
try:
    os.kill(pid, 0)
except ProcessLookupError:
    sys.exit(0)
sys.exit(2)
"""
    done = subprocess.run([sys.executable, "-c", code, str(untracked.path / ".git"), oid], check=False)
    assert done.returncode == 0
