"""Entries of two projects and five commits, and helpers to write them into a ledger and to compare ledgers."""

from collections.abc import Sequence
from typing import Final

import orjson

from tracker.ledger import Ledger, entries
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.commits import find_commit, replaced_commits
from tracker.ledger.tables import AGENT_TOTALS, COMMITS, LIFETIMES, PREDECESSORS, STANDINGS, TOTALS
from tracker.lineage.sums import Sums, by_column
from tracker.model import Evidence, GradeValue, Oid, ProjectId, Rater
from tracker.records import CommitFacts, RecordedCommit
from tracker.reports import verify

PROJECTS: Final = (ProjectId("aa" * 16), ProjectId("bb" * 16))
OIDS: Final = tuple(Oid(f"{number:040x}") for number in range(1, 6))


def agent_evidence(agent: str, model: str | None = None) -> tuple[Evidence, ...]:
    """Return the evidence that an agent's environment variable was set."""
    return (Evidence("environment", "X", "1", agent, "agent", model, "high"),)


def commit_facts(number: int, *, live: bool, origin: str = "local", agent: str = "human") -> CommitFacts:
    """Return the facts of a commit whose diff statistics and author time depend on ``number``."""
    return CommitFacts(
        parents=(), author_name="A", author_email="a@x", authored_at=1_700_000_000 + number * 3_000_000,
        author_offset=0, committer_name="A", committer_email="a@x", committed_at=1_700_000_000, committer_offset=0,
        subject=f"feat: {number}", task_kind="feat", files=number, insertions=10 * number, deletions=number,
        evidence=() if agent == "human" else agent_evidence(agent),
        origin="local" if origin == "local" else "fetched", learnt="post-commit", recorded_at=1, live=live,
    )  # fmt: skip


def project_entry(project: ProjectId) -> entries.ProjectEntry:
    return entries.ProjectEntry(project, f"/{project}", project[:2], (), "sha1", (), 1)


def grade_entry(
    oid: Oid, grade: GradeValue | None, time: int, rater: Rater = "user", project: ProjectId = PROJECTS[0]
) -> entries.GradeEntry:
    return entries.GradeEntry(project, oid, rater, grade, "", "", time, "test")


_DECLARED: Final[dict[int, GradeValue]] = {0: 2, 2: 2, 3: -1}
_REVERTS: Final = {1: (OIDS[0],), 4: (OIDS[1],)}
BASE: Final[Sequence[entries.Entry]] = [
    *(project_entry(project) for project in PROJECTS),
    *(
        entries.CommitEntry(
            project,
            oid,
            commit_facts(number, live=bool(number % 2), agent="human" if number % 3 else "codex")._replace(
                reverts=_REVERTS.get(number, ()), declared=_DECLARED.get(number)
            ),
        )
        for project in PROJECTS
        for number, oid in enumerate(OIDS)
    ),
]
"""Both projects with all five commits. The second reverts the first, and the fifth reverts the second; the trailers of
three commits declare a grade."""


def flush(ledger: Ledger, batch: Sequence[entries.Entry]) -> None:
    """Write entries in one transaction; fail if one is refused."""
    buffer = EntryBuffer()
    for entry in batch:
        assert buffer.add(entry), buffer.refused
    buffer.flush(ledger)


def contents(ledger: Ledger) -> tuple[list[object], list[object]]:
    """Return the totals, and the commits with their standings, without what depends on the order of recording."""
    with ledger.read() as snapshot:
        totals: list[object] = [*snapshot.scan(TOTALS), *snapshot.scan(AGENT_TOTALS), *snapshot.scan(LIFETIMES)]
        commits: list[object] = [(key, facts._replace(sequence=0)) for key, facts in snapshot.scan(COMMITS)]
        commits += [*snapshot.scan(STANDINGS), *snapshot.scan(PREDECESSORS)]
    return totals, commits


def differences(ledger: Ledger) -> list[str]:
    """Return the differences that ``verify`` finds between the ledger and what follows from its facts."""
    with ledger.read() as snapshot:
        return list(verify.differences(snapshot))


def commit_in(ledger: Ledger, oid: Oid, project: ProjectId = PROJECTS[0]) -> RecordedCommit:
    """Return a commit; fail if the ledger does not have it."""
    with ledger.read() as snapshot:
        commit = find_commit(snapshot, project, oid)
    assert commit is not None
    return commit


def replaced_in(ledger: Ledger, oid: Oid) -> list[Oid]:
    """Return the commits that were rewritten into a commit, sorted."""
    with ledger.read() as snapshot:
        return replaced_commits(snapshot, oid)


def agent_totals(ledger: Ledger) -> dict[tuple[str, str], Sums]:
    """Return the sums of the totals by agent and project."""
    with ledger.read() as snapshot:
        return {(record.agent, record.project): record.sums for _, record in snapshot.scan(AGENT_TOTALS)}


def total(ledger: Ledger, column: str) -> int:
    """Return one column of the totals, summed over all agents and projects."""
    return sum(by_column(row)[column] for row in agent_totals(ledger).values())


_PLACES: Final = {"bugs": 20, "communication": 10, "retrospectives": 14, "activities": 9, "reinstatements": 7}
"""The fields of a statement before its place, by its table, in schema 8."""


def take_places_away(ledger: Ledger) -> None:
    """Make of a ledger in the present schema one of schema 8, whose equal statements have no numbers."""
    with ledger.write() as transaction:
        for name, place in _PLACES.items():
            for key in transaction.keys_of(name):
                row = orjson.loads(transaction.get_bytes(name, key) or b"")
                transaction.put_bytes(name, key, orjson.dumps(row[:place]))
        transaction.put_meta("schema", 8)
