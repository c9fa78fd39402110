"""Recording goes on where a reflog cannot be read."""

from pathlib import Path

import pytest

from tests.git.unreadable_files import SPOILERS, spoiled_worktree_log
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_unreadable_reflog_of_one_worktree_stops_no_recording(repo: Repo, tmp_path: Path, spoiler: str) -> None:
    repo.commit("base")
    repo.settle()
    spoiled_worktree_log(repo, tmp_path / "linked", spoiler)
    repo.git("switch", "-q", "-c", "side")
    old = repo.commit("a")
    repo.git("commit", "-q", "--amend", "-m", "a again")
    repo.git("switch", "-q", "main")
    repo.commit("b")
    repo.git("cherry-pick", "side")
    repo.assert_recorded()
    assert [link["kind"] for link in repo.line(old, "--all")["replaced_by"]] == ["same"]
    assert repo.line()["copy_of"] == repo.head("side")
