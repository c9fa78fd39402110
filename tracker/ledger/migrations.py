"""The named steps by which a ledger came to its present schema, each applied once, inside one write transaction.

The schema version is the number of steps. A ledger with more steps than this program knows is refused.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from tracker import keys
from tracker.errors import LedgerNewer
from tracker.ledger.scan import gather, settled
from tracker.ledger.tables import (
    BUGS,
    COMMITS,
    MIGRATIONS,
    RETROSPECTIVES,
    REVERTS,
    STANDINGS,
    TABLES,
    TOTALS,
    Snapshot,
    Transaction,
)
from tracker.lineage import contributions
from tracker.lineage.contributions import Account, Sums
from tracker.model import Oid, ProjectId
from tracker.records import MigrationRecord, RevertersRecord, StandingRecord, TotalsRecord


class Migration(NamedTuple):
    """One step: a name that is never changed, and what it does to the tables."""

    name: str
    apply: Callable[[Transaction], None]


def _begin(transaction: Transaction) -> None:
    """The first schema: the field names of every record type, so that a value can be read without this program."""
    transaction.put_meta("created", transaction.now)
    _note_shapes(transaction)


def _note_shapes(transaction: Transaction) -> None:
    for table in TABLES:
        transaction.put_meta(f"shape/{table.name}/{table.codec.version}", table.codec.fields)


def _outcomes(transaction: Transaction) -> None:
    """Reverts, pushes and the calibration are booked; grades of fetched commits are not any more."""
    _note_shapes(transaction)
    facts = gather(transaction)
    reverters: dict[Oid, dict[Oid, None]] = {}
    for (_, oid), record in facts.commits.items():
        for target in record.reverts:
            reverters.setdefault(target, {})[oid] = None
    for target, found in reverters.items():
        transaction.put(REVERTS, bytes.fromhex(target), RevertersRecord(tuple(found)))
    booked: dict[Account, Sums] = {}
    for project, oid, record in settled(transaction, facts):
        if record != facts.commits[project, oid]:
            transaction.put(COMMITS, keys.commit(project, oid), record)
        if record.counted:
            _book(booked, contributions.account(project, record), contributions.contribution(record))
    for key, bug in [*transaction.scan(BUGS)]:
        commit = facts.commits.get((bug.project, bug.oid)) if bug.oid else None
        charged = contributions.charged(bug, commit) if commit else bug
        transaction.delete(BUGS, key)
        transaction.put(BUGS, keys.report(charged.agent, keys.sequence_of(key)), charged)
        _book(booked, contributions.bug_account(charged), contributions.bug_amount(charged))
    _move_retrospectives(transaction)
    _replace_totals(transaction, booked)


def _move_retrospectives(transaction: Transaction) -> None:
    """One on a subject was kept under its digest; now all are, by time."""
    found = [*transaction.scan(RETROSPECTIVES)]
    for key, _ in found:
        transaction.delete(RETROSPECTIVES, key)
    for _, record in found:
        key = keys.journal(record.agent, record.time, transaction.next_sequence())
        transaction.put(RETROSPECTIVES, key, record)


def _book(booked: dict[Account, Sums], account: Account, amount: Sums) -> None:
    booked[account] = contributions.add(booked.get(account, contributions.NOTHING), amount)


def _replace_totals(transaction: Transaction, booked: Mapping[Account, Sums]) -> None:
    for key in [key for key, _ in transaction.scan(TOTALS)]:
        transaction.delete(TOTALS, key)
    for key in [key for key, _ in transaction.scan(STANDINGS)]:
        transaction.delete(STANDINGS, key)
    standings: dict[tuple[str, ProjectId], Sums] = {}
    for account, amount in booked.items():
        if any(amount):
            transaction.put(TOTALS, account.key(), TotalsRecord(*account, sums=amount))
            place = account.agent, account.project
            standings[place] = contributions.add(standings.get(place, contributions.NOTHING), amount)
    for (agent, project), amount in standings.items():
        transaction.put(STANDINGS, keys.standing(agent, project), StandingRecord(agent, project, amount))


STEPS: Final[list[Migration]] = [Migration("001-begin", _begin), Migration("002-outcomes", _outcomes)]


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
