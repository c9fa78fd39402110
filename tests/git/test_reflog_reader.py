"""Reading what reflogs gained since a position: growth, expiry, and refs that were renamed, deleted or made again."""

import os
from pathlib import Path

import pytest

from tests.git.reflog_readers import MAIN, Reader, expire, log_of, reader_of
from tests.support import Repo
from tracker.git import Repository, reflog_reader
from tracker.git.reflog_reader import end_positions


@pytest.fixture
def reader(untracked: Repo) -> Reader:
    return reader_of(untracked)


class TestGrowth:
    def test_first_reading_has_all_entries_of_heads_and_branches(self, untracked: Repo) -> None:
        untracked.commit("one")
        untracked.git("branch", "topic/one")
        untracked.commit("two")
        found = Reader(untracked).entries()
        assert {*found} == {"HEAD", MAIN, "refs/heads/topic/one"}
        assert found["HEAD"] == Repository.discover(untracked.path).reflogs.of_head(100)[::-1]
        assert found[MAIN] == found["HEAD"]
        assert [entry.message for entry in found["refs/heads/topic/one"]] == ["branch: Created from main"]

    def test_later_reading_has_what_was_added(self, untracked: Repo, reader: Reader) -> None:
        assert reader.read() == {}
        untracked.commit("three")
        untracked.commit("four")
        assert reader.read() == {"HEAD": ["commit: three", "commit: four"], MAIN: ["commit: three", "commit: four"]}
        assert reader.read() == {}

    def test_reading_from_the_present_end_finds_later_entries_only(self, untracked: Repo, reader: Reader) -> None:
        assert end_positions(untracked.path / ".git") == reader.positions
        fresh = Reader(untracked)
        fresh.positions = end_positions(untracked.path / ".git")
        untracked.commit("three")
        assert fresh.read() == {"HEAD": ["commit: three"], MAIN: ["commit: three"]}

    def test_every_cut_of_a_log_into_two_readings_gives_all_entries_once(self, untracked: Repo, reader: Reader) -> None:
        for number in range(3, 9):
            untracked.commit(f"{number} of them, each as long as it likes to be" * number)
        log = log_of(untracked)
        whole = log.read_bytes()
        expected = [entry.message for entry in Reader(untracked).entries()["HEAD"]]
        for size in range(0, len(whole) + 1, 7):
            log.write_bytes(whole[:size])
            cut = Reader(untracked)
            first = cut.read().get("HEAD", [])
            log.write_bytes(whole)
            assert first + cut.read().get("HEAD", []) == expected

    def test_incomplete_last_line_is_left_for_the_next_reading(self, untracked: Repo, reader: Reader) -> None:
        before = log_of(untracked).read_bytes()
        untracked.commit("three")
        added = log_of(untracked).read_bytes().removeprefix(before)
        log_of(untracked).write_bytes(before + added[:-9])
        assert "HEAD" not in reader.read()
        log_of(untracked).write_bytes(before + added)
        assert reader.read() == {"HEAD": ["commit: three"]}

    def test_lines_that_are_no_moves_are_passed_over_once(self, untracked: Repo, reader: Reader) -> None:
        with log_of(untracked).open("ab") as file:
            file.write(b"no move of a ref\n\xff\xfe\n\n")
        assert reader.read() == {"HEAD": []}
        untracked.commit("three")
        assert reader.read()["HEAD"] == ["commit: three"]

    def test_log_of_a_branch_that_did_not_move_is_not_opened(self, untracked: Repo, reader: Reader) -> None:
        """Nearly all branches of a large repository have not moved since the last reading."""
        log = log_of(untracked, MAIN)
        log.write_bytes(b"x" * log.stat().st_size)
        assert reader.read(moved=()) == {}
        assert reader.read() == {MAIN: []}


class TestLongLines:
    @pytest.mark.parametrize("length", [2000, 4000, 5000, 70_000])
    def test_line_of_any_length_is_read_once(self, untracked: Repo, reader: Reader, length: int) -> None:
        for number in range(3):
            untracked.commit(f"{number} {'x' * length}")
            assert [len(message) for message in reader.read()["HEAD"]] == [len("commit: 0 ") + length]
            assert reader.read() == {}

    def test_of_a_log_that_is_too_large_the_end_is_read(self, untracked: Repo, reader: Reader) -> None:
        log = log_of(untracked)
        line = log.read_bytes().split(b"\n")[1] + b"\n"
        count = reflog_reader._MOST_BYTES // len(line) + 1000
        log.write_bytes(line * count)
        found = Reader(untracked)
        assert count - 1100 < len(found.entries()["HEAD"]) < count - 900
        untracked.commit("three")
        assert found.read()["HEAD"] == ["commit: three"]


class TestExpiry:
    @pytest.mark.parametrize("added", [0, 1, 5])
    def test_log_that_lost_its_beginning_is_read_from_the_same_line(
        self, untracked: Repo, reader: Reader, added: int
    ) -> None:
        for number in range(added):
            untracked.commit(f"added {number}")
        expected = [f"commit: added {number}" for number in range(added)]
        expire(untracked, before=f"HEAD~{added}", ref="HEAD")
        expire(untracked, before=f"HEAD~{added}", ref=MAIN)
        assert b"commit (initial)" not in log_of(untracked).read_bytes()
        assert reader.read() == {"HEAD": expected, MAIN: expected}
        assert reader.read() == {}

    def test_log_whose_read_lines_are_all_gone_is_read_from_its_beginning(
        self, untracked: Repo, reader: Reader
    ) -> None:
        for number in range(9):
            untracked.commit(f"added {number}")
        expire(untracked, before="HEAD~2", ref="HEAD")
        found = next(one for one in reader.readings() if one.name == "HEAD")
        assert [entry.message for entry in found.entries] == ["commit: added 6", "commit: added 7", "commit: added 8"]
        assert found.continues is None
        assert not found.begins_anew

    def test_emptied_log_has_later_entries_only(self, untracked: Repo, reader: Reader) -> None:
        expire(untracked, before="now", ref="HEAD")
        assert log_of(untracked).read_bytes() == b""
        assert reader.read() == {"HEAD": []}
        assert reader.read() == {}
        untracked.commit("three")
        assert reader.read()["HEAD"] == ["commit: three"]

    @pytest.mark.parametrize("added", [1, 2, 3, 9])
    def test_log_emptied_before_new_entries_is_read_from_its_beginning(
        self, untracked: Repo, reader: Reader, added: int
    ) -> None:
        expire(untracked, before="now", ref="HEAD")
        for number in range(added):
            untracked.commit(f"{number + 3}")
        assert reader.read()["HEAD"] == [f"commit: {number + 3}" for number in range(added)]

    def test_log_that_was_deleted_with_its_entries_begins_anew(self, untracked: Repo, reader: Reader) -> None:
        log_of(untracked).unlink()
        assert reader.read() == {}
        untracked.commit("three")
        assert reader.read()["HEAD"] == ["commit: three"]


class TestBranches:
    def test_renamed_branch_is_read_on_under_its_new_name(self, untracked: Repo, reader: Reader) -> None:
        untracked.git("branch", "-m", "main", "trunk")
        untracked.commit("three")
        renamed = "Branch: renamed refs/heads/main to refs/heads/trunk"
        assert reader.read({MAIN, "refs/heads/trunk"})["refs/heads/trunk"] == [renamed, "commit: three"]

    def test_branches_renamed_together_are_each_read_on(self, untracked: Repo, reader: Reader) -> None:
        for name in ("a", "b", "c"):
            untracked.git("switch", "-q", "-c", name)
            untracked.commit(f"on {name}")
        untracked.git("switch", "-q", "main")
        reader.read()
        for name in ("a", "b", "c"):
            untracked.git("branch", "-m", name, f"new-{name}")
        found = reader.read({f"refs/heads/new-{name}" for name in "abc"})
        assert {name: len(messages) for name, messages in found.items() if name != "HEAD"} == {
            f"refs/heads/new-{name}": 1 for name in "abc"
        }

    @pytest.mark.parametrize("exchanged", ["renamed onto another", "two exchanged"])
    def test_branch_that_took_the_name_of_another_is_read_on(
        self, untracked: Repo, reader: Reader, exchanged: str
    ) -> None:
        other = "refs/heads/other"
        untracked.git("branch", "other", "main~1")
        assert len(reader.read({other})[other]) == 1
        moves = {
            "renamed onto another": [("main", "other")],
            "two exchanged": [("main", "x"), ("other", "main"), ("x", "other")],
        }
        for old, new in moves[exchanged]:
            untracked.git("branch", "-M", old, new)
        found = {one.name: one for one in reader.readings({MAIN, other}) if one.name != "HEAD"}
        assert found[other].continues == MAIN
        assert all("renamed" in entry.message for entry in found[other].entries)
        if exchanged == "two exchanged":
            assert found[MAIN].continues == other
            assert [entry.message for entry in found[MAIN].entries] == [
                "Branch: renamed refs/heads/other to refs/heads/main"
            ]

    def test_copied_branch_is_read_from_its_beginning(self, untracked: Repo, reader: Reader) -> None:
        """Its log is that of the other one; both names are followed."""
        untracked.git("branch", "-c", "main", "copy")
        assert len(reader.read({"refs/heads/copy"})["refs/heads/copy"]) == 3

    @pytest.mark.parametrize("commits", [0, 1, 4])
    def test_branch_deleted_and_made_again_is_read_from_its_beginning(
        self, untracked: Repo, reader: Reader, commits: int
    ) -> None:
        topic = "refs/heads/topic"
        untracked.git("switch", "-q", "-c", "topic")
        untracked.commit("before")
        assert reader.read({topic})[topic] == ["branch: Created from HEAD", "commit: before"]
        untracked.git("switch", "-q", "main")
        untracked.git("branch", "-q", "-D", "topic")
        untracked.git("switch", "-q", "-c", "topic", "main~1")
        for number in range(commits):
            untracked.commit(f"again {number}")
        again = [f"commit: again {number}" for number in range(commits)]
        (found,) = (one for one in reader.readings({topic}) if one.name == topic)
        assert [entry.message for entry in found.entries] == ["branch: Created from main~1", *again]
        assert found.begins_anew

    def test_branch_whose_name_is_not_utf8_is_read_on(self, untracked: Repo, reader: Reader) -> None:
        name = os.fsdecode(b"caf\xe9")
        untracked.git("switch", "-q", "-c", name)
        untracked.commit("three")
        (found,) = {*reader.read()} - {"HEAD"}
        untracked.commit("four")
        assert found in Repository.discover(untracked.path).tips()
        assert reader.read({found})[found] == ["commit: four"]

    def test_remote_tracking_branches_and_tags_are_not_read(self, untracked: Repo, reader: Reader) -> None:
        clone = Reader(untracked.clone(untracked.path.parent / "clone"))
        assert {*clone.read()} == {"HEAD", MAIN}


class TestWorktrees:
    def test_each_worktree_has_a_log_of_its_head(self, untracked: Repo, reader: Reader, tmp_path: Path) -> None:
        untracked.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "linked"))
        untracked.at(tmp_path / "linked").commit("in the linked one")
        found = reader.read()
        assert {*found} == {"worktrees/linked/HEAD", "refs/heads/topic"}
        assert found["worktrees/linked/HEAD"][-1] == "commit: in the linked one"

    def test_worktree_removed_and_added_again_is_read_from_its_beginning(
        self, untracked: Repo, reader: Reader, tmp_path: Path
    ) -> None:
        name = "worktrees/linked/HEAD"
        for number in range(2):
            untracked.git("worktree", "add", "-q", "-b", f"topic-{number}", str(tmp_path / "linked"))
            linked = untracked.at(tmp_path / "linked")
            linked.commit(f"first {number}")
            linked.commit(f"second {number}")
            assert reader.read()[name][-2:] == [f"commit: first {number}", f"commit: second {number}"]
            untracked.git("worktree", "remove", "--force", str(tmp_path / "linked"))
        assert reader.read() == {}
