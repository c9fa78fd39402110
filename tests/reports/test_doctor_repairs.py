"""Repairs that ``doctor`` names for a project's files and its ledger: carried out, they leave nothing to report."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.doctor import apply_fixes, findings, findings_without_override
from tests.ledger.tips import delete_tips, put_large_tips, put_tips
from tests.shell import run_shell
from tests.support import Repo, one
from tracker.ledger import Ledger

pytestmark = pytest.mark.recorded_later


@pytest.fixture(autouse=True)
def _program_is_found(environment: dict[str, str]) -> None:
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"


def test_tracked_status_file_is_taken_out_of_the_index(untracked: Repo) -> None:
    untracked.write(".agent/status.json", "")
    untracked.git("add", "-f", ".agent")
    untracked.git("commit", "-q", "-m", "chore: tracked")
    untracked.tracker("init")
    assert "is tracked by git in" in one(findings(untracked))["what"]
    apply_fixes(untracked)
    assert untracked.status_file()["head"]["oid"] == untracked.head()


def test_folder_of_the_status_file_that_cannot_be_written_is_to_be_made_writable(repo: Repo) -> None:
    folder = repo.path / ".agent"
    folder.chmod(0o500)
    found = one(findings_without_override(repo))
    folder.chmod(0o700)
    assert found == {
        "what": f"{folder} cannot be written, so .agent/status.json is missing or out of date.",
        "mend": "make it writable, then: agent-tracker sync",
    }


def test_what_was_set_aside_is_named_until_it_is_removed(repo: Repo) -> None:
    (repo.folder / "pending").mkdir(exist_ok=True)
    (repo.folder / "pending" / "1.json").write_text("no grade")
    repo.commit("feat: one")
    repo.tracker("sync")
    found = one(findings(repo))
    assert " was set aside: it holds no valid pending grade: " in found["what"]
    run_shell(repo, found["mend"].removeprefix("look at it, then: "))
    assert findings(repo) == []


def test_file_in_place_of_the_folder_of_what_was_set_aside(repo: Repo) -> None:
    (repo.folder / "set-aside").write_text("mine")
    found = one(findings(repo))
    assert found["what"] == f"{repo.folder / 'set-aside'} should be a folder, but is a file."
    run_shell(repo, found["mend"].removeprefix("look at it, then: "))
    assert findings(repo) == []


def test_ledger_that_is_mostly_free_is_to_be_compacted(repo: Repo) -> None:
    ledger = repo.ledger()
    ledger.change(lambda transaction: put_large_tips(transaction, 20))
    assert findings(repo) == []
    delete_tips(ledger)
    assert one(findings(repo))["what"] == "the ledger takes 21 MiB, of which 21 MiB are free."
    apply_fixes(repo)
    assert ledger.size() < 1 << 20


class TestSizeLimit:
    @pytest.fixture
    def small(self, repo: Repo) -> Repo:
        """A repository whose ledger has nearly reached the limit of 1 MiB that a setting gives it."""
        ledger = Ledger(repo.ledger_path)
        start = 0
        while ledger.size() <= (1 << 20) * 9 // 10:
            put_tips(ledger, 200, start)
            start += 200
        return repo

    def test_the_limit_is_doubled_where_it_is_set(self, small: Repo) -> None:
        file = Path(small.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('size-limit = "1MiB"\n')
        found = one(findings(small))
        assert found["what"].endswith(" KiB of 1024 KiB.")
        assert found["mend"] == "agent-tracker config set --user size-limit 2MiB"
        small.git("config", "agent-tracker.sizeLimit", "1MiB")
        assert one(findings(small))["mend"] == "agent-tracker config set size-limit 2MiB"
        apply_fixes(small)

    def test_a_variable_is_to_be_set_to_more(self, small: Repo) -> None:
        verdict: Any = small.json("doctor", code=1, env={"AGENT_TRACKER_SIZE_LIMIT": "1"})
        assert one(verdict["findings"])["mend"] == "AGENT_TRACKER_SIZE_LIMIT=2MiB"
