"""Migrations: the named steps that bring a ledger to the present schema, each applied once, in one transaction.

The schema version is the number of steps applied. A ledger with more steps than this program knows is refused.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tracker.errors import LedgerNewer
from tracker.ledger.tables import MIGRATIONS, TABLES, Snapshot, Transaction
from tracker.records import MigrationRecord


class Migration(NamedTuple):
    """One step: a name, which must never change, and a function that changes the tables."""

    name: str
    apply: Callable[[Transaction], None]


def _begin(transaction: Transaction) -> None:
    """Create the first schema."""
    transaction.put_meta("created", transaction.now)
    _put_shapes(transaction)


def _put_shapes(transaction: Transaction) -> None:
    """Store the field names of every record type, so that other programs can read the values."""
    for table in TABLES:
        transaction.put_meta(f"shape/{table.name}/{table.codec.version}", table.codec.fields)


STEPS: Final[list[Migration]] = [Migration("001-begin", _begin)]


def check(snapshot: Snapshot) -> int:
    """Return the ledger's schema version; 0 when it is new. Raises LedgerNewer for an unknown version."""
    schema = int(snapshot.meta("schema") or 0)
    if schema > len(STEPS):
        raise LedgerNewer(
            f"the ledger has schema {schema} and this agent-tracker knows schema {len(STEPS)}: upgrade agent-tracker",
            "nothing was changed, and new commits wait in the spool",
        )
    return schema


def migrate(transaction: Transaction) -> list[str]:
    """Apply the missing steps and return their names. Raises LedgerNewer."""
    missing = STEPS[check(transaction) :]
    for step in missing:
        step.apply(transaction)
        record = MigrationRecord(name=step.name, applied_at=transaction.now)
        transaction.put(MIGRATIONS, step.name.encode(), record)
    if missing:
        transaction.put_meta("schema", len(STEPS))
    return [step.name for step in missing]
