"""Join of projects with those that another ledger recorded under the same id."""

from typing import Final

from tracker import keys
from tracker.ledger.apply_projects import unsettle_shared
from tracker.ledger.joined_entries import JoinProjectEntry
from tracker.ledger.tables import PROJECTS, Transaction
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import ELSEWHERE, ProjectId, is_elsewhere
from tracker.records import ProjectRecord

_TO_COMPARE: Final = "joined"
"""A value of ``ProjectRecord.history`` that no repository has, so that the next reconcile compares all commits."""


def join_project(commits: WorkingCommits, entry: JoinProjectEntry) -> bool:
    """Join a project; return True if that changed anything.

    No path of another ledger leads to the project, since here it may be that of another repository.
    """
    transaction, key = commits.transaction, keys.project(entry.project)
    known = transaction.get(PROJECTS, key)
    found = entry.record._replace(generation=0, history=_TO_COMPARE, unfinished=False, is_foreign=True)
    record = found if known is None else _joined(known, found)
    if record != known:
        transaction.put(PROJECTS, key, record)
    if known is not None and _presence(known) != _presence(record):
        unsettle_shared(commits, entry.project)  # it decides in which of several projects a commit counts
    return record != known


def _presence(record: ProjectRecord) -> tuple[object, ...]:
    """Return what decides in which of several projects a commit counts."""
    return record.away, record.first_seen


def mark_to_compare(transaction: Transaction, project: ProjectId) -> None:
    """Have the next reconcile of a project compare all of its commits with the repository.

    Which commits are live was joined, while the tips are those that this ledger saw. A reconcile that is prepared at
    this moment is refused, as by any other one that was faster.
    """
    key = keys.project(project)
    record = transaction.get(PROJECTS, key)
    if record is not None:
        transaction.put(PROJECTS, key, record._replace(history=_TO_COMPARE, generation=record.generation + 1))


def _joined(known: ProjectRecord, found: ProjectRecord) -> ProjectRecord:
    """Return the record that was seen last, with the paths of both; what is of this ledger alone stays.

    One that another machine shared without its path gives way to one with a path.
    """
    latest = max(known, found, key=_sighting)
    paths = (*known.paths, *sorted({*found.paths} - {*known.paths}))
    told = tuple(path for path in paths if not path.startswith(ELSEWHERE))
    return latest._replace(
        paths=told or paths,
        first_seen=min(known.first_seen, found.first_seen),
        generation=known.generation,
        history=known.history,
        unfinished=known.unfinished,
        is_foreign=known.is_foreign,
    )


def _sighting(record: ProjectRecord) -> tuple[object, ...]:
    """Return the sort key of two ledgers' records: the later one, of one second one that is present."""
    return (
        not is_elsewhere(record.paths),
        record.last_seen,
        not record.away,
        record.name,
        record.remotes,
        record.object_format,
        record.baseline,
    )
