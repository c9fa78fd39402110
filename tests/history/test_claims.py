"""Claims made of pairs of real commits: how their content and authors compare."""

from collections.abc import Callable

import pytest

from tests.history.agents_work import commit_file
from tests.support import Repo, one
from tracker.git import Repository
from tracker.history.claims import author_digest, made_in_rebase_of, make_claims
from tracker.history.move_links import DatedPair
from tracker.model import Oid, Pair, Signature
from tracker.rewrite_records import Claim

TIME = 1_700_000_777


def claims(repo: Repo, *pairs: tuple[str, str], source: str = "post-rewrite", in_rebase: bool = False) -> list[Claim]:
    dated = [DatedPair(Pair(Oid(old), Oid(new), source), TIME) for old, new in pairs]
    return [found.claim for found in make_claims(Repository.discover(repo.path), dated, lambda _: in_rebase)]


def claim(repo: Repo, old: str, new: str) -> Claim:
    return one(claims(repo, (old, new)))


@pytest.fixture
def worked(untracked: Repo) -> Repo:
    """A repository with the commits base and work."""
    commit_file(untracked, "base")
    commit_file(untracked, "work")
    return untracked


def amended(repo: Repo, *options: str) -> str:
    repo.git("commit", "-q", "--amend", "--allow-empty", "--no-edit", *options)
    return repo.head()


class TestContent:
    def test_commit_with_another_message_or_author_has_the_same_content(self, worked: Repo) -> None:
        old = worked.head()
        assert claim(worked, old, amended(worked, "-m", "other words")).is_same
        assert claim(worked, old, amended(worked, "--author", "B <b@x>")).is_same

    def test_commit_with_another_patch_has_not(self, worked: Repo) -> None:
        old = worked.head()
        worked.write("work.txt", "other work\n")
        assert not claim(worked, old, amended(worked, "-a")).is_same

    def test_same_patch_on_another_parent_is_the_same_content(self, worked: Repo) -> None:
        old = worked.head()
        worked.git("switch", "-q", "-c", "side", "HEAD~1")
        commit_file(worked, "between")
        worked.git("cherry-pick", old)
        assert claim(worked, old, worked.head()).is_same

    def test_empty_commits_have_the_same_content_and_others_not(self, worked: Repo) -> None:
        old = worked.head()
        worked.git("commit", "-q", "--allow-empty", "-m", "empty")
        empty = worked.head()
        assert claim(worked, empty, amended(worked, "-m", "empty in other words")).is_same
        assert not claim(worked, old, empty).is_same

    def test_merges_are_compared_by_their_trees(self, worked: Repo) -> None:
        worked.git("switch", "-q", "-c", "side", "HEAD~1")
        commit_file(worked, "side")
        worked.git("merge", "-q", "--no-edit", "main")
        old = worked.head()
        assert claim(worked, old, amended(worked, "-m", "other words")).is_same
        worked.write("side.txt", "conflict resolved\n")
        assert not claim(worked, old, amended(worked, "-a")).is_same

    def test_merge_and_plain_commit_of_one_tree_differ(self, worked: Repo) -> None:
        worked.git("switch", "-q", "-c", "side", "HEAD~1")
        commit_file(worked, "side")
        worked.git("merge", "-q", "--no-edit", "main")
        merge = worked.head()
        plain = worked.git("commit-tree", "-p", "HEAD~1", "-m", "squashed", "HEAD^{tree}").strip()
        assert not claim(worked, merge, plain).is_same

    @pytest.mark.whole
    def test_of_a_long_rewrite_the_trees_are_compared(self, untracked: Repo) -> None:
        """One more than 4000 commits, as filter-branch makes them."""
        untracked.import_commits(4000, files=True)
        untracked.git("reset", "-q", "--hard")
        old = untracked.head()
        reworded = amended(untracked, "-m", "reworded")
        untracked.git("switch", "-q", "--orphan", "apart")
        untracked.commit("base", file="other.txt")
        untracked.commit("as before", file="f", text=untracked.git("show", f"{old}~1:f"))
        untracked.commit("moved", file="f", text=untracked.git("show", f"{old}:f"))
        first, second = (old, reworded), (old, untracked.head())
        others = [(oid, old) for oid in untracked.git("rev-list", f"{old}~1").split()]
        assert [one.is_same for one in claims(untracked, first, second)] == [True, True]
        assert [one.is_same for one in claims(untracked, first, second, *others)[:2]] == [True, False]


class TestAuthors:
    CHANGES = (
        ("--author", "Grace <ada@example.com>"),
        ("--author", "Ada Person <grace@example.com>"),
        ("--date", "1700000000 +0100"),
    )

    def test_amend_keeps_author_and_author_date(self, worked: Repo) -> None:
        assert claim(worked, worked.head(), amended(worked, "-m", "other words")).is_authored

    @pytest.mark.parametrize("change", CHANGES, ids=["name", "address", "time"])
    def test_another_author_or_time_is_seen(self, worked: Repo, change: tuple[str, str]) -> None:
        old = worked.head()
        new = amended(worked, *change)
        assert not claim(worked, old, new).is_authored
        assert claim(worked, old, new).author != claim(worked, new, old).author

    def test_digest_is_of_the_old_author_and_differs_for_each_field(self, worked: Repo) -> None:
        commit = one(Repository.discover(worked.path).commits([Oid(worked.head())]))
        new = amended(worked, "--author", "Grace <grace@example.com>")
        assert claim(worked, commit.oid, new).author == author_digest(commit.author)
        base = Signature("A", "a@x", 5, 60)
        others = [
            Signature("B", "a@x", 5, 60),
            base._replace(email="b"),
            base._replace(time=6),
            base._replace(offset=0),
        ]
        assert len({author_digest(author) for author in [base, *others]}) == 5
        assert author_digest(Signature("A\ud800", "", -5, -60)) == author_digest(Signature("A\ud800", "", -5, -60))


class TestPairs:
    def test_claim_has_source_and_time_of_its_pair(self, worked: Repo) -> None:
        old, new = worked.head(), amended(worked, "-m", "other words")
        found = one(claims(worked, (old, new), source="reflog"))
        assert (found.new, found.source, found.time) == (new, "reflog", TIME)

    def test_commit_paired_with_itself_makes_no_claim(self, worked: Repo) -> None:
        assert claims(worked, (worked.head(), worked.head())) == []

    def test_missing_commits_make_no_claims_and_stop_no_others(self, worked: Repo) -> None:
        old, new, missing = worked.head(), amended(worked, "-m", "other words"), "12" * 20
        found = claims(worked, (missing, new), (old, missing), (old, new))
        assert [one.new for one in found] == [new]

    def test_pair_that_is_given_twice_makes_one_claim(self, worked: Repo) -> None:
        pair = worked.head(), amended(worked, "-m", "other words")
        assert len(claims(worked, pair, pair)) == 1

    def test_only_a_listed_commit_of_another_author_is_looked_for_in_the_rebase(self, worked: Repo) -> None:
        old = worked.head()
        reworded = amended(worked, "-m", "other words")
        other_author = amended(worked, "--author", "Grace <grace@example.com>")
        found = claims(worked, (old, reworded), (old, other_author), in_rebase=True)
        assert [one.in_rebase for one in found] == [False, True]
        assert not one(claims(worked, (old, other_author), source="amend", in_rebase=True)).in_rebase


class TestMadeInRebase:
    @staticmethod
    def rebased(repo: Repo, *options: str) -> Callable[[str], bool]:
        """Rebase main's last commit onto another branch; return a function that asks about a commit by revision."""
        repo.git("switch", "-q", "-c", "other", "HEAD~1")
        commit_file(repo, "onto")
        repo.git("rebase", "-q", *options, "other", "main")
        repository, end = Repository.discover(repo.path), Oid(repo.head())
        return lambda revision: made_in_rebase_of(repository, end, Oid(repo.head(revision)))

    def test_commits_of_the_rebase_are_found_and_others_not(self, worked: Repo) -> None:
        is_made = self.rebased(worked, "--exec", "git commit -q --amend --reset-author --no-edit")
        assert is_made("HEAD")
        assert not is_made("other")
        assert not is_made("main@{1}")

    def test_commit_made_after_the_rebase_is_not_of_it(self, worked: Repo) -> None:
        self.rebased(worked)
        end = Oid(worked.head())
        new = Oid(commit_file(worked, "after"))
        repository = Repository.discover(worked.path)
        assert not made_in_rebase_of(repository, end, new)
        assert made_in_rebase_of(repository, end, end)

    def test_rebase_that_ended_elsewhere_is_not_searched(self, worked: Repo) -> None:
        self.rebased(worked)
        repository = Repository.discover(worked.path)
        assert not made_in_rebase_of(repository, Oid(worked.head("other")), Oid(worked.head()))
        assert not made_in_rebase_of(repository, None, Oid(worked.head()))

    def test_commit_of_an_earlier_rebase_is_not_of_the_last_one(self, worked: Repo) -> None:
        self.rebased(worked)
        first = Oid(worked.head())
        worked.git("switch", "-q", "-c", "third", "other")
        commit_file(worked, "third")
        worked.git("rebase", "-q", "third", "main")
        repository = Repository.discover(worked.path)
        assert made_in_rebase_of(repository, Oid(worked.head()), Oid(worked.head()))
        assert not made_in_rebase_of(repository, Oid(worked.head()), first)
