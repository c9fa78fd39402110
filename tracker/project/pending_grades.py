"""Pending grades: grades given before their commit exists, each a file in the project's folder.

A file holds where the worktree's HEAD was and the newest entry of its reflog, so that the next commit made there can be
identified later.
"""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from tracker.files import atomic_write
from tracker.model import GRADES, RATERS, GradeValue, Oid, Rater

_MAX_FILE: Final = 1 << 16
"""Bytes of a file that are read."""
_MAX_MESSAGE: Final = 200
"""Characters of a reflog message that are kept."""
_SUFFIX: Final = ".json"


def reflog_position(old: str, new: str, message: str) -> tuple[str, str, str]:
    """Return a reflog entry as a pending grade keeps it, with a bounded message."""
    return old, new, message[:_MAX_MESSAGE]


class PendingGrade(NamedTuple):
    """A grade that waits for the next commit of a worktree. ``name``: its file's name without the suffix.

    ``worktree``: that worktree's git directory relative to the common one, so that moving either changes nothing.
    ``head``: the commit of HEAD; ``last_move``: old oid, new oid and beginning of the message of the reflog's newest
    entry, None if it had none. ``time``: in seconds. ``speaker``: the actor who gave it. ``agent``: the agent among the
    actors, None for a person or an unknown actor.
    """

    name: str
    worktree: str
    head: Oid | None
    last_move: tuple[str, str, str] | None
    rater: Rater
    grade: GradeValue
    note: str
    task: str
    time: int
    speaker: str
    agent: str | None = None


class PendingGrades:
    """The pending grades of one project. ``directory`` need not exist."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, grade: PendingGrade) -> None:
        """Keep a grade until its commit is made. Raises OSError."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        path = self.directory / f"{time.time_ns()}.{os.getpid()}{_SUFFIX}"
        atomic_write(path, orjson.dumps(grade._replace(name=path.stem)._asdict()))

    def read(self) -> list[PendingGrade]:
        """Return the pending grades in the order in which they were given; invalid files are left out."""
        found = (_parse(path) for path in self._paths())
        return [grade for grade in found if grade is not None]

    def unreadable(self) -> list[Path]:
        """Return the files that hold no valid grade."""
        return [path for path in self._paths() if _parse(path) is None]

    def remove(self, grades: Iterable[PendingGrade]) -> None:
        """Remove grades that are durably recorded, or were withdrawn. Raises OSError."""
        for grade in grades:
            with contextlib.suppress(FileNotFoundError):
                self.path(grade).unlink()

    def path(self, grade: PendingGrade) -> Path:
        """Return the file of a pending grade."""
        return self.directory / f"{grade.name}{_SUFFIX}"

    def _paths(self) -> list[Path]:
        """Return all files, the oldest first."""
        try:
            return sorted(path for path in self.directory.iterdir() if path.suffix == _SUFFIX)
        except (FileNotFoundError, NotADirectoryError):
            return []


def _parse(path: Path) -> PendingGrade | None:
    """Return the grade in a file; None if it is incomplete or invalid."""
    try:
        with path.open("rb") as file:
            value = orjson.loads(file.read(_MAX_FILE))
        last = value["last_move"]
        grade = PendingGrade(**{**value, "name": path.stem, "last_move": tuple(last) if last else None})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    texts = (grade.worktree, grade.note, grade.task, grade.speaker, grade.head or "", grade.agent or "")
    is_valid = grade.rater in RATERS and grade.grade in GRADES and type(grade.time) is int
    return grade if is_valid and all(isinstance(text, str) for text in texts) else None
