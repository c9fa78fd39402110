"""Writing and counting of tips: records that only fill a ledger."""

from typing import Final

from tracker import keys
from tracker.ledger import Ledger
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


def count_tips(ledger: Ledger) -> int:
    with ledger.read() as snapshot:
        return snapshot.count(TIPS)
