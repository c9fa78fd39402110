"""Grades that were given before their commit exists: each a file in the project's folder until it joins one.

A file holds where the work tree's HEAD stood and what its reflog ended with, so that the next commit made there can be
told whenever somebody looks.
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

_LARGEST: Final = 1 << 16
_LONGEST_MESSAGE: Final = 200
_SUFFIX: Final = ".json"


def move(old: str, new: str, message: str) -> tuple[str, str, str]:
    """A reflog's entry as it is kept beside a grade: a subject may be of any length."""
    return old, new, message[:_LONGEST_MESSAGE]


class PendingGrade(NamedTuple):
    """One grade that waits for the next commit of a work tree. ``name`` is its file's.

    ``worktree``: the git directory of that work tree, relative to the common one, which is the same wherever either is
    moved to. ``head``: where HEAD stood; ``last_move``: old and new oid, and the beginning of the message, of the
    reflog's newest entry then, None where it had none. ``time`` in seconds. ``agent``: the one that gave it, None where
    nobody or a person did.
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


class Pending:
    """The grades that wait in one project. ``directory`` need not exist."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, grade: PendingGrade) -> None:
        """Keep a grade until its commit is made. Raises OSError."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        path = self.directory / f"{time.time_ns()}.{os.getpid()}{_SUFFIX}"
        atomic_write(path, orjson.dumps(grade._replace(name=path.stem)._asdict()))

    def read(self) -> list[PendingGrade]:
        """Those that wait, in the order in which they were given; a file that holds none is passed over."""
        found = (_parsed(path) for path in self._paths())
        return [grade for grade in found if grade is not None]

    def unreadable(self) -> list[Path]:
        """The files that hold no grade."""
        return [path for path in self._paths() if _parsed(path) is None]

    def _paths(self) -> list[Path]:
        try:
            return sorted(path for path in self.directory.iterdir() if path.suffix == _SUFFIX)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def remove(self, grades: Iterable[PendingGrade]) -> None:
        """Remove those that are durably recorded, or were taken back."""
        for grade in grades:
            with contextlib.suppress(FileNotFoundError):
                self.path(grade).unlink()

    def path(self, grade: PendingGrade) -> Path:
        """The file of a grade that waits."""
        return self.directory / f"{grade.name}{_SUFFIX}"


def _parsed(path: Path) -> PendingGrade | None:
    """The grade in a file; None while it is not whole, or where somebody else wrote it."""
    try:
        with path.open("rb") as file:
            value = orjson.loads(file.read(_LARGEST))
        last = value["last_move"]
        grade = PendingGrade(**{**value, "name": path.stem, "last_move": tuple(last) if last else None})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    texts = (grade.worktree, grade.note, grade.task, grade.speaker, grade.head or "", grade.agent or "")
    whole = grade.rater in RATERS and grade.grade in GRADES and type(grade.time) is int
    return grade if whole and all(isinstance(text, str) for text in texts) else None
