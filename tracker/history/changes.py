"""Comparing a repository with what the ledger knows of it: which commits are new, came alive, died or were rewritten.

Reads git, then the ledger, never one inside the other: a reader that waits for git keeps LMDB from reusing pages.
Decides nothing about who made anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.git import Repository
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import COMMITS, DEPARTED, PROJECTS, REWRITES, TIPS
from tracker.lineage import reach
from tracker.model import CONTENT, Event, Oid, Pair, ProjectId
from tracker.records import CommitRecord, ProjectRecord

MAKING_HOOKS: Final = frozenset({"post-commit", "post-merge", "post-applypatch", "post-rewrite"})
"""Hooks whose HEAD may be a commit that was just made here; a checkout only visits one."""


BRANCH: Final = "refs/heads/"
"""How the name of a tip begins that is a branch's."""

BEFORE: Final = "before "
"""How the name of a tip begins at which a branch stood before it was moved while a rebase was at work."""

SQUASH: Final = "squash "
"""How the name of a tip begins at which a squash merge waits to be committed."""

_MOST_DEPARTED: Final = 64


class Known(NamedTuple):
    """What the ledger knows of a project: its record if it has one, and its tips by name.

    ``departed``: where branches stood that were deleted with work that nothing else reached, the newest first.
    """

    project: ProjectId
    record: ProjectRecord | None
    tips: Mapping[str, Oid]
    departed: Sequence[Oid] = ()

    @property
    def generation(self) -> int:
        """How often it was reconciled."""
        return self.record.generation if self.record else 0


class Survey(NamedTuple):
    """What changed since the ledger last looked.

    ``fresh``: reachable and unknown, parents first. ``phantoms``: unknown, named by a hook, and reachable no more.
    ``revived`` and ``died``: known commits whose liveness changed. ``met``: how many candidates were known already.
    ``came``: what the tips reach now and did not before, also what is recorded already, by a recorder that was perhaps
    killed before it could look at it all. ``history`` are the marks of what else decides reachability; when they
    changed, everything was looked at ``anew``, and ``unmeasured`` are known commits whose diff statistics can perhaps
    be told now. ``replaying``: a rebase was at work here, so that what nothing reaches may come back: while
    ``--rebase-merges`` works at one side of a merge, nothing reaches its copies of the other.
    """

    tips: Mapping[str, Oid]
    history: str
    anew: bool
    replaying: bool
    fresh: Sequence[Oid]
    phantoms: Sequence[Oid]
    revived: Sequence[Oid]
    died: Sequence[Oid]
    unmeasured: Sequence[Oid]
    met: int
    came: Sequence[Oid]


def read_known(snapshot: Snapshot, project: ProjectId) -> Known:
    """What the ledger knows of a project."""
    tips = {tip.name: tip.oid for _, tip in snapshot.scan(TIPS, keys.project(project))}
    gone = [(record.time, keys.oid_of(key)) for key, record in snapshot.scan(DEPARTED, keys.project(project))]
    departed = [oid for _, oid in sorted(gone, reverse=True)[:_MOST_DEPARTED]]
    return Known(project, snapshot.get(PROJECTS, keys.project(project)), tips, departed)


def survey(
    repository: Repository, ledger: Ledger, known: Known, baseline: Iterable[Oid], events: Sequence[Event]
) -> Survey:
    """Compare the tips now with those recorded last time (design, section 3, steps 2 and 3)."""
    replaying = repository.is_replaying()
    tips, history = repository.tips(), repository.history_marks()
    replaying = replaying or repository.is_replaying()  # it may have begun or ended meanwhile
    tips |= {f"{SQUASH}{oid}": oid for oid in squashes_begun(known, events) & _heads(tips)}
    tips |= _left_behind(known, tips) if replaying else {}
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
        anew=anew,
        replaying=replaying,
        fresh=[oid for oid in added if oid not in here and oid in above],
        phantoms=[oid for oid in reached if oid not in here],
        revived=[oid for oid in added if oid in here and not here[oid].live],
        died=died,
        unmeasured=[oid for oid in added if oid in here and here[oid].files is None] if anew else [],
        met=sum(oid in here for oid in added),
        came=[] if anew else [oid for oid in added if oid in above],
    )


def squashes_begun(known: Known, events: Iterable[Event]) -> set[Oid]:
    """Where ``merge --squash`` put a branch's work into an index, to be committed (githooks(5), post-merge).

    Remembered as tips while a HEAD stands there: the commit is recorded later, perhaps by another process.
    """
    remembered = {oid for name, oid in known.tips.items() if name.startswith(SQUASH)}
    return remembered | {
        event.head for event in events if event.hook == "post-merge" and event.arguments[:1] == ("1",) and event.head
    }


def _left_behind(known: Known, tips: Mapping[str, Oid]) -> dict[str, Oid]:
    """Where branches stood before they moved, if a rebase is at work still.

    git moves the branch before it says that a rebase is done (sequencer.c, pick_commits). What became of the commits
    that were left behind is found out by whoever looks after that; until then these tips hold them.
    """
    waiting = {name: oid for name, oid in known.tips.items() if name.startswith(BEFORE)}
    moved = {
        f"{BEFORE}{name}": then
        for name, then in known.tips.items()
        if name.startswith(BRANCH) and tips.get(name, then) != then
    }
    return moved | waiting


def _heads(tips: Mapping[str, Oid]) -> set[Oid]:
    return {oid for name, oid in tips.items() if name.startswith("worktree ")}


def recorded(ledger: Ledger, project: ProjectId, oids: Iterable[Oid]) -> set[Oid]:
    """Those of some commits that the ledger holds."""
    with ledger.read() as snapshot:
        return set(_recorded(snapshot, project, oids))


def predecessors(snapshot: Snapshot, project: ProjectId, oid: Oid) -> set[Oid]:
    """The commits that one was rewritten from, directly or through others, as far as the ledger knows."""

    def replaced(one: Oid) -> tuple[Oid, ...]:
        record = snapshot.get(COMMITS, keys.commit(project, one))
        return record.replaces if record else ()

    return reach(oid, replaced)


def landed_before(ledger: Ledger, project: ProjectId, pairs: Iterable[Pair]) -> list[Pair]:
    """For pairs of commits that are the same: where the old one had landed, as pairs of the new one and that."""
    wanted = [*pairs]
    if not wanted:
        return []
    with ledger.read() as snapshot:
        found = [(pair, snapshot.get(REWRITES, keys.commit(project, pair.old))) for pair in wanted]
        links = [(pair, link) for pair, record in found if record is not None for link in record.links]
        landed = [(pair, link) for pair, link in links if link.source == CONTENT and link.new != pair.new]
        there = _recorded(snapshot, project, {link.new for _, link in landed})
    return [Pair(pair.new, link.new, CONTENT) for pair, link in landed if link.new in there and there[link.new].live]


def unreplaced(ledger: Ledger, project: ProjectId, oids: Iterable[Oid], *, local: bool = False) -> set[Oid]:
    """Those of some commits that the ledger holds, and of which nothing live took the place.

    ``local``: only those that were made here.
    """
    with ledger.read() as snapshot:

        def successors(oid: Oid) -> list[Oid]:
            record = snapshot.get(REWRITES, keys.commit(project, oid))
            return [link.new for link in record.links if link.kind != "dropped"] if record else []

        def live(oid: Oid) -> bool:
            record = snapshot.get(COMMITS, keys.commit(project, oid))
            return record is not None and record.live

        return {
            oid
            for oid, record in _recorded(snapshot, project, oids).items()
            if (record.origin == "local" or not local) and not any(map(live, reach(oid, successors) - {oid}))
        }


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
