"""Commits read by pygit2 and by git, compared with what git shows."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support import Repo
from tracker.git import Repository
from tracker.git.commits import parse, read_commits
from tracker.git.objects import ObjectReader
from tracker.model import Oid


def test_pygit2_and_git_read_equal_commits(unusual: Repo) -> None:
    common_dir = unusual.path / ".git"
    by_pygit2, by_git = ObjectReader(common_dir, many=0), ObjectReader(common_dir, many=1000)
    assert by_pygit2.engine() == "pygit2"
    wanted = [*unusual.all_oids(), Oid("0" * 40), Oid(unusual.head("HEAD^{tree}"))]
    assert len(wanted) == 13
    assert list(by_pygit2.read(wanted)) == list(by_git.read(wanted))
    assert list(read_commits(by_pygit2, wanted)) == list(read_commits(by_git, wanted))


def test_fields_equal_output_of_git_log(unusual: Repo) -> None:
    wanted = unusual.all_oids()
    for commit in Repository.discover(unusual.path).commits(wanted):
        shown = unusual.git(
            "log", "-1", "--encoding=UTF-8", "--date=raw", commit.oid,
            "--format=%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B",
        )  # fmt: skip
        parents, author, email, when, committer, committer_email, committed, body = shown.split("\0")
        assert list(commit.parents) == parents.split()
        assert (commit.author.name, commit.author.email) == (author, email)
        assert (commit.committer.name, commit.committer.email) == (committer, committer_email)
        for signature, raw in ((commit.author, when), (commit.committer, committed)):
            seconds, zone = raw.split()
            sign = -1 if zone.startswith("-") else 1
            assert (signature.time, signature.offset) == (int(seconds), sign * (int(zone[1:3]) * 60 + int(zone[3:])))
        assert commit.message.rstrip("\n") == body.rstrip("\n")


@given(st.binary(max_size=300))
def test_parser_accepts_any_bytes(data: bytes) -> None:
    commit = parse(Oid("a" * 40), data)
    for text in (commit.author.name, commit.author.email, commit.message):
        text.encode("utf-8")
