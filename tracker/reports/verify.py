"""Verification of the ledger: records, totals and indexes against its facts, and its facts against git.

Reads only. Every difference is one sentence.
"""

from collections.abc import Iterator
from typing import Final

from tracker import keys
from tracker.git import Repository
from tracker.history.recorded_state import RecordedState
from tracker.ledger import Snapshot, totals
from tracker.ledger.scan import LedgerCommits, derive_all
from tracker.ledger.tables import (
    BUGS,
    COMMUNICATION,
    COPIES,
    OIDS,
    PREDECESSORS,
    PROJECTS,
    REVERTS,
    REWRITES,
    STANDINGS,
    TIPS,
    TOTALS,
)
from tracker.lineage import contributions
from tracker.lineage.contributions import NOTHING
from tracker.model import Oid, ProjectId


def differences(snapshot: Snapshot, facts: LedgerCommits) -> Iterator[str]:
    """Yield every difference between the ledger and what follows from ``facts``, which are all of its commits."""
    yield from _derived_fields(snapshot, facts)
    yield from _totals(snapshot, facts)
    yield from _standings(snapshot)
    yield from _holders(snapshot, facts)
    yield from _projects(snapshot, facts)
    yield from _claims(snapshot)
    yield from _copies_and_reverts(snapshot, facts)
    yield from _feedback(snapshot, facts)


_DERIVED: Final = {
    "counted": "counted",
    "landed": "taken for landed",
    "carried": "graded",
    "evidence": "explained",
    "agent": "attributed",
    "model": "attributed",
    "model_id": "attributed",
    "agent_grade": "graded",
    "user_grade": "graded",
    "published": "taken for pushed",
    "reverted": "taken for reverted",
    "links": "linked",
    "replaces": "linked",
}
"""Fields that follow from other records, each with the participle for the sentence about a wrong one."""


def _derived_fields(snapshot: Snapshot, facts: LedgerCommits) -> Iterator[str]:
    for project_id, oid, expected in derive_all(snapshot, facts):
        record = facts.commits[project_id, oid]
        for field, participle in _DERIVED.items():
            actual, right = getattr(record, field), getattr(expected, field)
            if actual != right:
                yield (
                    f"commit {oid} of project {project_id} is wrongly {participle}: {field} is {actual!r}, not"
                    f" {right!r}."
                )


def _totals(snapshot: Snapshot, facts: LedgerCommits) -> Iterator[str]:
    expected = totals.expected_totals(snapshot, facts.commits)
    for key, total in snapshot.scan(TOTALS):
        account, amount = expected.pop(key, (None, NOTHING))
        if contributions.add(total.sums, NOTHING) != amount:
            yield f"totals of {total.agent} in project {total.project} are {total.sums}, the facts say {amount}."
        elif account is not None and account.agent != total.agent:
            yield f"totals of {total.agent} are stored under the key of {account.agent}."
    for account, amount in expected.values():
        if any(amount):
            yield f"totals of {account.agent} in project {account.project} are missing: the facts say {amount}."


def _standings(snapshot: Snapshot) -> Iterator[str]:
    expected = totals.expected_standings(snapshot)
    for _, standing in snapshot.scan(STANDINGS):
        amount = expected.pop((standing.agent, standing.project), NOTHING)
        if contributions.add(standing.sums, NOTHING) != amount:
            yield (
                f"the standing of {standing.agent} in project {standing.project} is {standing.sums}, its totals say"
                f" {amount}."
            )
    for (agent, project_id), amount in expected.items():
        if any(amount):
            yield f"{agent} has totals and no standing in project {project_id}."


def _holders(snapshot: Snapshot, facts: LedgerCommits) -> Iterator[str]:
    index: dict[Oid, tuple[ProjectId, ...]] = {}
    for key, holders in snapshot.scan(OIDS):
        index[Oid(key.hex())] = holders.projects
    for oid in facts.holders.keys() | index.keys():
        if sorted(index.get(oid, ())) != sorted(facts.holders.get(oid, ())):
            yield f"commit {oid} is held by {facts.holders.get(oid, [])}, the index says {list(index.get(oid, ()))}."


def _projects(snapshot: Snapshot, facts: LedgerCommits) -> Iterator[str]:
    known = {key for key, _ in snapshot.scan(PROJECTS)}
    owners = {"commits": {keys.project(project_id) for project_id, _ in facts.commits}}
    owners["tips"] = {key[: keys.PROJECT_BYTES] for key, _ in snapshot.scan(TIPS)}
    for name, projects in owners.items():
        for missing in sorted(projects - known):
            yield f"project {missing.hex()} has {name} and no record of its own."


def _claims(snapshot: Snapshot) -> Iterator[str]:
    """Yield claims that the index of predecessors lacks, and predecessors without a claim."""
    claimed = {
        (keys.project_of(key), keys.oid_of(key), claim.new)
        for key, record in snapshot.scan(REWRITES)
        for claim in record.claims
    }
    listed = {
        (keys.project_of(key), old, keys.oid_of(key))
        for key, record in snapshot.scan(PREDECESSORS)
        for old in record.olds
    }
    for _, old, new in sorted(claimed - listed):
        yield f"commit {new} is said to replace {old}, and the index does not list it."
    for _, old, new in sorted(listed - claimed):
        yield f"the index lists {old} as replaced by {new}, and nothing says so."


def _copies_and_reverts(snapshot: Snapshot, facts: LedgerCommits) -> Iterator[str]:
    copies = {(Oid(key.hex()), copy) for key, record in snapshot.scan(COPIES) for copy in record.copies}
    for (_, oid), commit in facts.commits.items():
        if commit.copy_of and (commit.copy_of, oid) not in copies:
            yield f"commit {oid} is a copy of {commit.copy_of}, and the index does not list it."
    reverts = {(Oid(key.hex()), one) for key, record in snapshot.scan(REVERTS) for one in record.reverters}
    for (_, oid), commit in facts.commits.items():
        for target in commit.reverts:
            if (target, oid) not in reverts:
                yield f"commit {oid} reverts {target}, and the index does not list it."


def _feedback(snapshot: Snapshot, facts: LedgerCommits) -> Iterator[str]:
    """Yield grades and bugs that are not stored under the agent that their commit is attributed to."""
    for key, grade in snapshot.scan(COMMUNICATION):
        project_id, oid = keys.project_of(key[keys.AGENT_BYTES :]), keys.oid_of(key[keys.AGENT_BYTES : -8])
        record = facts.commits.get((project_id, oid))
        if record is None:
            yield f"a grade of {grade.agent}'s commit {oid} is stored without that commit."
        elif record.agent != grade.agent:
            yield f"a grade of commit {oid} is stored under {grade.agent}, but {record.agent} made it."
    for _, bug in snapshot.scan(BUGS):
        record = facts.commits.get((bug.project, bug.oid)) if bug.oid else None
        if record is not None and contributions.charged(bug, record) != bug:
            yield f"a bug of commit {bug.oid} is not in that commit's account."


def differences_from_git(repository: Repository, facts: LedgerCommits, known: RecordedState) -> Iterator[str]:
    """Yield differences between the ledger and one repository: commits missing, or live and unreachable.

    Raises RepositoryError when git cannot read the repository.
    """
    project_id = known.project_id
    tips = set(known.tips.values())
    reachable = set(repository.walk(tips))
    expected = set(repository.walk(tips, known.record.baseline)) if known.record else set()
    live = {oid for (owner, oid), record in facts.commits.items() if owner == project_id and record.live}
    for oid in sorted(expected - live):
        yield f"commit {oid} is reachable and not recorded as live."
    for oid in sorted(live - reachable):
        yield f"commit {oid} is recorded as live and not reachable."
