"""Squash merges found in what was pulled or committed, and their parts, which count once."""

from pathlib import Path

import pytest

from tests.history.hosted_repository import AGENT, LINES, HostedRepository
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


@pytest.mark.whole
def test_branch_squashed_reverted_and_squashed_again_is_linked_to_first_squash(hosted: HostedRepository) -> None:
    hosted.repo.commit("t2", file="t2.txt", env=AGENT)
    hosted.repo.git("push", "-q", "origin", "topic")
    hosted.host.git("merge", "-q", "--squash", "topic")
    hosted.host.git("commit", "-q", "-m", "all (#1)")
    hosted.host.git("revert", "--no-edit", "HEAD")
    hosted.host.git("revert", "--no-edit", "HEAD")
    hosted.pull()
    lines = hosted.lines_by_subject()
    assert [link["oid"] for link in lines["t1"]["replaced_by"]] == [lines["all (#1)"]["oid"]]
    assert hosted.repo.json("status", "claude-code")["communication_score"] == 65


@pytest.mark.parametrize("order", ["amend first", "pull first"])
@pytest.mark.whole
def test_squashed_branch_that_is_reworded_afterwards_counts_once(hosted: HostedRepository, order: str) -> None:
    repo = hosted.repo
    repo.commit("t2", file="t2.txt", env=AGENT)
    repo.git("push", "-q", "origin", "topic")
    hosted.host.git("merge", "-q", "--squash", "topic")
    hosted.host.git("commit", "-q", "-m", "all (#1)")

    def amend() -> None:
        repo.git("switch", "-q", "topic")
        repo.git("commit", "-q", "--amend", "-m", "t2 reworded")
        hosted.record()

    for step in (amend, hosted.pull) if order == "amend first" else (hosted.pull, amend):
        step()
    lines = hosted.lines_by_subject()
    assert sum(line["counted"] for line in lines.values()) == 2  # m1 and the squash
    assert lines["all (#1)"]["counted"]
    assert repo.json("status", "claude-code")["communication_score"] == 65


@pytest.mark.whole
def test_squash_in_file_that_both_branches_changed(hosted: HostedRepository) -> None:
    repo = hosted.repo
    repo.commit("t2", file="m1.txt", text=LINES.replace("line 1\n", "of t2\n"), env=AGENT)
    repo.git("switch", "-q", "main")
    repo.commit("m2", file="m1.txt", text=LINES.replace("line 18\n", "of m2\n"))
    repo.git("merge", "-q", "--squash", "topic")
    repo.git("commit", "-q", "-m", "all")
    repo.git("branch", "-q", "-D", "topic")
    hosted.record()
    squash = hosted.lines_by_subject()["all"]
    assert (squash["agent"], len(squash["replaces"])) == ("claude-code", 2)


@pytest.mark.whole
def test_squash_among_many_commits_to_same_file(hosted: HostedRepository) -> None:
    repo, host = hosted.repo, hosted.host
    text = LINES
    for number in range(15):
        text = text.replace(f"line {number}\n", f"of t2.{number}\n")
        repo.commit(f"t2.{number}", file="m1.txt", text=text, env=AGENT)
    repo.git("push", "-q", "origin", "topic")
    for number in range(12):
        host.commit(f"h{number}", file="m1.txt", text=LINES.replace("line 19\n", f"of h{number}\n"))
    host.git("merge", "-q", "--squash", "topic")
    host.git("commit", "-q", "-m", "all (#1)")
    hosted.pull()
    assert len(hosted.lines_by_subject()["all (#1)"]["replaces"]) == 16


@pytest.mark.whole
def test_squash_in_repository_path_with_colon_and_quotes(environment: dict[str, str], tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / 'with:colon and "quotes"' / "repo", environment)
    repo.tracker("init")
    hosted = HostedRepository(repo, tmp_path)
    repo.commit("t2", file="t2.txt", env=AGENT)
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--squash", "topic")
    repo.git("commit", "-q", "-m", "all")
    hosted.record()
    assert len(hosted.lines_by_subject()["all"]["replaces"]) == 2


def test_merge_driver_of_user_is_not_run(hosted: HostedRepository, tmp_path: Path) -> None:
    repo, trace = hosted.repo, tmp_path / "driver-ran"
    repo.git("config", "merge.x.driver", f"touch {trace}; false")
    (repo.path / ".git" / "info" / "attributes").write_text("m1.txt merge=x\n")
    repo.commit("t2", file="m1.txt", text=LINES.replace("line 1\n", "of t2\n"), env=AGENT)
    hosted.host.commit("h1", file="m1.txt", text=LINES.replace("line 18\n", "of h1\n"))
    hosted.pull()
    assert not trace.exists()
