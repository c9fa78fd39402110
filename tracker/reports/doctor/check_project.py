"""Check the files that agent-tracker keeps in the repository: spool, entries set aside, status files, logs."""

import os
import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError
from tracker.files import read_regular
from tracker.model import GRADE_NAMES
from tracker.project.project import Project
from tracker.reports import status_file
from tracker.reports.doctor.finding import Finding
from tracker.text import number_of, printable

_LOG_LINES: Final = 5
"""Last lines of a log that a finding shows."""

_WAITING_SECONDS: Final = 600
"""Age of an event by which it should have been recorded."""


def findings(project: Project) -> Iterator[Finding]:
    """Yield what is wrong with the project's files. Raises OSError and RepositoryError."""
    yield from _spool(project)
    yield from _pending_grades(project)
    yield from _status_files(project)
    yield from _logs(project)
    for source, reason in sorted(project.files.read_marks.unread_sources().items()):
        yield Finding(
            f"{source} could not be read, so its evidence is missing: {reason.rstrip('.')}.",
            "look at it; it is read again with the next commit",
        )


def _spool(project: Project) -> Iterator[Finding]:
    late = sum(age > _WAITING_SECONDS for age in _ages(project.files.spool))
    if late:
        have = "has" if late == 1 else "have"
        yield Finding(f"{number_of(late, 'event')} {have} waited for more than ten minutes.", "agent-tracker sync")
    set_aside = project.files.set_aside
    fault = set_aside.fault()
    if fault:
        yield Finding(fault, f"look at it, then: rm {shlex.quote(str(set_aside.folder))}")
    for name, reason in set_aside.entries():
        yield Finding(
            f"{name} was set aside: {reason.rstrip('.')}.",
            f"look at it, then: rm -r {shlex.quote(str(set_aside.folder / name))}*",
        )
    if not os.access(project.files.spool, os.W_OK | os.X_OK):
        yield Finding(f"{project.files.spool} cannot be written, so hooks cannot leave events.", "agent-tracker init")


def _ages(spool: Path) -> Iterator[float]:
    """Yield the age in seconds of each file of the spool; none if it cannot be read, which ``_spool`` reports."""
    now = time.time()
    try:
        with os.scandir(spool) as entries:
            for entry in entries:
                yield now - entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return


def _pending_grades(project: Project) -> Iterator[Finding]:
    """Yield files that hold no grade, and pending grades whose worktree does not exist any more."""
    for path, reason in project.pending_grades.refused():
        yield Finding(f"{path} holds no valid pending grade: {reason}.", "agent-tracker sync  (sets it aside)")
    for grade, reason in project.pending_grades.unsure():
        grade_file = shlex.quote(str(project.pending_grades.path(grade)))
        yield Finding(
            f"the {grade.rater}'s pending grade ({GRADE_NAMES[grade.grade]}) counts for nothing, since {reason}.",
            f"if it is right, give it again: agent-tracker grade --{grade.rater} {GRADE_NAMES[grade.grade]}, and"
            f" --pending if its commit is not made; then: rm {grade_file}",
        )
    existing = {tree.worktree_id() for tree in project.repository.in_every_worktree()}
    for grade in project.pending_grades.read():
        if grade.worktree not in existing:
            file = project.pending_grades.path(grade)
            yield Finding(
                f"a pending grade is for the next commit of the worktree {grade.worktree}, which is gone.",
                f"give it to its commit with 'agent-tracker grade REV', then: rm {shlex.quote(str(file))}",
            )


def _status_files(project: Project) -> Iterator[Finding]:
    for worktree in status_file.existing_worktrees(project.repository):
        try:
            found = status_file.obstacle(project.repository, worktree)
        except RepositoryError as error:
            yield Finding(f"git cannot read the worktree {printable(worktree.path)}: {error}", "git worktree repair")
            continue
        if found:
            yield Finding(found.sentence, found.repair)


def _logs(project: Project) -> Iterator[Finding]:
    for path, what in (
        (project.files.error_log, "the recorder could not record"),
        (project.files.defect_log, "the recorder met a defect"),
    ):
        try:
            lines = read_regular(path).decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Finding(f"{path} cannot be read: {error.strerror}.", f"rm -r {shlex.quote(str(path))}")
            continue
        if lines:
            tail = " | ".join(line.strip() for line in lines[-_LOG_LINES:])
            yield Finding(f"{what}: {tail}", f"agent-tracker sync; when it stays, read and remove {path}")
