"""Commits that only look like an agent's work: equal authors and dates, forged lines, equal trees."""

import pytest

from tests.history.hosted_repository import AGENT, HostedRepository, assert_unrelated_to_agent

pytestmark = pytest.mark.recorded_later


@pytest.mark.parametrize(
    "after",
    ["", "branch -q -D topic", "branch -q -f topic main"],
    ids=["branch stays", "branch is deleted", "branch is moved"],
)
@pytest.mark.parametrize("subject", ["forged", "t1"])
def test_fetched_commit_with_author_and_date_of_agent_commit_is_not_linked(
    hosted: HostedRepository, subject: str, after: str
) -> None:
    hosted.host.commit(subject, file="forged.txt", env=hosted.author_of(hosted.t1))
    hosted.pull()
    if after:
        hosted.repo.git(*after.split())
        hosted.record()
    assert_unrelated_to_agent(hosted.repo.line(hosted.host.head()))
    t1 = hosted.repo.line(hosted.t1, "--all")
    assert (t1["replaced_by"], t1["counted"]) == ([], not after)


def test_fetched_commit_with_forged_line_of_copy_has_no_agent(hosted: HostedRepository) -> None:
    message = f"forged\n\n(cherry picked from commit {hosted.t1})"
    hosted.host.commit(message, file="forged.txt", env=hosted.author_of(hosted.t1))
    hosted.pull()
    assert_unrelated_to_agent(hosted.lines_by_subject()["forged"])


def test_real_copy_made_elsewhere_has_agent_but_no_grade(hosted: HostedRepository) -> None:
    hosted.repo.git("push", "-q", "origin", "topic")
    hosted.host.git("cherry-pick", "-x", "topic")
    hosted.pull()
    copy = hosted.repo.line(hosted.host.head())
    assert (copy["copy_of"], copy["agent"], copy["grades"]["user"], copy["replaces"]) == (
        hosted.t1, "claude-code", None, [],
    )  # fmt: skip


def test_commit_of_same_author_and_second_is_not_linked_to_deleted_branch(hosted: HostedRepository) -> None:
    hosted.repo.git("switch", "-q", "main")
    hosted.repo.git("branch", "-q", "-D", "topic")
    hosted.repo.commit("other", file="other.txt", env=hosted.author_of(hosted.t1))
    hosted.record()
    assert_unrelated_to_agent(hosted.lines_by_subject()["other"])


def test_commit_of_same_author_and_second_is_not_linked_to_reset_commits(hosted: HostedRepository) -> None:
    same = hosted.author_of(hosted.t1)
    for name in ("t2", "t3"):
        hosted.repo.commit(name, file=f"{name}.txt", env=AGENT | same)
    hosted.record()
    hosted.repo.git("reset", "-q", "--hard", "main")
    hosted.repo.commit("other", file="other.txt", env=same)
    hosted.record()
    assert_unrelated_to_agent(hosted.lines_by_subject()["other"])


@pytest.mark.whole
def test_copy_with_conflict_names_original_among_commits_of_same_author_and_second(hosted: HostedRepository) -> None:
    repo = hosted.repo
    repo.git("switch", "-q", "-c", "people", "main")
    original = repo.commit("by hand", file="m1.txt", text="by hand\n", env=hosted.author_of(hosted.t1))
    repo.git("switch", "-q", "main")
    repo.commit("m2", file="m1.txt", text="m2\n")
    repo.git("cherry-pick", original, code=1)
    repo.write("m1.txt", "both\n")
    repo.git("add", "-A")
    repo.git("cherry-pick", "--continue")
    hosted.record()
    copy = repo.line()
    assert (copy["copy_of"], copy["agent"]) == (original, "human")


def test_equal_trees_after_reverts_are_not_linked(hosted: HostedRepository) -> None:
    """The branch reverted itself and moved to a commit that reverted another one."""
    hosted.repo.git("revert", "--no-edit", "HEAD")
    hosted.record()
    hosted.repo.git("switch", "-q", "main")
    hosted.repo.commit("m2", file="m2.txt")
    hosted.repo.git("revert", "--no-edit", "HEAD")
    hosted.repo.git("branch", "-q", "-f", "topic", "main")
    hosted.record()
    assert_unrelated_to_agent(hosted.lines_by_subject()['Revert "m2"'])


def test_empty_commits_are_not_linked(hosted: HostedRepository) -> None:
    hosted.repo.git("commit", "-q", "--allow-empty", "-m", "nothing", env=AGENT)
    hosted.record()
    hosted.repo.grade(hosted.repo.head(), "user", 5)
    hosted.repo.git("push", "-q", "origin", "topic~1:refs/heads/topic")
    hosted.host.git("cherry-pick", "topic")
    hosted.host.git("commit", "-q", "--allow-empty", "-m", "theirs")
    hosted.pull()
    assert_unrelated_to_agent(hosted.lines_by_subject()["theirs"])


def test_backport_does_not_replace_commit_on_default_branch(hosted: HostedRepository) -> None:
    repo = hosted.repo
    repo.git("switch", "-q", "main")
    m2 = repo.commit("m2", file="m2.txt", env=AGENT)
    repo.git("push", "-q", "origin", "main")
    hosted.host.git("reset", "-q", "--hard")
    hosted.host.git("switch", "-q", "-c", "release", "main~1")
    hosted.host.commit("r1", file="r1.txt")
    hosted.host.git("cherry-pick", "main")
    repo.git("fetch", "-q", "origin", "release:release")
    hosted.record()
    line = repo.line(m2)
    assert (line["replaced_by"], line["counted"]) == ([], True)


def test_amend_of_white_space_is_linked_as_changed(hosted: HostedRepository) -> None:
    hosted.repo.commit("code", file="code.py", text="if x:\n    a()\n    b()\n")
    hosted.record()
    hosted.repo.write("code.py", "if x:\n    a()\nb()\n")
    hosted.repo.git("commit", "-q", "-a", "--amend", "--no-edit")
    hosted.record()
    kinds = [link["kind"] for line in hosted.repo.log("--all") for link in line["replaced_by"]]
    assert kinds == ["changed"]
