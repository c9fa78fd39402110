"""The ledger: whether it is readable, whole, has room, and is the one that this repository records into."""

import shutil
from collections.abc import Iterator
from typing import Final

from tracker.errors import LedgerUnavailable
from tracker.ledger.tables import COMMITS
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding

_LITTLE: Final = 16 << 20
"""Bytes of free disk below which the ledger may soon not be written any more."""


def findings(project: Project) -> Iterator[Finding]:
    """What is wrong with the ledger."""
    ledger = project.ledger
    if not project.is_home:
        yield Finding(
            f"{project.settings.origins['ledger']} names the ledger {ledger.path}, but this repository records into"
            f" {project.home}: what its hooks saw waits for that one.",
            "leave that setting out, or record into the other ledger from now on: agent-tracker init",
        )
    try:
        project.assure_ledger()
    except LedgerUnavailable as error:
        yield Finding(str(error), "mount or restore it, or: agent-tracker init")
        return
    try:
        complaint = ledger.examine()
        if complaint:
            yield Finding(f"the ledger {ledger.path} is damaged: {complaint}.", "agent-tracker sync")
            return
        with ledger.read() as snapshot:
            snapshot.count(COMMITS)
    except LedgerUnavailable as error:
        yield Finding(str(error), "agent-tracker sync")
        return
    free = shutil.disk_usage(ledger.path).free
    if free < _LITTLE:
        yield Finding(f"the disk that holds the ledger {ledger.path} has {free} bytes left.", "make room")
    size, limit = ledger.size(), project.settings.size_limit
    if size > limit * 9 // 10:
        yield Finding(
            f"the ledger takes {size} of {limit} bytes.", "git config --global agent-tracker.sizeLimit 1024  (MiB)"
        )
    aside = ledger.path / "set-aside"
    if aside.is_dir():
        for place in sorted(aside.iterdir()):
            yield Finding(f"a damaged ledger was set aside as {place}.", f"look at it, then remove it: rm -r '{place}'")
    if ledger.path.stat().st_mode & 0o077:
        yield Finding(f"others may enter {ledger.path}.", f"chmod 700 '{ledger.path}'")
