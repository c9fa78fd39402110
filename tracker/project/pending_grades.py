"""Pending grades: grades given before their commit exists, each a file in the project's folder.

A file holds where the worktree's HEAD was and the newest entry of its reflog, so that the next commit made there can be
identified later. It is sealed with the ledger's key and bound to its project and name: a file that another program
wrote, or that came with an unpacked or copied repository, is no grade. One whose seal cannot be checked is kept and
not used: it may be the user's word, from an older version or sealed with a key that is lost.
"""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from tracker.files import atomic_write, read_regular
from tracker.ledger.key import key_name, seal
from tracker.model import GRADES, RATERS, GradeValue, Oid, Rater, parse_oid

_MAX_FILE: Final = 1 << 16
"""Bytes of a file."""
_MAX_MESSAGE: Final = 200
"""Characters of a reflog message that are kept."""
_SUFFIX: Final = ".json"
_SEAL: Final = "seal"
_KEY: Final = "key"
"""The name of the key of the seal, so that a lost key does not look like a forged seal."""
_PURPOSE: Final = "pending grade"


def reflog_position(old: str, new: str, message: str) -> tuple[str, str, str]:
    """Return a reflog entry as a pending grade keeps it, with a bounded message."""
    return old, new, message[:_MAX_MESSAGE]


class PendingGrade(NamedTuple):
    """A grade for the next commit of a worktree. ``name``: its file's name without the suffix.

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


class _Unsure(Exception):
    """A file that may hold a grade: its seal cannot be checked. The text is a clause, ``grade`` is what it says."""

    def __init__(self, reason: str, grade: PendingGrade) -> None:
        super().__init__(reason)
        self.grade = grade


class PendingGrades:
    """The pending grades of one project. ``directory`` need not exist.

    ``ledger``: the directory of the ledger whose key seals them. ``project``: the project's id.
    """

    def __init__(self, directory: Path, ledger: Path, project: str) -> None:
        self.directory = directory
        self._ledger = ledger
        self._project = project

    def write(self, grade: PendingGrade) -> None:
        """Keep a grade until its commit is made. Raises OSError, also when the ledger has no key yet."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        self._write(grade._replace(name=f"{time.time_ns()}.{os.getpid()}"))

    def seal_again(self, grades: Iterable[PendingGrade]) -> None:
        """Seal grades, which were read with the key of another ledger, with this one's. Raises OSError."""
        for grade in grades:
            self._write(grade)

    def read(self) -> list[PendingGrade]:
        """Return the pending grades in the order in which they were given; files that hold none are left out."""
        found: list[PendingGrade] = []
        for path in self._paths():
            with contextlib.suppress(OSError, ValueError, _Unsure):
                found.append(self._read(path))
        return found

    def unsure(self) -> list[tuple[PendingGrade, str]]:
        """Return what the files say whose seals cannot be checked, each with the reason as a clause. None is used."""
        found: list[tuple[PendingGrade, str]] = []
        for path in self._paths():
            try:
                self._read(path)
            except _Unsure as doubt:
                found.append((doubt.grade, str(doubt)))
            except (OSError, ValueError):
                continue
        return found

    def refused(self) -> list[tuple[Path, str]]:
        """Return the files that hold no grade of this project and ledger, each with the reason as a clause.

        A file that cannot be examined now is left out, as is one that is gone or in doubt (``unsure``).
        """
        found: list[tuple[Path, str]] = []
        for path in self._paths():
            try:
                self._read(path)
            except ValueError as error:
                found.append((path, str(error)))
            except (OSError, _Unsure):
                continue
        return found

    def remove(self, grades: Iterable[PendingGrade]) -> None:
        """Remove grades that are durably recorded, or were withdrawn. Raises OSError."""
        for grade in grades:
            with contextlib.suppress(FileNotFoundError):
                self.path(grade).unlink()

    def path(self, grade: PendingGrade) -> Path:
        """Return the file of a pending grade."""
        return self.directory / f"{grade.name}{_SUFFIX}"

    def _paths(self) -> list[Path]:
        """Return all files, the oldest first; none where the folder cannot be read."""
        try:
            return sorted(path for path in self.directory.iterdir() if path.suffix == _SUFFIX)
        except OSError:
            return []

    def _read(self, path: Path) -> PendingGrade:
        """Return the grade in a file.

        Raises ValueError with a clause if it holds none, _Unsure if its seal cannot be checked, OSError if nothing can
        be known now.
        """
        try:
            data = read_regular(path, _MAX_FILE)
        except (FileNotFoundError, PermissionError):
            raise
        except OSError as error:
            raise ValueError(f"it is no file that can hold a grade ({error.strerror})") from error
        value = _parse(data)
        grade = _grade(path.stem, value)
        if _SEAL not in value:
            raise _Unsure("it is not sealed: an older version or another program wrote it", grade)
        try:
            expected, key = self._seal(value | {"name": path.stem}), key_name(self._ledger)
        except OSError as error:
            raise _Unsure(f"the key of the ledger {self._ledger} cannot be read", grade) from error
        if value[_SEAL] == expected:
            return grade
        if value.get(_KEY, key) != key:
            raise _Unsure("it is sealed with another key than that of the ledger", grade)
        raise ValueError("agent-tracker did not seal it for this repository and ledger, so nobody vouches for it")

    def _write(self, grade: PendingGrade) -> None:
        """Write a grade's file, sealed. Raises OSError."""
        value = grade._asdict() | {_KEY: key_name(self._ledger)}
        atomic_write(self.path(grade), orjson.dumps(value | {_SEAL: self._seal(value)}))

    def _seal(self, value: dict[str, Any]) -> str:
        """Return the seal of a grade in this project. Raises OSError."""
        content = {name: part for name, part in value.items() if name != _SEAL}
        return seal(self._ledger, _PURPOSE, self._project.encode(), orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def _parse(data: bytes) -> dict[str, Any]:
    """Return the JSON object in a file. Raises ValueError with a clause if there is none."""
    try:
        value = orjson.loads(data)
    except ValueError as error:
        raise ValueError("it holds no JSON") from error
    if not isinstance(value, dict):
        raise ValueError("it holds no grade")  # noqa: TRY004 - the content of a file is no type of an argument
    return value


def _grade(name: str, value: dict[str, Any]) -> PendingGrade:
    """Return the grade in the object of a file, with every value checked. Raises ValueError with a clause."""
    fields = {key: part for key, part in value.items() if key not in {_SEAL, _KEY}}
    try:
        last = fields["last_move"]
        grade = PendingGrade(**{**fields, "name": name, "last_move": tuple(last) if last else None})
        if _has_valid_values(grade):
            return grade
    except (TypeError, KeyError) as error:
        raise ValueError("it holds no grade") from error
    raise ValueError("it holds no grade")


def _has_valid_values(grade: PendingGrade) -> bool:
    """Return True if all values of a grade are of their types, and what is passed to git names objects.

    Raises TypeError for some values of other types.
    """
    move: tuple[object, ...] = grade.last_move or ()
    oids = [oid for oid in (grade.head, *move[:2]) if oid is not None]
    texts = [grade.worktree, grade.note, grade.task, grade.speaker, grade.agent or "", *oids, *move]
    return (
        all(isinstance(text, str) for text in texts)
        and all(parse_oid(str(oid)) for oid in oids)
        and len(move) in {0, 3}
        and grade.rater in RATERS
        and type(grade.grade) is int
        and grade.grade in GRADES
        and type(grade.time) is int
        and 0 <= grade.time < 1 << 40
    )
