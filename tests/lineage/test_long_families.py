"""The work to derive a family grows with the number of its commits, also where each has evidence or grades of its own.

Counted in calls of functions, so that the result depends on neither time nor load.
"""

import cProfile
from collections.abc import Callable
from typing import Final

import pytest

from tests.ledger.example_ledger import commit_facts
from tests.lineage.claims import claim
from tests.lineage.families import HERE
from tracker.lineage import FamilyView, Holding, derive_standings, family_of
from tracker.model import CONTENT, Evidence, Moment, Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding
from tracker.rewrite_records import Claim

LAST: Final = Oid("f" * 40)


class Family(FamilyView):
    """Commits of one project with claims between them, looked up as in a ledger."""

    def __init__(self) -> None:
        self.facts: dict[Oid, CommitFacts] = {}
        self._claims: dict[Oid, list[Claim]] = {}
        self._olds: dict[Oid, list[Oid]] = {}
        self._copies: dict[Oid, list[Oid]] = {}

    def commit(self, oid: Oid, **fields: object) -> None:
        """Add a commit that nothing reaches; ``fields``: those of its facts that differ from the default."""
        facts = commit_facts(1, live=False)
        for name, value in fields.items():
            facts = facts._replace(**{name: value})  # type: ignore[arg-type]
        self.facts[oid] = facts
        if facts.copy_of is not None:
            self._copies.setdefault(facts.copy_of, []).append(oid)

    def rewrite(self, old: Oid, one: Claim) -> None:
        self._claims.setdefault(old, []).append(one)
        self._olds.setdefault(one.new, []).append(old)

    def holdings(self, oid: Oid) -> list[Holding]:
        return [(HERE, self.facts[oid])] if oid in self.facts else []

    def claims(self, oid: Oid) -> list[Claim]:
        return self._claims.get(oid, [])

    def predecessors(self, oid: Oid) -> list[Oid]:
        return self._olds.get(oid, [])

    def copies(self, oid: Oid) -> list[Oid]:
        return self._copies.get(oid, [])

    def reverters(self, oid: Oid) -> list[Oid]:
        return []

    def is_away(self, project: ProjectId) -> bool:
        return False

    def is_elsewhere(self, project: ProjectId) -> bool:
        return False

    def first_seen(self, project: ProjectId) -> int:
        return 0


def oid_of(number: int) -> Oid:
    """Return an oid whose order has nothing to do with that of the numbers."""
    return Oid(f"{number * 2_654_435_761 % 2**32:040x}")


def session(number: int) -> tuple[Moment, ...]:
    """Return the moment of a commit that an agent made in a session of its own."""
    variable = Evidence("environment", "CLAUDECODE", "1", "claude-code", "agent", None, "high")
    name = Evidence("session", "CLAUDE_SESSION", f"{number}", "claude-code", "agent", None, "low")
    return (Moment(f"{number:08x}", (variable, name)),)


def amends(count: int, *, same: bool = False, sessions: bool = False, grades: range = range(0)) -> Family:
    """Return a commit that was amended again and again; ``grades``: the versions that the user graded."""
    family = Family()
    for number in range(count):
        graded = {"user_grade": 2, "user_graded_at": number + 1} if number in grades else {}
        family.commit(oid_of(number), moments=session(number if sessions else 0), **graded)
        if number:
            family.rewrite(oid_of(number - 1), claim(oid_of(number), "amend", same=same, time=number))
    return family


def squashed(count: int) -> Family:
    """Return many graded commits that became one."""
    family = Family()
    family.commit(LAST, live=True)
    for number in range(count):
        family.commit(oid_of(number), moments=session(number), user_grade=2, user_graded_at=number + 1)
        family.rewrite(oid_of(number), claim(LAST, CONTENT, author=f"{number}"))
    return family


def picked(count: int) -> Family:
    """Return many commits that were reset away, picked back and then squashed into one."""
    family = Family()
    family.commit(LAST, live=True)
    for number in range(count):
        original, copy = oid_of(number), oid_of(count + number)
        family.commit(original, moments=session(number))
        family.commit(copy, copy_of=original, is_exact_copy=True)
        family.rewrite(copy, claim(LAST, CONTENT))
    return family


FAMILIES: Final[dict[str, Callable[[int], Family]]] = {
    "amends": amends,
    "amends of the message": lambda count: amends(count, same=True),
    "amends in sessions of their own": lambda count: amends(count, sessions=True),
    "amends of a graded commit": lambda count: amends(count, grades=range(1)),
    "amends of the message of a graded commit": lambda count: amends(count, same=True, grades=range(1)),
    "amends of which each was graded": lambda count: amends(count, grades=range(count)),
    "squash": squashed,
    "picked back and squashed": picked,
}


def derive(family: Family) -> dict[Oid, CommitStanding]:
    oids = family_of(oid_of(0), family)
    return {oid: standing for _, oid, standing in derive_standings(oids, family)}


def calls(family: Family) -> int:
    """Return the number of calls of functions that it takes to derive a family."""
    profile = cProfile.Profile()
    profile.runcall(derive, family)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.whole
def test_work_grows_with_the_number_of_commits(name: str) -> None:
    few, many = calls(FAMILIES[name](100)), calls(FAMILIES[name](400))
    assert many < 5 * few  # sorting is a little more than in proportion


def test_commit_inherits_the_same_bounded_evidence_wherever_it_is_in_a_long_chain() -> None:
    standings = derive(amends(200, sessions=True))
    inherited = [{one.value for one in standings[oid_of(number)].other_evidence} for number in (198, 199)]
    assert [len(one) for one in inherited] == [40, 40]
    assert inherited[0] == inherited[1]
