"""Observation of what a program writes: by listings of folders, and by the system calls that it makes."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.program import TRACKER

Listing = dict[str, tuple[int, ...]]

STRACE: Final = shutil.which("strace")

_CALLS: Final = (
    "open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,"
    "symlinkat,chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown,truncate,ftruncate,utimensat,mknod,mknodat,setxattr"
)
_OPENED: Final = re.compile(r'\bopen(?:at2?)?\(.*?"(?P<path>[^"]*)", .*\b(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)\b')
_OTHER: Final = re.compile(r"\b(?:creat|mk|rename|unlink|rmdir|link|symlink|f?l?ch|f?trunc|utime|setxattr)\w*\(")
_HARMLESS: Final = ("/dev/null", "/dev/tty", "/dev/pts/", "/proc/")


def listing(*folders: Path) -> Listing:
    """Return of each file and folder below some: its inode, mode, size and both times of change (in nanoseconds)."""
    found: Listing = {}
    for folder in folders:
        for place, folders_in, files in os.walk(folder):
            for name in (".", *folders_in, *files):
                status = os.lstat(os.path.join(place, name))  # noqa: PTH118 - names that are not UTF-8 too
                found[os.path.join(place, name)] = (  # noqa: PTH118
                    status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns
                )  # fmt: skip
    return found


def changed(before: Listing, after: Listing) -> list[str]:
    """Return the paths that came, went or changed between two listings."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def writing_calls(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], trace: Path) -> list[str]:
    """Run agent-tracker under strace; return the system calls of it and its children that write or would have.

    Calls that failed count too: a program that writes nothing does not try.
    """
    assert STRACE
    subprocess.run(
        [STRACE, "-f", "-qq", "-s", "4096", "-e", f"trace={_CALLS}", "-o", str(trace), TRACKER[0], "-B", *TRACKER[1:],
         *arguments],
        cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("openat(" in line for line in lines)
    return [line for line in lines if _writes(line)]


def _writes(line: str) -> bool:
    opened = _OPENED.search(line)
    if opened:
        return not opened["path"].startswith(_HARMLESS)
    return bool(_OTHER.search(line))
