"""Check the ledger: readable, undamaged, with room, private, and the one that this repository records into."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.errors import LedgerUnavailable
from tracker.ledger import LARGEST_SIZE_LIMIT, Ledger, integrity, restored_keys
from tracker.ledger.tables import COMMITS
from tracker.model import Progress
from tracker.project.ledger_mark import sentence
from tracker.project.project import Project
from tracker.project.settings import Settings
from tracker.reports.doctor import check_sharing
from tracker.reports.doctor.finding import Finding
from tracker.text import size_shown

_FEW_BYTES: Final = 1 << 20
"""Bytes of a ledger that is read in a twentieth of a second: about 2,000 commits."""
_WORTH_COMPACTING: Final = 16 << 20
"""Bytes of a ledger of which half is worth a command."""
_LEAST_FREE: Final = 16 << 20
"""Bytes of free disk; with less the ledger may soon not be writable."""


def findings(project: Project, *, wholly: bool, progress: Progress | None = None) -> Iterator[Finding]:
    """Yield what is wrong with the ledger; a damaged or missing one ends the check.

    ``wholly``: read each page and record, also of a large ledger that is as its last writer left it. ``progress`` is
    told in records then.
    """
    yield from _other_ledger(project)
    try:
        project.check_ledger()
    except LedgerUnavailable as error:
        other = check_sharing.ledger_of_another_user(project.ledger.path)
        yield other or Finding(str(error), "mount or restore it, or: agent-tracker init")
        return
    if _is_missing(project.ledger):
        if project.is_own_ledger:
            yield Finding(f"there is no ledger at {project.ledger.path}.", "agent-tracker sync")
        return
    damage = _damage(project.ledger, wholly=wholly, progress=progress)
    if damage:
        yield damage
        return
    if project.ledger.is_read_only():
        yield Finding(
            f"the ledger {project.ledger.path} cannot be written: nothing is recorded now; events wait in the spool.",
            "make its files and their file system writable",
        )
    for loss in project.ledger_mark.losses():
        yield Finding(
            sentence(loss, project.own_ledger_path),
            "put the newer ledger back, or go on with this one, at a terminal: agent-tracker init",
        )
    if restored_keys.are_waiting(project.ledger.path):
        yield Finding(
            f"keys of a restored ledger wait in {project.ledger.path / integrity.RESTORED_KEYS}.", "agent-tracker sync"
        )
    yield from _room(project)
    yield from _set_aside(project.ledger.path)
    if project.ledger.path.stat().st_mode & 0o077:
        yield Finding(f"other users may enter {project.ledger.path}.", f"chmod 700 '{project.ledger.path}'")


def _is_missing(ledger: Ledger) -> bool:
    """Return True if no ledger was ever begun at its path; False also if that cannot be read: ``_damage`` says why."""
    try:
        return ledger.is_new()
    except LedgerUnavailable:
        return False


def _other_ledger(project: Project) -> Iterator[Finding]:
    """Yield a finding if a setting names another ledger than the one that the hooks record into."""
    if not project.is_own_ledger:
        absence = ", where there is none" if _is_missing(project.ledger) else ""
        yield Finding(
            f"{project.settings.origins['ledger']} names the ledger {project.ledger.path}{absence}, but this repository"
            f" records into {project.own_ledger_path}: the events of its hooks wait for that one.",
            "leave that setting out, or record into the other ledger from now on: agent-tracker init",
        )


def _damage(ledger: Ledger, *, wholly: bool, progress: Progress | None) -> Finding | None:
    """Return a finding if the ledger is damaged or cannot be read."""
    try:
        damage = ledger.examine(wholly=wholly or ledger.size() <= _FEW_BYTES, progress=progress)
        if damage:
            return Finding(f"the ledger {ledger.path} is damaged: {damage}.", "agent-tracker sync")
        with ledger.read() as snapshot:
            snapshot.count(COMMITS)
    except LedgerUnavailable as error:
        return check_sharing.ledger_of_another_user(ledger.path) or Finding(str(error), "agent-tracker sync")
    return None


def _room(project: Project) -> Iterator[Finding]:
    """Yield findings if the disk or the ledger is nearly full, or most of the ledger is free."""
    path = project.ledger.path
    free = shutil.disk_usage(path).free
    if free < _LEAST_FREE:
        yield Finding(f"the disk that holds the ledger {path} has {size_shown(free)} left.", "make room")
    size, limit = project.ledger.size(), project.settings.size_limit
    if size > limit * 9 // 10:
        yield Finding(f"the ledger takes {size_shown(size)} of {size_shown(limit)}.", _larger_limit(project.settings))
    if size >= _WORTH_COMPACTING and (used := _used(project.ledger)) < size // 2:
        yield Finding(
            f"the ledger takes {size_shown(size)}, of which {size_shown(size - used)} are free.",
            "agent-tracker compact",
        )


def _used(ledger: Ledger) -> int:
    """Return the bytes of the ledger's file that hold records."""
    with ledger.read(begin=False) as snapshot:
        return snapshot.used_bytes()


def _larger_limit(settings: Settings) -> str:
    """Return the command after which the ledger may be twice as large, in the place that decides its size limit."""
    if settings.size_limit >= LARGEST_SIZE_LIMIT:
        return "no limit is higher; for some of its repositories begin another one: agent-tracker init --ledger PATH"
    size = f"{min(2 * settings.size_limit, LARGEST_SIZE_LIMIT) >> 20}MiB"
    origin = settings.origins["size_limit"]
    if origin == "AGENT_TRACKER_SIZE_LIMIT":
        return f"{origin}={size}"
    user = "" if origin.startswith("git config") else "--user "
    return f"agent-tracker config set {user}size-limit {size}"


def _set_aside(ledger: Path) -> Iterator[Finding]:
    """Yield one finding for what was set aside: damaged ledgers, replaced ones, lines that an import did not use."""
    folder = ledger / integrity.SET_ASIDE
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        remove = f"rm -r '{path}'"
        if path.name.startswith("."):
            continue  # an import is writing it
        if path.name.startswith(integrity.IMPORTED):
            yield Finding(
                f"an import could not use the lines in {path}.", f"look at the reasons, then remove it: {remove}"
            )
        elif (path / integrity.MARKER).exists():
            yield Finding(
                f"the ledger that was here before 'agent-tracker restore' is in {path}.",
                f"agent-tracker merge '{path}' joins what it has; then remove it: {remove}",
            )
        else:
            yield Finding(f"a damaged ledger was set aside as {path}.", f"look at it, then remove it: {remove}")
