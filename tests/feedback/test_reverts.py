"""Reverted commits: counted as reverts, offered as bugs, restored by a revert of the revert."""

import pytest

from tests.feedback.output import CLAUDE, json_lines, line_of, sheet
from tests.support import Repo, one, sized

pytestmark = pytest.mark.recorded_later


def test_reverted_commit_is_counted_and_offered_as_a_bug(unattended: Repo) -> None:
    oid = unattended.head("HEAD~1")
    unattended.git("revert", "--no-edit", "HEAD~1")
    unattended.settle()
    reverted = line_of(unattended, oid)
    assert (reverted["reverted"], sheet(unattended)["total_reverts"], sheet(unattended)["total_bugs"]) == (True, 1, 0)
    offer = one(json_lines(unattended, "bug"))
    assert (offer["reported"], offer["oid"], offer["agent"]) == (False, oid, "claude-code")
    assert f"agent-tracker bug {oid[:12]}" in unattended.tracker("bug")
    unattended.tracker("bug", oid, "--note", "it broke the build")
    assert [bug["reported"] for bug in json_lines(unattended, "bug")] == [True]
    unattended.git("revert", "--no-edit", "HEAD")
    unattended.settle()
    assert sheet(unattended)["total_reverts"] == 0
    assert unattended.json("verify")["ok"]


def test_revert_of_a_commit_that_was_rebased_still_counts(unattended: Repo) -> None:
    unattended.git("switch", "-q", "-c", "topic", "HEAD~1")
    unattended.commit("feat: topic", file="topic.txt", env=CLAUDE)
    unattended.git("revert", "--no-edit", "HEAD")
    unattended.git("rebase", "-q", "main")
    unattended.settle()
    assert sheet(unattended)["total_reverts"] == 1
    unattended.git("reset", "-q", "--hard", "HEAD~1")
    unattended.tracker("sync")
    assert sheet(unattended)["total_reverts"] == 0
    assert unattended.json("verify")["ok"]


def test_cycle_of_reverts_is_decided_equally_by_every_process(unattended: Repo) -> None:
    first = unattended.head()
    unattended.git("switch", "-q", "-c", "side")
    unattended.git("revert", "--no-edit", first)
    reverting = unattended.head()
    unattended.git("switch", "-q", "main")
    unattended.git("commit", "-q", "--amend", "-m", f"feat: 2\n\nThis reverts commit {reverting}.")
    unattended.settle()
    for seed in range(sized(6, 1)):
        assert unattended.json("verify", env={"PYTHONHASHSEED": str(seed)})["ok"]


def test_long_chain_of_reverts_is_decided(repo: Repo) -> None:
    repo.commit("feat: first", file="a.txt", env=CLAUDE)
    tree, parent = repo.head("HEAD^{tree}"), repo.head()
    for number in range(sized(300, 100)):
        parent = repo.git(
            "commit-tree", tree, "-p", parent, "-m", f"revert {number}\n\nThis reverts commit {parent}."
        ).strip()
    repo.git("reset", "-q", "--hard", parent)
    repo.tracker("sync")
    assert sum(line["reverted"] for line in repo.log()) == sized(150, 50)
    assert repo.json("verify")["ok"]
