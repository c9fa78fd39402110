"""The search for repositories below a folder."""

from pathlib import Path

import pytest

from tests.support import Repo
from tracker.git.repositories_below import repositories_below


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The folder that is searched."""
    return tmp_path / "src"


@pytest.fixture
def outer(top: Path, environment: dict[str, str]) -> Repo:
    """A repository with one commit, which others are made of."""
    repo = Repo.make(top / "outer", environment)
    repo.commit()
    return repo


def below(folder: Path) -> list[str]:
    """Return the found folders, relative to the one that is searched."""
    return [str(place.relative_to(folder.resolve())) for place in repositories_below(folder).found.values()]


def test_clones_at_any_depth_and_bare_ones_last(top: Path, outer: Repo) -> None:
    outer.clone(top / "github.com" / "someone" / "clone")
    outer.clone(top / "bare.git", "--bare")
    Repo.make(top / "zz-empty", outer.environment)
    assert below(top) == ["github.com/someone/clone", "outer", "zz-empty", "bare.git"]
    found = repositories_below(top).found
    assert found[outer.path / ".git"] == outer.path
    assert found[top / "bare.git"] == top / "bare.git"


def test_worktrees_of_one_repository_are_found_once(top: Path, outer: Repo, tmp_path: Path) -> None:
    outer.git("worktree", "add", "-q", str(top / "a-worktree"))
    outer.git("worktree", "add", "-q", str(top / "z-worktree"))
    assert below(top) == ["outer"]
    bare = outer.at(tmp_path / "elsewhere.git")
    outer.git("clone", "-q", "--bare", str(outer.path), str(bare.path))
    bare.git("worktree", "add", "-q", str(top / "b-first"), "main")
    bare.git("worktree", "add", "-q", str(top / "c-second"), "-b", "second")
    assert below(top) == ["b-first", "outer"]


def test_bare_folder_inside_of_the_folder_of_its_worktrees(top: Path, outer: Repo) -> None:
    place = top / "with-bare"
    outer.clone(place / ".bare", "--bare")
    (place / ".git").write_text("gitdir: ./.bare\n")
    outer.at(place / ".bare").git("worktree", "add", "-q", str(place / "main"), "main")
    assert below(top) == ["outer", "with-bare"]


def test_repository_of_any_form_is_found(top: Path, outer: Repo, tmp_path: Path) -> None:
    Repo.make(top / "near", outer.environment, f"--separate-git-dir={top / 'z-of-near'}")
    Repo.make(top / "separate", outer.environment, f"--separate-git-dir={tmp_path / 'git-dir'}")
    Repo.make(top / "sha256", outer.environment, "--object-format=sha256")
    assert below(top) == ["near", "outer", "separate", "sha256"]


def test_what_programs_keep_for_themselves_is_not_searched(top: Path, outer: Repo) -> None:
    for place in (
        ".cache/pre-commit/one",
        "app/node_modules/two",
        "go/pkg/mod/cache/vcs/three",
        "venv/site-packages/x",
    ):
        outer.clone(top / place)
    outer.clone(top / "outer" / "build" / "_deps" / "fetched")
    outer.clone(outer.path / ".git" / "inside")
    assert below(top) == ["outer"]


def test_the_folder_itself(outer: Repo, top: Path) -> None:
    outer.clone(outer.path / "work" / "inner")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(outer.path), "sub")
    assert below(outer.path) == [".", "work/inner"]
    assert below(outer.path / ".git") == ["."]
    assert below(outer.path / "sub") == ["."]
    assert below(outer.path / "work") == ["inner"]
    hidden = outer.clone(top / ".hidden")
    assert below(hidden.path) == ["."]


def test_links_lead_nowhere_but_the_folder_may_be_one(top: Path, outer: Repo, tmp_path: Path) -> None:
    outer.clone(tmp_path / "elsewhere")
    (top / "to-elsewhere").symlink_to(tmp_path / "elsewhere")
    (top / "round").symlink_to(top)
    (tmp_path / "link").symlink_to(top)
    assert below(tmp_path / "link") == ["outer"]


def test_depth_is_bounded(top: Path, outer: Repo) -> None:
    levels = [f"{number}" for number in range(1, 11)]
    outer.clone(top.joinpath(*levels[:9], "found"))
    outer.clone(top.joinpath(*levels, "too-deep"))
    assert below(top) == ["/".join([*levels[:9], "found"]), "outer"]


def test_what_leads_to_no_repository_is_left_out_with_the_reason(top: Path, outer: Repo) -> None:
    for name, text in (("gone", "gitdir: /nowhere\n"), ("nonsense", "nonsense"), ("null", "gitdir: a\0b\n")):
        (top / name).mkdir()
        (top / name / ".git").write_text(text)
    (top / "folder" / ".git").mkdir(parents=True)
    outer.clone(top / "folder" / "below")
    search = repositories_below(top)
    assert [place.name for place in search.found.values()] == ["below", "outer"]
    assert {place.name for place in search.left_out} == {"gone", "nonsense", "null"}
    assert all("leads to no repository" in reason for reason in search.left_out.values())
