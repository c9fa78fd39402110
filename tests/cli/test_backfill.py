"""``backfill``: previews, ranges, undoing."""

import pytest

from tests.cli.refusals import refused
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


class TestBackfill:
    def test_everything_once(self, old: Repo) -> None:
        dry = old.json("backfill", "--dry-run")
        assert (dry["recorded"], old.log()) == (10, [])
        first, second = old.json("backfill"), old.json("backfill")
        assert (first["recorded"], first["already_known"]) == (10, 0)
        assert (second["recorded"], second["already_known"]) == (0, 10)
        assert {line["learnt"] for line in old.assert_recorded()} == {"backfill"}

    def test_since_and_revisions(self, old: Repo) -> None:
        when = old.git("log", "-1", "--format=%cI", "HEAD~3").strip()
        assert old.json("backfill", "--since", when)["recorded"] == 4
        assert old.json("backfill", "HEAD~6")["recorded"] == 4
        assert len(old.log()) == 8
        assert old.json("verify")["ok"]
        for options in ([], ["--dry-run"]):
            for date in ("gibberish", "2026-13-01", ""):
                assert "no date" in refused(old, "backfill", "--since", date, *options, code=2)
            assert old.json("backfill", "--since", "2090-01-01", *options)["recorded"] == 0
        assert "names no commit here" in refused(old, "backfill", "no-such-branch")
        assert "names no commit here" in refused(old, "backfill", "--", "--all")

    def test_undo_takes_back_what_it_recorded_and_no_more(self, old: Repo) -> None:
        old.commit("feat: new")
        old.settle()
        old.tracker("backfill")
        assert old.json("backfill", "--undo", "--dry-run")["forgotten"] == 10
        assert len(old.log()) == 11
        assert old.json("backfill", "--undo")["forgotten"] == 10
        assert [line["subject"] for line in old.log()] == ["feat: new"]
        assert old.json("verify")["ok"]
        assert old.json("sync")["recorded"] == 0
        assert old.json("backfill")["recorded"] == 10
        assert len(old.assert_recorded()) == 11

    @pytest.mark.whole
    def test_a_hook_s_commit_stays_when_it_was_backfilled_first(self, old: Repo) -> None:
        old.tracker("backfill")
        old.commit("feat: new", env={"CLAUDECODE": "1"})
        old.settle()
        assert old.json("backfill", "--undo")["forgotten"] == 10
        assert [line["agent"] for line in old.log()] == ["claude-code"]

    def test_a_lost_ledger_is_rebuilt_to_the_same_extent(self, old: Repo) -> None:
        old.tracker("backfill")
        other = {"AGENT_TRACKER_LEDGER": "again.lmdb"}
        old.tracker("sync", env=other)
        assert len(old.assert_recorded(env=other)) == 10

    def test_not_tracked(self, untracked: Repo) -> None:
        untracked.commit()
        assert "agent-tracker init" in refused(untracked, "backfill")
        assert untracked.json("backfill", "--dry-run")["recorded"] == 1
