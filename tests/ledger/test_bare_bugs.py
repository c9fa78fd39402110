"""Bugs without their words, as machines share them, keep their identity: each meets the one with its words again."""

import itertools
import random
from pathlib import Path
from typing import Final

import pytest

from tests.exchange.random_ledgers import exported
from tests.exchange.test_exchange_properties import take
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, agent_totals, differences, flush
from tracker.exchange.event_lines import line_of, read_line
from tracker.exchange.events import BugEvent
from tracker.ledger import Ledger, entries
from tracker.ledger.bare_records import bare
from tracker.ledger.tables import BUGS

NOTES: Final = ("first", "second", "third")


def reported(place: Path) -> Ledger:
    """Return a ledger in which bugs of one commit were reported in one second."""
    ledger = Ledger(place)
    flush(ledger, BASE)
    for note in NOTES:
        flush(ledger, [entries.BugEntry("codex", PROJECTS[0], OIDS[0], note, "", 1000, "a person")])
    return ledger


def shared(ledger: Ledger) -> bytes:
    """Return the events of a ledger, those of bugs without words."""
    events = (read_line(line).event for line in exported(ledger).splitlines())
    return b"".join(line_of(bare(one) if isinstance(one, BugEvent) else one) for one in events)


def states(ledger: Ledger) -> list[tuple[str, str]]:
    """Return the notes and states of the bugs of a ledger."""
    with ledger.read() as snapshot:
        return sorted((bug.note, bug.state) for _, bug in snapshot.scan(BUGS))


def test_a_machine_that_knows_no_words_has_as_many_bugs(tmp_path: Path) -> None:
    first, second = reported(tmp_path / "first"), Ledger(tmp_path / "second")
    take(second, shared(first))
    assert states(second) == [("", "charged")] * len(NOTES)
    assert agent_totals(second) == agent_totals(first)
    flush(first, [entries.BugWithdrawalEntry(PROJECTS[0], OIDS[0], 2000, "a person")])
    take(second, shared(first))
    assert sorted(state for _, state in states(second)) == ["charged", "charged", "withdrawn"]
    assert agent_totals(second) == agent_totals(first)
    take(second, exported(first))
    assert states(second) == states(first)
    assert differences(second) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_bare_and_whole_statements_does_not_matter(tmp_path: Path, seed: int) -> None:
    first = reported(tmp_path / "first")
    sources = [exported(first), shared(first)]
    flush(first, [entries.BugWithdrawalEntry(PROJECTS[0], OIDS[0], 2000, "a person")])
    sources += [exported(first), shared(first)]
    for number, order in enumerate(itertools.permutations(sources)):
        lines = [line for source in order for line in source.splitlines(keepends=True)]
        second = Ledger(tmp_path / f"second-{number}")
        take(second, *order, b"".join(random.Random(seed).sample(lines, len(lines))))
        assert exported(second) == exported(first)
        assert differences(second) == []
        if number > seed:
            break
