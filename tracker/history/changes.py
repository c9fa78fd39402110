"""Compare a repository with its recorded state: commits that are new, became live or stopped being live.

Git is read first and the ledger after it, never one inside the other: a reader that waits for git keeps LMDB from
reusing pages. This module does not ask who made a commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.git import Repository
from tracker.history.ledger_queries import facts_of
from tracker.history.pseudo_tips import pseudo_tips
from tracker.history.recorded_state import RecordedState
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import COMMITS
from tracker.model import Event, Oid, ProjectId
from tracker.records import CommitFacts

_MAKING_HOOKS: Final = frozenset({"post-commit", "post-merge", "post-applypatch", "post-rewrite"})
"""Hooks at which HEAD may be a commit that was just made; post-checkout only visits one."""


class Changes(NamedTuple):
    """The difference between a repository and its recorded state.

    ``tips``: the tips now, by name. ``history_marks``: what else decides reachability
    (``Repository.history_marks``); where that is not as recorded (``history_changed``), every reachable commit is
    examined, and ``unmeasured`` are recorded commits without diff statistics, which git may be able to give now.
    ``is_replaying``: a rebase or am is in progress, so commits that nothing reaches may become reachable again:
    ``rebase --rebase-merges`` leaves the copies of one side of a merge unreferenced while it works on the other.

    ``fresh``: reachable and not recorded, parents first. ``unreachable``: not recorded, named by a hook, no longer
    reachable. ``revived`` and ``died``: recorded commits whose liveness changed. ``already_known``: number of newly
    reachable commits that were recorded before. ``newly_reachable``: commits that the tips reach now and did not
    before, recorded or not, since a recorder may have been killed before it examined them all; empty when
    ``history_changed``.
    """

    tips: Mapping[str, Oid]
    history_marks: str
    history_changed: bool
    is_replaying: bool
    fresh: Sequence[Oid]
    unreachable: Sequence[Oid]
    revived: Sequence[Oid]
    died: Sequence[Oid]
    unmeasured: Sequence[Oid]
    already_known: int
    newly_reachable: Sequence[Oid]


def detect_changes(
    repository: Repository, ledger: Ledger, known: RecordedState, baseline: Iterable[Oid], events: Sequence[Event]
) -> Changes:
    """Compare the present tips with the recorded ones.

    ``baseline``: commits whose ancestors are not recorded. Raises RepositoryError and the LedgerUnavailable errors.
    """
    tips, history_marks, is_replaying = _read_tips(repository, known, events)
    history_changed = known.record is not None and known.record.history != history_marks
    now, then = set(tips.values()), set() if history_changed else set(known.tips.values())
    base = set(baseline)
    # Nothing below the baseline can have been recorded in a project that the ledger does not know.
    added = repository.walk(now - then, then if known.record else then | base)
    above_baseline = set(repository.walk(now - then, then | base)) if base and added else set(added)
    named = _named_commits(repository, events, now | then | base)
    lost = _Lost((), frozenset(repository.walk(now))) if history_changed else _lost(repository, now, then)
    with ledger.read() as snapshot:
        records = facts_of(snapshot, known.project_id, {*added, *named})
        died = lost.died(snapshot, known.project_id)
    return Changes(
        tips=tips,
        history_marks=history_marks,
        history_changed=history_changed,
        is_replaying=is_replaying,
        fresh=[oid for oid in added if oid not in records and oid in above_baseline],
        unreachable=[oid for oid in named if oid not in records],
        revived=[oid for oid in added if oid in records and not records[oid].live],
        died=died,
        unmeasured=_unmeasured(added, records) if history_changed else [],
        already_known=sum(oid in records for oid in added),
        newly_reachable=[] if history_changed else [oid for oid in added if oid in above_baseline],
    )


def _read_tips(
    repository: Repository, known: RecordedState, events: Sequence[Event]
) -> tuple[dict[str, Oid], str, bool]:
    """Return the tips with pseudo tips, the history marks, and True if a rebase or am is in progress."""
    is_replaying = repository.is_replaying()
    tips, history_marks = repository.tips(), repository.reachability_digest()
    is_replaying = is_replaying or repository.is_replaying()  # it may have begun or ended while the tips were read
    return tips | pseudo_tips(known, tips, events, is_replaying=is_replaying), history_marks, is_replaying


def _unmeasured(oids: Iterable[Oid], records: Mapping[Oid, CommitFacts]) -> list[Oid]:
    """Return the recorded commits without diff statistics."""
    return [oid for oid in oids if oid in records and records[oid].files is None]


def _named_commits(repository: Repository, events: Iterable[Event], excluded: set[Oid]) -> list[Oid]:
    """Return commits that hooks named as made and that no tip reaches any more, parents first.

    They are recorded as facts and not counted.
    """
    named: set[Oid] = set()
    for event in events:
        if event.hook in _MAKING_HOOKS and event.head:
            named.add(event.head)
        named.update(oid for pair in event.pairs for oid in pair)
    return repository.walk(repository.existing_commits(named), excluded) if named else []


class _Lost(NamedTuple):
    """The commits that the tips no longer reach; where an old tip was pruned, all that they reach now instead.

    ``reachable`` is None unless an old tip was pruned or everything is examined.
    """

    left: Sequence[Oid]
    reachable: frozenset[Oid] | None

    def died(self, snapshot: Snapshot, project_id: ProjectId) -> list[Oid]:
        """Return the commits that are recorded as live and are not reachable any more."""
        if self.reachable is None:
            return [oid for oid, record in facts_of(snapshot, project_id, self.left).items() if record.live]
        every = ((keys.oid_of(key), record) for key, record in snapshot.scan(COMMITS, keys.project(project_id)))
        return [oid for oid, record in every if record.live and oid not in self.reachable]


def _lost(repository: Repository, now: set[Oid], then: set[Oid]) -> _Lost:
    """Return what the recorded tips ``then`` reach and the present tips ``now`` do not."""
    gone = then - now
    if gone and repository.existing_commits(gone) != gone:
        return _Lost((), frozenset(repository.walk(now)))
    return _Lost(repository.walk(gone, now), None)
