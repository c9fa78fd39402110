"""Reading of all commits of the ledger at once, and derivation of all standings from their facts.

For passes over the whole ledger: the proof that what was written follows from the facts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from tracker import keys, lineage
from tracker.ledger.commits import CommitId
from tracker.ledger.tables import COMMITS, PROJECTS, REWRITES, Snapshot
from tracker.model import Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding
from tracker.rewrite_records import Claim

V = TypeVar("V")


class LedgerFacts(NamedTuple):
    """The facts of all commits of the ledger, and the projects that hold each oid."""

    commits: dict[CommitId, CommitFacts]
    holders: dict[Oid, list[ProjectId]]


def read_facts(snapshot: Snapshot) -> LedgerFacts:
    """Return the facts of every commit of the ledger."""
    commits: dict[CommitId, CommitFacts] = {}
    holders: dict[Oid, list[ProjectId]] = defaultdict(list)
    share = _Shared()
    for key, facts in snapshot.scan(COMMITS):
        project, oid = keys.project_of(key), keys.oid_of(key)
        commits[project, oid] = share(facts)
        holders[oid].append(project)
    return LedgerFacts(commits, holders)


class _Shared:
    """Lets commits share equal texts and evidence, most of which a history repeats: a third of the memory.

    What is rare is not looked up: subjects, oids and times.
    """

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}

    def __call__(self, facts: CommitFacts) -> CommitFacts:
        return facts._replace(
            author_name=self._one(facts.author_name),
            author_email=self._one(facts.author_email),
            committer_name=self._one(facts.committer_name),
            committer_email=self._one(facts.committer_email),
            evidence=self._one(facts.evidence),
        )

    def _one(self, value: V) -> V:
        found: V = self._known.setdefault(value, value)
        return found


def derive_all(snapshot: Snapshot, facts: LedgerFacts) -> Iterator[tuple[ProjectId, Oid, CommitStanding]]:
    """Yield the standing of every commit as it follows from the facts of its family."""
    view = _ScannedView(snapshot, facts)
    remaining = set(facts.holders)
    while remaining:
        lone = view.lone_standing(oid := remaining.pop())
        if lone is not None:
            yield facts.holders[oid][0], oid, lone
            continue
        family = lineage.family_of(oid, view)
        remaining -= family
        yield from lineage.derive_standings(family, view)


class _ScannedView:
    """A ``FamilyView`` of facts that were read before; it is made of facts and claims, without the indexes."""

    def __init__(self, snapshot: Snapshot, facts: LedgerFacts) -> None:
        self._facts = facts
        self._claims: dict[Oid, list[Claim]] = defaultdict(list)
        self._olds: dict[Oid, list[Oid]] = defaultdict(list)
        for key, record in snapshot.scan(REWRITES):
            old, new = keys.related_oids(key)
            self._claims[old] += [Claim(new, *claim) for claim in record.claims]
            self._olds[new].append(old)
        self._projects = {keys.project_of(key): record for key, record in snapshot.scan(PROJECTS)}
        self._copies: dict[Oid, list[Oid]] = defaultdict(list)
        self._reverters: dict[Oid, list[Oid]] = defaultdict(list)
        for (_, oid), commit in facts.commits.items():
            for target in commit.reverts:
                self._reverters[target].append(oid)
            if commit.copy_of:
                self._copies[commit.copy_of].append(oid)
        self._relations = (self._claims, self._olds, self._copies, self._reverters)

    def lone_standing(self, oid: Oid) -> CommitStanding | None:
        """Return the standing of a commit that is a family of its own; None if it may not be one."""
        holders = self._facts.holders[oid]
        if len(holders) > 1 or any(oid in related for related in self._relations):
            return None
        return lineage.lone_standing(self._facts.commits[holders[0], oid])

    def holdings(self, oid: Oid) -> list[lineage.Holding]:
        return [(project, self._facts.commits[project, oid]) for project in self._facts.holders.get(oid, ())]

    def claims(self, oid: Oid) -> Sequence[Claim]:
        return self._claims.get(oid, ())

    def predecessors(self, oid: Oid) -> Sequence[Oid]:
        return self._olds.get(oid, ())

    def copies(self, oid: Oid) -> Sequence[Oid]:
        return self._copies.get(oid, ())

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        return self._reverters.get(oid, ())

    def is_away(self, project: ProjectId) -> bool:
        record = self._projects.get(project)
        return record is not None and record.away

    def first_seen(self, project: ProjectId) -> int:
        record = self._projects.get(project)
        return record.first_seen if record is not None else 0
