"""Check for hooks that do not run: git-commit made commits in a worktree, and no hook saw them.

Even if every hook is in place, an environment variable (``HUSKY=0``, ``SKIP``), a flag (``-c core.hooksPath``) or a
program that runs no hooks may bypass them, and git prints nothing. Only commits that a hook must have seen count: new
commits (not amends) that HEAD's reflog attributes to git-commit, made while the project was tracked. ``git am``,
rebases, cherry-picks, reverts and merges run other hooks or none, and plumbing leaves no such line in the reflog.
"""

import contextlib
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tracker import keys
from tracker.errors import LedgerUnavailable
from tracker.git import ReflogEntry
from tracker.git.reflog import COMMITTED
from tracker.ledger import Snapshot
from tracker.ledger.tables import COMMITS, PROJECTS
from tracker.model import Oid, ProjectId
from tracker.project.project import Project
from tracker.records import CommitFacts
from tracker.reports.doctor.finding import Finding

_DAYS: Final = 7
"""Age of the oldest commit that counts."""

_FEWEST: Final = 2
"""Missed commits in a row, up to the newest, that give a finding: a single one may be a race or an experiment."""

_MOST_ENTRIES: Final = 500
"""Entries of HEAD's reflog that are read in each worktree."""

_NOT_BY_HOOK: Final = frozenset({"reconcile", "backfill"})
"""Values of ``CommitFacts.learnt`` of commits that no hook saw."""


def findings(project: Project) -> Iterator[Finding]:
    """Yield a finding for each worktree in which no hook saw the newest commits of the last week."""
    if project.ledger.is_new():
        return  # reading would create a ledger, perhaps where its disk is not mounted
    trees = [tree for tree in project.repository.in_every_worktree() if tree.work_tree is not None]
    reflogs = [(tree.work_tree, tree.reflogs.of_head(_MOST_ENTRIES)) for tree in trees]
    try:
        missed = _missed_commits(project, reflogs)
    except LedgerUnavailable:
        return  # check_ledger reports it
    for path, commits in missed:
        if len(commits) >= _FEWEST:
            first = datetime.fromtimestamp(min(one.committed_at for one in commits), UTC)
            yield Finding(
                f"the newest commits made in {path} ({len(commits)} since {first:%Y-%m-%d %H:%M} UTC) were seen by no"
                " hook: they are recorded without the evidence that only a hook can see.",
                "agent-tracker init  (then commit once; if no hook sees that either, it is made without hooks: HUSKY=0,"
                " SKIP, -c core.hooksPath, or a program that runs none, as Gemini CLI's shell)",
            )


def _missed_commits(
    project: Project, reflogs: Iterable[tuple[Path | None, Iterable[ReflogEntry]]]
) -> list[tuple[Path | None, Sequence[CommitFacts]]]:
    """Return each worktree with the commits that its hooks missed. Raises the LedgerUnavailable errors."""
    project_id = project.files.id()
    waiting: set[Oid] = set()
    with contextlib.suppress(OSError):  # a spool that cannot be read: check_project reports it
        waiting = {event.head for event in project.spool.read()[0] if event.head}
    with project.ledger.read() as snapshot:
        known = snapshot.get(PROJECTS, keys.project(project_id))
        since = max(known.first_seen if known else 0, int(time.time()) - _DAYS * 86400)
        return [(path, _missed(_made(snapshot, project_id, entries), waiting, since)) for path, entries in reflogs]


def _made(
    snapshot: Snapshot, project_id: ProjectId, entries: Iterable[ReflogEntry]
) -> Iterator[tuple[Oid, CommitFacts | None]]:
    """Yield the commits that git-commit made, newest first, each with its facts."""
    for entry in entries:
        if entry.action in COMMITTED:
            yield entry.new, snapshot.get(COMMITS, keys.commit(project_id, entry.new))


def _missed(
    made: Iterable[tuple[Oid, CommitFacts | None]], waiting: Collection[Oid], since: int
) -> Sequence[CommitFacts]:
    """Return the commits after the last one that a hook saw, and which a hook must have seen.

    ``made``: newest first. ``waiting``: commits with an event in the spool. ``since``: in seconds since the epoch. A
    commit with different author and committer dates was amended or cherry-picked, so its hook may have ignored it
    (``recording.commit_records``).
    """
    missed: list[CommitFacts] = []
    for oid, record in made:
        if oid in waiting or (record is not None and record.learnt not in _NOT_BY_HOOK):
            break
        if record is None or record.learnt != "reconcile" or record.origin != "local" or not record.live:
            continue
        if record.authored_at == record.committed_at >= since:
            missed.append(record)
    return missed
