"""Rows with the money that the user's prices add to the totals, which hold only the money that stores state."""

from collections.abc import Iterator

from tracker import keys
from tracker.cost_records import PRICED
from tracker.ledger import Snapshot
from tracker.ledger.tables import COSTS
from tracker.lineage import sums
from tracker.lineage.cost_amounts import cost_amount
from tracker.reports.prices import Prices
from tracker.reports.set_ups.commits import commits_of
from tracker.reports.set_ups.read_sums import Scope, SetUpReader, SetUpRow


def priced_rows(snapshot: Snapshot, reader: SetUpReader, scope: Scope, prices: Prices) -> Iterator[SetUpRow]:
    """Yield a row for each commit whose money is worked out with the prices, with nothing but that money.

    Without prices nothing is read.
    """
    if not prices:
        return
    among = {keys.oid_of_cost(key) for key in snapshot.keys(COSTS)}
    for one in commits_of(snapshot, reader, scope, prices=prices, among=among):
        if one.cost is not None and PRICED in one.cost.flags:
            stated = one.cost._replace(usd=None, flags=tuple(flag for flag in one.cost.flags if flag != PRICED))
            before, after = (cost_amount(one.commit, cost, one.outcome) for cost in (stated, one.cost))
            month, kind = keys.month(one.commit.facts.authored_at), one.commit.facts.task_kind
            yield SetUpRow(one.set_up, one.project, kind, month, sums.add(after, before, -1))
