"""Writing, deleting and counting of tips: records that only fill a ledger."""

from typing import Final

from tracker import keys
from tracker.ledger import Ledger, Transaction
from tracker.ledger.map_size import MIB
from tracker.ledger.tables import TIPS
from tracker.model import Oid, ProjectId
from tracker.records import TipRecord

PROJECT: Final = ProjectId("ab" * 16)
OID: Final = Oid("a" * 40)


def put_tips(ledger: Ledger, count: int, start: int = 0) -> None:
    """Write ``count`` tips of about 200 bytes in one transaction; ``start``: number of the first."""
    with ledger.write() as transaction:
        for number in range(start, start + count):
            transaction.put(TIPS, keys.tip(PROJECT, str(number)), TipRecord(f"{number}" + "x" * 200, OID))


def put_large_tips(transaction: Transaction, count: int, start: int = 0) -> int:
    """Write ``count`` tips that take 1 MiB each, and return how many tips there are; ``start``: number of the first."""
    for number in range(start, start + count):
        transaction.put(TIPS, keys.tip(PROJECT, f"large {number}"), TipRecord("x" * (MIB - 1000), OID))
    return transaction.count(TIPS)


def delete_tips(ledger: Ledger) -> None:
    """Delete what ``put_tips`` wrote, in one transaction."""
    with ledger.write() as transaction:
        for place in [*transaction.keys(TIPS, keys.project(PROJECT))]:
            transaction.delete(TIPS, place)


def count_tips(ledger: Ledger) -> int:
    with ledger.read() as snapshot:
        return snapshot.count(TIPS)
