"""What must not be linked, or not in that way: names and grades go where work went, and nowhere else."""

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tracker.git import Repository
from tracker.history.changes import detect_changes
from tracker.history.recorded_state import read_known
from tracker.history.rewrites import find_rewrites
from tracker.ledger.tables import COMMITS
from tracker.project.spool import Spool

pytestmark = pytest.mark.recorded_later

AGENT = {"CLAUDECODE": "1"}
LINES = "".join(f"line {number}\n" for number in range(20))


class Shared:
    """A tracked repository with ``topic``, an agent's graded t1 on it, and a clone in which somebody else works."""

    def __init__(self, repo: Repo, place: Path) -> None:
        self.repo = repo
        repo.commit("m1", file="m1.txt", text=LINES)
        self.host = repo.clone(place / "host")
        self.host.environment |= {
            "GIT_AUTHOR_EMAIL": "mallory@example.org",
            "GIT_COMMITTER_EMAIL": "mallory@example.org",
        }
        self.host.git("config", "receive.denyCurrentBranch", "ignore")
        repo.git("remote", "add", "origin", str(self.host.path))
        repo.git("switch", "-q", "-c", "topic")
        self.first = repo.commit("t1", file="t1.txt", text="t1\n", env=AGENT)
        self.settle()
        repo.grade(self.first, "user", 5)

    def settle(self) -> None:
        self.repo.settle()
        self.repo.tracker("sync")

    def author(self, oid: str) -> dict[str, str]:
        name, email, date = self.repo.git("log", "-1", "--format=%an%n%ae%n%ad", "--date=raw", oid).splitlines()
        return {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": date}

    def pull(self) -> None:
        self.repo.git("switch", "-q", "main")
        self.repo.git("pull", "-q", "--no-edit", "origin", "main")
        self.settle()

    def lines(self) -> dict[str, dict[str, Any]]:
        assert self.repo.json("verify")["ok"]
        return {line["subject"]: line for line in self.repo.log("--all")}


@pytest.fixture
def shared(repo: Repo, tmp_path: Path) -> Shared:
    return Shared(repo, tmp_path)


def assert_nothing_of_the_agent(line: Mapping[str, Any]) -> None:
    assert (line["agent"], line["grades"]["user"], line["landed"], line["replaces"]) == ("human", None, False, [])


class TestForged:
    """Text in a commit that was fetched: an author, a date and a line of ``-x`` are anybody's to write."""

    @pytest.mark.parametrize("after", ["", "branch -q -D topic", "branch -q -f topic main"])
    @pytest.mark.parametrize("subject", ["evil", "t1"])
    def test_author_and_date(self, shared: Shared, subject: str, after: str) -> None:
        shared.host.commit(subject, file="evil.txt", env=shared.author(shared.first))
        shared.pull()
        if after:
            shared.repo.git(*after.split())
            shared.settle()
        (evil,) = [line for line in shared.repo.log() if line["oid"] == shared.host.head()]
        assert_nothing_of_the_agent(evil)
        (mine,) = [line for line in shared.repo.log("--all") if line["oid"] == shared.first]
        assert (mine["replaced_by"], mine["counted"]) == ([], not after)

    def test_the_line_of_a_copy(self, shared: Shared) -> None:
        message = f"evil\n\n(cherry picked from commit {shared.first})"
        shared.host.commit(message, file="evil.txt", env=shared.author(shared.first))
        shared.pull()
        assert_nothing_of_the_agent(shared.lines()["evil"])

    def test_a_true_copy_made_elsewhere_is_the_agent_s_and_has_no_grade(self, shared: Shared) -> None:
        shared.repo.git("push", "-q", "origin", "topic")
        shared.host.git("cherry-pick", "-x", "topic")
        shared.pull()
        (copy,) = [line for line in shared.repo.log() if line["oid"] == shared.host.head()]
        assert (copy["copy_of"], copy["agent"], copy["grades"]["user"], copy["replaces"]) == (
            shared.first, "claude-code", None, [],
        )  # fmt: skip


class TestScripted:
    """Commits of one author in one second, as scripts and agents make them."""

    def test_a_deleted_branch_and_a_commit_of_the_same_second(self, shared: Shared) -> None:
        shared.repo.git("switch", "-q", "main")
        shared.repo.git("branch", "-q", "-D", "topic")
        shared.repo.commit("other", file="other.txt", env=shared.author(shared.first))
        shared.settle()
        assert_nothing_of_the_agent(shared.lines()["other"])

    def test_commits_thrown_away_before_one_of_the_same_second(self, shared: Shared) -> None:
        same = shared.author(shared.first)
        for name in ("t2", "t3"):
            shared.repo.commit(name, file=f"{name}.txt", env=AGENT | same)
        shared.settle()
        shared.repo.git("reset", "-q", "--hard", "main")
        shared.repo.commit("other", file="other.txt", env=same)
        shared.settle()
        assert_nothing_of_the_agent(shared.lines()["other"])

    def test_a_pick_with_a_conflict_names_the_right_one(self, shared: Shared) -> None:
        repo = shared.repo
        repo.git("switch", "-q", "-c", "people", "main")
        right = repo.commit("by hand", file="m1.txt", text="by hand\n", env=shared.author(shared.first))
        repo.git("switch", "-q", "main")
        repo.commit("m2", file="m1.txt", text="m2\n")
        repo.git("cherry-pick", right, code=1)
        repo.write("m1.txt", "both\n")
        repo.git("add", "-A")
        repo.git("cherry-pick", "--continue")
        shared.settle()
        (copy,) = [line for line in repo.log() if line["oid"] == repo.head()]
        assert (copy["copy_of"], copy["agent"]) == (right, "human")


class TestAccidents:
    def test_trees_that_are_equal_because_nothing_is_left(self, shared: Shared) -> None:
        """A branch that took itself back, put onto a commit that took something else back."""
        shared.repo.git("revert", "--no-edit", "HEAD")
        shared.settle()
        shared.repo.git("switch", "-q", "main")
        shared.repo.commit("m2", file="m2.txt")
        shared.repo.git("revert", "--no-edit", "HEAD")
        shared.repo.git("branch", "-q", "-f", "topic", "main")
        shared.settle()
        assert_nothing_of_the_agent(shared.lines()['Revert "m2"'])

    def test_empty_commits_are_not_the_same_work(self, shared: Shared) -> None:
        shared.repo.git("commit", "-q", "--allow-empty", "-m", "nothing", env=AGENT)
        shared.settle()
        shared.repo.grade(shared.repo.head(), "user", 5)
        shared.repo.git("push", "-q", "origin", "topic~1:refs/heads/topic")
        shared.host.git("cherry-pick", "topic")
        shared.host.git("commit", "-q", "--allow-empty", "-m", "theirs")
        shared.pull()
        assert_nothing_of_the_agent(shared.lines()["theirs"])

    def test_what_main_has_and_somebody_picks_elsewhere(self, shared: Shared) -> None:
        """A backport: the commit on the default branch stays what it is."""
        repo = shared.repo
        repo.git("switch", "-q", "main")
        mine = repo.commit("m2", file="m2.txt", env=AGENT)
        repo.git("push", "-q", "origin", "main")
        shared.host.git("reset", "-q", "--hard")
        shared.host.git("switch", "-q", "-c", "release", "main~1")
        shared.host.commit("r1", file="r1.txt")
        shared.host.git("cherry-pick", "main")
        repo.git("fetch", "-q", "origin", "release:release")
        shared.settle()
        (line,) = [line for line in repo.log() if line["oid"] == mine]
        assert (line["replaced_by"], line["counted"]) == ([], True)

    def test_an_amend_of_white_space_is_a_change(self, shared: Shared) -> None:
        shared.repo.commit("code", file="code.py", text="if x:\n    a()\n    b()\n")
        shared.settle()
        shared.repo.write("code.py", "if x:\n    a()\nb()\n")
        shared.repo.git("commit", "-q", "-a", "--amend", "--no-edit")
        shared.settle()
        kinds = [link["kind"] for line in shared.repo.log("--all") for link in line["replaced_by"]]
        assert kinds == ["changed"]


class TestOnce:
    def test_squashed_reverted_and_squashed_again_in_one_pull(self, shared: Shared) -> None:
        shared.repo.commit("t2", file="t2.txt", env=AGENT)
        shared.repo.git("push", "-q", "origin", "topic")
        shared.host.git("merge", "-q", "--squash", "topic")
        shared.host.git("commit", "-q", "-m", "all (#1)")
        shared.host.git("revert", "--no-edit", "HEAD")
        shared.host.git("revert", "--no-edit", "HEAD")
        shared.pull()
        lines = shared.lines()
        assert [link["oid"] for link in lines["t1"]["replaced_by"]] == [lines["all (#1)"]["oid"]]
        assert shared.repo.json("status", "claude-code")["communication_score"] == 65

    @pytest.mark.parametrize("order", ["amend first", "pull first"])
    def test_what_landed_and_is_reworded_afterwards(self, shared: Shared, order: str) -> None:
        repo = shared.repo
        repo.commit("t2", file="t2.txt", env=AGENT)
        repo.git("push", "-q", "origin", "topic")
        shared.host.git("merge", "-q", "--squash", "topic")
        shared.host.git("commit", "-q", "-m", "all (#1)")
        for step in order, "":
            if step == "amend first" or (not step and order == "pull first"):
                repo.git("switch", "-q", "topic")
                repo.git("commit", "-q", "--amend", "-m", "t2 reworded")
                shared.settle()
            else:
                shared.pull()
        lines = shared.lines()
        assert sum(line["counted"] for line in lines.values()) == 2  # m1 and the squash
        assert lines["all (#1)"]["counted"]
        assert repo.json("status", "claude-code")["communication_score"] == 65

    def test_a_squash_in_a_file_that_both_sides_changed(self, shared: Shared) -> None:
        repo = shared.repo
        repo.commit("t2", file="m1.txt", text=LINES.replace("line 1\n", "of t2\n"), env=AGENT)
        repo.git("switch", "-q", "main")
        repo.commit("m2", file="m1.txt", text=LINES.replace("line 18\n", "of m2\n"))
        repo.git("merge", "-q", "--squash", "topic")
        repo.git("commit", "-q", "-m", "all")
        repo.git("branch", "-q", "-D", "topic")
        shared.settle()
        assert (shared.lines()["all"]["agent"], len(shared.lines()["all"]["replaces"])) == ("claude-code", 2)

    def test_a_clone_that_went_on_and_was_thrown_away(self, shared: Shared, tmp_path: Path) -> None:
        """While it is there its version of the commit counts, and when it is gone what is left here does."""
        repo = shared.repo
        clone = repo.clone(tmp_path / "clone")
        clone.tracker("init")
        clone.tracker("backfill")
        clone.git("commit", "-q", "--amend", "-m", "t1 reworded")
        clone.settle()

        def counted() -> set[str]:
            assert repo.json("verify")["ok"]
            return {line["subject"] for line in repo.log("--everywhere") if line["counted"]}

        assert counted() == {"m1", "t1 reworded"}
        away = clone.path.rename(tmp_path / "elsewhere")
        assert counted() == {"m1", "t1"}
        away.rename(clone.path)
        assert counted() == {"m1", "t1 reworded"}
        shutil.rmtree(clone.path)
        assert counted() == {"m1", "t1"}
        assert repo.json("status", "claude-code")["communication_score"] == 65


class TestMoments:
    """A look at a repository takes a while, and git goes on."""

    def test_a_copy_that_a_rebase_merges_later_is_not_lost(self, repo: Repo) -> None:
        """While ``--rebase-merges`` works at one side of a merge, nothing reaches the copies of the other."""
        repo.commit("m1", file="m1.txt")
        repo.settle()
        repo.git("switch", "-q", "-c", "side")
        repo.commit("s1", file="s1.txt")
        repo.git("switch", "-q", "-c", "topic", "main")
        repo.commit("t1", file="t1.txt")
        repo.git("merge", "-q", "--no-edit", "side")
        repo.git("branch", "-q", "-D", "side")
        repo.git("switch", "-q", "main")
        repo.commit("m2", file="m2.txt")
        todo = {"GIT_SEQUENCE_EDITOR": "sed -i 's/^merge/break\\nmerge/'"}
        repo.git("rebase", "-q", "-i", "--rebase-merges", "main", "topic", env=todo)
        here, ledger = Repository.find(repo.path), repo.ledger()
        events, _ = Spool(repo.folder / "spool").read()
        with ledger.read() as snapshot:
            known = read_known(snapshot, repo.project())
        changes = detect_changes(here, ledger, known, (), events)
        assert changes.unreachable, "the copy of s1, which a hook saw made"
        repo.git("rebase", "--continue")
        assert find_rewrites(here, ledger, known, changes, events, frozenset()) == {}
        repo.tracker("sync")
        links = {line["subject"]: line["replaced_by"] for line in repo.log("--all") if line["replaced_by"]}
        assert sorted(links) == ["Merge branch 'side' into topic", "s1", "t1"]
        assert all(len(told) == 1 for told in links.values())

    def test_whoever_looks_before_a_rebase_is_quite_done_misses_nothing(self, repo: Repo) -> None:
        """The branch has moved when post-rewrite runs, and git says that it is rebasing still."""
        repo.commit("m1", file="m1.txt")
        repo.git("switch", "-q", "-c", "topic")
        repo.commit("t1", file="t1.txt")
        repo.commit("t2", file="t2.txt")
        repo.git("switch", "-q", "main")
        repo.commit("m2", file="m2.txt")
        repo.git("cherry-pick", "topic~1")
        repo.git("switch", "-q", "topic")
        repo.settle()
        look = f"#!/bin/sh\n[ -d .git/rebase-merge ] && {' '.join(TRACKER)} sync >../looked\n"
        repo.write("../hooks/post-rewrite", look).chmod(0o755)
        repo.git("-c", "core.hooksPath=../hooks", "rebase", "-q", "main")
        assert "commits recorded" in (repo.path.parent / "looked").read_text()
        assert repo.json("verify")["ok"]
        links = {line["subject"]: line["replaced_by"] for line in repo.log("--all") if line["replaced_by"]}
        assert {subject: [link["kind"] for link in told] for subject, told in links.items()} == {
            "t1": ["same"],
            "t2": ["same"],
        }


class TestSurroundings:
    def test_a_recorder_that_is_killed_between_two_batches(self, shared: Shared) -> None:
        """What it had recorded is looked at all the same: whether the squash among it holds a branch."""
        repo, host = shared.repo, shared.host
        repo.git("push", "-q", "origin", "topic")
        host.git("merge", "-q", "--squash", "topic")
        host.git("commit", "-q", "-m", "all (#1)")
        more = (
            f"commit refs/heads/main\ncommitter M <m@x> {1_700_100_000 + number} +0000\ndata 1\n{number % 10}\n"
            for number in range(2600)
        )
        stream = "".join(more).replace("data 1\n0\n", "data 1\n0\nfrom refs/heads/main^0\n", 1)
        host.git("fast-import", "--quiet", stdin=stream)
        repo.git("switch", "-q", "main")
        repo.git("-c", "core.hooksPath=/nowhere", "pull", "-q", "--ff-only", "origin", "main")
        recorder = subprocess.Popen([*TRACKER, "sync"], cwd=repo.path, env=repo.environment, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 300
        while time.monotonic() < end and recorder.poll() is None:
            with repo.ledger().read() as snapshot:
                written = snapshot.count(COMMITS)
            if written > 1000:
                recorder.send_signal(signal.SIGKILL)
                break
        recorder.wait()
        repo.tracker("sync")
        assert [link["kind"] for link in shared.lines()["t1"]["replaced_by"]] == ["same"]

    def test_a_clone_without_trees(self, shared: Shared, tmp_path: Path) -> None:
        shared.host.git("config", "uploadpack.allowFilter", "true")
        shared.host.git("config", "uploadpack.allowAnySHA1InWant", "true")
        lean = Repo(tmp_path / "lean", shared.repo.environment)
        address = f"file://{shared.host.path}"
        shared.repo.git("clone", "-q", "--filter=tree:0", address, str(lean.path), cwd=tmp_path)
        lean.tracker("init")
        lean.git("switch", "-q", "-c", "work")
        lean.commit("w1", file="w1.txt", env=AGENT)
        shared.host.commit("h1", file="h1.txt")
        shared.host.commit("h2", file="h2.txt")
        lean.git("fetch", "-q", "origin")
        lean.git("update-ref", "refs/heads/main", "origin/main")
        lean.settle()
        assert {line["subject"] for line in lean.log()} >= {"w1", "h1", "h2"}
        assert lean.json("verify")["ok"]

    def test_no_program_of_the_user_s_is_run(self, shared: Shared, tmp_path: Path) -> None:
        repo, sign = shared.repo, tmp_path / "it-ran"
        repo.git("config", "merge.x.driver", f"touch {sign}; false")
        (repo.path / ".git" / "info" / "attributes").write_text("m1.txt merge=x\n")
        repo.commit("t2", file="m1.txt", text=LINES.replace("line 1\n", "of t2\n"), env=AGENT)
        shared.host.commit("h1", file="m1.txt", text=LINES.replace("line 18\n", "of h1\n"))
        shared.pull()
        assert not sign.exists()

    def test_a_path_with_a_colon(self, environment: dict[str, str], tmp_path: Path) -> None:
        repo = Repo.make(tmp_path / 'with:colon and "quotes"' / "repo", environment)
        repo.tracker("init")
        shared = Shared(repo, tmp_path)
        repo.commit("t2", file="t2.txt", env=AGENT)
        repo.git("switch", "-q", "main")
        repo.git("merge", "-q", "--squash", "topic")
        repo.git("commit", "-q", "-m", "all")
        shared.settle()
        assert len(shared.lines()["all"]["replaces"]) == 2

    def test_a_squash_among_much_work_in_the_same_file(self, shared: Shared) -> None:
        repo, host = shared.repo, shared.host
        text = LINES
        for number in range(15):
            text = text.replace(f"line {number}\n", f"of t2.{number}\n")
            repo.commit(f"t2.{number}", file="m1.txt", text=text, env=AGENT)
        repo.git("push", "-q", "origin", "topic")
        for number in range(12):
            host.commit(f"h{number}", file="m1.txt", text=LINES.replace("line 19\n", f"of h{number}\n"))
        host.git("merge", "-q", "--squash", "topic")
        host.git("commit", "-q", "-m", "all (#1)")
        shared.pull()
        assert len(shared.lines()["all (#1)"]["replaces"]) == 16
