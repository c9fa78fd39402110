"""Proving the ledger: totals recomputed from the facts, indexes against records, and records against git.

Reads only. Every difference is one sentence.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tracker import accounts, keys, lineage
from tracker.accounts import Account, Sums
from tracker.ledger import Snapshot
from tracker.ledger.tables import BUGS, COMMITS, COPIES, OIDS, PROJECTS, REWRITES, STANDINGS, TIPS, TOTALS
from tracker.model import Oid, ProjectId
from tracker.records import CommitRecord, Link
from tracker.repository import Repository
from tracker.survey import Known


class Facts(NamedTuple):
    """All commits of the ledger, and by oid the projects that hold each."""

    commits: dict[tuple[ProjectId, Oid], CommitRecord]
    holders: dict[Oid, list[ProjectId]]


def gather(snapshot: Snapshot) -> Facts:
    """Read every commit."""
    commits: dict[tuple[ProjectId, Oid], CommitRecord] = {}
    holders: dict[Oid, list[ProjectId]] = defaultdict(list)
    for key, record in snapshot.scan(COMMITS):
        project, oid = keys.project_of(key), keys.oid_of(key)
        commits[project, oid] = record
        holders[oid].append(project)
    return Facts(commits, holders)


def differences(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """What the ledger says that its own facts do not."""
    yield from _consequences(snapshot, facts)
    yield from _totals(snapshot, facts)
    yield from _standings(snapshot)
    yield from _indexes(snapshot, facts)
    yield from _kinship(snapshot, facts)


class _Ledger:
    """What ``lineage`` looks at, from facts that were read before."""

    def __init__(self, snapshot: Snapshot, facts: Facts) -> None:
        self._facts = facts
        self._links: dict[Oid, list[Link]] = defaultdict(list)
        for key, record in snapshot.scan(REWRITES):
            if (keys.project_of(key), keys.oid_of(key)) in facts.commits:
                self._links[keys.oid_of(key)] += record.links
        self._away = {keys.project_of(key) for key, record in snapshot.scan(PROJECTS) if record.away}
        self._copies: dict[Oid, list[Oid]] = defaultdict(list)
        for (_, oid), commit in facts.commits.items():
            if commit.copy_of:
                self._copies[commit.copy_of].append(oid)

    def holdings(self, oid: Oid) -> list[lineage.Holding]:
        return [(project, self._facts.commits[project, oid]) for project in self._facts.holders.get(oid, ())]

    def links(self, oid: Oid) -> Sequence[Link]:
        return self._links.get(oid, ())

    def copies(self, oid: Oid) -> Sequence[Oid]:
        return self._copies.get(oid, ())

    def is_away(self, project: ProjectId) -> bool:
        return project in self._away


_CONSEQUENCES: Final = {
    "counted": "counted",
    "landed": "taken for landed",
    "carried": "graded",
    "evidence": "explained",
    "agent": "attributed",
    "model": "attributed",
    "model_id": "attributed",
    "agent_grade": "graded",
    "user_grade": "graded",
}
"""The fields that follow from other records, and what to say where one does not."""


def _consequences(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """Every commit is counted, attributed and graded as its own facts and those of its family say."""
    ledger = _Ledger(snapshot, facts)
    waiting = set(facts.holders)
    while waiting:
        family = lineage.relatives(waiting.pop(), ledger)
        waiting -= family
        for project, oid, expected in lineage.settled(family, ledger):
            record = facts.commits[project, oid]
            for field, word in _CONSEQUENCES.items():
                told, right = getattr(record, field), getattr(expected, field)
                if told != right:
                    yield f"commit {oid} of project {project} is wrongly {word}: {field} is {told!r}, not {right!r}."


def _totals(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    expected: dict[bytes, tuple[Account, Sums]] = {}

    def book(account: Account, amount: Sums) -> None:
        _, present = expected.get(account.key(), (account, accounts.NOTHING))
        expected[account.key()] = (account, accounts.add(present, amount))

    for (project, _), record in facts.commits.items():
        if record.counted:
            book(accounts.account(project, record), accounts.contribution(record))
    for _, bug in snapshot.scan(BUGS):
        book(accounts.bug_account(bug), accounts.sums(bugs=1))
    for key, total in snapshot.scan(TOTALS):
        account, amount = expected.pop(key, (None, accounts.NOTHING))
        if accounts.add(total.sums, accounts.NOTHING) != amount:
            yield f"totals of {total.agent} in project {total.project} are {total.sums}, the facts say {amount}."
        elif account is not None and account[0] != total.agent:
            yield f"totals of {total.agent} stand under the key of {account[0]}."
    for account, amount in expected.values():
        if any(amount):
            yield f"totals of {account.agent} in project {account.project} are missing: the facts say {amount}."


def _standings(snapshot: Snapshot) -> Iterator[str]:
    """Each standing is the sum of its totals."""
    expected: dict[tuple[str, ProjectId], Sums] = {}
    for _, total in snapshot.scan(TOTALS):
        place = total.agent, total.project
        expected[place] = accounts.add(expected.get(place, accounts.NOTHING), total.sums)
    for _, standing in snapshot.scan(STANDINGS):
        amount = expected.pop((standing.agent, standing.project), accounts.NOTHING)
        if accounts.add(standing.sums, accounts.NOTHING) != amount:
            yield f"{standing.agent} stands at {standing.sums} in project {standing.project}, its totals say {amount}."
    for (agent, project), amount in expected.items():
        if any(amount):
            yield f"{agent} has totals and no standing in project {project}."


def _indexes(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    held: dict[Oid, tuple[ProjectId, ...]] = {}
    for key, holders in snapshot.scan(OIDS):
        held[Oid(key.hex())] = holders.projects
    for oid in facts.holders.keys() | held.keys():
        if sorted(held.get(oid, ())) != sorted(facts.holders.get(oid, ())):
            yield f"commit {oid} is held by {facts.holders.get(oid, [])}, the index says {list(held.get(oid, ()))}."
    known = {key for key, _ in snapshot.scan(PROJECTS)}
    owners = {"commits": {keys.project(project) for project, _ in facts.commits}}
    owners["tips"] = {key[: keys.PROJECT_BYTES] for key, _ in snapshot.scan(TIPS)}
    for name, projects in owners.items():
        for stranger in sorted(projects - known):
            yield f"{name} of project {stranger.hex()} stand without their project."


def _kinship(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """Rewrites and copies can be followed in both directions."""
    for key, links in snapshot.scan(REWRITES):
        project, old = keys.project_of(key), keys.oid_of(key)
        for link in links.links:
            record = facts.commits.get((project, link.new))
            if record is not None and old not in record.replaces:
                yield f"commit {link.new} replaced {old} and does not say so."
    copies = {(Oid(key.hex()), copy) for key, record in snapshot.scan(COPIES) for copy in record.copies}
    for (_, oid), commit in facts.commits.items():
        if commit.copy_of and (commit.copy_of, oid) not in copies:
            yield f"commit {oid} is a copy of {commit.copy_of}, and the index does not say so."


def differences_from_git(repository: Repository, facts: Facts, known: Known) -> Iterator[str]:
    """What the ledger says of one repository that git does not: commits missing, or live and unreachable."""
    project = known.project
    tips = set(known.tips.values())
    reachable = set(repository.walk(tips))
    expected = set(repository.walk(tips, known.record.baseline)) if known.record else set()
    live = {oid for (owner, oid), record in facts.commits.items() if owner == project and record.live}
    for oid in sorted(expected - live):
        yield f"commit {oid} is reachable and not recorded as live."
    for oid in sorted(live - reachable):
        yield f"commit {oid} is recorded as live and not reachable."
