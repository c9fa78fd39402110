"""Migrations: the named steps that bring a ledger to the present schema, each applied once, in one transaction.

The schema version is the number of steps applied. A ledger with more steps than this program knows is refused.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tracker import keys
from tracker.errors import LedgerNewer
from tracker.ledger.scan import LedgerCommits, derive_all, read_commits
from tracker.ledger.tables import BUGS, COMMITS, MIGRATIONS, RETROSPECTIVES, REVERTS, TABLES, Snapshot, Transaction
from tracker.ledger.totals import rebuild_totals
from tracker.lineage import contributions
from tracker.model import Oid
from tracker.records import MigrationRecord, RevertersRecord


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


def _outcomes(transaction: Transaction) -> None:
    """Add reverts, pushes and the calibration to the totals, and remove the grades of fetched commits from them."""
    _put_shapes(transaction)
    facts = read_commits(transaction)
    _index_reverts(transaction, facts)
    derived = {(project, oid): record for project, oid, record in derive_all(transaction, facts)}
    for commit, record in derived.items():
        if record != facts.commits[commit]:
            transaction.put(COMMITS, keys.commit(*commit), record)
    for key, bug in [*transaction.scan(BUGS)]:
        charged_for = facts.commits.get((bug.project, bug.oid)) if bug.oid else None
        charged = contributions.charged(bug, charged_for) if charged_for else bug
        transaction.delete(BUGS, key)
        transaction.put(BUGS, keys.report(charged.agent, keys.sequence_of(key)), charged)
    _rekey_retrospectives(transaction)
    rebuild_totals(transaction, derived)


def _index_reverts(transaction: Transaction, facts: LedgerCommits) -> None:
    reverters: dict[Oid, dict[Oid, None]] = {}
    for (_, oid), record in facts.commits.items():
        for target in record.reverts:
            reverters.setdefault(target, {})[oid] = None
    for target, found in reverters.items():
        transaction.put(REVERTS, bytes.fromhex(target), RevertersRecord(tuple(found)))


def _rekey_retrospectives(transaction: Transaction) -> None:
    """Give every retrospective a key by time; those on a subject had the digest of the subject in their key."""
    found = [*transaction.scan(RETROSPECTIVES)]
    for key, _ in found:
        transaction.delete(RETROSPECTIVES, key)
    for _, record in found:
        key = keys.journal(record.agent, record.time, transaction.next_sequence())
        transaction.put(RETROSPECTIVES, key, record)


STEPS: Final[list[Migration]] = [Migration("001-begin", _begin), Migration("002-outcomes", _outcomes)]


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
