"""Findings of ``doctor`` about a ledger on a remote file system."""

import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.doctor import findings
from tests.support import Repo, one
from tracker.reports.doctor import check_filesystem

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
def test_mount_of_a_path(path: str, kind: str, remote: bool) -> None:
    mount = check_filesystem.mount_of(check_filesystem.parse_mounts(MOUNTINFO), path)
    assert mount is not None
    assert (mount.kind, check_filesystem.is_remote(mount.kind)) == (kind, remote)


def test_path_has_no_mount_in_an_empty_table() -> None:
    assert check_filesystem.mount_of(check_filesystem.parse_mounts(""), "/home") is None


def test_remote_ledger_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mount table is a file of this test, since a network file system cannot be mounted in it."""
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(check_filesystem, "_MOUNTS", mounts)
    assert not list(check_filesystem.findings(tmp_path / "ledger.lmdb"))
    mounts.write_text(f"1 0 8:2 / / rw - ext4 /dev/sda2 rw\n2 1 0:9 / {tmp_path} rw - nfs4 server:/x rw\n")
    finding = one(check_filesystem.findings(tmp_path / "not" / "made" / "ledger.lmdb"))
    assert "server:/x, a file system of type nfs4" in finding.what
    assert finding.mend.startswith("agent-tracker init --ledger ")
    (tmp_path / "link").symlink_to("/")
    assert not list(check_filesystem.findings(tmp_path / "link" / "ledger.lmdb"))


def test_ledger_in_memory_is_not_reported(untracked: Repo) -> None:
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
