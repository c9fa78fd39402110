"""Random entries about seven commits of up to three projects, which copy, revert and rewrite each other."""

import random
from collections.abc import Sequence
from typing import Final, NamedTuple

from tests.ledger.example_ledger import agent_evidence, commit_facts
from tests.lineage.claims import SOURCES
from tracker.ledger import entries
from tracker.model import Moment, Oid, ProjectId
from tracker.records import CommitFacts
from tracker.rewrite_records import Claim

PROJECTS: Final = [ProjectId(letter * 32) for letter in "abc"]
OIDS: Final = [Oid(f"{number:040x}") for number in range(1, 8)]
AGENTS: Final = ("codex", "opencode", None)


class History(NamedTuple):
    """Relations that are fixed for each commit: the original that it copies, those that it reverts; and its time."""

    copy_of: Sequence[Oid | None]
    reverts: Sequence[tuple[Oid, ...]]
    times: Sequence[int]


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
