"""Commits that git may no longer have, matched with those that a tool made of them; and the maps that tools leave."""

import os
from pathlib import Path

import pytest

from tests.history.agents_work import commit_file
from tests.ledger.example_ledger import commit_facts
from tests.support import Repo
from tracker.git import Repository
from tracker.history.claims import OldClaim, author_digest
from tracker.history.tool_maps import map_mark, read_map
from tracker.history.vanished import claims_of_map, claims_of_vanished
from tracker.model import Oid
from tracker.records import CommitFacts

TIME = 1_700_000_999
ONE_SECOND = {"GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000"}


def facts_of(repo: Repo, *oids: str) -> dict[Oid, CommitFacts]:
    """Return what a ledger keeps of commits that still exist, without evidence."""
    repository = Repository.discover(repo.path)
    changes = repository.changes([Oid(oid) for oid in oids])
    return {
        commit.oid: commit_facts(1, live=True)._replace(
            parents=commit.parents,
            author_name=commit.author.name[:200],
            author_email=commit.author.email[:200],
            authored_at=commit.author.time,
            author_offset=commit.author.offset,
            committed_at=commit.committer.time,
            subject=commit.message.split("\n")[0][:200],
            **changes[commit.oid].stat._asdict(),
        )
        for commit in repository.commits([Oid(oid) for oid in oids])
    }


def made_of(repo: Repo, records: dict[Oid, CommitFacts], *fresh: str) -> dict[str, str]:
    """Return the new commit that each vanished one is claimed to have become."""
    return {found.old: found.claim.new for found in claims_of(repo, records, *fresh)}


def claims_of(repo: Repo, records: dict[Oid, CommitFacts], *fresh: str) -> list[OldClaim]:
    return claims_of_vanished(Repository.discover(repo.path), records, [Oid(oid) for oid in fresh])


@pytest.fixture
def worked(untracked: Repo) -> Repo:
    """A repository with the commits base, a and b."""
    for name in ("base", "a", "b"):
        commit_file(untracked, name)
    return untracked


def again(repo: Repo, old: str, *, subject: str | None = None, text: str | None = None, author: str = "") -> str:
    """Make a commit of the same dates on another parent, as a tool does; return it."""
    form = "%an%n%ae%n%ad%n%cd%n%s"
    name, address, date, committed, words = repo.git("show", "-s", "--date=raw", f"--format={form}", old).splitlines()
    repo.git("switch", "-q", "--orphan", f"apart-{repo.head(old)[:8]}-{len(repo.all_oids())}")
    repo.git("commit", "-q", "--allow-empty", "-m", "root")
    file = f"{words}.txt"
    repo.write(file, repo.git("show", f"{old}:{file}") if text is None else text)
    repo.git("add", "-A")
    who = {"GIT_AUTHOR_NAME": author or name, "GIT_AUTHOR_EMAIL": address}
    env = who | {"GIT_AUTHOR_DATE": f"@{date}", "GIT_COMMITTER_DATE": f"@{committed}"}
    repo.git("commit", "-q", "-m", subject or words, env=env)
    return repo.head()


class TestVanished:
    def test_commit_with_the_same_author_dates_and_subject_is_the_same(self, worked: Repo) -> None:
        old = worked.head()
        records = facts_of(worked, old)
        new = again(worked, old)
        (found,) = claims_of(worked, records, new)
        author = next(iter(Repository.discover(worked.path).commits([Oid(old)]))).author
        assert (found.old, found.claim.new, found.claim.source) == (old, new, "tool")
        assert (found.claim.is_same, found.claim.is_authored, found.claim.in_rebase) == (True, True, False)
        assert found.claim.author == author_digest(author)
        assert found.claim.time == int(worked.git("log", "-1", "--format=%ct"))

    def test_other_content_is_claimed_as_changed(self, worked: Repo) -> None:
        records = facts_of(worked, worked.head())
        new = again(worked, worked.head(), text="one line\n")
        assert [found.claim.is_same for found in claims_of(worked, records, new)] == [False]

    def test_unknown_diff_statistics_are_no_equal_content(self, worked: Repo) -> None:
        old = Oid(worked.head())
        records = {old: facts_of(worked, old)[old]._replace(files=None, insertions=None, deletions=None)}
        assert [found.claim.is_same for found in claims_of(worked, records, again(worked, old))] == [False]

    def test_another_subject_is_matched_by_dates_and_statistics(self, worked: Repo) -> None:
        old = worked.head()
        records = facts_of(worked, old)
        new = again(worked, old, subject="in other words")
        assert made_of(worked, records, new) == {old: new}

    def test_another_author_is_matched_by_dates_and_statistics(self, worked: Repo) -> None:
        old = worked.head()
        records = facts_of(worked, old)
        new = again(worked, old, author="Grace")
        (found,) = claims_of(worked, records, new)
        assert (found.old, found.claim.new, found.claim.is_authored) == (old, new, False)

    def test_another_subject_and_other_content_are_not_matched(self, worked: Repo) -> None:
        records = facts_of(worked, worked.head())
        new = again(worked, worked.head(), subject="in other words", text="one line\n")
        assert made_of(worked, records, new) == {}

    def test_commit_of_other_dates_is_not_matched(self, worked: Repo) -> None:
        records = facts_of(worked, worked.head())
        assert made_of(worked, records, commit_file(worked, "later")) == {}

    def test_long_names_are_compared_as_far_as_a_ledger_keeps_them(self, untracked: Repo) -> None:
        long = {"GIT_AUTHOR_NAME": "A" * 300, "GIT_AUTHOR_EMAIL": "a" * 300 + "@x"}
        untracked.commit("s" * 300, file="a.txt", text="a\n", env=long | ONE_SECOND)
        old = untracked.head()
        records = facts_of(untracked, old)
        untracked.git("commit", "-q", "--amend", "-m", "s" * 300 + "!", env=ONE_SECOND)
        (found,) = claims_of(untracked, records, untracked.head())
        assert (found.claim.new, found.claim.is_authored) == (untracked.head(), True)


class TestSeveralInOneSecond:
    """Scripts make many commits in one second."""

    @staticmethod
    def in_one_second(repo: Repo, *subjects: str, lines: int = 3) -> list[str]:
        return [
            repo.commit(subject, file=f"{number}.txt", text="x\n" * lines, env=ONE_SECOND)
            for number, subject in enumerate(subjects)
        ]

    def test_they_are_told_apart_by_subject(self, untracked: Repo) -> None:
        untracked.git("commit", "-q", "--allow-empty", "-m", "root")
        olds = self.in_one_second(untracked, "one", "two", "three")
        records = facts_of(untracked, *olds)
        untracked.git("switch", "-q", "--orphan", "apart")
        untracked.git("commit", "-q", "--allow-empty", "-m", "another root")
        news = self.in_one_second(untracked, "one", "two", "three")
        assert made_of(untracked, records, *news) == dict(zip(olds, news, strict=True))

    def test_of_two_with_one_subject_neither_is_matched(self, untracked: Repo) -> None:
        olds = self.in_one_second(untracked, "root", "fix", "fix", "one")
        records = facts_of(untracked, *olds[1:])
        untracked.git("switch", "-q", "--orphan", "apart")
        news = self.in_one_second(untracked, "other root", "fix", "fix", "one")
        assert made_of(untracked, records, *news[1:]) == {olds[3]: news[3]}

    def test_commit_that_two_may_have_become_is_matched_with_neither(self, untracked: Repo) -> None:
        olds = self.in_one_second(untracked, "root", "fix", "fix")
        records = facts_of(untracked, *olds[1:])
        untracked.git("switch", "-q", "--orphan", "apart")
        news = self.in_one_second(untracked, "other root", "fix")
        assert made_of(untracked, records, news[1]) == {}


class TestMaps:
    MAP = Path("filter-repo") / "commit-map"
    OLD, NEW = "a" * 40, "b" * 40

    def write(self, folder: Path, content: str | bytes) -> None:
        path = folder / self.MAP
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def pairs(self, folder: Path) -> tuple[tuple[Oid, Oid], ...]:
        found = read_map(folder)
        assert found is not None
        return found.pairs

    def test_no_map(self, tmp_path: Path) -> None:
        assert (map_mark(tmp_path), read_map(tmp_path)) == ("", None)

    def test_changed_commits_are_pairs_and_unchanged_and_dropped_ones_not(self, tmp_path: Path) -> None:
        same, dropped = f"{'c' * 40} {'c' * 40}", f"{'d' * 40} {'0' * 40}"
        self.write(
            tmp_path, f"old                                      new\n{self.OLD} {self.NEW}\n{same}\n{dropped}\n"
        )
        assert self.pairs(tmp_path) == ((self.OLD, self.NEW),)

    def test_names_of_sha256_are_read(self, tmp_path: Path) -> None:
        self.write(tmp_path, f"{'a' * 64} {'b' * 64}\n")
        assert self.pairs(tmp_path) == (("a" * 64, "b" * 64),)

    @pytest.mark.parametrize(
        "rubbish",
        [
            b"", b"\n\n \n", b"\xff\xfe\x00\n", b"%s\n" % (b"a" * 40), b"%s %s %s\n" % ((b"a" * 40,) * 3),
            b"../../etc/passwd %s\n" % (b"b" * 40), b"%s HEAD\n" % (b"a" * 40), b"%s %s\n" % (b"A" * 40, b"B" * 40),
            b"x" * 1_000_000,
        ],
        ids=range(9),
    )  # fmt: skip
    def test_rubbish_has_no_pairs_and_hides_no_others(self, tmp_path: Path, rubbish: bytes) -> None:
        self.write(tmp_path, rubbish)
        assert self.pairs(tmp_path) == ()
        self.write(tmp_path, rubbish + f"\n{self.OLD} {self.NEW}\r\n".encode())
        assert self.pairs(tmp_path) == ((self.OLD, self.NEW),)

    def test_folder_in_its_place_is_no_map(self, tmp_path: Path) -> None:
        (tmp_path / self.MAP).mkdir(parents=True)
        assert read_map(tmp_path) is None

    def test_mark_and_time_change_with_the_map(self, tmp_path: Path) -> None:
        self.write(tmp_path, f"{self.OLD} {self.NEW}\n")
        os.utime(tmp_path / self.MAP, (50, 50))
        first = read_map(tmp_path)
        assert first is not None
        assert (first.mark, first.time) == (map_mark(tmp_path), 50)
        self.write(tmp_path, f"{self.NEW} {self.OLD}\n")
        os.utime(tmp_path / self.MAP, (60, 60))
        assert map_mark(tmp_path) != first.mark

    def test_claims_are_about_recorded_commits_and_commits_that_exist(self, worked: Repo) -> None:
        old = worked.head()
        records = facts_of(worked, old)
        new = again(worked, old)
        unknown, missing = "12" * 20, "34" * 20
        pairs = [(old, new), (unknown, new), (old, missing)]
        found = claims_of_map(
            Repository.discover(worked.path), [(Oid(one), Oid(other)) for one, other in pairs], records, (), TIME
        )
        assert [(one.old, one.claim.new, one.claim.is_same, one.claim.time) for one in found] == [
            (old, new, True, TIME)
        ]
