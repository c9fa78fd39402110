"""Whatever a ledger can hold goes through an export and an import whole, unusual as it may be."""

import io
from pathlib import Path
from typing import Final

import pytest

from tests.exchange.random_ledgers import exported, meaning
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_facts, differences, flush, grade_entry
from tracker.exchange.import_events import import_events
from tracker.exchange.value_types import MOST_MINUTES
from tracker.git import identity_lines
from tracker.ledger import Ledger, entries
from tracker.model import Oid

NEW: Final = Oid("7" * 40)


def assert_comes_whole(ledger: Ledger, place: Path) -> None:
    """Assert that an empty ledger becomes equal to a ledger by its export."""
    source, second = exported(ledger), Ledger(place)
    found = import_events(second, io.BytesIO(source))
    assert (found.aside, exported(second) == source) == (0, True)
    assert meaning(second) == meaning(ledger)
    assert differences(second) == differences(ledger) == []


@pytest.mark.parametrize("zone", [b"+99999", b"-99999", b"+9999", b"+0000001"])
def test_a_commit_with_a_malformed_time_zone_keeps_its_grades(tmp_path: Path, zone: bytes) -> None:
    author = identity_lines.split(b"A <a@x> 1700000000 " + zone)
    assert abs(author.offset) <= MOST_MINUTES
    facts = commit_facts(1, live=True)._replace(author_offset=author.offset, committer_offset=author.offset)
    ledger = Ledger(tmp_path / "first")
    flush(ledger, [*BASE, entries.CommitEntry(PROJECTS[0], NEW, facts), grade_entry(NEW, 5, 1000)])
    assert_comes_whole(ledger, tmp_path / "second")


def test_a_project_that_was_at_many_places_keeps_everything(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "first")
    flush(ledger, [*BASE, grade_entry(OIDS[0], 5, 1000)])
    project = next(one for one in BASE if isinstance(one, entries.ProjectEntry))
    flush(ledger, [project._replace(path=f"/place-{number}/.git") for number in range(300)])
    assert_comes_whole(ledger, tmp_path / "second")
