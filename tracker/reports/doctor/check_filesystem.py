"""Check the ledger's file system: LMDB must not be used on a remote one (its documentation, "Caveats")."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tracker.reports.doctor.finding import Finding

_MOUNTS: Final = Path("/proc/self/mountinfo")

_REMOTE: Final = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
        "ocfs2", "orangefs", "prl_fs", "pvfs2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
    }
)  # fmt: skip
"""File systems that other machines write to as well, or that a host passes to its virtual machine: locks and memory
maps may not be shared by all processes that use them."""

_LOCAL_FUSE: Final = frozenset(
    {
        "bindfs", "encfs", "exfat", "fuse-overlayfs", "gocryptfs", "mergerfs", "ntfs-3g", "ntfs", "portal",
        "securefs", "zfs",
    }
)  # fmt: skip
"""FUSE programs that keep their files on this machine; every other one, such as sshfs, counts as remote."""

_ESCAPE: Final = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """A mounted file system: its mount point, its type (such as ``fuse.sshfs``), and its source."""

    point: str
    kind: str
    source: str


def parse_mounts(mountinfo: str) -> list[Mount]:
    """Return the mounts of a ``mountinfo`` file, in its order (proc(5)); lines of another form are ignored."""
    mounts: list[Mount] = []
    for line in mountinfo.split("\n"):
        before, separator, after = line.partition(" - ")
        left, right = before.split(" "), after.split(" ")
        if separator and len(left) >= 5 and len(right) >= 2:
            mounts.append(Mount(_unescaped(left[4]), right[0], _unescaped(right[1])))
    return mounts


def mount_of(mounts: list[Mount], path: str) -> Mount | None:
    """Return the mount of an absolute path without links: the longest mount point above it, the last of equal ones."""
    above = [mount for mount in mounts if path == mount.point or path.startswith(f"{mount.point.rstrip('/')}/")]
    return max(enumerate(above), key=lambda pair: (len(pair[1].point), pair[0]))[1] if above else None


def is_remote(kind: str) -> bool:
    """Return True if a file system type is one on which LMDB must not be used."""
    if kind == "fuse" or kind.startswith("fuse."):
        return kind.removeprefix("fuse.") not in _LOCAL_FUSE
    return kind in _REMOTE


def findings(ledger: Path) -> Iterator[Finding]:
    """Yield a finding if the ledger is on a remote file system; none where mounts cannot be read (not Linux)."""
    try:
        text = os.fsdecode(_MOUNTS.read_bytes())
    except OSError:
        return
    mount = mount_of(parse_mounts(text), os.path.realpath(ledger))
    if mount is not None and is_remote(mount.kind):
        yield Finding(
            f"the ledger {ledger} is on {mount.source}, a file system of type {mount.kind} mounted at {mount.point}:"
            " LMDB is not safe there, and what several processes write may be lost.",
            "agent-tracker init --ledger <a path on a disk of this machine>  (in each repository)",
        )


def _unescaped(text: str) -> str:
    """Return a field with its octal escapes, which stand for bytes, replaced."""
    raw = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), os.fsencode(text).decode("latin-1"))
    return os.fsdecode(raw.encode("latin-1"))
