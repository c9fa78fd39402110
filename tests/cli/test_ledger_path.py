"""The ledger's path and size, as flags, variables and files set them."""

from pathlib import Path

import pytest

from tests.cli.refusals import refused
from tests.support import Repo


class TestLedgerPath:
    def test_it_is_remembered_by_hooks_and_commands(self, untracked: Repo, tmp_path: Path) -> None:
        place = tmp_path / "elsewhere" / "deep" / "ledger.lmdb"
        untracked.tracker("init", "--ledger", str(place))
        untracked.commit("feat: one")
        untracked.settle()
        assert place.stat().st_mode & 0o777 == 0o700
        assert len(untracked.assert_recorded()) == 1
        assert untracked.json("doctor")["facts"]["ledger"] == str(place)
        assert not (tmp_path / "home" / "data" / "agent-tracker").exists()

    def test_a_relative_one_is_taken_from_home(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.tracker("init", env={"AGENT_TRACKER_LEDGER": "some/ledger.lmdb"})
        assert (tmp_path / "home" / "some" / "ledger.lmdb" / "data.mdb").exists()

    def test_another_ledger_for_one_call_leaves_the_spool_alone(self, repo: Repo, tmp_path: Path) -> None:
        (repo.folder / "mode").write_text("detached\n")
        repo.record_later()
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        before = repo.status_file()
        repo.tracker("sync", "--ledger", str(tmp_path / "other.lmdb"))
        assert repo.status_file() == before
        assert [line["agent"] for line in repo.assert_recorded()] == ["claude-code"]

    @pytest.mark.parametrize("value", ["0", "3GiB", "many", "-1", "512KiB", "99999999999"])
    def test_a_size_limit_out_of_range(self, repo: Repo, value: str) -> None:
        said = refused(repo, "sync", code=2, env={"AGENT_TRACKER_SIZE_LIMIT": value})
        assert "size-limit" in said
        assert "AGENT_TRACKER_SIZE_LIMIT" in said

    @pytest.mark.parametrize("value", ["1", "1MiB", "2GiB", "2048", "600 mb"])
    def test_a_size_limit_within(self, repo: Repo, value: str) -> None:
        repo.tracker("sync", env={"AGENT_TRACKER_SIZE_LIMIT": value})

    def test_a_configuration_file(self, repo: Repo, tmp_path: Path) -> None:
        place = tmp_path / "home" / "config" / "agent-tracker" / "config.toml"
        place.parent.mkdir(parents=True)
        place.write_text('agent = "opencode"\nmodel = "some-model"\n')
        repo.commit("feat: one")
        repo.settle()
        (line,) = repo.log()
        assert (line["agent"], line["model"], line["signal"]) == ("opencode", "some-model", "config")
        place.write_text("agent = [")
        assert "config.toml is not TOML" in refused(repo, "sync", code=2)
        place.write_text("ledger = 5")
        assert "'ledger' has a value of the wrong type: write text in quotes." in refused(repo, "sync", code=2)
        place.write_text('colour = "red"')
        assert "unknown setting 'colour'" in refused(repo, "sync", code=2)
