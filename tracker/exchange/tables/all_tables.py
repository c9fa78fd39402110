"""All tables, in the order in which formats write them: each after those that it refers to."""

from typing import Any, Final

from tracker.exchange.tables.agents_table import AGENTS_TABLE
from tracker.exchange.tables.balances_table import BALANCES_TABLE
from tracker.exchange.tables.commits_table import COMMITS_TABLE
from tracker.exchange.tables.feedback_tables import BUGS_TABLE, GRADES_TABLE
from tracker.exchange.tables.journal_tables import ACTIVITIES_TABLE, REINSTATEMENTS_TABLE, RETROSPECTIVES_TABLE
from tracker.exchange.tables.projects_table import PROJECTS_TABLE
from tracker.exchange.tables.set_ups_table import SET_UPS_TABLE
from tracker.exchange.tables.table import Table

TABLES: Final[tuple[Table[Any], ...]] = (
    PROJECTS_TABLE, AGENTS_TABLE, COMMITS_TABLE, GRADES_TABLE, BUGS_TABLE, RETROSPECTIVES_TABLE, ACTIVITIES_TABLE,
    REINSTATEMENTS_TABLE, BALANCES_TABLE, SET_UPS_TABLE,
)  # fmt: skip
