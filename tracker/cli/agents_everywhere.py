"""The output of ``status`` outside of a repository: where every agent of the ledger stands, over all projects."""

import sys
from typing import Any, Final

from tracker import keys
from tracker.cli import output, tables
from tracker.cli.open_project import OpenedLedger
from tracker.cli.player_sheet_lines import balance_lines
from tracker.ledger.tables import AGENTS, PROJECTS
from tracker.reports import player_sheet
from tracker.reports.known_names import agent_named
from tracker.reports.opening_balances import opening_balances

SCHEMA: Final = 1
_AGENTS: Final = tables.Layout(
    (
        tables.text("agent", least=8, pleasant=16),
        tables.fixed("halted"),
        tables.number("points"),
        tables.fixed("tier"),
        tables.number("local"),
        tables.number("fetched"),
        tables.number("bugs"),
        tables.text("projects", least=8, pleasant=12),
    ),
    left_out_last=("projects", "fetched", "bugs", "tier", "local"),
)


def print_agents(opened: OpenedLedger, agent: str | None, *, json: bool) -> None:
    """Print a line for each agent with a score, or for the named one. Raises TrackerError for one never recorded."""
    rows = _agents(opened, agent)
    if json:
        for row in rows:
            output.print_json({"schema": SCHEMA, **row})
        return
    if not rows:
        output.say("No agent has worked in any project yet.")
        return
    tables.print_table(_AGENTS, [_cells(row) for row in rows])
    for row in rows if agent is not None and sys.stdout.isatty() else ():
        for line in balance_lines(row["opening_balances"]):
            output.say(line)


def _agents(opened: OpenedLedger, agent: str | None) -> list[dict[str, Any]]:
    """Return the sheets of agents, each with the names of its projects; most commits first."""
    with opened.ledger.read(begin=False) as snapshot:
        if agent is not None:
            agent = agent_named(snapshot, opened.catalogue, agent)
        known = [record.name for _, record in snapshot.scan(AGENTS) if agent in {None, record.name}]
        sheets = [player_sheet.sheet(snapshot, name, opened.settings.policy, None) for name in known]
        balances = {name: opening_balances(snapshot, name) for name in known}
        places: dict[str, list[str]] = {name: [] for name in known}
        for key, record in snapshot.scan(PROJECTS):
            for name in known:
                if player_sheet.is_of(snapshot, name, keys.project_of(key)):
                    places[name].append(record.name)
    scored = [sheet for sheet in sheets if agent is not None or sheet["skill_points"] is not None]
    rows = [
        {**one, "projects": sorted(places[one["agent_name"]]), "opening_balances": balances[one["agent_name"]]}
        for one in scored
    ]
    return sorted(rows, key=lambda row: (-row["total_commits"], row["agent_name"]))


def _cells(row: dict[str, Any]) -> tables.Row:
    """Return the cells of a row, empty for what a person or bot does not have."""
    has_score = row["skill_points"] is not None
    halted = tables.Cell("YES", "alarm") if row["halted"] else "no" if has_score else ""
    points, tier = (str(row[name]) if has_score else "" for name in ("skill_points", "trust_tier"))
    sums = tuple(str(row[f"total_{name}"]) for name in ("commits", "fetched_commits", "bugs"))
    return row["agent_name"], halted, points, tier, *sums, ", ".join(row["projects"])
