"""Properties of the exchange: a ledger that takes the events of another one agrees with it, in whatever order."""

import io
import itertools
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.exchange.random_ledgers import exported, go_on, make_ledger, meaning
from tests.ledger.example_ledger import differences
from tests.ledger.random_entries import PROJECTS
from tests.program import sized
from tracker import keys
from tracker.exchange.import_events import import_events
from tracker.ledger import Ledger, tables
from tracker.ledger.commits import find_commit, scan_commits


def take(ledger: Ledger, *sources: bytes) -> None:
    """Import events, of which every one must be taken."""
    for source in sources:
        assert import_events(ledger, io.BytesIO(source)).aside == 0


@pytest.mark.parametrize("seed", range(sized(300, 4)))
def test_a_ledger_goes_through_events_unchanged(tmp_path: Path, seed: int) -> None:
    first, second = make_ledger(tmp_path / "first", seed, history=seed), Ledger(tmp_path / "second")
    source = exported(first)
    take(second, source)
    assert exported(second) == source
    assert meaning(second) == meaning(first)
    assert differences(second) == differences(first) == []
    take(second, source)
    take(first, source)
    assert exported(second) == exported(first) == source
    assert meaning(first) == meaning(second)


@pytest.mark.parametrize("seed", range(sized(150, 2)))
def test_ledgers_that_are_merged_in_any_order_are_equal(tmp_path: Path, seed: int) -> None:
    """They share projects and commits, which they saw at different times."""
    sources = [exported(make_ledger(tmp_path / str(number), 1000 * seed + number, history=seed)) for number in range(3)]
    merged = []
    for number, order in enumerate(itertools.permutations(sources)):
        ledger = Ledger(tmp_path / f"merged-{number}")
        take(ledger, *order)
        assert differences(ledger) == []
        merged.append(ledger)
    # Two of them first, and both with the third.
    pair, other = Ledger(tmp_path / "pair"), Ledger(tmp_path / "other")
    take(pair, sources[0], sources[1])
    take(other, sources[2], exported(pair))
    for ledger in (*merged[1:], other):
        assert exported(ledger) == exported(merged[0])
        assert meaning(ledger) == meaning(merged[0])


@pytest.mark.parametrize("seed", range(sized(150, 2)))
def test_ledgers_that_went_apart_are_equal_when_they_are_merged(tmp_path: Path, seed: int) -> None:
    """Copies of one ledger to which different things happened, each merged with the others in its own order."""
    make_ledger(tmp_path / "base", seed, history=seed)
    copies = []
    for number in range(3):
        shutil.copytree(tmp_path / "base", tmp_path / str(number))
        copies.append(Ledger(tmp_path / str(number)))
        go_on(copies[-1], 1000 * seed + number + 1, history=seed)
    sources = [exported(copy) for copy in copies]
    for number, copy in enumerate(copies):
        others = [source for other, source in enumerate(sources) if other != number]
        take(copy, *(others if number % 2 else reversed(others)))
        assert differences(copy) == []
    assert exported(copies[0]) == exported(copies[1]) == exported(copies[2])
    assert meaning(copies[0]) == meaning(copies[1]) == meaning(copies[2])
    before = exported(copies[0])
    take(copies[0], *sources, before)
    assert exported(copies[0]) == before


@pytest.mark.parametrize("seed", range(sized(100, 2)))
def test_computers_with_a_clone_each_count_in_their_own_in_whatever_order_they_are_joined(
    tmp_path: Path, seed: int
) -> None:
    places = [tmp_path / str(number) for number in range(3)]
    sources = [
        exported(make_ledger(place, 1000 * seed + number, history=seed, projects=[PROJECTS[number]]))
        for number, place in enumerate(places)
    ]
    merged = []
    for number, place in enumerate(places):
        others = [source for other, source in enumerate(sources) if other != number]
        found = []
        ledger = Ledger(place)
        for name, order in (("one", others), ("other", others[::-1]), ("twice", [*others, *others])):
            shutil.copytree(place, tmp_path / f"{number}-{name}")
            ledger = Ledger(tmp_path / f"{number}-{name}")
            take(ledger, *order)
            assert differences(ledger) == []
            found.append(meaning(ledger))
        assert found[0] == found[1] == found[2]
        merged.append(exported(ledger))
        with ledger.read() as snapshot:
            record = snapshot.get(tables.PROJECTS, keys.project(PROJECTS[number]))
            is_here = record is not None and not record.away
            for (project, oid), commit in scan_commits(snapshot) if is_here else ():
                own = find_commit(snapshot, PROJECTS[number], oid)
                if commit.standing.counted and own is not None and own.facts.live:
                    assert project == PROJECTS[number]
    assert merged[0] == merged[1] == merged[2]


@pytest.mark.parametrize("seed", range(sized(100, 2)))
def test_the_order_of_events_does_not_matter(tmp_path: Path, seed: int) -> None:
    source = exported(make_ledger(tmp_path / "first", seed, history=seed))
    lines: Sequence[bytes] = source.splitlines(keepends=True)
    shuffled = random.Random(seed).sample(lines, len(lines))
    second = Ledger(tmp_path / "second")
    take(second, b"".join(shuffled), b"".join(shuffled[: len(shuffled) // 2]))
    assert exported(second) == source
    assert differences(second) == []
