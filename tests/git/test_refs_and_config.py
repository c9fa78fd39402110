"""Refs and configuration that are read once give the answers that git gives to each question."""

from pathlib import Path

import pytest

from tests.git_wrapper import count_git
from tests.support import Repo
from tracker.git import Repository
from tracker.model import Oid

PATTERNS = [
    "refs/heads", "refs/heads/", "refs/heads/main", "refs/heads/ma", "refs/remotes/*/HEAD", "refs/remotes/*/x/y",
    "refs/remotes/o*", "refs/remotes", "refs/notes/one", "refs/notes/on", "refs/replace", "refs/tags",
    "refs/notes/one/",
]  # fmt: skip


@pytest.fixture
def branched(untracked: Repo) -> Repo:
    """A repository with refs of every kind."""
    one, two = untracked.commit("feat: one"), untracked.commit("feat: two")
    for name in ("heads/main-2", "heads/main2/x", "heads/deep/er", "remotes/origin/main", "remotes/up/x/y", "tags/v1"):
        untracked.git("update-ref", f"refs/{name}", one)
    untracked.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    untracked.git("symbolic-ref", "refs/remotes/up/HEAD", "refs/remotes/up/gone")
    untracked.git("update-ref", "refs/notes/one", two)
    untracked.git("update-ref", "refs/notes/one-2", two)
    untracked.git("pack-refs", "--all")
    untracked.git("update-ref", "refs/heads/deep/er", two)
    return untracked


def test_one_reading_answers_as_git_does(branched: Repo) -> None:
    held, asking = Repository.discover(branched.path), Repository.discover(branched.path)
    with held.one_look(["refs/notes/one", "refs/notes"]):
        for pattern in PATTERNS:
            rows = branched.git("for-each-ref", "--format=%(refname) %(objectname)", pattern).splitlines()
            expected = dict(row.split(" ") for row in rows)
            assert held.refs([pattern]) == expected
            assert asking.refs([pattern]) == expected
        assert held.refs(PATTERNS[:4]) == asking.refs(PATTERNS[:4])
        assert held.default_branches() == asking.default_branches() == {"refs/heads/main"}
        assert held.remote_tips() == asking.remote_tips()
        assert held.tips() == asking.tips()


def test_refs_are_read_once_inside_the_block_and_anew_after_it(
    branched: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, calls = count_git(tmp_path / "wrapper", branched.environment)
    repository = Repository.discover(branched.path)
    monkeypatch.setenv("PATH", environment["PATH"])
    before = Oid(branched.head())
    with repository.one_look():
        assert repository.refs(["refs/heads/main"]) == {"refs/heads/main": before}
        after = Oid(branched.commit("feat: meanwhile"))
        with repository.one_look():
            assert repository.refs(["refs/heads"])["refs/heads/main"] == before
        assert repository.reachability_digest() == ""
        assert repository.refs(["refs/heads"])["refs/heads/main"] == before
    asked = calls.read_text(encoding="utf-8").splitlines()
    assert sum("for-each-ref" in line for line in asked) == 1
    assert repository.refs(["refs/heads/main"]) == {"refs/heads/main": after}
    with repository.one_look():
        assert repository.refs(["refs/heads/main"]) == {"refs/heads/main": after}


def test_replaced_objects_change_the_digest(branched: Repo) -> None:
    repository = Repository.discover(branched.path)
    assert repository.reachability_digest() == ""
    branched.git("replace", "--graft", "HEAD")
    with repository.one_look():
        held = repository.reachability_digest()
    assert held
    assert held == repository.reachability_digest()


def test_remotes_are_those_that_git_lists(untracked: Repo) -> None:
    config = untracked.path / ".git" / "config"
    with config.open("a", encoding="utf-8") as file:
        file.write('[remote "origin"]\n\turl = x\n[remote "a.b"]\n\turl = y\n[remote "only.push"]\n\tpushurl = z\n')
        file.write('[remote]\n\tpushDefault = origin\n[remote "Groß"]\n\tprune\n[remotes]\n\tall = a b\n')
    assert Repository.discover(untracked.path).remotes() == sorted(untracked.git("remote").splitlines())


def test_settings_are_the_last_values(untracked: Repo, environment: dict[str, str]) -> None:
    untracked.git("config", "--global", "--add", "user.email", "A@Example.com")
    untracked.git("config", "agent-tracker.mode", "detached")
    untracked.git("config", "--add", "agent-tracker.mode", "sync")
    untracked.git("config", "agent-tracker.Agent", "line one\nline two")
    with (untracked.path / ".git" / "config").open("ab") as file:
        file.write(b"[agent-tracker]\n\tallowEnvFiles\n\tmodel = \xff\n[user]\n\temail = b@example.com\n")
    repository = Repository.discover(untracked.path)
    assert repository.config() == {
        "mode": "sync", "agent": "line one\nline two", "allowenvfiles": "", "model": "\ufffd"
    }  # fmt: skip
    assert {"a@example.com", "b@example.com"} <= repository.user_emails()


def test_merge_drivers_of_the_configuration_do_not_run(untracked: Repo, tmp_path: Path) -> None:
    untracked.write(".gitattributes", "*.txt merge=mine\n")
    base = untracked.commit("base", file="a.txt", text="1\n2\n3\n")
    ours = Oid(untracked.commit("ours", file="a.txt", text="one\n2\n3\n"))
    untracked.git("switch", "-q", "-c", "side", base)
    theirs = Oid(untracked.commit("theirs", file="a.txt", text="uno\n2\n3\n"))
    untracked.git("add", ".gitattributes")
    untracked.git("config", "merge.mine.driver", f"touch {tmp_path / 'ran'}")
    assert Repository.discover(untracked.path).merged_tree(ours, theirs) is None
    assert not (tmp_path / "ran").exists()
