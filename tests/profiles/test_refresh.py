"""Profiles in the ledger: when they are read, and of which projects."""

import shutil
from pathlib import Path

import pytest

from tests.profiles.written_trees import commit_files
from tests.support import Repo
from tracker import keys
from tracker.git import Repository
from tracker.ledger.buffer import buffer_of
from tracker.ledger.computed_entries import ProfileEntry
from tracker.ledger.tables import PROFILES
from tracker.model import DAY, ProjectId
from tracker.profile_records import ProfileRecord
from tracker.profiles.refresh import refresh_others, refresh_own
from tracker.project.project import Project, open_project

pytestmark = pytest.mark.recorded_later


def opened(repo: Repo) -> Project:
    return open_project(Repository.discover(repo.path), {"ledger": str(repo.ledger_path)})


def recorded(repo: Repo) -> ProfileRecord | None:
    with repo.ledger().read() as snapshot:
        return snapshot.get(PROFILES, keys.project(repo.project()))


def profile(repo: Repo) -> ProfileRecord:
    found = recorded(repo)
    assert found is not None
    return found


def make_older(repo: Repo) -> ProfileRecord:
    """Make the recorded profile older than a day, with a mark that shows if it is read again."""
    older = profile(repo)._replace(computed_at=profile(repo).computed_at - 2 * DAY, frameworks=("mark",))
    buffer_of([ProfileEntry(repo.project(), older)]).flush(repo.ledger())
    return older


@pytest.fixture
def other(repo: Repo, tmp_path: Path) -> Repo:
    """Another tracked project, with a commit."""
    found = Repo.make(tmp_path / "other", repo.environment)
    commit_files(found, {"main.go": "package main\n"})
    found.tracker("init", "--hooks", "none")
    found.tracker("sync")
    return found


def test_outcomes_command_records_the_profile(repo: Repo) -> None:
    tip = commit_files(repo, {"a.py": "print()\n", "requirements.txt": "flask\n"})
    repo.tracker("outcomes")
    found = profile(repo)
    assert (found.tip, found.languages, found.frameworks) == (tip, (("python", 1),), ("flask",))
    assert repo.json("verify")["ok"]


def test_profile_that_cannot_be_read_is_said_and_stops_nothing(repo: Repo, tmp_path: Path) -> None:
    """A clone without trees has the commits alone."""
    commit_files(repo, {"a/a.py": "print()\n", "b.py": "print()\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--bare", "--filter=tree:0", f"file://{repo.path}", str(tmp_path / "clone.git"))
    clone = Repo(tmp_path / "clone.git", repo.environment)
    clone.tracker("init", "--hooks", "none")
    done = clone.run("lessons", "anything")
    assert done.returncode == 0
    assert "the languages and frameworks of this project are not up to date: git could not read" in done.stderr
    assert recorded(clone) is None


@pytest.mark.whole
def test_blobs_that_a_partial_clone_lacks_are_left_out(repo: Repo, tmp_path: Path) -> None:
    commit_files(repo, {"a.py": "print()\n", "requirements.txt": "flask\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--bare", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "clone.git"))
    clone = Repo(tmp_path / "clone.git", repo.environment)
    clone.tracker("init", "--hooks", "none")
    clone.tracker("lessons", "anything")
    found = profile(clone)
    assert (found.languages, found.manifests, found.dependencies) == ((("python", 1),), ("requirements.txt",), ())


def test_profile_follows_the_tip_of_the_default_branch(repo: Repo) -> None:
    commit_files(repo, {"a.py": ""})
    repo.tracker("sync")
    refresh_own(opened(repo))
    repo.git("checkout", "-q", "-b", "side")
    commit_files(repo, {"b.rs": ""})
    refresh_own(opened(repo))
    assert profile(repo).languages == (("python", 1),)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "side")
    refresh_own(opened(repo))
    assert dict(profile(repo).languages) == {"python": 1, "rust": 1}


def test_same_tip_is_not_read_again(repo: Repo) -> None:
    commit_files(repo, {"a.py": ""})
    repo.tracker("sync")
    refresh_own(opened(repo))
    older = make_older(repo)
    refresh_own(opened(repo))
    assert profile(repo).frameworks == ("mark",)
    assert profile(repo).computed_at > older.computed_at


def test_profile_by_older_rules_is_read_again(repo: Repo) -> None:
    tip = commit_files(repo, {"a.py": ""})
    repo.tracker("sync")
    refresh_own(opened(repo))
    buffer_of([ProfileEntry(repo.project(), profile(repo)._replace(rules=0, frameworks=("mark",)))]).flush(
        repo.ledger()
    )
    refresh_own(opened(repo))
    assert (profile(repo).tip, profile(repo).frameworks) == (tip, ())


def test_others_are_read_once_a_day(repo: Repo, other: Repo) -> None:
    project = opened(repo)
    refresh_others(project)
    assert profile(other).languages == (("go", 1),)
    assert recorded(repo) is None
    commit_files(other, {"b.py": ""})
    refresh_others(project)
    assert profile(other).languages == (("go", 1),)
    make_older(other)
    refresh_others(project)
    assert dict(profile(other).languages) == {"go": 1, "python": 1}


def test_project_whose_repository_is_gone_keeps_its_profile(repo: Repo, other: Repo) -> None:
    project = opened(repo)
    refresh_others(project)
    older, key = make_older(other), keys.project(other.project())
    shutil.rmtree(other.path)
    refresh_others(project)
    with project.ledger.read() as snapshot:
        assert snapshot.get(PROFILES, key) == older


def test_repository_that_is_another_project_now_is_not_read(repo: Repo, other: Repo) -> None:
    (other.folder / "project-id").write_text("0" * 32 + "\n")
    refresh_others(opened(repo))
    with repo.ledger().read() as snapshot:
        assert [*snapshot.keys(PROFILES)] == []


def test_damaged_project_stops_no_other(repo: Repo, other: Repo, tmp_path: Path) -> None:
    third = Repo.make(tmp_path / "third", repo.environment)
    tip = commit_files(third, {"a.rb": ""})
    third.tracker("init", "--hooks", "none")
    third.tracker("sync")
    tree = third.head(f"{tip}^{{tree}}")
    (third.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    refresh_others(opened(repo))
    assert recorded(third) is None
    assert profile(other).languages == (("go", 1),)


@pytest.mark.whole
def test_profile_of_an_unknown_project_is_not_recorded(repo: Repo) -> None:
    commit_files(repo, {"a.py": ""})
    repo.tracker("sync")
    refresh_own(opened(repo))
    unknown = ProjectId("0" * 32)
    buffer_of([ProfileEntry(unknown, profile(repo))]).flush(repo.ledger())
    with repo.ledger().read() as snapshot:
        assert snapshot.get(PROFILES, keys.project(unknown)) is None


def test_project_without_a_commit_has_no_profile(repo: Repo) -> None:
    repo.tracker("sync")
    refresh_own(opened(repo))
    assert recorded(repo) is None
    assert repo.json("verify")["ok"]
