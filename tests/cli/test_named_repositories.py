"""Words of ``backfill``: which are repositories, which revisions, and what is refused."""

from pathlib import Path

import pytest

from tests.cli.refusals import refused
from tests.support import Repo


@pytest.fixture
def two(tmp_path: Path, environment: dict[str, str]) -> list[Repo]:
    """Two untracked repositories beside each other, with three commits each."""
    repos = [Repo.make(tmp_path / "src" / name, environment) for name in ("one", "two")]
    for repo in repos:
        for number in range(3):
            repo.commit(f"feat: {number} of {repo.path.name}")
    return repos


def test_a_folder_with_revisions_is_one_repository(two: list[Repo]) -> None:
    one = two[0]
    one.git("branch", "early", "HEAD~2")
    said = two[1].tracker("backfill", "../one", "early")
    assert said == "../one: Tracked without hooks. 1 commit was recorded.\n"
    assert [line["subject"] for line in one.log()] == ["feat: 0 of one"]


def test_a_folder_below_the_top_of_a_repository_is_that_repository(two: list[Repo]) -> None:
    (two[0].path / "deep" / "er").mkdir(parents=True)
    assert "3 commits were recorded" in two[1].tracker("backfill", "../one/deep/er")


def test_a_folder_that_is_also_a_revision_is_refused_until_it_is_clear(two: list[Repo]) -> None:
    one = two[0]
    one.tracker("init", "--hooks", "none")
    one.git("branch", "docs", "HEAD~1")
    (one.path / "docs").mkdir()
    said = refused(one, "backfill", "docs", code=2)
    assert "'docs' is a folder and a revision of this repository" in said
    assert one.json("backfill", "-C", ".", "docs", "--dry-run")["recorded"] == 2
    for folder in ("./docs", "docs/", str(one.path / "docs")):
        assert one.json("backfill", folder, "--dry-run")["repositories"][0]["recorded"] == 3


def test_a_word_that_is_neither_says_so(two: list[Repo], tmp_path: Path) -> None:
    one = two[0]
    one.tracker("init", "--hooks", "none")
    told = refused(one, "backfill", "mian")
    assert "'mian' names no commit here (did you mean main?), and no folder: name a commit, or the folder" in told
    assert "'mian' names no commit here" in refused(one, "backfill", "../two", "mian")
    assert not two[1].folder.exists()
    for word in ("mian", "x" * 5000, ""):
        done = one.run("backfill", word, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "is no folder, and" in done.stderr
        assert "is in no git repository" in done.stderr


def test_revisions_with_several_repositories_are_refused(two: list[Repo], tmp_path: Path) -> None:
    for words in (["one", "two", "main"], ["one", "--discover", ".", "main"], ["--discover", ".", "main"]):
        done = two[0].run("backfill", *words, cwd=tmp_path / "src")
        assert (done.returncode, done.stdout) == (2, "")
        assert "'main' is no folder, and revisions go with one repository only" in done.stderr
    assert not any(repo.folder.exists() for repo in two)


def test_with_an_option_for_the_repository_all_words_are_revisions(two: list[Repo], tmp_path: Path) -> None:
    one = two[0]
    one.tracker("init", "--hooks", "none")
    one.git("branch", "two", "HEAD~2")
    done = one.run("backfill", "-C", "one", "two", cwd=tmp_path / "src")
    assert done.stdout == "1 commit was recorded.\n"
    assert not two[1].folder.exists()
    assert "names no commit here (did you mean two?)." in refused(one, "backfill", "-C", ".", "../two")
    assert "leave out one of them" in refused(one, "backfill", "-C", ".", "--discover", "..", code=2)


def test_wrong_folders_of_a_search_are_refused(two: list[Repo], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for place in ("nowhere", "file", ""):
        done = two[0].run("backfill", "--discover", str(tmp_path / "src"), "--discover", place, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"there is no folder '{place}'" in done.stderr
    done = two[0].run("backfill", "--discover", "empty", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "agent-tracker: there is no git repository below empty.\n"
    assert not any(repo.folder.exists() for repo in two)


def test_the_repository_at_hand_must_be_tracked_and_a_named_one_need_not(two: list[Repo]) -> None:
    one = two[0]
    assert "agent-tracker init" in refused(one, "backfill")
    assert "agent-tracker init" in refused(one, "backfill", "main")
    assert "agent-tracker init" in refused(one, "backfill", "-C", ".")
    assert one.tracker("backfill", ".") == ".: Tracked without hooks. 3 commits were recorded.\n"
    assert not (one.path / ".git" / "hooks" / "post-commit").exists()
    assert "Wrote the hooks" in one.tracker("init")
    assert one.tracker("backfill") == "Nothing is missing: all 3 commits are recorded already.\n"
