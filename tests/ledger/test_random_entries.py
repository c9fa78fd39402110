"""Whatever entries arrive, in whatever order, what was written is what follows from the facts.

Commits copy and revert each other and are rewritten, also in circles; they are recorded by several projects, come and
go, are forgotten, corrected and graded; each batch is compared with all that the ledger holds.
"""

import contextlib
import random
from pathlib import Path

import pytest

from tests.ledger.example_ledger import commit_facts, project_entry
from tests.ledger.random_entries import OIDS, PROJECTS, entry, history
from tests.program import sized
from tracker.ledger import Ledger, entries
from tracker.ledger.apply import apply_entries
from tracker.model import Oid
from tracker.reports import verify
from tracker.rewrite_records import Claim


class _Undone(Exception):
    """Raised to take the transaction back."""


@pytest.mark.parametrize("may_circle", [False, True])
def test_what_is_written_follows_from_the_facts(tmp_path: Path, *, may_circle: bool) -> None:
    ledger = Ledger(tmp_path / "ledger")
    for seed in range(sized(2_000, 30)):
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
