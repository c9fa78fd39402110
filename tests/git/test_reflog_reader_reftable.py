"""Reading what reflogs gained where they are no files (reftable)."""

import os
from pathlib import Path

import pytest

from tests.git.reflog_readers import MAIN, Reader, expire
from tests.support import Repo
from tracker.git import reflog_reader
from tracker.git.reflog import ReflogEntry
from tracker.git.reflog_reader import end_positions
from tracker.model import Oid
from tracker.text import escape_undecodable


class TestReftable:
    @pytest.fixture
    def stored(self, environment: dict[str, str], tmp_path: Path) -> Repo:
        """A repository whose reflogs are no files (git 2.45 and later)."""
        repo = Repo.make(tmp_path / "reftable", environment)
        repo.git("init", "-q", "--ref-format=reftable", str(tmp_path / "probe"), code=None)
        if not (tmp_path / "probe" / ".git" / "reftable").is_dir():
            pytest.skip("this git has no reftable")
        return Repo(tmp_path / "probe", environment)

    def test_entries_since_the_last_reading_are_found(self, stored: Repo) -> None:
        stored.commit("one")
        reader = Reader(stored)
        assert reader.read() == {"HEAD": ["commit (initial): one"], MAIN: ["commit (initial): one"]}
        stored.commit("two")
        stored.commit("three")
        assert reader.read() == {"HEAD": ["commit: two", "commit: three"], MAIN: ["commit: two", "commit: three"]}
        assert reader.read() == {}

    def test_entry_has_what_a_file_says_of_it(self, stored: Repo) -> None:
        stored.commit("one")
        first = stored.head()
        second = stored.commit("two")
        time = int(stored.git("show", "-s", "--format=%ct", "HEAD"))
        entry = Reader(stored).entries()["HEAD"][-1]
        assert entry == ReflogEntry(Oid(first), Oid(second), "commit: two", time)

    def test_expired_log_is_read_from_its_beginning(self, stored: Repo) -> None:
        stored.commit("one")
        reader = Reader(stored)
        reader.read()
        stored.commit("two")
        expire(stored, before="now", ref="HEAD")
        stored.commit("three")
        assert reader.read()["HEAD"] == ["commit: three"]

    def test_worktrees_have_logs_of_their_own(self, stored: Repo, tmp_path: Path) -> None:
        stored.commit("one")
        reader = Reader(stored)
        reader.read()
        stored.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "linked"))
        stored.at(tmp_path / "linked").commit("two")
        assert reader.read(())["worktrees/linked/HEAD"][-1] == "commit: two"

    def test_renamed_branch_is_read_on_under_its_new_name(self, stored: Repo) -> None:
        stored.commit("one")
        reader = Reader(stored)
        reader.read()
        stored.git("branch", "-m", "main", "trunk")
        stored.commit("two")
        trunk = "refs/heads/trunk"
        (found,) = (one for one in reader.readings({MAIN, trunk}) if one.name != "HEAD")
        assert (found.name, found.continues) == (trunk, MAIN)
        assert [entry.message for entry in found.entries][-1] == "commit: two"
        assert "commit (initial): one" not in [entry.message for entry in found.entries]

    def test_reading_from_the_present_end_finds_later_entries_only(self, stored: Repo, tmp_path: Path) -> None:
        stored.commit("one")
        stored.commit("two")
        side, odd = "refs/heads/a/side", os.fsdecode(b"refs/heads/caf\xe9")
        for name in (side, odd):
            stored.git("branch", name.removeprefix("refs/heads/"), "main~1")
        stored.git("branch", "-f", "a/side", "main")
        stored.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
        ends = end_positions(stored.path / ".git")
        assert {*ends} == {"HEAD", "worktrees/linked/HEAD", MAIN, side, escape_undecodable(odd)}
        reader = Reader(stored)
        reader.positions = ends
        assert reader.read({MAIN, side}) == {}
        stored.git("branch", "-f", "a/side", "main~1")
        assert reader.read({MAIN, side}) == {side: ["branch: Reset to main~1"]}

    def test_any_number_of_new_entries_is_found(self, stored: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reflog_reader, "_MOST_ENTRIES", (2, 1000))
        stored.commit("one")
        reader = Reader(stored)
        reader.read()
        added = [f"commit: {stored.commit(str(number)) and number}" for number in range(5)]
        assert reader.read()["HEAD"] == added
        assert Reader(stored).read()["HEAD"] == ["commit (initial): one", *added]
