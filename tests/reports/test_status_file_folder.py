"""The folder of the status file, and foreign files in it."""

from pathlib import Path

import pytest

from tests.support import Repo

AGENT = {"CLAUDECODE": "1"}


@pytest.mark.parametrize("layout", ["submodule", "separate", "worktree-setting"])
def test_status_file_is_in_worktree_for_every_git_directory(
    tmp_path: Path, environment: dict[str, str], layout: str
) -> None:
    outer = Repo.make(tmp_path / "outer", environment)
    outer.commit("outer")
    if layout == "submodule":
        inner = Repo.make(tmp_path / "inner", environment)
        inner.commit("inner")
        outer.git("submodule", "--quiet", "add", str(inner.path), "mod")
        repo = outer.at(outer.path / "mod")
    elif layout == "separate":
        repo = Repo.make(tmp_path / "tree", environment, f"--separate-git-dir={tmp_path / 'elsewhere.git'}")
    else:
        repo = Repo.make(tmp_path / "place", environment)
        (tmp_path / "tree").mkdir()
        repo.git("config", "core.worktree", str(tmp_path / "tree"))
        (tmp_path / "tree" / ".git").write_text(f"gitdir: {repo.path / '.git'}\n")
        repo = repo.at(tmp_path / "tree")
    repo.tracker("init")
    repo.git("commit", "-q", "--allow-empty", "-m", "here", env=AGENT)
    repo.settle()
    assert repo.status_file()["agent_name"] == "claude-code"
    assert repo.status_file()["head"]["oid"] == repo.head()
    assert not list(repo.folder.parent.glob(".agent"))
    assert repo.json("doctor")["findings"] == []
    repo.tracker("uninstall")
    assert not (repo.path / ".agent").exists()


def test_foreign_status_file_is_kept(untracked: Repo) -> None:
    untracked.write(".agent/status.json", '{"agent": "mine"}\n')
    untracked.tracker("init")
    untracked.commit("one")
    untracked.settle()
    assert (untracked.path / ".agent" / "status.json").read_text() == '{"agent": "mine"}\n'
    assert "was not written by agent-tracker" in untracked.json("doctor", code=1)["findings"][0]["what"]
    untracked.tracker("uninstall")
    assert (untracked.path / ".agent" / "status.json").read_text() == '{"agent": "mine"}\n'
