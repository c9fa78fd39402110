"""Hooks that are asleep: git-commit made commits in a work tree, and no hook saw them.

Whatever looks right, an environment (``HUSKY=0``, ``SKIP``), a flag (``-c core.hooksPath``) or a program of its own may
keep hooks from running, and git says nothing. Only commits that a hook must have seen are counted: those that HEAD's
reflog says git-commit made, afresh, while the project was tracked. ``git am``, rebases, picks, reverts and merges run
other hooks or none, plumbing leaves no such line, and what was there before is another matter.
"""

import contextlib
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from tracker import keys
from tracker.errors import LedgerUnavailable
from tracker.git import ReflogEntry
from tracker.git.reflog import COMMITTED
from tracker.ledger import Snapshot
from tracker.ledger.tables import COMMITS, PROJECTS
from tracker.model import Oid, ProjectId
from tracker.project.project import Project
from tracker.records import CommitRecord
from tracker.reports.doctor.finding import Finding

_DAYS: Final = 7
_FEWEST: Final = 2
"""Commits in a row, the newest among them, before anything is said: one may be a race or an experiment."""

_LOOKED_AT: Final = 500
"""Moves of HEAD in each work tree."""

_NO_HOOK: Final = frozenset({"reconcile", "backfill"})


def findings(project: Project) -> Iterator[Finding]:
    """One finding for each work tree in which the newest commits of the last week were seen by no hook."""
    if project.ledger.is_new():
        return  # reading would begin one, perhaps where the disk that holds it is not mounted
    project_id = project.files.id()
    waiting: set[Oid] = set()
    with contextlib.suppress(OSError):  # a spool that cannot be read is a finding of its own
        waiting = {event.head for event in project.spool.read()[0] if event.head}
    trees = [tree for tree in project.repository.from_every_worktree() if tree.work_tree is not None]
    reflogs = [(tree.work_tree, tree.head_reflog(_LOOKED_AT)) for tree in trees]
    try:
        with project.ledger.read() as snapshot:
            known = snapshot.get(PROJECTS, keys.project(project_id))
            since = max(known.first_seen if known else 0, int(time.time()) - _DAYS * 86400)
            unseen = [(path, _unseen(_made(snapshot, project_id, moves), waiting, since)) for path, moves in reflogs]
    except LedgerUnavailable:
        return  # a finding of its own
    for path, commits in unseen:
        if len(commits) >= _FEWEST:
            first = datetime.fromtimestamp(min(one.committed_at for one in commits), UTC)
            yield Finding(
                f"the newest {len(commits)} commits made in {path}, since {first:%Y-%m-%d %H:%M} UTC, were seen by no"
                " hook: they are recorded without what only that moment knew.",
                "agent-tracker init  (then commit once; if no hook sees that either, it is made without hooks: HUSKY=0,"
                " SKIP, -c core.hooksPath, or a program that runs none)",
            )


def _made(
    snapshot: Snapshot, project_id: ProjectId, moves: Iterable[ReflogEntry]
) -> Iterator[tuple[Oid, CommitRecord | None]]:
    """The commits that git-commit made, newest first, each with its record."""
    for move in moves:
        if move.action in COMMITTED:
            yield move.new, snapshot.get(COMMITS, keys.commit(project_id, move.new))


def _unseen(
    made: Iterable[tuple[Oid, CommitRecord | None]], waiting: Collection[Oid], since: int
) -> Sequence[CommitRecord]:
    """The commits newer than the newest one that a hook saw, which a hook must have seen.

    One whose author's date is not the committer's was amended or picked, so the hook may rightly not have claimed it
    (``recording.witnesses``).
    """
    unseen: list[CommitRecord] = []
    for oid, record in made:
        if oid in waiting or (record is not None and record.learnt not in _NO_HOOK):
            break
        if record is None or record.learnt != "reconcile" or record.origin != "local" or not record.live:
            continue
        if record.authored_at == record.committed_at >= since:
            unseen.append(record)
    return unseen
