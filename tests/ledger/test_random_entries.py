"""Whatever entries arrive, in whatever order, what was written is what follows from the facts.

Commits copy and revert each other and are rewritten, also in circles; they are recorded by several projects, come and
go, are forgotten, corrected and graded; each batch is compared with all that the ledger holds.
"""

import contextlib
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.ledger.example_ledger import agent_evidence, commit_facts, project_entry
from tests.lineage.claims import SOURCES
from tests.program import sized
from tracker.ledger import Ledger, entries
from tracker.ledger.apply import apply_entries
from tracker.model import Moment, Oid, ProjectId
from tracker.records import CommitFacts
from tracker.reports import verify
from tracker.rewrite_records import Claim

PROJECTS: Final = [ProjectId(letter * 32) for letter in "abc"]
OIDS: Final = [Oid(f"{number:040x}") for number in range(1, 8)]
AGENTS: Final = ("codex", "opencode", None)


class History(NamedTuple):
    """Relations that are fixed for each commit: the original that it copies, those that it reverts; and its time."""

    copy_of: Sequence[Oid | None]
    reverts: Sequence[tuple[Oid, ...]]
    times: Sequence[int]


class _Undone(Exception):
    """Raised to take the transaction back."""


def history(chance: random.Random, *, may_circle: bool) -> History:
    copies: list[Oid | None] = []
    reverts: list[tuple[Oid, ...]] = []
    for number, oid in enumerate(OIDS):
        others = [one for one in OIDS if one != oid] if may_circle else OIDS[:number]
        copies.append(chance.choice(others) if others and chance.random() < 0.45 else None)
        reverts.append(tuple(chance.sample(others, min(len(others), chance.choice([0, 0, 1, 2])))))
    return History(copies, reverts, [1_700_000_000 + chance.choice([0, 1, 5, 3_000_000]) for _ in OIDS])


def facts(chance: random.Random, number: int, known: History) -> CommitFacts:
    agent = chance.choice(AGENTS)
    found = commit_facts(number, live=chance.random() < 0.6, origin=chance.choice(["local", "fetched"]))
    return found._replace(
        evidence=agent_evidence(agent) if agent else (),
        copy_of=known.copy_of[number],
        is_exact_copy=chance.random() < 0.7,
        reverts=known.reverts[number],
        committed_at=known.times[number],
        files=chance.choice([None, number]),
        declared=chance.choice([None, None, 5]),
    )


def entry(chance: random.Random, project: ProjectId, known: History) -> entries.Entry:
    number = chance.randrange(len(OIDS))
    oid, sort = OIDS[number], chance.random()
    if sort < 0.3:
        return entries.CommitEntry(project, oid, facts(chance, number, known))
    if sort < 0.55:
        return entries.LivenessEntry(project, oid, chance.random() < 0.5)
    if sort < 0.65:
        return entries.ForgetEntry(project, oid)
    if sort < 0.75:
        new = chance.choice([one for one in OIDS if one != oid])
        source, is_same = chance.choice(SOURCES), chance.random() < 0.5
        return entries.ClaimEntry(oid, Claim(new, source, is_same, "one", is_same, chance.random() < 0.5, 1))
    if sort < 0.8:
        return entries.PresenceEntry(project, chance.random() < 0.5)
    if sort < 0.9:
        agent = chance.choice(AGENTS)
        evidence = agent_evidence(agent) if agent else ()
        moments = (Moment(f"{oid[-4:]}{agent}", evidence),) if chance.random() < 0.5 else ()
        original = known.copy_of[number] if chance.random() < 0.5 else None
        return entries.EvidenceEntry(project, oid, evidence, "post-commit", original, moments=moments)
    if sort < 0.92:
        return entries.PushEntry(project, oid, chance.random() < 0.5)
    rater, grade = chance.choice(["agent", "user"]), chance.choice([-1, 1, 2, 5, None])
    return entries.GradeEntry(project, oid, rater, grade, "", "", chance.randrange(10_000), "test")  # type: ignore[arg-type]


@pytest.mark.parametrize("may_circle", [False, True])
def test_what_is_written_follows_from_the_facts(tmp_path: Path, *, may_circle: bool) -> None:
    ledger = Ledger(tmp_path / "ledger")
    for seed in range(sized(2_000, 120)):
        chance = random.Random(seed)
        known, projects = history(chance, may_circle=may_circle), PROJECTS[: chance.choice([1, 1, 2, 3])]
        with contextlib.suppress(_Undone), ledger.write() as transaction:
            apply_entries(transaction, [project_entry(project) for project in projects])
            for _ in range(chance.randrange(3, 14)):
                project = chance.choice(projects)
                batch = [entry(chance, project, known) for _ in range(chance.choice([1, 1, 2, 6]))]
                apply_entries(transaction, batch)
                assert [*verify.differences(transaction)] == [], (seed, batch)
            raise _Undone


def test_what_a_commit_in_a_circle_reverts_follows_the_circle(tmp_path: Path) -> None:
    """A commit that is reverted in a circle, and one that is not, have the same standing, but not what they revert."""
    target, amended, reverter, last = OIDS[:4]
    project = PROJECTS[0]

    def recorded(number: int, *reverts: Oid) -> entries.CommitEntry:
        return entries.CommitEntry(project, OIDS[number], commit_facts(number, live=True)._replace(reverts=reverts))

    ledger = Ledger(tmp_path / "ledger")
    with ledger.write() as transaction:
        apply_entries(transaction, [project_entry(project), recorded(0), recorded(1), recorded(2, amended, target)])
        closing: list[entries.Entry] = [
            recorded(3, reverter),
            entries.ClaimEntry(amended, Claim(last, "amend", False, "one", True, False, 1)),
            entries.LivenessEntry(project, amended, False),
        ]
        breaking: list[entries.Entry] = [entries.LivenessEntry(project, last, False)]
        for batch in (closing, breaking):
            apply_entries(transaction, batch)
            assert [*verify.differences(transaction)] == []
