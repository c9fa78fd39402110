"""Compare a repository with its recorded state: commits that are new, became live or stopped being live.

Git is read first and the ledger after it, never one inside the other: a reader that waits for git keeps LMDB from
reusing pages. This module does not ask who made a commit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.git import Repository
from tracker.history.ledger_queries import facts_of
from tracker.history.recorded_state import RecordedState
from tracker.history.reflogs import ReflogNews, read_news
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import COMMITS
from tracker.model import Event, LogPosition, Oid, ProjectId
from tracker.records import CommitFacts

_MAKING_HOOKS: Final = frozenset({"post-commit", "post-merge", "post-applypatch", "post-rewrite"})
"""Hooks at which HEAD may be a commit that was just made; post-checkout only visits one."""


class Begin(NamedTuple):
    """Begin of recording: commits whose ancestors are not recorded (``baseline``), positions of reflogs by name."""

    baseline: Sequence[Oid]
    reflogs: Mapping[str, LogPosition]


class Changes(NamedTuple):
    """The difference between a repository and its recorded state.

    ``tips``: the tips now, by name. ``history_marks``: what else decides reachability
    (``Repository.reachability_digest``); where that is not as recorded (``history_changed``), every reachable commit is
    examined, and ``unmeasured`` are recorded commits without diff statistics, which git may be able to give now.
    ``reflogs``: what reflogs gained.

    ``fresh``: reachable and not recorded, parents first. ``unreachable``: not recorded, named by a hook or a reflog, no
    longer reachable. ``revived`` and ``died``: recorded commits whose liveness changed. ``already_known``: number of
    newly reachable commits that were recorded before. ``newly_reachable``: commits that the tips reach now and did not
    before, recorded or not, since a recorder may have been killed before it examined them all; empty when
    ``history_changed``. ``has_pruned``: git no longer has one of the recorded tips. ``dead_ends``: the commits that
    nothing reaches now and that were the last of a branch, or of what a reset left, each with its committer time in
    seconds.
    """

    tips: Mapping[str, Oid]
    history_marks: str
    history_changed: bool
    reflogs: ReflogNews
    fresh: Sequence[Oid]
    unreachable: Sequence[Oid]
    revived: Sequence[Oid]
    died: Sequence[Oid]
    unmeasured: Sequence[Oid]
    already_known: int
    newly_reachable: Sequence[Oid]
    has_pruned: bool
    dead_ends: Mapping[Oid, int]


def detect_changes(
    repository: Repository,
    ledger: Ledger,
    known: RecordedState,
    begin: Begin,
    events: Sequence[Event],
) -> Changes:
    """Compare the present tips with the recorded ones, and read what reflogs gained.

    Raises RepositoryError and the LedgerUnavailable errors.
    """
    tips, history_marks = repository.tips(), repository.reachability_digest()
    reflogs = read_news(repository, known, begin.reflogs, tips)
    history_changed = known.record is not None and known.record.history != history_marks
    now, then = set(tips.values()), set() if history_changed else set(known.tips.values())
    base = set(begin.baseline)
    # Nothing below the baseline can have been recorded in a project that the ledger does not know.
    added = repository.walk(now - then, then if known.record else then | base)
    above_baseline = set(repository.walk(now - then, then | base)) if base and added else set(added)
    named = _named_commits(
        repository, ledger, known.project_id, [*reflogs.seen, *_named_by(events)], added, now | then | base
    )
    lost = _Lost((), None, has_pruned=False) if history_changed else _lost(repository, now, then)
    is_unfinished = known.record is not None and known.record.unfinished
    if history_changed or is_unfinished:
        # What was written of a look that did not come to its end may be live or dead whatever the recorded tips reach.
        lost = lost._replace(reachable=frozenset(repository.walk(now)))
    with ledger.read() as snapshot:
        records = facts_of(snapshot, known.project_id, {*added, *named})
        died, revived = lost.changed(snapshot, known.project_id)
    seen = {*revived}
    revived += [oid for oid in added if oid in records and not records[oid].live and oid not in seen]
    unreachable = [oid for oid in named if oid not in records]
    return Changes(
        tips=tips,
        history_marks=history_marks,
        history_changed=history_changed,
        reflogs=reflogs,
        fresh=[oid for oid in added if oid not in records and oid in above_baseline],
        unreachable=unreachable,
        revived=revived,
        died=died,
        unmeasured=_unmeasured(added, records) if history_changed or is_unfinished else [],
        already_known=sum(oid in records for oid in added),
        newly_reachable=[] if history_changed else [oid for oid in added if oid in above_baseline],
        has_pruned=lost.has_pruned,
        dead_ends=_dead_ends(repository, {*died, *unreachable}),
    )


def _unmeasured(oids: Iterable[Oid], records: Mapping[Oid, CommitFacts]) -> list[Oid]:
    """Return the recorded commits without diff statistics."""
    return [oid for oid in oids if oid in records and records[oid].files is None]


def _named_by(events: Iterable[Event]) -> Iterator[Oid]:
    """Yield the commits that hooks named as made or rewritten."""
    for event in events:
        if event.hook in _MAKING_HOOKS and event.head:
            yield event.head
        yield from (oid for pair in event.pairs for oid in pair)


def _named_commits(
    repository: Repository,
    ledger: Ledger,
    project_id: ProjectId,
    named: Iterable[Oid],
    added: Sequence[Oid],
    excluded: set[Oid],
) -> list[Oid]:
    """Return the commits that are named, not recorded and not reachable from a tip, parents first.

    They are recorded as facts and not counted. ``added``: the commits that became reachable. ``excluded``: tips and
    baseline.
    """
    unknown = {*named} - excluded - {*added}
    with ledger.read() as snapshot:
        unknown -= facts_of(snapshot, project_id, unknown).keys()
    existing = repository.existing_commits(unknown) if unknown else set()
    return repository.walk(existing, excluded) if existing else []


class _Lost(NamedTuple):
    """The commits that the tips no longer reach; where an old tip was pruned, all that they reach now instead.

    ``reachable`` is None unless an old tip was pruned (``has_pruned``) or every recorded commit is examined.
    """

    left: Sequence[Oid]
    reachable: frozenset[Oid] | None
    has_pruned: bool

    def changed(self, snapshot: Snapshot, project_id: ProjectId) -> tuple[list[Oid], list[Oid]]:
        """Return the commits that are recorded as live and not reachable, and those that are reachable and not live.

        The latter only where every recorded commit is examined.
        """
        if self.reachable is None:
            return [oid for oid, record in facts_of(snapshot, project_id, self.left).items() if record.live], []
        every = [(keys.oid_of(key), one.live) for key, one in snapshot.scan(COMMITS, keys.project(project_id))]
        died = [oid for oid, is_live in every if is_live and oid not in self.reachable]
        return died, [oid for oid, is_live in every if not is_live and oid in self.reachable]


def _lost(repository: Repository, now: set[Oid], then: set[Oid]) -> _Lost:
    """Return what the recorded tips ``then`` reach and the present tips ``now`` do not."""
    gone = then - now
    if gone and repository.existing_commits(gone) != gone:
        return _Lost((), frozenset(repository.walk(now)), has_pruned=True)
    return _Lost(repository.walk(gone, now), None, has_pruned=False)


def _dead_ends(repository: Repository, dead: set[Oid]) -> dict[Oid, int]:
    """Return those commits of some that are no parent of another one, each with its committer time in seconds."""
    commits = [*repository.commits(sorted(dead))] if dead else []
    inner = {parent for commit in commits for parent in commit.parents}
    return {commit.oid: commit.committer.time for commit in commits if commit.oid not in inner}
