"""Comparing a repository with what the ledger knows of it: which commits are new, came alive, died or were rewritten.

Reads git, then the ledger, never one inside the other: a reader that waits for git keeps LMDB from reusing pages.
Decides nothing about who made anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import COMMITS, PROJECTS, TIPS
from tracker.model import Commit, Event, Oid, Pair, ProjectId, RewriteKind
from tracker.records import ProjectRecord
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
    """

    tips: Mapping[str, Oid]
    fresh: Sequence[Oid]
    phantoms: Sequence[Oid]
    revived: Sequence[Oid]
    died: Sequence[Oid]
    met: int


def read_known(snapshot: Snapshot, project: ProjectId) -> Known:
    """What the ledger knows of a project."""
    tips = {tip.name: tip.oid for _, tip in snapshot.scan(TIPS, keys.project(project))}
    return Known(project, snapshot.get(PROJECTS, keys.project(project)), tips)


def survey(
    repository: Repository, ledger: Ledger, known: Known, baseline: Iterable[Oid], events: Sequence[Event]
) -> Survey:
    """Compare the tips now with those recorded last time (design, section 3, steps 2 and 3)."""
    tips = repository.tips()
    now, then = set(tips.values()), set(known.tips.values())
    base = set(baseline)
    # Of a project that the ledger does not know, nothing below the baseline can have been recorded.
    added = repository.walk(now - then, then if known.record else then | base)
    above = set(repository.walk(now - then, then | base)) if base and added else set(added)
    reached = _reached(repository, _named(events), now | then | base)
    lost = _lost(repository, now, then)
    with ledger.read() as snapshot:
        here = _recorded(snapshot, known.project, {*added, *reached})
        died = lost.died(snapshot, known.project)
    return Survey(
        tips=tips,
        fresh=[oid for oid in added if oid not in here and oid in above],
        phantoms=[oid for oid in reached if oid not in here],
        revived=[oid for oid in added if here.get(oid) is False],
        died=died,
        met=sum(oid in here for oid in added),
    )


def _recorded(snapshot: Snapshot, project: ProjectId, oids: Iterable[Oid]) -> dict[Oid, bool]:
    """Those of the oids that the ledger holds, and whether they are live there."""
    found: dict[Oid, bool] = {}
    for oid in oids:
        record = snapshot.get(COMMITS, keys.commit(project, oid))
        if record is not None:
            found[oid] = record.live
    return found


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
            return [oid for oid, live in _recorded(snapshot, project, self.left).items() if live]
        every = ((keys.oid_of(key), record) for key, record in snapshot.scan(COMMITS, keys.project(project)))
        return [oid for oid, record in every if record.live and oid not in self.reachable]


def _lost(repository: Repository, now: set[Oid], then: set[Oid]) -> _Lost:
    gone = then - now
    if gone and repository.existing_commits(gone) != gone:
        return _Lost((), frozenset(repository.walk(now)))
    return _Lost(repository.walk(gone, now), None)


# -- rewritten commits -------------------------------------------------------------------------------------------


def find_pairs(repository: Repository, found: Survey, events: Sequence[Event]) -> list[Pair]:
    """Which commits were rewritten into which: the hook's list, else the reflog, else author and author date.

    git's own list may say ``old == new`` (a forced rebase that made the same commit again); that is no rewrite.
    """
    pairs: dict[tuple[Oid, Oid], Pair] = {}
    for event in events:
        for old, new in event.pairs:
            pairs[old, new] = Pair(old, new, "post-rewrite")
    lost = {*found.died, *found.phantoms}
    missing = lost - {old for old, _ in pairs}
    if missing:
        for worktree in repository.worktrees():
            for entry in repository.head_reflog(worktree):
                if entry.old in missing and entry.message.startswith("commit (amend)"):
                    pairs.setdefault((entry.old, entry.new), Pair(entry.old, entry.new, "reflog"))
        missing -= {old for old, _ in pairs}
    if missing and found.fresh and not repository.is_replaying():
        targets = [oid for oid in found.fresh if oid not in {new for _, new in pairs}]
        for pair in _matched(repository, sorted(missing), targets):
            pairs.setdefault((pair.old, pair.new), pair)
    return [pair for pair in pairs.values() if pair.old != pair.new]


def _matched(repository: Repository, old: Sequence[Oid], new: Sequence[Oid]) -> list[Pair]:
    """Pair lost with new commits that have the same author and author date; ties by subject, else none."""
    candidates: dict[object, list[Commit]] = defaultdict(list)
    for commit in repository.commits(new):
        candidates[_authorship(commit)].append(commit)
    pairs: list[Pair] = []
    for commit in repository.commits(old):
        same = candidates.get(_authorship(commit), [])
        if len(same) > 1:
            same = [other for other in same if other.message.split("\n", 1)[0] == commit.message.split("\n", 1)[0]]
        if len(same) == 1:
            pairs.append(Pair(commit.oid, same[0].oid, "match"))
    return pairs


def _authorship(commit: Commit) -> object:
    return (commit.author.name, commit.author.email, commit.author.time, commit.author.offset)


def classify(repository: Repository, pairs: Sequence[Pair]) -> dict[Pair, RewriteKind]:
    """The kind of every pair, decided by patch id (and by tree for merges, which have none).

    ``same``: equal patches. ``changed``: one old, another patch. Of several olds that became one commit each is
    ``squashed``, unless one of them alone already is the new patch: then the others were ``dropped``.
    """
    if not pairs:
        return {}
    oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
    patches = repository.patch_ids(oids)
    trees = repository.trees(oids)

    def content(oid: Oid) -> str | None:
        return patches.get(oid) or trees.get(oid)

    sources: dict[Oid, list[Oid]] = defaultdict(list)
    for pair in pairs:
        sources[pair.new].append(pair.old)
    kinds: dict[Pair, RewriteKind] = {}
    for pair in pairs:
        equal = content(pair.old) is not None and content(pair.old) == content(pair.new)
        alone = len(sources[pair.new]) == 1
        if equal:
            kinds[pair] = "same"
        elif alone:
            kinds[pair] = "changed"
        elif any(content(old) == content(pair.new) for old in sources[pair.new]):
            kinds[pair] = "dropped"
        else:
            kinds[pair] = "squashed"
    return kinds
