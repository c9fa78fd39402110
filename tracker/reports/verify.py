"""Proving the ledger: totals recomputed from the facts, indexes against records, and records against git.

Reads only. Every difference is one sentence.
"""

from collections.abc import Iterator
from typing import Final

from tracker import keys
from tracker.git import Repository
from tracker.history.recorded_state import Known
from tracker.ledger import Snapshot
from tracker.ledger.apply_feedback import session_words
from tracker.ledger.scan import Facts, settled
from tracker.ledger.tables import (
    BUGS,
    COMMUNICATION,
    COPIES,
    OIDS,
    PROJECTS,
    REINSTATEMENTS,
    RETROSPECTIVES,
    REVERTS,
    REWRITES,
    STANDINGS,
    TIPS,
    TOTALS,
)
from tracker.lineage import contributions
from tracker.lineage.contributions import Account, Sums
from tracker.model import Oid, ProjectId


def differences(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """What the ledger says that its own facts do not."""
    yield from _consequences(snapshot, facts)
    yield from _totals(snapshot, facts)
    yield from _standings(snapshot)
    yield from _indexes(snapshot, facts)
    yield from _kinship(snapshot, facts)
    yield from _sayings(snapshot, facts)


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
    "published": "taken for pushed",
    "reverted": "taken for reverted",
}
"""The fields that follow from other records, and what to say where one does not."""


def _consequences(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """Every commit is counted, attributed and graded as its own facts and those of its family say."""
    for project_id, oid, expected in settled(snapshot, facts):
        record = facts.commits[project_id, oid]
        for field, word in _CONSEQUENCES.items():
            told, right = getattr(record, field), getattr(expected, field)
            if told != right:
                yield f"commit {oid} of project {project_id} is wrongly {word}: {field} is {told!r}, not {right!r}."


def _totals(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    expected: dict[bytes, tuple[Account, Sums]] = {}

    def book(account: Account, amount: Sums) -> None:
        _, present = expected.get(account.key(), (account, contributions.NOTHING))
        expected[account.key()] = (account, contributions.add(present, amount))

    for (project_id, _), record in facts.commits.items():
        if record.counted:
            book(contributions.account(project_id, record), contributions.contribution(record))
    for said, amount in _said(snapshot):
        book(said, amount)
    for key, total in snapshot.scan(TOTALS):
        account, amount = expected.pop(key, (None, contributions.NOTHING))
        if contributions.add(total.sums, contributions.NOTHING) != amount:
            yield f"totals of {total.agent} in project {total.project} are {total.sums}, the facts say {amount}."
        elif account is not None and account[0] != total.agent:
            yield f"totals of {total.agent} stand under the key of {account[0]}."
    for account, amount in expected.values():
        if any(amount):
            yield f"totals of {account.agent} in project {account.project} are missing: the facts say {amount}."


def _said(snapshot: Snapshot) -> Iterator[tuple[Account, Sums]]:
    """What is booked for no commit: bugs, reinstatements, the grades of sessions."""
    for _, bug in snapshot.scan(BUGS):
        yield contributions.bug_account(bug), contributions.bug_amount(bug)
    for _, one in snapshot.scan(REINSTATEMENTS):
        yield contributions.reinstatement_account(one), contributions.sums(reinstatements=one.skill_points)
    words = session_words(record for _, record in snapshot.scan(RETROSPECTIVES))
    for (agent, project_id, _, rater), (grade, time) in words.items():
        yield contributions.said_account(agent, project_id, time), contributions.grade_amount(rater, grade)


def _standings(snapshot: Snapshot) -> Iterator[str]:
    """Each standing is the sum of its totals."""
    expected: dict[tuple[str, ProjectId], Sums] = {}
    for _, total in snapshot.scan(TOTALS):
        place = total.agent, total.project
        expected[place] = contributions.add(expected.get(place, contributions.NOTHING), total.sums)
    for _, standing in snapshot.scan(STANDINGS):
        amount = expected.pop((standing.agent, standing.project), contributions.NOTHING)
        if contributions.add(standing.sums, contributions.NOTHING) != amount:
            yield f"{standing.agent} stands at {standing.sums} in project {standing.project}, its totals say {amount}."
    for (agent, project_id), amount in expected.items():
        if any(amount):
            yield f"{agent} has totals and no standing in project {project_id}."


def _indexes(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    held: dict[Oid, tuple[ProjectId, ...]] = {}
    for key, holders in snapshot.scan(OIDS):
        held[Oid(key.hex())] = holders.projects
    for oid in facts.holders.keys() | held.keys():
        if sorted(held.get(oid, ())) != sorted(facts.holders.get(oid, ())):
            yield f"commit {oid} is held by {facts.holders.get(oid, [])}, the index says {list(held.get(oid, ()))}."
    known = {key for key, _ in snapshot.scan(PROJECTS)}
    owners = {"commits": {keys.project(project_id) for project_id, _ in facts.commits}}
    owners["tips"] = {key[: keys.PROJECT_BYTES] for key, _ in snapshot.scan(TIPS)}
    for name, projects in owners.items():
        for stranger in sorted(projects - known):
            yield f"{name} of project {stranger.hex()} stand without their project."


def _kinship(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """Rewrites and copies can be followed in both directions."""
    for key, links in snapshot.scan(REWRITES):
        project_id, old = keys.project_of(key), keys.oid_of(key)
        for link in links.links:
            record = facts.commits.get((project_id, link.new))
            if record is not None and old not in record.replaces:
                yield f"commit {link.new} replaced {old} and does not say so."
    copies = {(Oid(key.hex()), copy) for key, record in snapshot.scan(COPIES) for copy in record.copies}
    for (_, oid), commit in facts.commits.items():
        if commit.copy_of and (commit.copy_of, oid) not in copies:
            yield f"commit {oid} is a copy of {commit.copy_of}, and the index does not say so."

    reverts = {(Oid(key.hex()), one) for key, record in snapshot.scan(REVERTS) for one in record.reverters}
    for (_, oid), commit in facts.commits.items():
        for target in commit.reverts:
            if (target, oid) not in reverts:
                yield f"commit {oid} takes back {target}, and the index does not say so."


def _sayings(snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """What was said of a commit stands under whoever made it."""
    for key, event in snapshot.scan(COMMUNICATION):
        project_id, oid = keys.project_of(key[keys.AGENT_BYTES :]), keys.oid_of(key[keys.AGENT_BYTES : -8])
        record = facts.commits.get((project_id, oid))
        if record is None:
            yield f"a grade of {event.agent}'s commit {oid} stands without that commit."
        elif record.agent != event.agent:
            yield f"a grade of commit {oid} stands under {event.agent}, and {record.agent} made it."
    for _, bug in snapshot.scan(BUGS):
        record = facts.commits.get((bug.project, bug.oid)) if bug.oid else None
        if record is not None and contributions.charged(bug, record) != bug:
            yield f"a bug of commit {bug.oid} is not booked as that commit is."


def differences_from_git(repository: Repository, facts: Facts, known: Known) -> Iterator[str]:
    """What the ledger says of one repository that git does not: commits missing, or live and unreachable."""
    project_id = known.project
    tips = set(known.tips.values())
    reachable = set(repository.walk(tips))
    expected = set(repository.walk(tips, known.record.baseline)) if known.record else set()
    live = {oid for (owner, oid), record in facts.commits.items() if owner == project_id and record.live}
    for oid in sorted(expected - live):
        yield f"commit {oid} is reachable and not recorded as live."
    for oid in sorted(live - reachable):
        yield f"commit {oid} is recorded as live and not reachable."
