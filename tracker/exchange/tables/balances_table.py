"""The table of opening balances: where agents stood in another program, of which the scores here know nothing."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Final

from tracker.balance_records import BalanceRecord
from tracker.exchange.tables.table import Column, Reference, Source, Table
from tracker.ledger.tables import BALANCES


def _rows(source: Source) -> Iterator[BalanceRecord]:
    """Yield the balances, which are of no project: none where only one project is exported."""
    if source.projects is None:
        for _, record in source.snapshot.scan(BALANCES):
            yield record


def _points(name: str) -> Callable[[BalanceRecord], float | None]:
    """Return the reader of a number that is stored in thousandths."""
    read = attrgetter(name)
    return lambda record: None if read(record) is None else read(record) / 1000


def _known(name: str) -> Callable[[BalanceRecord], int | str | None]:
    """Return the reader of a field that is empty or 0 where it is not known."""
    read = attrgetter(name)
    return lambda record: read(record) or None


BALANCES_TABLE: Final = Table[BalanceRecord](
    "balances",
    "Standings of agents in another program, as they were imported; no score and no total has them.",
    (
        Column("agent", "text", "the agent here", attrgetter("agent"), required=True),
        Column("program", "text", "the other program", attrgetter("program"), required=True),
        Column("account", "text", "the agent's name there", attrgetter("account"), required=True),
        Column("skill_points", "real", "skill points there", _points("skill_points")),
        Column("experience_points", "real", "experience points there", _points("experience_points")),
        Column("communication_score", "real", "communication score there", _points("communication_score")),
        Column("commits", "integer", "commits that it counted", attrgetter("commits")),
        Column("bugs", "integer", "bugs that it counted", attrgetter("bugs")),
        Column("model", "text", "the model as it named it", attrgetter("model")),
        Column("scope", "text", "the scope of the agent's name there", _known("scope")),
        Column("is_active", "boolean", "false: the agent was not active there", attrgetter("is_active"), required=True),
        Column("created_at", "time", "time at which it met the agent", _known("created_at")),
        Column("updated_at", "time", "time of the standing", _known("updated_at")),
    ),
    key=("agent", "program", "account"),
    rows=_rows,
    references=(Reference(("agent",), "agents"),),
)
