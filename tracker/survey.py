"""Comparing a repository with what the ledger knows of it: which commits are new, came alive, died or were rewritten.

Reads git, then the ledger, never one inside the other: a reader that waits for git keeps LMDB from reusing pages.
Decides nothing about who made anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import COMMITS, PROJECTS, REWRITES, TIPS
from tracker.model import Event, Oid, Pair, ProjectId
from tracker.records import CommitRecord, ProjectRecord
from tracker.repository import Repository

MAKING_HOOKS: Final = frozenset({"post-commit", "post-merge", "post-applypatch", "post-rewrite"})
"""Hooks whose HEAD may be a commit that was just made here; a checkout only visits one."""


class Known(NamedTuple):
    """What the ledger knows of a project: its record if it has one, and its tips by name."""

    project: ProjectId
    record: ProjectRecord | None
    tips: Mapping[str, Oid]

    @property
    def generation(self) -> int:
        """How often it was reconciled."""
        return self.record.generation if self.record else 0


class Survey(NamedTuple):
    """What changed since the ledger last looked.

    ``fresh``: reachable and unknown, parents first. ``phantoms``: unknown, named by a hook, and reachable no more.
    ``revived`` and ``died``: known commits whose liveness changed. ``met``: how many candidates were known already.
    ``history`` are the marks of what else decides reachability; when they changed, everything was looked at anew, and
    ``unmeasured`` are known commits whose diff statistics can perhaps be told now.
    """

    tips: Mapping[str, Oid]
    history: str
    fresh: Sequence[Oid]
    phantoms: Sequence[Oid]
    revived: Sequence[Oid]
    died: Sequence[Oid]
    unmeasured: Sequence[Oid]
    met: int


def read_known(snapshot: Snapshot, project: ProjectId) -> Known:
    """What the ledger knows of a project."""
    tips = {tip.name: tip.oid for _, tip in snapshot.scan(TIPS, keys.project(project))}
    return Known(project, snapshot.get(PROJECTS, keys.project(project)), tips)


def survey(
    repository: Repository, ledger: Ledger, known: Known, baseline: Iterable[Oid], events: Sequence[Event]
) -> Survey:
    """Compare the tips now with those recorded last time (design, section 3, steps 2 and 3)."""
    tips, history = repository.tips(), repository.history_marks()
    now, then = set(tips.values()), set(known.tips.values())
    base = set(baseline)
    anew = known.record is not None and known.record.history != history
    if anew:
        then = set()
    # Of a project that the ledger does not know, nothing below the baseline can have been recorded.
    added = repository.walk(now - then, then if known.record else then | base)
    above = set(repository.walk(now - then, then | base)) if base and added else set(added)
    reached = _reached(repository, _named(events), now | then | base)
    lost = _Lost((), frozenset(repository.walk(now))) if anew else _lost(repository, now, then)
    with ledger.read() as snapshot:
        here = _recorded(snapshot, known.project, {*added, *reached})
        died = lost.died(snapshot, known.project)
    return Survey(
        tips=tips,
        history=history,
        fresh=[oid for oid in added if oid not in here and oid in above],
        phantoms=[oid for oid in reached if oid not in here],
        revived=[oid for oid in added if oid in here and not here[oid].live],
        died=died,
        unmeasured=[oid for oid in added if oid in here and here[oid].files is None] if anew else [],
        met=sum(oid in here for oid in added),
    )


def _recorded(snapshot: Snapshot, project: ProjectId, oids: Iterable[Oid]) -> dict[Oid, CommitRecord]:
    """Those of the oids that the ledger holds."""
    found = ((oid, snapshot.get(COMMITS, keys.commit(project, oid))) for oid in oids)
    return {oid: record for oid, record in found if record is not None}


def recorded_pairs(ledger: Ledger, project: ProjectId, news: Iterable[Oid]) -> list[Pair]:
    """The rewrites into some commits that the ledger holds."""
    wanted = [*news]
    if not wanted:
        return []
    with ledger.read() as snapshot:
        records = _recorded(snapshot, project, wanted)
        olds = {old for record in records.values() for old in record.replaces}
        links = ((old, snapshot.get(REWRITES, keys.commit(project, old))) for old in olds)
        return [
            Pair(old, link.new, link.source)
            for old, record in links
            if record is not None
            for link in record.links
            if link.new in records
        ]


def _named(events: Iterable[Event]) -> set[Oid]:
    named: set[Oid] = set()
    for event in events:
        if event.hook in MAKING_HOOKS and event.head:
            named.add(event.head)
        named.update(oid for pair in event.pairs for oid in pair)
    return named


def _reached(repository: Repository, named: set[Oid], excluded: set[Oid]) -> list[Oid]:
    """Commits that a hook saw made but no tip reaches any more: they are facts, kept and not counted."""
    return repository.walk(repository.existing_commits(named), excluded) if named else []


class _Lost(NamedTuple):
    """What the tips reached before and do not now, or, where an old tip was pruned, all that they reach now."""

    left: Sequence[Oid]
    reachable: frozenset[Oid] | None

    def died(self, snapshot: Snapshot, project: ProjectId) -> list[Oid]:
        """The commits that are recorded as live and are not any more."""
        if self.reachable is None:
            return [oid for oid, record in _recorded(snapshot, project, self.left).items() if record.live]
        every = ((keys.oid_of(key), record) for key, record in snapshot.scan(COMMITS, keys.project(project)))
        return [oid for oid, record in every if record.live and oid not in self.reachable]


def _lost(repository: Repository, now: set[Oid], then: set[Oid]) -> _Lost:
    gone = then - now
    if gone and repository.existing_commits(gone) != gone:
        return _Lost((), frozenset(repository.walk(now)))
    return _Lost(repository.walk(gone, now), None)
