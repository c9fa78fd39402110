"""Branches of a history: which commits were made on one that an agent's machine named."""

import random
from collections.abc import Sequence
from typing import Final

import pytest

from tracker.attribution import Catalogue, catalogue_file
from tracker.attribution.branch_hints import BRANCH, MERGE, branch_hints
from tracker.attribution.catalogue_types import BranchRule
from tracker.git.history_graph import Graph, GraphCommit
from tracker.model import Evidence, Oid

CATALOGUE: Final = catalogue_file.load()
DEVIN: Final = "devin/1774319384-telemetry"
JULES: Final = "jules-1671717100203805060-ab53a164"


def graph(*commits: tuple[str, str, str]) -> Graph:
    """Return a graph of commits: name, the names of the parents in one word, subject."""
    return {Oid(name): GraphCommit(tuple(map(Oid, parents)), subject) for name, parents, subject in commits}


def read(of: Graph, *tips: tuple[str, str], signed: str = "") -> dict[Oid, Evidence]:
    """Return the evidence by commit. ``tips``: names of branches and of commits. ``signed``: commits with a maker."""
    found = [(name, Oid(oid)) for name, oid in tips]
    return branch_hints(of, found, CATALOGUE, {*signed}.isdisjoint)


def hints(of: Graph, signed: str = "", **tips: str) -> dict[str, tuple[str, str]]:
    """Return agent and kind of evidence by commit; tips by the commit's name, the branch's as the value."""
    found = read(of, *((name, oid) for oid, name in tips.items()), signed=signed)
    return {oid: (one.agent or "", one.name) for oid, one in found.items()}


def test_commits_that_only_an_agents_branch_holds_are_its() -> None:
    history = graph(("a", "", "init"), ("b", "a", "feat"), ("c", "b", "fix"))
    assert hints(history, a="main", c=DEVIN) == {"b": ("devin", BRANCH), "c": ("devin", BRANCH)}
    assert hints(history, b="main", c=DEVIN) == {"c": ("devin", BRANCH)}
    assert hints(history, a="main", c="devin/telemetry") == {}


def test_evidence_is_low_and_holds_the_branch() -> None:
    found = read(graph(("a", "x", "feat")), (DEVIN, "a"))[Oid("a")]
    assert found == Evidence("branch", BRANCH, DEVIN, "devin", "agent", None, "low", order=found.order)


@pytest.mark.parametrize(
    "other", ["main", "feature", JULES, ""], ids=["main", "feature", "other agent", "detached HEAD"]
)
def test_another_branch_that_holds_them_too_leaves_them_without_a_name(other: str) -> None:
    history = graph(("a", "", "init"), ("b", "a", "feat"), ("c", "b", "fix"))
    assert read(history, (DEVIN, "b"), (other, "c")).keys() <= {Oid("c")}


def test_branch_and_its_remote_tracking_branch_are_one() -> None:
    history = graph(("a", "", "init"), ("b", "a", "feat"))
    found = read(history, ("main", "a"), (DEVIN, "b"), (DEVIN, "b"))
    assert [*found] == ["b"]


MERGED: Final = (("a", "", "init"), ("b", "a", "feat"), ("c", "b", "fix"), ("d", "a", "docs"))


def test_commits_that_came_with_a_merge_of_an_agents_branch_are_its() -> None:
    history = graph(*MERGED, ("m", "dc", f"Merge pull request #5 from acme/{DEVIN}"))
    assert hints(history, m="main") == {"b": ("devin", MERGE), "c": ("devin", MERGE)}


def test_branch_that_holds_the_whole_history_says_nothing() -> None:
    history = graph(
        ("a", "", "init"), ("b", "a", "feat"), ("x", "", "other root"), ("m", "bx", f"Merge branch '{DEVIN}'")
    )
    assert hints(history, b=DEVIN) == {}
    assert hints(history, m="main") == {}


def test_who_signs_signs_all_of_the_branch() -> None:
    history = graph(("a", "", "init"), ("b", "a", "feat"), ("c", "b", "fix"), ("m", "ac", f"Merge branch '{DEVIN}'"))
    assert hints(history, signed="b", m="main") == {}
    assert hints(history, signed="b", a="main", c=DEVIN) == {}
    assert {*hints(history, signed="a", m="main")} == {"b", "c"}


def test_what_was_merged_into_the_branch_is_not_its_work() -> None:
    history = graph(*MERGED, ("u", "cd", f"Merge branch 'feature' into {DEVIN}"), ("v", "u", "fix"))
    assert hints(history, a="main", v=DEVIN) == dict.fromkeys("bcv", ("devin", BRANCH))
    merged = graph(
        *MERGED, ("u", "cd", "Merge branch 'feature'"), ("x", "a", "docs"), ("m", "xu", f"Merge branch '{DEVIN}'")
    )
    assert hints(merged, m="main") == {"b": ("devin", MERGE), "c": ("devin", MERGE)}


def test_default_branches_are_nobodys_even_where_a_rule_matches_them() -> None:
    rule = BranchRule("ma", None, "low")
    catalogue = Catalogue([CATALOGUE.by_name["devin"]._replace(branches=(rule,))])
    history = graph(*MERGED, ("m", "dc", "Merge branch 'main' into feature"))
    assert branch_hints(history, [("main", Oid("c")), ("feature", Oid("m"))], catalogue, lambda _: True) == {}


def test_walks_are_bounded_in_a_history_that_is_made_to_be_slow() -> None:
    """Branches that fork from ever older commits: each merge is walked down to its fork."""
    length = 3000
    history: Graph = {Oid("0"): GraphCommit((), "")}
    for number in range(1, length):
        history[Oid(str(number))] = GraphCommit((Oid(str(number - 1)),), "")
    tip = Oid(str(length - 1))
    for number in range(1, length - 1):
        side = Oid(f"s{number}")
        history[side] = GraphCommit((Oid(str(length - 1 - number)),), "")
        history[Oid(f"m{number}")] = GraphCommit((tip, side), f"Merge branch '{DEVIN}'")
        tip = Oid(f"m{number}")
    visited = 0

    class Counting(dict[Oid, GraphCommit]):
        def __getitem__(self, oid: Oid) -> GraphCommit:
            nonlocal visited
            visited += 1
            return super().__getitem__(oid)

    found = branch_hints(Counting(history), [("main", tip)], CATALOGUE, lambda _: True)
    assert found
    assert visited < 60 * len(history)


def test_commit_that_came_with_the_branches_of_two_agents_is_nobodys() -> None:
    history = graph(*MERGED, ("m", "dc", f"Merge branch '{DEVIN}'"), ("n", "dc", f"Merge branch '{JULES}'"))
    assert hints(history, m="main", n="next") == {}


def test_merge_of_what_is_there_already_gives_nothing() -> None:
    history = graph(("a", "", "init"), ("b", "a", "feat"), ("m", "ba", f"Merge branch '{DEVIN}'"))
    assert hints(history, m="main") == {}


def test_parents_that_are_missing_are_left_out() -> None:
    history = graph(("b", "x", "feat"), ("m", "yb", f"Merge branch '{DEVIN}'"))
    assert hints(history, m="main") == {"b": ("devin", MERGE)}


def reached(of: Graph, tip: Oid) -> set[Oid]:
    found, waiting = set[Oid](), [tip]
    while waiting:
        oid = waiting.pop()
        if oid in of and oid not in found:
            found.add(oid)
            waiting += of[oid].parents
    return found


@pytest.mark.parametrize("seed", range(200))
def test_commits_of_a_merge_are_the_line_that_only_its_second_parent_reaches(seed: int) -> None:
    chance = random.Random(seed)
    history: Graph = {}
    for number in range(chance.randint(2, 40)):
        known: Sequence[Oid] = [*history]
        parents = tuple(chance.sample(known, min(len(known), chance.choice([1, 1, 2]))))  # the first one has none
        history[Oid(f"{number}")] = GraphCommit(parents, "feat")
    into, merged = chance.sample([*history], 2)
    history[Oid("m")] = GraphCommit((into, merged), f"Merge branch '{DEVIN}'")
    line, oid = [], merged
    while oid not in reached(history, into):
        line.append(oid)
        if not history[oid].parents:
            break
        oid = history[oid].parents[0]
    has_root = any(not history[oid].parents for oid in line)
    expected = set[Oid]() if has_root else {oid for oid in line if len(history[oid].parents) < 2}
    assert {*read(history, ("main", "m"))} == expected
