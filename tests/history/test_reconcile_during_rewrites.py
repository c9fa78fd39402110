"""Reconciles that run, or are killed, while history changes."""

import signal
import subprocess
import time

import pytest

from tests.history.hosted_repository import HostedRepository
from tests.program import TRACKER
from tests.support import Repo
from tracker.git import Repository
from tracker.history.changes import Begin, detect_changes
from tracker.history.recorded_state import read_recorded_state
from tracker.history.rewrites import Sources, find_rewrites
from tracker.ledger.tables import COMMITS
from tracker.project.set_aside import SetAside
from tracker.project.spool import Spool

pytestmark = pytest.mark.recorded_later


def test_commit_that_rebase_merges_later_is_linked(repo: Repo) -> None:
    """Between two sides of a merge, nothing reaches the commits that ``--rebase-merges`` has already made."""
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
    repository, ledger = Repository.discover(repo.path), repo.ledger()
    events, _ = Spool(repo.folder / "spool", SetAside(repo.folder / "set-aside")).read()
    with ledger.read() as snapshot:
        known = read_recorded_state(snapshot, repo.project())
    changes = detect_changes(repository, ledger, known, Begin((), {}), events)
    assert changes.unreachable, "the copy of s1, which a hook reported"
    repo.git("rebase", "--continue")
    sources = Sources(events, None, frozenset(), frozenset(), {})
    assert find_rewrites(repository, ledger, known, changes, sources).claims == []
    repo.tracker("sync")
    links = {line["subject"]: line["replaced_by"] for line in repo.log("--all") if line["replaced_by"]}
    assert sorted(links) == ["Merge branch 'side' into topic", "s1", "t1"]
    assert all(len(replacements) == 1 for replacements in links.values())


@pytest.mark.whole
def test_reconcile_in_post_rewrite_hook_finds_all_links(repo: Repo) -> None:
    """The branch has already moved when post-rewrite runs, and git still has its rebase state."""
    repo.commit("m1", file="m1.txt")
    repo.git("switch", "-q", "-c", "topic")
    repo.commit("t1", file="t1.txt")
    repo.commit("t2", file="t2.txt")
    repo.git("switch", "-q", "main")
    repo.commit("m2", file="m2.txt")
    repo.git("cherry-pick", "topic~1")
    repo.git("switch", "-q", "topic")
    repo.settle()
    hook = f"#!/bin/sh\n[ -d .git/rebase-merge ] && {' '.join(TRACKER)} sync >../output\n"
    repo.write("../hooks/post-rewrite", hook).chmod(0o755)
    repo.git("-c", "core.hooksPath=../hooks", "rebase", "-q", "main")
    assert "record" in (repo.path.parent / "output").read_text()
    assert repo.json("verify")["ok"]
    links = {line["subject"]: line["replaced_by"] for line in repo.log("--all") if line["replaced_by"]}
    assert {subject: [link["kind"] for link in replacements] for subject, replacements in links.items()} == {
        "t1": ["same"],
        "t2": ["same"],
    }


@pytest.mark.whole
def test_recorder_killed_between_two_batches_loses_no_squash_link(hosted: HostedRepository) -> None:
    """The next reconcile also searches the commits that were recorded before the kill for squash merges."""
    repo, host = hosted.repo, hosted.host
    repo.git("push", "-q", "origin", "topic")
    host.git("merge", "-q", "--squash", "topic")
    host.git("commit", "-q", "-m", "all (#1)")
    host.import_commits(2600)
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
    assert [link["kind"] for link in hosted.lines_by_subject()["t1"]["replaced_by"]] == ["same"]
