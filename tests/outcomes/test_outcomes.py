"""Outcomes of a history that is built commit by commit, so that each number is known."""

from collections.abc import Callable

import pytest

from tests.outcomes.computed import outcomes
from tests.support import Repo
from tracker.model import Oid

pytestmark = pytest.mark.recorded_later

DAY = 86_400
Commit = Callable[..., Oid]


@pytest.fixture
def commit(repo: Repo) -> Commit:
    """Commit a file with these lines, ``days`` after the first commit."""
    start = 1_700_000_000

    def make(subject: str, lines: list[str], *, day: float = 0, file: str = "a.txt") -> Oid:
        repo.write(file, "".join(f"{line}\n" for line in lines))
        repo.git("add", "--", file)
        date = f"@{start + int(day * DAY)} +0000"
        repo.git("commit", "-q", "-m", subject, env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})
        return Oid(repo.head())

    return make


def numbered(first: int, last: int) -> list[str]:
    return [f"a line of text with the number {number}" for number in range(first, last + 1)]


class TestKeptLines:
    def test_lines_are_counted_by_age(self, repo: Repo, commit: Commit) -> None:
        one = commit("feat: one", numbered(1, 10))
        two = commit("feat: two", [*numbered(1, 7), "other"], day=13.5)
        commit("feat: three", [*numbered(1, 5), "other"], day=20)
        found = outcomes(repo)
        assert (found[one].added, found[one].kept(14), found[one].kept(30), found[one].kept(90)) == (10, 7, 5, 5)
        assert (found[two].added, found[two].kept(14)) == (1, 1)

    def test_moved_and_indented_lines_are_kept(self, repo: Repo, commit: Commit) -> None:
        one = commit("feat: one", numbered(1, 10))
        two = commit("feat: move", [*numbered(6, 10), *numbered(1, 5)], day=1)
        three = commit("feat: indent", [f"    {line}" for line in [*numbered(6, 10), *numbered(1, 5)]], day=2)
        found = outcomes(repo)
        assert [found[oid].added for oid in (one, two, three)] == [10, 0, 0]
        assert found[one].kept(30) == 10

    def test_renamed_file_keeps_its_owners(self, repo: Repo, commit: Commit) -> None:
        one = commit("feat: one", numbered(1, 10))
        repo.git("mv", "a.txt", "b.txt")
        two = commit("feat: rename", [*numbered(1, 10), "new"], file="b.txt", day=1)
        found = outcomes(repo)
        assert (found[one].kept(30), found[two].added) == (10, 1)

    @pytest.mark.parametrize("file", ["package-lock.json", "vendor/x.c", "x.min.js", "data.csv", "made.txt"])
    def test_generated_files_are_left_out(self, repo: Repo, commit: Commit, file: str) -> None:
        commit("build: attributes", ["made.txt linguist-generated"], file=".gitattributes")
        one = commit("feat: one", numbered(1, 10), file=file)
        assert outcomes(repo)[one].added == 0

    def test_attribute_counts_a_file_that_its_name_would_leave_out(self, repo: Repo, commit: Commit) -> None:
        commit("build: attributes", ["vendor/** linguist-vendored=false"], file=".gitattributes")
        one = commit("feat: one", numbered(1, 10), file="vendor/x.c")
        assert outcomes(repo)[one].added == 10

    def test_branch_lands_when_it_is_merged(self, repo: Repo, commit: Commit) -> None:
        commit("feat: one", numbered(1, 10))
        repo.git("switch", "-q", "-c", "side")
        side = commit("feat: side", numbered(1, 5), file="b.txt", day=1)
        repo.git("switch", "-q", "main")
        main = commit("feat: main", [*numbered(1, 10), "more"], day=2)
        assert side not in outcomes(repo)
        date = f"@{1_700_000_000 + 10 * DAY} +0000"
        repo.git("merge", "-q", "--no-ff", "side", env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})
        merge = Oid(repo.head())
        found = outcomes(repo)
        assert found[side].landed_at == found[merge].landed_at == 1_700_000_000 + 10 * DAY
        assert (found[side].added, found[side].kept(1), found[merge].added, found[main].added) == (5, 5, 0, 1)

    def test_lines_of_a_merge_are_those_that_no_parent_has(self, repo: Repo, commit: Commit) -> None:
        commit("feat: one", numbered(1, 3))
        repo.git("switch", "-q", "-c", "side")
        side = commit("feat: side", ["from the side", *numbered(2, 3)], day=1)
        repo.git("switch", "-q", "main")
        main = commit("feat: main", ["from the main line", *numbered(2, 3)], day=1)
        repo.git("merge", "-q", "side", code=1)
        merge = commit("merge", ["from the main line", "from the side", "from neither", *numbered(2, 3)], day=2)
        found = outcomes(repo)
        assert (found[merge].added, found[side].kept(30), found[main].kept(30)) == (1, 1, 1)


class TestReverts:
    def test_by_message(self, repo: Repo, commit: Commit) -> None:
        one = commit("feat: one", numbered(1, 3))
        two = commit("feat: two", numbered(1, 6), day=1)
        repo.git("revert", "--no-edit", two)
        found = outcomes(repo)
        assert (found[two].reverted_by, found[two].revert_found_by) == (repo.head(), "message")
        assert (found[two].added, found[two].kept(30), found[one].kept(30), found[one].reverted_by) == (3, 0, 3, None)

    def test_by_an_inverse_patch_although_lines_moved(self, repo: Repo, commit: Commit) -> None:
        commit("feat: one", numbered(1, 20))
        two = commit("feat: two", [*numbered(1, 20), "added text"], day=1)
        commit("feat: three", ["first", *numbered(1, 20), "added text"], day=2)
        back = commit("chore: clean", ["first", *numbered(1, 20)], day=3)
        found = outcomes(repo)
        assert (found[two].reverted_by, found[two].revert_found_by) == (back, "inverse")
        assert [one.reverted_by for oid, one in found.items() if oid != two] == [None] * 3

    def test_empty_lines_and_punctuation_take_nothing_back(self, repo: Repo, commit: Commit) -> None:
        commit("feat: one", ["first", "", "second", "", "third", "{", "}"])
        commit("style: fewer lines", ["first", "second", "", "third", "{", "}"], day=1)
        commit("style: fewer lines again", ["first", "second", "third", "{", "}"], day=2)
        commit("style: another line", ["first", "second", "", "third", "{", "}"], day=3)
        commit("style: brackets", ["first", "second", "", "third"], day=4)
        commit("style: brackets again", ["first", "{", "}", "second", "", "third"], day=5)
        assert [one.reverted_by for one in outcomes(repo).values()] == [None] * 6

    def test_an_empty_line_beside_text_is_not_nothing(self, repo: Repo, commit: Commit) -> None:
        commit("feat: one", ["first", "", "last"])
        two = commit("feat: in place of the empty line", ["first", "added text", "last"], day=1)
        commit("feat: removed", ["first", "last"], day=2)
        assert outcomes(repo)[two].reverted_by is None

    def test_done_again(self, repo: Repo, commit: Commit) -> None:
        commit("feat: one", numbered(1, 3))
        two = commit("feat: two", numbered(1, 6), day=1)
        repo.git("revert", "--no-edit", two)
        first = Oid(repo.head())
        repo.git("revert", "--no-edit", first)
        again = Oid(repo.head())
        found = outcomes(repo)
        assert (found[two].reverted_by, found[two].again_by) == (first, again)
        assert found[first].reverted_by == again
        assert found[two].kept(30) == 3  # its lines came back as its own


class TestFixes:
    def test_fix_of_lines_within_seven_days(self, repo: Repo, commit: Commit) -> None:
        one = commit("feat: one", numbered(1, 10))
        commit("feat: two", [*numbered(1, 9), "changed"], day=1)
        fix = commit("fix: three", [*numbered(1, 7), "changed"], day=6.5)
        commit("fix: four", [*numbered(1, 6), "changed"], day=8)
        found = outcomes(repo)
        assert (found[one].fixed_by, found[one].fixed_lines) == (fix, 2)

    def test_trailer_names_what_it_fixes(self, repo: Repo, commit: Commit) -> None:
        one = commit("feat: one", numbered(1, 10))
        two = commit(f'repair\n\nFixes: {one[:12]} ("feat: one")', numbered(1, 11), day=60)
        assert outcomes(repo)[one].blamed_by == (two,)


def test_repository_without_a_commit(repo: Repo) -> None:
    assert outcomes(repo) == {}
