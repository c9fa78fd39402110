"""Reading of all commits of the ledger, one after the other, and derivation of all standings from their facts.

For passes over the whole ledger: the proof that what was written follows from the facts. What is held in memory grows
with the commits that rewrites, copies and reverts connect, not with the others.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from tracker import keys, lineage
from tracker.ledger.commits import claims_about
from tracker.ledger.tables import COMMIT_RELATIONS, COMMITS, PROJECTS, REWRITES, Snapshot
from tracker.model import Oid, ProjectId
from tracker.records import CommitFacts, RecordedCommit
from tracker.rewrite_records import Claim


class HeldCommit(NamedTuple):
    """A commit with its facts in each project that holds it, in the order of their ids; at least one does."""

    oid: Oid
    holdings: Sequence[lineage.Holding]


class DerivedCommit(NamedTuple):
    """A commit with its facts and the standing that follows from them, in each project that holds it."""

    oid: Oid
    held: Mapping[ProjectId, RecordedCommit]


class Relations(NamedTuple):
    """The connections between commits that facts and claims state, by the oid that they lead to.

    ``copies``: cherry-picks of a commit. ``reverters``: the commits that say they revert it. ``olds``: those that some
    claim says were rewritten into it. ``connected``: all commits that any of these connects to another.
    """

    copies: Mapping[Oid, Sequence[Oid]]
    reverters: Mapping[Oid, Sequence[Oid]]
    olds: Mapping[Oid, Sequence[Oid]]
    connected: Collection[Oid]


def projects_with_commits(snapshot: Snapshot) -> list[ProjectId]:
    """Return the projects that hold any commit, sorted."""
    return [keys.project_of(key) for key in snapshot.beginnings(COMMITS, keys.PROJECT_BYTES)]


def held_commits(snapshot: Snapshot) -> Iterator[HeldCommit]:
    """Yield every commit of the ledger once, in the order of oids."""
    by_project = [_held_by(snapshot, project) for project in projects_with_commits(snapshot)]
    rows = heapq.merge(*by_project, key=itemgetter(0))
    for raw, same in groupby(rows, key=itemgetter(0)):
        yield HeldCommit(Oid(raw.hex()), [(project, facts) for _, project, facts in same])


def _held_by(snapshot: Snapshot, project: ProjectId) -> Iterator[tuple[bytes, ProjectId, CommitFacts]]:
    """Yield the raw oids of a project's commits with their facts, in the order of oids."""
    for key, facts in snapshot.scan(COMMITS, keys.project(project)):
        yield key[keys.PROJECT_BYTES :], project, facts


def read_relations(snapshot: Snapshot) -> Relations:
    """Return what the facts and claims of the ledger say that connects commits, without the indexes of it."""
    copies, reverters, olds = (defaultdict[Oid, list[Oid]](list) for _ in range(3))
    connected = set[Oid]()
    for key, (copy_of, reverts) in snapshot.scan(COMMIT_RELATIONS):
        if copy_of is None and not reverts:
            continue
        oid = keys.oid_of(key)
        for target in reverts:
            reverters[target].append(oid)
        if copy_of is not None:
            copies[copy_of].append(oid)
        connected |= {oid, *reverts, *([] if copy_of is None else [copy_of])}
    for key, record in snapshot.scan(REWRITES):
        if record.claims:  # else nothing leads from the old commit to the new one
            old, new = keys.related_oids(key)
            olds[new].append(old)
            connected |= {old, new}
    return Relations(copies, reverters, olds, connected)


class Derivation:
    """Derives the standing of every commit from the facts of its family, while ``held_commits`` is read."""

    def __init__(self, snapshot: Snapshot, relations: Relations) -> None:
        self._view = _ScannedView(snapshot, relations)
        self._connected = relations.connected
        self._derived: set[Oid] = set()

    def derived_with(self, commit: HeldCommit) -> Iterator[DerivedCommit]:
        """Yield a commit with its standing, and those of its family; nothing if they were yielded before."""
        oid, holdings = commit
        lone = lineage.lone_standing(holdings[0][1]) if len(holdings) == 1 and oid not in self._connected else None
        if lone is not None:
            [(project, facts)] = holdings
            yield DerivedCommit(oid, {project: RecordedCommit(facts, lone)})
        elif oid in self._derived:
            self._derived.remove(oid)
        else:
            yield from self._family(commit)

    def _family(self, commit: HeldCommit) -> Iterator[DerivedCommit]:
        """Yield all commits of a family, and take note of those that ``held_commits`` has yet to yield."""
        self._view.begin_with(commit)
        family = lineage.family_of(commit.oid, self._view)
        self._derived |= family - {commit.oid}
        for oid, same in groupby(lineage.derive_standings(family, self._view), key=itemgetter(1)):
            facts = dict(self._view.holdings(oid))
            yield DerivedCommit(
                oid, {project: RecordedCommit(facts[project], standing) for project, _, standing in same}
            )


class _ScannedView:
    """A ``FamilyView`` that is made of facts and claims, without the indexes. It keeps the facts of one family."""

    def __init__(self, snapshot: Snapshot, relations: Relations) -> None:
        self._snapshot = snapshot
        self._relations = relations
        self._holders = _holders_of(snapshot, relations.connected)
        self._projects = {keys.project_of(key): record for key, record in snapshot.scan(PROJECTS)}
        self._known: dict[Oid, Sequence[lineage.Holding]] = {}

    def begin_with(self, commit: HeldCommit) -> None:
        """Forget the facts of other families, and take those of the first commit of another one."""
        self._known = {commit.oid: commit.holdings}

    def holdings(self, oid: Oid) -> Sequence[lineage.Holding]:
        if oid not in self._known:
            found = ((one, self._snapshot.get(COMMITS, keys.commit(one, oid))) for one in self._holders.get(oid, ()))
            self._known[oid] = [(project, facts) for project, facts in found if facts is not None]
        return self._known[oid]

    def claims(self, oid: Oid) -> Sequence[Claim]:
        return claims_about(self._snapshot, oid) if oid in self._relations.connected else ()

    def predecessors(self, oid: Oid) -> Sequence[Oid]:
        return self._relations.olds.get(oid, ())

    def copies(self, oid: Oid) -> Sequence[Oid]:
        return self._relations.copies.get(oid, ())

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        return self._relations.reverters.get(oid, ())

    def is_away(self, project: ProjectId) -> bool:
        record = self._projects.get(project)
        return record is not None and record.away

    def is_elsewhere(self, project: ProjectId) -> bool:
        record = self._projects.get(project)
        return record is not None and record.is_foreign

    def first_seen(self, project: ProjectId) -> int:
        record = self._projects.get(project)
        return record.first_seen if record is not None else 0


def _holders_of(snapshot: Snapshot, oids: Collection[Oid]) -> Mapping[Oid, Sequence[ProjectId]]:
    """Return the projects that hold these commits, as the facts say it, without the index of holders."""
    found: dict[Oid, list[ProjectId]] = {}
    for key in snapshot.keys(COMMITS) if oids else ():
        oid = keys.oid_of(key)
        if oid in oids:
            found.setdefault(oid, []).append(keys.project_of(key))
    return found
