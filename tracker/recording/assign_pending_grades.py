"""Which commit each grade joins that was given before its commit existed: the next one made in its work tree.

Looked for once the commits are recorded, since an agent's grade joins only what it may speak of.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tracker.attribution import Catalogue
from tracker.attribution.ownership import is_own_work
from tracker.git import ReflogEntry, Repository
from tracker.git.reflog import COMMITTED
from tracker.ledger.entries import GradeEntry
from tracker.model import Oid, ProjectId
from tracker.project import pending_grades
from tracker.project.pending_grades import PendingGrade
from tracker.records import CommitRecord

PENDING: Final = "pending"
"""The source of a grade that was given before its commit existed."""

_LOOKED_AT: Final = 1000
"""Moves of HEAD that are looked through for the one that a grade waited for."""

_NEW_WORK: Final = COMMITTED | {"revert"}
"""Actions that make new work; cherry-picks, rebases and pulls do not."""


def find(
    repository: Repository,
    grades: Sequence[PendingGrade],
    records_of: Callable[[Sequence[Oid]], Mapping[Oid, CommitRecord]],
    rules: Catalogue,
) -> dict[PendingGrade, Oid]:
    """The commits that grades join now; the others wait on. ``records_of``: the records of commits."""
    if not grades:
        return {}
    named = {grade.worktree for grade in grades}
    every = ((tree.worktree_id(), tree) for tree in repository.from_every_worktree())
    trees = {place: tree for place, tree in every if place in named}
    moves = {place: tree.head_reflog(_LOOKED_AT) for place, tree in trees.items()}
    found: dict[PendingGrade, Oid] = {}
    for grade in grades:
        if grade.worktree not in trees:
            continue
        made = _made_since(grade, moves[grade.worktree])
        records = records_of(_grown(trees[grade.worktree], grade) if made is None else made)
        for oid, record in records.items():
            if not _may_join(grade, record, rules):
                continue
            if made is not None or _is_later(grade, record):
                found[grade] = oid
                break
    return found


def entry(project_id: ProjectId, grade: PendingGrade, oid: Oid) -> GradeEntry:
    """The grade of the commit that it joined; a recorder that was killed tells it again, and it counts once."""
    return GradeEntry(
        project_id, oid, grade.rater, grade.grade, grade.note, grade.task, grade.time, PENDING,
        speaker=grade.speaker, event=f"{PENDING} {grade.name}",
    )  # fmt: skip


def _may_join(grade: PendingGrade, record: CommitRecord, rules: Catalogue) -> bool:
    """Whether whoever gave a grade may give it to this commit: an agent speaks of its own work."""
    return grade.rater == "user" or grade.agent is None or is_own_work(grade.agent, record, rules)


def _is_later(grade: PendingGrade, record: CommitRecord) -> bool:
    """Whether a commit was recorded after a grade was given, as something made here since."""
    return record.is_local and record.learnt != "backfill" and record.recorded_at >= grade.time


def _made_since(grade: PendingGrade, moves: Sequence[ReflogEntry]) -> list[Oid] | None:
    """The commits made in a work tree since a grade was given, the first of them first. ``moves``: newest first.

    None where the reflog does not tell: none is kept, or it has lost the place.
    """
    since: list[ReflogEntry] = []
    for move in moves:
        if pending_grades.move(*move) == grade.last_move:
            break
        since.append(move)
    else:
        if grade.last_move is not None or not moves:
            return None
    return [move.new for move in reversed(since) if move.action in _NEW_WORK]


def _grown(tree: Repository, grade: PendingGrade) -> list[Oid]:
    """What HEAD has more than it had when a grade was given, the oldest first."""
    head = tree.head()
    return tree.walk([head], [grade.head] if grade.head else []) if head else []
