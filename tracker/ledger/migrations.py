"""The named steps by which a ledger came to its present schema, each applied once, inside one write transaction.

The schema version is the number of steps. A ledger with more steps than this program knows is refused.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tracker.errors import LedgerNewer
from tracker.ledger.tables import MIGRATIONS, TABLES, Snapshot, Transaction
from tracker.records import MigrationRecord


class Migration(NamedTuple):
    """One step: a name that is never changed, and what it does to the tables."""

    name: str
    apply: Callable[[Transaction], None]


def _begin(transaction: Transaction) -> None:
    """The first schema: the field names of every record type, so that a value can be read without this program."""
    transaction.put_meta("created", transaction.now)
    for table in TABLES:
        transaction.put_meta(f"shape/{table.name}/{table.codec.version}", table.codec.fields)


STEPS: Final[list[Migration]] = [Migration("001-begin", _begin)]


def check(snapshot: Snapshot) -> int:
    """The ledger's schema version (0 when it is new). Raises LedgerNewer for one that this program does not know."""
    schema = int(snapshot.meta("schema") or 0)
    if schema > len(STEPS):
        raise LedgerNewer(
            f"the ledger has schema {schema} and this agent-tracker knows schema {len(STEPS)}: upgrade agent-tracker;"
            " nothing was changed, and new commits wait in the spool."
        )
    return schema


def migrate(transaction: Transaction) -> list[str]:
    """Apply what is missing; the names of the steps applied. Raises LedgerNewer."""
    missing = STEPS[check(transaction) :]
    for step in missing:
        step.apply(transaction)
        transaction.put(MIGRATIONS, step.name.encode(), MigrationRecord(step.name, transaction.now))
    if missing:
        transaction.put_meta("schema", len(STEPS))
    return [step.name for step in missing]
