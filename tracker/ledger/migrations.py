"""Migrations: the named steps that bring a ledger to the present schema, each applied once, in one transaction.

The schema version is the number of steps applied. A ledger with more steps than this program knows is refused.

A step is a frozen function: once released it is never changed, because ledgers in the field went through it as it was.
So it may not call code that changes later (codecs, ``records``, ``lineage``, ``totals``): it reads and writes the JSON
arrays of the version that it was written for, and the version that it makes, by itself. Each step has a test that
begins with a ledger of the version it was written for, as bytes. Totals follow from the facts, so no step changes them:
they are computed anew after the last one.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tracker.errors import LedgerNewer, LedgerOlder
from tracker.ledger.tables import MIGRATIONS, Snapshot, Transaction
from tracker.records import MigrationRecord

LAYOUT: Final = 3
"""The layout of the tables that the first step begins with. Smaller ones, from before any release, are not migrated."""


class Migration(NamedTuple):
    """One step: a name, which must never change, and a frozen function that changes the tables."""

    name: str
    apply: Callable[[Transaction], None]


def _begin(transaction: Transaction) -> None:
    """Create the first schema."""
    transaction.put_meta("created", transaction.now)
    transaction.put_meta("layout", LAYOUT)


def _totals_by_variant(transaction: Transaction) -> None:
    """Change nothing: totals are kept by the agent's version and instruction files too, and have outcomes."""


def _costs(transaction: Transaction) -> None:
    """Change nothing: totals have costs, and commits that count name the versions that they stand for."""


def _waiting(transaction: Transaction) -> None:
    """Change nothing: totals count the commits that wait for a grade, and fetched ones that were reverted."""


def _first_clone(transaction: Transaction) -> None:
    """Change nothing: of several clones the one that was tracked first counts the commits that they share."""


def _confirmed(transaction: Transaction) -> None:
    """Change nothing: evidence of the same agent confirms a maker, and models of session logs go before trailers'."""


def _fetched_grades(transaction: Transaction) -> None:
    """Change nothing: totals count the user's grades of fetched commits."""


def _maker_months(transaction: Transaction) -> None:
    """Change nothing: live commits are summed by maker and month."""


def _places(transaction: Transaction) -> None:
    """Give a number to each of equal statements, so that it stays one of its own when ledgers are joined."""
    from tracker.ledger.migrated_places import number_statements

    number_statements(transaction)


def _nearest_clone(transaction: Transaction) -> None:
    """Change nothing: a clone that is here counts what it has before those of other computers, with its bugs."""


STEPS: Final[list[Migration]] = [
    Migration("001-begin", _begin),
    Migration("002-totals-by-variant", _totals_by_variant),
    Migration("003-costs", _costs),
    Migration("004-waiting", _waiting),
    Migration("005-first-clone", _first_clone),
    Migration("006-confirmed", _confirmed),
    Migration("007-fetched-grades", _fetched_grades),
    Migration("008-maker-months", _maker_months),
    Migration("009-places", _places),
    Migration("010-nearest-clone", _nearest_clone),
]


def check(snapshot: Snapshot) -> int:
    """Return the ledger's schema version; 0 when it is new.

    Raises LedgerNewer for an unknown version, LedgerOlder for a layout from before the first step.
    """
    schema = int(snapshot.meta("schema") or 0)
    layout = int(snapshot.meta("layout") or 1)
    if schema and layout < LAYOUT:
        path = snapshot.path()
        raise LedgerOlder(
            f"the ledger {path} was begun by an agent-tracker from before the first release, and this one cannot read"
            f" it: move it away (mv '{path}' '{path}.old'), then run 'agent-tracker backfill' in each repository",
            "nothing was changed, and new commits wait in the spool",
        )
    if layout > LAYOUT:
        raise LedgerNewer(f"layout {layout}; this one knows layout {LAYOUT}")
    if schema > len(STEPS):
        raise LedgerNewer(f"schema {schema}; this one knows schema {len(STEPS)}")
    return schema


def migrate(transaction: Transaction) -> list[str]:
    """Apply the missing steps and return their names. Raises LedgerNewer, LedgerOlder."""
    schema = check(transaction)
    missing = STEPS[schema:]
    for step in missing:
        step.apply(transaction)
        record = MigrationRecord(name=step.name, applied_at=transaction.now)
        transaction.put(MIGRATIONS, step.name.encode(), record)
    if missing:
        transaction.put_meta("schema", len(STEPS))
    if schema and missing:
        from tracker.ledger.rebuild_totals import rebuild_totals

        rebuild_totals(transaction)
    return [step.name for step in missing]
