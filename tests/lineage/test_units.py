"""The unit of a commit gives the same standings as its whole family, and a family of thousands costs little."""

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.example_ledger import agent_evidence, commit_facts
from tests.lineage.claims import SOURCES
from tests.lineage.families import HERE, THERE
from tests.program import sized
from tracker.lineage import (
    FamilyView,
    Holding,
    context_of,
    dependents_of,
    derive_standings,
    family_of,
    versions_of,
)
from tracker.model import Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding
from tracker.rewrite_records import Claim

OIDS: Final = [Oid(f"{number:040x}") for number in range(1, 8)]


class World(FamilyView):
    """Commits with claims, copies and reverts, looked up as in a ledger; ``asked`` counts the look-ups of facts."""

    def __init__(self, held: dict[tuple[ProjectId, Oid], CommitFacts], claims: list[tuple[Oid, Claim]]) -> None:
        self.held = held
        self.rewrites = claims
        self.asked = 0

    def holdings(self, oid: Oid) -> list[Holding]:
        self.asked += 1
        return [(project, self.held[project, oid]) for project in (HERE, THERE) if (project, oid) in self.held]

    def claims(self, oid: Oid) -> list[Claim]:
        return [claim for old, claim in self.rewrites if old == oid]

    def predecessors(self, oid: Oid) -> list[Oid]:
        return [old for old, claim in self.rewrites if claim.new == oid]

    def copies(self, oid: Oid) -> list[Oid]:
        return sorted({copy for (_, copy), facts in self.held.items() if facts.copy_of == oid})

    def reverters(self, oid: Oid) -> list[Oid]:
        return sorted({one for (_, one), facts in self.held.items() if oid in facts.reverts})

    def is_away(self, project: ProjectId) -> bool:
        return False

    def is_elsewhere(self, project: ProjectId) -> bool:
        return False

    def first_seen(self, project: ProjectId) -> int:
        return 1 if project == THERE else 2


def facts_of(fields: dict[str, Any]) -> CommitFacts:
    agent = fields.pop("agent")
    found = commit_facts(1, live=True)._replace(**fields)
    return found._replace(evidence=agent_evidence(agent) if agent else ())


FACTS = st.fixed_dictionaries(
    {
        "live": st.booleans(),
        "agent": st.sampled_from([None, "codex", "opencode"]),
        "origin": st.sampled_from(["local", "fetched"]),
        "copy_of": st.sampled_from([None, None, *OIDS]),
        "is_exact_copy": st.booleans(),
        "reverts": st.lists(st.sampled_from(OIDS), max_size=2, unique=True).map(tuple),
        "committed_at": st.integers(1_000, 1_003),
        "pushed": st.booleans(),
        "agent_grade": st.sampled_from([None, 2]),
        "declared": st.sampled_from([None, 5]),
    }
).map(facts_of)
CLAIMS = st.tuples(
    st.sampled_from(OIDS),
    st.builds(
        Claim, new=st.sampled_from(OIDS), source=st.sampled_from(SOURCES), is_same=st.booleans(),
        author=st.just("one"), is_authored=st.booleans(), in_rebase=st.booleans(), time=st.integers(0, 2),
    ),
).filter(lambda pair: pair[0] != pair[1].new)  # fmt: skip
HELD = st.dictionaries(st.tuples(st.sampled_from([HERE, THERE]), st.sampled_from(OIDS)), FACTS, min_size=1, max_size=9)


def without_own_relations(held: dict[tuple[ProjectId, Oid], CommitFacts]) -> dict[tuple[ProjectId, Oid], CommitFacts]:
    """Return facts in which no commit copies or reverts itself: its name is a digest of its content."""
    return {
        (project, oid): facts._replace(
            copy_of=None if facts.copy_of == oid else facts.copy_of,
            reverts=tuple(one for one in facts.reverts if one != oid),
        )
        for (project, oid), facts in held.items()
    }


def derived(world: World, wanted: set[Oid], family: set[Oid]) -> dict[tuple[ProjectId, Oid], CommitStanding]:
    found = derive_standings(family, world)
    return {(project, oid): standing for project, oid, standing in found if oid in wanted}


@settings(max_examples=sized(600, 40))
@given(HELD.map(without_own_relations), st.lists(CLAIMS, max_size=3))
def test_it_is_what_the_family_gives(held: dict[tuple[ProjectId, Oid], CommitFacts], claims: list[Any]) -> None:
    world = World(held, claims)
    for oid in {oid for _, oid in held}:
        versions = versions_of(oid, world)
        context = context_of(versions, world)
        if context is not None:
            whole = derived(world, versions, family_of(oid, world))
            assert derived(world, versions, versions | context) == whole


@settings(max_examples=sized(600, 40))
@given(HELD.map(without_own_relations), st.lists(CLAIMS, max_size=3), st.data())
def test_what_changes_is_a_dependent(
    held: dict[tuple[ProjectId, Oid], CommitFacts], claims: list[Any], data: st.DataObject
) -> None:
    """Whatever changes when facts of a commit do is of its unit, of its dependents' units, or of theirs in turn."""
    commit = data.draw(st.sampled_from(sorted(held)))
    names = ("live", "pushed", "agent_grade", "evidence", "declared")
    other = data.draw(FACTS)
    changed = held[commit]._replace(**{name: getattr(other, name) for name in names})
    before, now = World(held, claims), World({**held, commit: changed}, claims)
    reached: set[Oid] = set()
    waiting = {commit[1]}
    while waiting:
        versions = versions_of(waiting.pop(), now)
        if context_of(versions, now) is None or context_of(versions, before) is None:
            return  # the whole family is derived
        reached |= versions
        waiting |= dependents_of(versions, now) - reached
    family = family_of(commit[1], now)
    first, second = derived(before, family, family), derived(now, family, family)
    assert {oid for (project, oid) in second if first.get((project, oid)) != second[project, oid]} <= reached


@pytest.mark.parametrize("relation", ["copy_of", "reverts"])
def test_one_more_costs_the_same_in_a_large_family(relation: str) -> None:
    first = Oid("f" * 40)

    def looked_up(number: int) -> int:
        value: Any = first if relation == "copy_of" else (first,)
        held = {
            (HERE, Oid(f"{one:040x}")): commit_facts(1, live=True)._replace(**{relation: value})
            for one in range(number)
        }
        world = World({**held, (HERE, first): commit_facts(2, live=True)}, [])
        total = 0
        for oid in (first, Oid(f"{0:040x}")):
            versions = versions_of(oid, world)
            context = context_of(versions, world)
            assert context is not None
            [*derive_standings(versions | context, world)]
            total += world.asked
        return total

    assert looked_up(2_000) == looked_up(20)
