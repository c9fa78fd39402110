"""``verify`` and ``doctor``: differences and findings as a user reads them."""

import json
from pathlib import Path

import pytest

from tests.support import Repo

pytestmark = pytest.mark.recorded_later


class TestVerifyAndDoctor:
    def test_a_change_behind_its_back_is_found(self, repo: Repo) -> None:
        import lmdb

        from tracker.ledger import codec

        repo.commit("feat: one")
        repo.settle()
        ledger = (repo.folder / "ledger").read_text().strip()
        with lmdb.open(ledger, max_dbs=20) as environment, environment.begin(write=True) as raw:
            totals = environment.open_db(b"totals", txn=raw)
            with raw.cursor(db=totals) as cursor:
                assert cursor.first()
                record = codec.TOTALS.decode(bytes(cursor.value()))
                more = record._replace(sums=(record.sums[0] + 1, *record.sums[1:]))
                raw.put(bytes(cursor.key()), codec.TOTALS.encode(more), db=totals)
        verdict = repo.json("verify", code=1)
        assert (verdict["ok"], verdict["commits"]) == (False, 1)
        assert "totals of human" in verdict["differences"][0]
        (found,) = repo.json("verify", "--quick", code=1)["differences"]
        assert "the sum of the totals of human" in found
        lines = repo.tracker("verify", code=1).splitlines()
        assert lines[0].startswith("totals of human in project repo are wrong: commits 2 instead of 1")
        assert lines[-1].startswith("Another program changed the ledger, or agent-tracker has a defect.")

    def test_doctor_names_what_is_missing_and_what_mends_it(self, repo: Repo) -> None:
        (repo.path / ".git" / "hooks" / "post-merge").unlink()
        (repo.path / ".git" / "hooks" / "post-commit").chmod(0o644)
        findings = repo.json("doctor", code=1)["findings"]
        assert ["is not there" in finding["what"] or "not executable" in finding["what"] for finding in findings] == [
            True,
            True,
        ]
        repo.tracker("init")
        assert repo.json("doctor")["ok"]
        script = repo.scripts / "post-commit"
        script.write_text(script.read_text().replace("\npython=", "\npython=/nowhere"))
        (finding,) = repo.json("doctor", code=1)["findings"]
        assert "a Python that is gone" in finding["what"]
        repo.tracker("init")
        assert repo.json("doctor")["ok"]

    def test_doctor_says_when_another_ledger_is_named(self, repo: Repo) -> None:
        (finding,) = repo.json("doctor", code=1, env={"AGENT_TRACKER_LEDGER": "other.lmdb"})["findings"]
        assert "AGENT_TRACKER_LEDGER names" in finding["what"]
        repo.commit("feat: one", env={"AGENT_TRACKER_LEDGER": "other.lmdb", "CLAUDECODE": "1"})
        assert [line["agent"] for line in repo.log()] == ["claude-code"]

    def test_a_broken_spool_file_is_set_aside_with_its_reason(self, repo: Repo) -> None:
        (repo.folder / "spool" / "1.0").write_bytes(b"agent-tracker-event=99\nend=1\n")
        (repo.folder / "spool" / "2.0").write_bytes(b"\x00\xff" * 100 + b"\nend=1\n")
        repo.commit("feat: one")
        assert repo.json("sync")["set_aside"] in {0, 2}  # the hook may have come first
        findings = repo.json("doctor", code=1)["findings"]
        assert sum("does not begin as an event" in finding["what"] for finding in findings) == 2
        repo.assert_recorded()

    def test_verify_anywhere(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: one")
        repo.settle()
        done = repo.run("verify", "--json", cwd=tmp_path)
        assert json.loads(done.stdout)["commits"] == 1


def test_doctor_names_a_wrong_setting_and_how_to_mend_it(repo: Repo) -> None:
    repo.git("config", "agent-tracker.mode", "fooo")
    done = repo.run("doctor")
    assert done.returncode == 1
    assert "mode is 'fooo' (git config agent-tracker.mode)" in done.stdout
    assert "agent-tracker config unset NAME" in done.stdout
    repo.tracker("config", "unset", "mode")
    repo.tracker("doctor")
