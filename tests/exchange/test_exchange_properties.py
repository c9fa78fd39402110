"""Properties of the exchange: a ledger that takes the events of another one agrees with it, in whatever order."""

import io
import itertools
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.exchange.random_ledgers import exported, make_ledger, meaning
from tests.ledger.example_ledger import differences
from tests.program import sized
from tracker.exchange.import_events import import_events
from tracker.ledger import Ledger


def take(ledger: Ledger, *sources: bytes) -> None:
    """Import events, of which every one must be taken."""
    for source in sources:
        assert import_events(ledger, io.BytesIO(source)).aside == 0


@pytest.mark.parametrize("seed", range(sized(300, 12)))
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


@pytest.mark.parametrize("seed", range(sized(150, 8)))
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


@pytest.mark.parametrize("seed", range(sized(100, 6)))
def test_the_order_of_events_does_not_matter(tmp_path: Path, seed: int) -> None:
    source = exported(make_ledger(tmp_path / "first", seed, history=seed))
    lines: Sequence[bytes] = source.splitlines(keepends=True)
    shuffled = random.Random(seed).sample(lines, len(lines))
    second = Ledger(tmp_path / "second")
    take(second, b"".join(shuffled), b"".join(shuffled[: len(shuffled) // 2]))
    assert exported(second) == source
    assert differences(second) == []
