"""The ways of docs/new-computer.md: two home directories, of which the first one is gone."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.support import Repo, sealed_home

CLAUDE: Final = {"CLAUDECODE": "1"}


class Computers:
    """An old computer with a repository in which an agent worked, and a new one to which the ledger was copied."""

    def __init__(self, folder: Path) -> None:
        self._old = folder / "old"
        self._new = folder / "new"
        self.old = Repo.make(self._old / "src" / "weather", sealed_home(self._old))
        self.environment = sealed_home(self._new)
        self.old.commit("feat: before")
        self.old.tracker("init", "--backfill")
        self.graded = self.old.commit("feat: by an agent", env=CLAUDE)
        self.old.tracker("grade", "--agent", "good", env=CLAUDE)
        self.old.person("grade", "--user", "excellence", "--user-note", "small and clear")
        self.blamed = self.old.commit("feat: by an agent too", env=CLAUDE)
        self.old.person("bug", "HEAD", "--yes", "--note", "never ends")
        self.old.settle()
        self.sheet = self._sheet(self.old)

    def _sheet(self, repo: Repo) -> dict[str, object]:
        status = repo.json("status", "claude-code")
        return {name: status[name] for name in ("experience_points", "communication_score", "total_bugs", "halted")}

    def move(self, *, repositories: bool) -> Repo:
        """Copy the ledger, and the repository or a clone of it; the old computer is gone then."""
        copied = self._new / "src" / "weather"
        shutil.copytree(self._old / "data", self._new / "data", dirs_exist_ok=True)
        if repositories:
            shutil.copytree(self.old.path, copied, symlinks=True)
        else:
            self.old.clone(copied)
        self._old.rename(self._old.with_name("gone"))
        return Repo(copied, self.environment)

    @property
    def ledger(self) -> Path:
        return self._new / "data" / "agent-tracker" / "ledger.lmdb"

    def assert_all_is_there(self, repo: Repo) -> None:
        assert repo.line(self.graded)["agent"] == "claude-code"
        assert repo.line(self.graded)["grades"] == {"agent": 2, "user": 5}
        assert self._sheet(repo) == self.sheet
        assert repo.json("verify")["ok"]
        assert repo.json("doctor")["findings"] == []
        assert not self._old.exists()


@pytest.fixture
def computers(tmp_path: Path) -> Computers:
    return Computers(tmp_path)


@pytest.mark.whole
def test_copied_repository_in_another_home_needs_the_new_path(computers: Computers) -> None:
    repo = computers.move(repositories=True)
    repo.person("init", "--ledger", str(computers.ledger))
    computers.assert_all_is_there(repo)
    new = repo.commit("feat: on the new computer", env=CLAUDE)
    assert repo.line(new)["agent"] == "claude-code"


def test_clone_beside_a_copied_ledger_has_everything_once(computers: Computers) -> None:
    repo = computers.move(repositories=False)
    repo.person("init", "--backfill")
    computers.assert_all_is_there(repo)
    assert repo.json("explain", computers.graded)["signal"] == "environment"
