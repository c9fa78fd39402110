"""Which commit each grade joins that was given before its commit existed: the next one made in its work tree.

Looked for once the commits are recorded, since an agent's grade joins only what it may speak of.
"""

import os
import re
from collections.abc import Callable, Sequence
from typing import Final

from tracker import speaker
from tracker.attribution import Catalogue
from tracker.entries import GradeEntry
from tracker.model import Oid, ProjectId
from tracker.pending import PendingGrade
from tracker.records import CommitRecord
from tracker.repository import ReflogEntry, Repository

PENDING: Final = "pending"
"""The source of a grade that was given before its commit existed."""

_LOOKED_AT: Final = 1000
"""Moves of HEAD that are looked through for the one that a grade waited for."""

_COMMITTED: Final = re.compile(r"commit(?: \((?:initial|amend|merge)\))?: ")
"""What git-commit writes into HEAD's reflog (builtin/commit.c); picks, rebases and pulls are nobody's new work."""


def find(
    repository: Repository,
    grades: Sequence[PendingGrade],
    record_of: Callable[[Oid], CommitRecord | None],
    rules: Catalogue,
) -> dict[PendingGrade, Oid]:
    """The commits that grades join now; the others wait on. ``record_of``: a commit's record, None without one."""
    if not grades:
        return {}
    named = {os.path.realpath(grade.work_tree) for grade in grades}
    trees = {
        place: tree
        for tree in repository.from_every_worktree()
        if tree.work_tree and (place := os.path.realpath(tree.work_tree)) in named
    }
    moves = {place: tree.head_reflog(_LOOKED_AT) for place, tree in trees.items()}
    found: dict[PendingGrade, Oid] = {}
    for grade in grades:
        place = os.path.realpath(grade.work_tree)
        if place in trees:
            made = _made_since(grade, moves[place])
            for oid in _grown(trees[place], grade) if made is None else made:
                record = record_of(oid)
                if record is not None and record.is_local and _may_join(grade, record, rules):
                    found[grade] = oid
                    break
    return found


def entry(project: ProjectId, grade: PendingGrade, oid: Oid) -> GradeEntry:
    """The grade of the commit that it joined; a recorder that was killed tells it again, and it counts once."""
    return GradeEntry(
        project, oid, grade.rater, grade.grade, grade.note, grade.task, grade.time, PENDING,
        speaker=grade.speaker, event=f"{PENDING} {grade.name}",
    )  # fmt: skip


def _may_join(grade: PendingGrade, record: CommitRecord, rules: Catalogue) -> bool:
    """Whether whoever gave a grade may give it to this commit: an agent speaks of its own work."""
    return grade.rater == "user" or grade.agent is None or speaker.is_own_work(grade.agent, record, rules)


def _made_since(grade: PendingGrade, moves: Sequence[ReflogEntry]) -> list[Oid] | None:
    """The commits made in a work tree since a grade was given, the first of them first. ``moves``: newest first.

    None where the reflog does not tell: none is kept, or it has lost the place.
    """
    since: list[ReflogEntry] = []
    for move in moves:
        if tuple(move) == grade.last_move:
            break
        since.append(move)
    else:
        if grade.last_move is not None or not moves:
            return None
    return [move.new for move in reversed(since) if _COMMITTED.match(move.message)]


def _grown(tree: Repository, grade: PendingGrade) -> list[Oid]:
    """What HEAD has more than it had when a grade was given, the oldest first."""
    head = tree.head()
    return tree.walk([head], [grade.head] if grade.head else []) if head else []
