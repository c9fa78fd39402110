"""Application of entries about projects: their paths, presence, generation, tips, deleted branches, profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker import keys
from tracker.errors import Superseded
from tracker.ledger.commits import replaced_commits
from tracker.ledger.entries import (
    DepartedEntry,
    PresenceEntry,
    ProjectEntry,
    ReflogReadEntry,
    TipEntry,
    UnfinishedEntry,
)
from tracker.ledger.tables import DEPARTED, PATHS, PROFILES, PROJECTS, REFLOGS, STANDINGS, TIPS, Transaction
from tracker.ledger.working_commits import WorkingCommits
from tracker.model import ProjectId, is_elsewhere
from tracker.records import MOST_DEPARTED, DepartedRecord, PathRecord, ProjectRecord, TipRecord

if TYPE_CHECKING:
    from tracker.ledger.computed_entries import ProfileEntry


def check_generation(transaction: Transaction, project: ProjectId, generation: int) -> None:
    """Raise Superseded when the recorded generation of a project is not ``generation``; that of an unknown one is 0.

    Another process then reconciled the project after the entries were prepared, so they are out of date.
    """
    record = transaction.get(PROJECTS, keys.project(project))
    if (record.generation if record else 0) != generation:
        raise Superseded(project)


def advance_generation(transaction: Transaction, project: ProjectId) -> None:
    """Increase a project's generation by one.

    Call after the entries were applied, which may have recorded the project: whoever prepared them counts on from the
    first transaction.
    """
    key = keys.project(project)
    record = transaction.get(PROJECTS, key)
    if record:
        transaction.put(PROJECTS, key, record._replace(generation=record.generation + 1))


def record_project(commits: WorkingCommits, entry: ProjectEntry) -> None:
    """Record a project as present at a path, which becomes the first of its paths and leads to it."""
    transaction, key = commits.transaction, keys.project(entry.project)
    known = transaction.get(PROJECTS, key)
    if known is None:
        record = ProjectRecord(
            paths=(entry.path,),
            name=entry.name,
            remotes=entry.remotes,
            object_format=entry.object_format,
            baseline=entry.baseline or (),
            generation=0,
            first_seen=entry.time,
            last_seen=entry.time,
            history=entry.history or "",
        )
    else:
        record = known._replace(
            paths=(entry.path, *(path for path in known.paths if path != entry.path)),
            name=entry.name,
            remotes=entry.remotes,
            object_format=entry.object_format,
            baseline=known.baseline if entry.baseline is None else entry.baseline,
            history=known.history if entry.history is None else entry.history,
            away=False,
            is_foreign=False,
        )
        if known.away or known.is_foreign or is_elsewhere(known.paths):
            unsettle_shared(commits, entry.project)
        if record != known:
            record = record._replace(last_seen=max(known.last_seen, entry.time))
    if record != known:
        transaction.put(PROJECTS, key, record)
    pointer = PathRecord(project=entry.project, path=entry.path)
    if transaction.get(PATHS, keys.path(entry.path)) != pointer:
        transaction.put(PATHS, keys.path(entry.path), pointer)


def set_presence(commits: WorkingCommits, entry: PresenceEntry) -> None:
    """Record that a project's repository is away or present; without effect if the project is unknown."""
    key = keys.project(entry.project)
    known = commits.transaction.get(PROJECTS, key)
    if known is None or known.away == entry.away:
        return
    commits.transaction.put(PROJECTS, key, known._replace(away=entry.away))
    unsettle_shared(commits, entry.project)


def set_unfinished(transaction: Transaction, entry: UnfinishedEntry) -> None:
    """Record if only a part of a look at the repository is written; without effect if the project is unknown."""
    key = keys.project(entry.project)
    known = transaction.get(PROJECTS, key)
    if known is not None and known.unfinished != entry.unfinished:
        transaction.put(PROJECTS, key, known._replace(unfinished=entry.unfinished))


def unsettle_shared(commits: WorkingCommits, project: ProjectId) -> None:
    """Have the commits of a project derived again whose counting depends on its presence: rewritten or shared ones."""
    for key, standing in [*commits.transaction.scan(STANDINGS, keys.project(project))]:
        oid = keys.oid_of_standing(key)
        if standing.links or replaced_commits(commits.transaction, oid) or len(commits.holders(oid)) > 1:
            commits.unsettle(oid)


def move_tip(transaction: Transaction, entry: TipEntry) -> None:
    """Record the oid of a tip, or remove the tip if the entry has none."""
    key = keys.tip(entry.project, entry.name)
    if entry.oid is None:
        transaction.delete(TIPS, key)
    else:
        transaction.put(TIPS, key, TipRecord(name=entry.name, oid=entry.oid))


def record_reflog(transaction: Transaction, entry: ReflogReadEntry) -> None:
    """Record what was read of a reflog, or remove the record if the reflog is gone."""
    key = keys.tip(entry.project, entry.name)
    if entry.record is None:
        transaction.delete(REFLOGS, key)
    else:
        transaction.put(REFLOGS, key, entry.record)


def record_departed(transaction: Transaction, entry: DepartedEntry) -> None:
    """Record the last commit of what nothing reaches any more, and remove the oldest such record beyond the bound."""
    transaction.put(DEPARTED, keys.commit(entry.project, entry.oid), DepartedRecord(time=entry.time))
    kept = [(record.time, key) for key, record in transaction.scan(DEPARTED, keys.project(entry.project))]
    for _, key in sorted(kept)[:-MOST_DEPARTED]:
        transaction.delete(DEPARTED, key)


def record_profile(transaction: Transaction, entry: ProfileEntry) -> None:
    """Record a project's profile; without effect if the project is unknown."""
    key = keys.project(entry.project)
    if transaction.get(PROJECTS, key) is not None:
        transaction.put(PROFILES, key, entry.profile)
