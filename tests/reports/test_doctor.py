"""What ``doctor`` finds beyond a missing hook: hooks asleep, work trees that git sends elsewhere, remote disks."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import Repo
from tracker.reports.doctor import check_filesystem

AGENT = {"CLAUDECODE": "1"}
AWAY = ("-c", "core.hooksPath=/nowhere")


def findings(repo: Repo) -> list[dict[str, str]]:
    done = repo.run("doctor", "--json")
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["findings"]
    return found


def asleep(repo: Repo) -> list[str]:
    return [one["what"] for one in findings(repo) if "were seen by no hook" in one["what"]]


def now(repo: Repo, *arguments: str, ago: int = 0) -> str:
    """Run git with the time that it is; the commits of other tests are years old."""
    date = f"{int(time.time()) - ago} +0000"
    return repo.git(*arguments, env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})


def commit(repo: Repo, subject: str, *before: str, ago: int = 0) -> None:
    repo.write(f"{subject}.txt", f"{subject}\n")
    repo.git("add", "-A")
    now(repo, *before, "commit", "-q", "-m", subject, ago=ago)


class TestAsleep:
    def test_commits_that_no_hook_saw(self, repo: Repo) -> None:
        time.sleep(1.1)  # so that nothing is as old as the project
        commit(repo, "seen")
        commit(repo, "unseen 1", *AWAY)
        repo.tracker("sync")
        assert asleep(repo) == [], "one may be an experiment"
        commit(repo, "unseen 2", *AWAY)
        repo.tracker("sync")
        (what,) = asleep(repo)
        assert f"the newest 2 commits made in {repo.path}, since " in what
        commit(repo, "seen again")
        repo.settle()
        assert findings(repo) == []

    def test_an_event_that_waits_has_seen_its_commit(self, repo: Repo) -> None:
        for number in range(3):
            commit(repo, f"unseen {number}", *AWAY)
        repo.tracker("sync")
        # The recorder is gone, so the event stays where the hook left it.
        stub = repo.path / ".git" / "hooks" / "post-commit"
        text = stub.read_text()
        stub.write_text(text.replace("-m tracker", "-m tracker_that_is_gone"))
        commit(repo, "waits")
        stub.write_text(text)
        assert list((repo.folder / "spool").iterdir())
        assert asleep(repo) == []

    def test_each_work_tree_for_itself(self, repo: Repo, tmp_path: Path) -> None:
        commit(repo, "zero")
        repo.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
        beside = repo.at(tmp_path / "beside")
        for number in range(4):
            commit(beside, f"unseen {number}", *AWAY)
            commit(repo, f"seen {number}")
        repo.settle()
        for seen_from in (repo, beside):
            (what,) = asleep(seen_from)
            assert f"the newest 4 commits made in {beside.path}, " in what

    def test_what_no_hook_can_see_is_no_reason(self, repo: Repo, tmp_path: Path) -> None:
        """git am, rebases of both kinds, picks, reverts, plumbing: learnt by looking, and nobody is to blame."""
        commit(repo, "zero")
        now(repo, "switch", "-q", "-c", "topic")
        for number in range(4):
            commit(repo, f"topic {number}")
        now(repo, "format-patch", "-q", "-o", str(tmp_path / "patches"), "main")
        now(repo, "switch", "-q", "-c", "mailed", "main")
        now(repo, "am", "-q", *sorted(map(str, (tmp_path / "patches").iterdir())))
        for way in ("--apply", "--merge"):
            now(repo, "switch", "-q", "-c", f"ahead{way}", "main")
            commit(repo, f"ahead{way}")
            now(repo, "switch", "-q", "-c", f"rebased{way}", "topic")
            now(repo, "rebase", "-q", way, f"ahead{way}")
        now(repo, "switch", "-q", "-c", "picked", "main")
        now(repo, "cherry-pick", "main..topic")
        for _ in range(3):
            now(repo, "revert", "--no-edit", "HEAD")
        for number in range(4):
            made = now(repo, "commit-tree", "-m", f"plumbing {number}", "-p", "HEAD", "HEAD^{tree}").strip()
            now(repo, "update-ref", "-m", "plumbing", "HEAD", made)
        repo.settle()
        repo.tracker("sync")
        assert {line["learnt"] for line in repo.log()} > {"reconcile"}
        assert findings(repo) == []

    def test_what_was_there_before_is_no_reason(self, untracked: Repo) -> None:
        for number in range(4):
            commit(untracked, f"before {number}", ago=3600)
        untracked.tracker("init")
        assert findings(untracked) == []
        untracked.tracker("backfill")
        assert findings(untracked) == []

    def test_a_ledger_that_is_built_anew_is_no_reason(self, repo: Repo) -> None:
        for number in range(4):
            commit(repo, f"seen {number}")
        repo.settle()
        time.sleep(1.1)
        shutil.rmtree(Path(repo.json("doctor")["facts"]["ledger"]))
        repo.tracker("sync")
        assert {line["learnt"] for line in repo.log()} == {"reconcile"}
        assert findings(repo) == []

    def test_commits_of_long_ago_are_no_reason(self, repo: Repo) -> None:
        for number in range(4):
            commit(repo, f"unseen {number}", *AWAY, ago=8 * 86400)
        repo.tracker("sync")
        assert findings(repo) == []

    def test_two_at_a_time_in_one_work_tree_are_no_reason(self, repo: Repo) -> None:
        """Hooks that read HEAD miss commits of each other, with nothing wrong."""
        script = 'for n in 1 2 3 4 5 6 7 8 9 10; do git commit -q --allow-empty -m "$0 $n" || exit 0; done'
        both = [
            subprocess.Popen(["sh", "-c", script, name], cwd=repo.path, env=repo.environment, stderr=subprocess.DEVNULL)
            for name in ("a", "b")
        ]
        assert [process.wait() for process in both] == [0, 0]
        commit(repo, "last")
        repo.settle()
        assert findings(repo) == []


class TestEveryWorkTree:
    def test_a_setting_of_one_work_tree(self, repo: Repo, tmp_path: Path) -> None:
        """extensions.worktreeConfig: another core.hooksPath for one work tree alone."""
        repo.commit("feat: zero")
        repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
        beside = repo.at(tmp_path / "beside")
        assert findings(repo) == []
        repo.git("config", "extensions.worktreeConfig", "true")
        beside.git("config", "--worktree", "core.hooksPath", str(tmp_path / "hooks"))
        for seen_from in (repo, beside):
            (finding,) = findings(seen_from)
            assert f"from {beside.path} git looks for hooks in {tmp_path / 'hooks'} (worktree, " in finding["what"]
            assert finding["mend"].startswith("agent-tracker init")
        said = repo.tracker("init")
        lines = dict(line.split(": ", 1) for line in said.splitlines() if line.startswith(str(tmp_path / "hooks")))
        assert len(lines) == 5
        (tmp_path / "hooks").mkdir()
        for path, line in lines.items():
            Path(path).write_text(f"#!/bin/sh\n{line}\n")
        sleeping = findings(repo)
        assert "cannot be run" in sleeping[0]["what"]
        subprocess.run(["sh", "-c", sleeping[0]["mend"]], check=True)
        assert findings(repo) == []
        beside.commit("feat: beside", env=AGENT)
        beside.settle()
        assert [one["learnt"] for one in beside.log() if one["subject"] == "feat: beside"] == ["post-commit"]

    def test_the_file_behind_the_line_is_looked_at(self, untracked: Repo, tmp_path: Path) -> None:
        """A line that is there runs nothing where the file is gone, or its Python."""
        folder = tmp_path / "hooks"
        folder.mkdir()
        untracked.git("config", "core.hooksPath", str(folder))
        for line in untracked.tracker("init").splitlines():
            path, _, text = line.partition(": ")
            if path.startswith(str(folder)):
                Path(path).write_text(f"#!/bin/sh\n{text}\n")
                Path(path).chmod(0o755)
        assert findings(untracked) == []
        stub = untracked.folder / "hooks" / "post-commit"
        stub.write_text(stub.read_text().replace("\npython=", "\npython=/nowhere"))
        (untracked.folder / "hooks" / "post-merge").unlink()
        assert ["is gone" in one["what"] or "is not there" in one["what"] for one in findings(untracked)] == [True] * 2
        untracked.tracker("init")
        assert findings(untracked) == []


MOUNTINFO = r"""
22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
30 22 0:25 / /home rw - nfs4 server:/home rw,vers=4.2
31 30 8:3 / /home/ada/local rw - xfs /dev/sdb1 rw
32 22 0:30 / /mnt/with\040blank rw - fuse.sshfs ada@host:/x rw
33 22 0:31 / /mnt/host rw - 9p hostshare rw
34 22 0:32 / /mnt/win rw - fuseblk /dev/sdc1 rw
35 22 0:33 / /mnt/over rw - cifs //server/share rw
36 35 0:34 / /mnt/over rw master:3 propagate_from:2 - tmpfs tmpfs rw
37 22 0:35 / /mnt/overlay rw - fuse.fuse-overlayfs fuse-overlayfs rw
38 22 0:36 / /mnt/b\134n rw - afs AFS rw
a line of another form
"""


@pytest.mark.parametrize(
    ("path", "kind", "remote"),
    [
        ("/var/lib/ledger.lmdb", "ext4", False),
        ("/home/ada/.local/ledger.lmdb", "nfs4", True),
        ("/home", "nfs4", True),
        ("/homework/ledger.lmdb", "ext4", False),
        ("/home/ada/local/ledger.lmdb", "xfs", False),
        ("/home/ada/localities/ledger.lmdb", "nfs4", True),
        ("/mnt/with blank/ledger.lmdb", "fuse.sshfs", True),
        ("/mnt/host/ledger.lmdb", "9p", True),
        ("/mnt/win/ledger.lmdb", "fuseblk", False),
        ("/mnt/over/ledger.lmdb", "tmpfs", False),
        ("/mnt/overlay/ledger.lmdb", "fuse.fuse-overlayfs", False),
        ("/mnt/b\\n/ledger.lmdb", "afs", True),
    ],
)
def test_which_file_system_a_path_is_on(path: str, kind: str, remote: bool) -> None:
    mount = check_filesystem.mount_of(check_filesystem.parse_mounts(MOUNTINFO), path)
    assert mount is not None
    assert (mount.kind, check_filesystem.is_remote(mount.kind)) == (kind, remote)


def test_without_mounts_nothing_is_known() -> None:
    assert check_filesystem.mount_of(check_filesystem.parse_mounts(""), "/home") is None


def test_a_remote_ledger_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mounts are given; a file system over a network cannot be had in a test."""
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(check_filesystem, "_MOUNTS", mounts)
    assert not list(check_filesystem.findings(tmp_path / "ledger.lmdb"))
    mounts.write_text(f"1 0 8:2 / / rw - ext4 /dev/sda2 rw\n2 1 0:9 / {tmp_path} rw - nfs4 server:/x rw\n")
    (finding,) = check_filesystem.findings(tmp_path / "not" / "made" / "ledger.lmdb")
    assert "server:/x, a file system of type nfs4" in finding.what
    assert finding.mend.startswith("agent-tracker init --ledger ")
    (tmp_path / "link").symlink_to("/")
    assert not list(check_filesystem.findings(tmp_path / "link" / "ledger.lmdb"))


def test_a_ledger_in_memory_is_no_finding(untracked: Repo) -> None:
    mount = check_filesystem.mount_of(
        check_filesystem.parse_mounts(Path("/proc/self/mountinfo").read_text()), "/dev/shm"
    )
    if sys.platform != "linux" or mount is None or mount.kind != "tmpfs":
        pytest.skip("there is no tmpfs at /dev/shm")
    place = Path("/dev/shm") / f"agent-tracker-{time.time_ns()}"
    try:
        untracked.tracker("init", "--ledger", str(place / "ledger.lmdb"))
        assert findings(untracked) == []
    finally:
        shutil.rmtree(place)
