"""Assign pending grades to commits: a grade given before its commit exists belongs to the next one of its worktree.

This runs after the commits are recorded, since an agent's grade may only be given to the agent's own work.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from tracker.attribution import Catalogue
from tracker.attribution.ownership import is_own_work
from tracker.git import ReflogEntry, Repository
from tracker.git.reflog import COMMITTED
from tracker.ledger.commits import find_commits
from tracker.ledger.entries import GradeEntry
from tracker.ledger.tables import COMMUNICATION
from tracker.model import Oid, ProjectId
from tracker.project import pending_grades
from tracker.project.pending_grades import PendingGrade
from tracker.project.project import Project
from tracker.recording.batch_writer import BatchWriter
from tracker.records import RecordedCommit

_PENDING: Final = "pending"
"""The source of a grade that was given before its commit existed."""

_MAX_ENTRIES: Final = 1000
"""Entries of HEAD's reflog that are searched for the commit after a grade was given."""

_NEW_WORK: Final = COMMITTED | {"revert"}
"""Actions that make new work; cherry-picks, rebases and pulls do not."""

_Find = Callable[[Sequence[Oid]], Mapping[Oid, RecordedCommit]]
"""Returns recorded commits, in the given order; commits that are not recorded are left out."""


def assign(project: Project, writer: BatchWriter, project_id: ProjectId) -> Iterable[PendingGrade]:
    """Write the pending grades whose commits are recorded now, and return them. Set aside files that hold none.

    Nothing is assigned when another ledger was named for this call. Raises RepositoryError and the LedgerUnavailable
    errors.
    """
    if not project.is_own_ledger:
        return ()
    for path, reason in project.pending_grades.refused():
        with contextlib.suppress(OSError):  # doctor names it where it is
            project.files.set_aside.move(path, f"it holds no valid pending grade: {reason}.")
    waiting = project.pending_grades.read()

    def find(oids: Sequence[Oid]) -> dict[Oid, RecordedCommit]:
        with project.ledger.read() as snapshot:
            return find_commits(snapshot, project_id, oids)

    assigned = _commits_for_grades(project.repository, waiting, find, project.catalogue)
    given = _given_before(project) if assigned else set()
    for grade, oid in assigned.items():
        if _event(grade) not in given:
            writer.add(_entry(project_id, grade, oid))
    writer.flush()
    return assigned.keys()


def _given_before(project: Project) -> set[str]:
    """Return the events of all recorded grades: a file that was copied and put back is no second grade."""
    with project.ledger.read() as snapshot:
        return {record.event for _, record in snapshot.scan(COMMUNICATION) if record.event}


def _event(grade: PendingGrade) -> str:
    """Return the event of a pending grade, by which it is recorded once."""
    return f"{_PENDING} {grade.name}"


def _commits_for_grades(
    repository: Repository, grades: Sequence[PendingGrade], find: _Find, catalogue: Catalogue
) -> dict[PendingGrade, Oid]:
    """Return the commits that grades belong to; grades without one yet are left out."""
    if not grades:
        return {}
    named = {grade.worktree for grade in grades}
    every = ((tree.worktree_id(), tree) for tree in repository.in_every_worktree())
    worktrees = {worktree_id: tree for worktree_id, tree in every if worktree_id in named}
    reflogs = {worktree_id: tree.reflogs.of_head(_MAX_ENTRIES) for worktree_id, tree in worktrees.items()}
    found: dict[PendingGrade, Oid] = {}
    for grade in grades:
        if grade.worktree in worktrees:
            worktree, reflog = worktrees[grade.worktree], reflogs[grade.worktree]
            oid = _commit_for_grade(worktree, reflog, grade, find, catalogue)
            if oid is not None:
                found[grade] = oid
    return found


def _commit_for_grade(
    worktree: Repository,
    reflog: Sequence[ReflogEntry],
    grade: PendingGrade,
    find: _Find,
    catalogue: Catalogue,
) -> Oid | None:
    """Return the first commit made in a worktree since a grade was given that the rater may grade."""
    made = _commits_since(grade, reflog)
    found = find(_new_commits_of_head(worktree, grade) if made is None else made)
    for oid, commit in found.items():
        if _may_grade(grade, commit, catalogue) and (made is not None or _is_later(grade, commit)):
            return oid
    return None


def _entry(project_id: ProjectId, grade: PendingGrade, oid: Oid) -> GradeEntry:
    """Return the entry of an assigned grade. Its ``event`` makes it count once."""
    return GradeEntry(
        project_id, oid, grade.rater, grade.grade, grade.note, grade.task, grade.time, _PENDING,
        speaker=grade.speaker, event=_event(grade),
    )  # fmt: skip


def _may_grade(grade: PendingGrade, commit: RecordedCommit, catalogue: Catalogue) -> bool:
    """Return True if the rater may grade this commit: an agent grades only its own work.

    A commit that a hook saw made without a mark of any agent is somebody else's.
    """
    if grade.rater == "user" or grade.agent is None:
        return True
    if commit.standing.kind == "human" and commit.facts.moments:
        return False
    return is_own_work(grade.agent, commit.standing, catalogue)


def _is_later(grade: PendingGrade, commit: RecordedCommit) -> bool:
    """Return True if a commit was made here and recorded after a grade was given."""
    facts = commit.facts
    return commit.is_local and facts.learnt != "backfill" and facts.recorded_at >= grade.time


def _commits_since(grade: PendingGrade, reflog: Sequence[ReflogEntry]) -> list[Oid] | None:
    """Return the commits made in a worktree since a grade was given, oldest first. ``reflog``: newest first.

    None if the reflog cannot show it: none is kept, or the entry at which the grade was given is gone.
    """
    since: list[ReflogEntry] = []
    for entry in reflog:
        if pending_grades.reflog_position(*entry[:3]) == grade.last_move:
            break
        since.append(entry)
    else:
        if grade.last_move is not None or not reflog:
            return None
    return [entry.new for entry in reversed(since) if entry.action in _NEW_WORK]


def _new_commits_of_head(worktree: Repository, grade: PendingGrade) -> list[Oid]:
    """Return the commits that HEAD reaches and did not reach when a grade was given, oldest first."""
    head = worktree.head()
    return worktree.walk([head], [grade.head] if grade.head else []) if head else []
