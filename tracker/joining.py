"""Which commit each grade joins that was given before its commit existed: the next one made in its work tree."""

import os
import re
from collections.abc import Callable, Sequence
from typing import Final

from tracker.entries import GradeEntry
from tracker.model import Oid, ProjectId
from tracker.pending import PendingGrade
from tracker.repository import ReflogEntry, Repository

PENDING: Final = "pending"
"""The source of a grade that was given before its commit existed."""

_LOOKED_AT: Final = 1000
"""Moves of HEAD that are looked through for the one that a grade waited for."""

_COMMITTED: Final = re.compile(r"commit(?: \((?:initial|amend|merge)\))?: ")
"""What git-commit writes into HEAD's reflog (builtin/commit.c); picks, rebases and pulls are nobody's new work."""


def find(
    repository: Repository, grades: Sequence[PendingGrade], is_known: Callable[[Oid], bool]
) -> dict[PendingGrade, Oid]:
    """The commits that grades join now; the others wait on. ``is_known``: whether a commit is or will be recorded."""
    if not grades:
        return {}
    trees = {
        os.path.realpath(tree.work_tree): tree
        for tree in repository.from_every_worktree()
        if tree.work_tree is not None
    }
    moves = {place: tree.head_reflog(_LOOKED_AT) for place, tree in trees.items()}
    found: dict[PendingGrade, Oid] = {}
    for grade in grades:
        place = os.path.realpath(grade.work_tree)
        if place in trees:
            made = _made_since(grade, moves[place]) if moves[place] else _grown(trees[place], grade)
            oid = next(filter(is_known, made), None)
            if oid is not None:
                found[grade] = oid
    return found


def entry(project: ProjectId, grade: PendingGrade, oid: Oid) -> GradeEntry:
    """The grade of the commit that it joined; a recorder that was killed tells it again, and it counts once."""
    return GradeEntry(
        project, oid, grade.rater, grade.grade, grade.note, grade.task, grade.time, PENDING,
        speaker=grade.speaker, event=f"{PENDING} {grade.name}",
    )  # fmt: skip


def _made_since(grade: PendingGrade, moves: Sequence[ReflogEntry]) -> list[Oid]:
    """The commits made in a work tree since a grade was given, the first of them first. ``moves``: newest first."""
    since: list[ReflogEntry] = []
    for move in moves:
        if tuple(move) == grade.last_move:
            break
        since.append(move)
    else:
        if grade.last_move is not None:
            return []  # the reflog has lost its place
    return [move.new for move in reversed(since) if _COMMITTED.match(move.message)]


def _grown(tree: Repository, grade: PendingGrade) -> list[Oid]:
    """Where no reflog is kept: what HEAD has more than it had, the oldest first."""
    head = tree.head()
    return tree.walk([head], [grade.head] if grade.head else []) if head else []
