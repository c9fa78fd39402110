"""What agent-tracker keeps in the repository: events that wait, what was set aside, status files, the logs."""

import os
import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.errors import TrackerError
from tracker.project.project import Project
from tracker.reports import status
from tracker.reports.doctor.finding import Finding

_LOG_LINES: Final = 5
_WAITING_SECONDS: Final = 600
"""An event older than this should have been recorded by now."""


def findings(project: Project) -> Iterator[Finding]:
    """What is wrong inside the repository."""
    yield from _spool(project)
    yield from _pending(project)
    yield from _status_files(project)
    yield from _logs(project)


def _spool(project: Project) -> Iterator[Finding]:
    late = sum(age > _WAITING_SECONDS for age in _ages(project.files.spool))
    if late:
        yield Finding(f"{late} events have waited for more than ten minutes.", "agent-tracker sync")
    for name, reason in project.spool.set_aside_entries():
        yield Finding(
            f"{name} could not be recorded: {reason}", f"look at it, then remove it: {project.files.aside / name}"
        )
    if not os.access(project.files.spool, os.W_OK | os.X_OK):
        yield Finding(f"{project.files.spool} cannot be written, so hooks cannot leave events.", "agent-tracker init")


def _ages(spool: Path) -> Iterator[float]:
    now = time.time()
    try:
        with os.scandir(spool) as found:
            for entry in found:
                yield now - entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return  # a spool that cannot be read is a finding of its own


def _pending(project: Project) -> Iterator[Finding]:
    """Grades that wait for the next commit of a work tree that is gone, and files that hold none."""
    for path in project.pending.unreadable():
        yield Finding(f"{path} should hold a grade that waits, and holds none.", f"rm {shlex.quote(str(path))}")
    here = {tree.worktree_id() for tree in project.repository.from_every_worktree()}
    for grade in project.pending.read():
        if grade.worktree not in here:
            file = project.pending.path(grade)
            yield Finding(
                f"a grade waits for the next commit of the work tree {grade.worktree}, which is gone.",
                f"give it to its commit with 'agent-tracker grade REV', then: rm {shlex.quote(str(file))}",
            )


def _status_files(project: Project) -> Iterator[Finding]:
    for worktree in status.places(project.repository):
        sentence = status.obstacle(project.repository, worktree)
        if sentence:
            yield Finding(sentence, "move it out of the way, then: agent-tracker sync")


def _logs(project: Project) -> Iterator[Finding]:
    for path, what in (
        (project.files.trouble_log, "the recorder could not record"),
        (project.files.defects_log, "the recorder met a defect"),
    ):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise TrackerError(f"{path} cannot be read: {error.strerror}.") from error
        if lines:
            tail = " | ".join(line.strip() for line in lines[-_LOG_LINES:])
            yield Finding(f"{what}: {tail}", f"agent-tracker sync; when it stays, read and remove {path}")
