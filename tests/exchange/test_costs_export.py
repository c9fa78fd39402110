"""Costs in the exported tables and metrics: as sessions state them, or by the user's prices, and null if unknown."""

from pathlib import Path

import pytest
from prometheus_client.openmetrics import parser

from tests.exchange.exported_work import exported, record, rows
from tests.ledger.example_ledger import OIDS, PROJECTS, agent_evidence, commit_facts, project_entry
from tests.support import Repo, sealed_home
from tracker.cost_records import CostRecord, ModelTokens
from tracker.ledger import Ledger, computed_entries, entries

STATED = CostRecord(
    12, 4, 1000, 200, 40, 900, 300, models=(("m-1", 12),), span_ms=90_500, active_ms=60_250, usd=1_500_000,
    found_by="id", flags=("first",),
)  # fmt: skip
TOKENS_ONLY = STATED._replace(
    usd=None, active_ms=None, found_by="time", by_model=(ModelTokens("m-1", 1000, 200, 40, 900),)
)
PRICES = '["m-1"]\ninput = 1\ncache-read = 10\ncache-write = 100\noutput = 1000\n'
"""Dollars for a million tokens."""


@pytest.fixture
def outside(tmp_path: Path) -> tuple[Repo, str]:
    """A place outside of a repository, and the path of a ledger with four commits of one agent, two of known cost."""
    ledger = Ledger(tmp_path / "ledger")
    record(ledger, project_entry(PROJECTS[0]))
    for number, oid in enumerate(OIDS[:4], 1):
        facts = commit_facts(1, live=True)._replace(evidence=agent_evidence("codex", "m-1"), insertions=number)
        record(ledger, entries.CommitEntry(PROJECTS[0], oid, facts))
    for oid, cost in zip(OIDS, (STATED, TOKENS_ONLY, CostRecord(unknown="missing", read_at=1)), strict=False):
        record(ledger, computed_entries.CostEntry(oid, cost))
    return Repo(tmp_path, sealed_home(tmp_path / "home")), str(ledger.path)


def test_costs_of_commits_and_of_set_ups(outside: tuple[Repo, str], tmp_path: Path) -> None:
    repo, ledger = outside
    file = exported(repo, tmp_path / "ledger.sqlite", "--ledger", ledger)
    names = "cost_calls, tokens_output, active_seconds, usd, usd_is_priced, cost_found_by, cost_flags, cost_unknown"
    found = rows(file, f"SELECT {names} FROM commits ORDER BY oid")  # noqa: S608 - columns of ours
    assert [(*one.values(),) for one in found] == [
        (12, 900, 60.25, 1.5, 0, "id", "first", None),
        (12, 900, None, None, None, "time", "first", None),
        (None, None, None, None, None, None, None, "missing"),
        (None, None, None, None, None, None, None, None),
    ]
    (total,) = rows(file, "SELECT * FROM set_ups")
    assert (total["commits"], total["cost_commits"], total["cost_calls"], total["tokens_output"]) == (4, 2, 24, 1800)
    assert (total["active_seconds"], total["active_seconds_commits"]) == (60.25, 1)
    assert (total["usd"], total["usd_commits"]) == (1.5, 1)


def test_the_users_prices_are_applied(outside: tuple[Repo, str], tmp_path: Path) -> None:
    repo, ledger = outside
    prices = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "prices.toml"
    prices.parent.mkdir(parents=True, exist_ok=True)
    prices.write_text(PRICES)
    by_price = (1000 * 1 + 200 * 10 + 40 * 100 + 900 * 1000) / 1e6
    file = exported(repo, tmp_path / "ledger.sqlite", "--ledger", ledger)
    found = rows(file, "SELECT usd, usd_is_priced FROM commits WHERE usd IS NOT NULL ORDER BY oid")
    assert [(*one.values(),) for one in found] == [(1.5, 0), (by_price, 1)]
    assert rows(file, "SELECT usd, usd_commits FROM set_ups") == [{"usd": 1.5 + by_price, "usd_commits": 2}]


def test_metrics_of_costs(outside: tuple[Repo, str]) -> None:
    repo, ledger = outside
    told = repo.tracker("export", "--format", "openmetrics", "--ledger", ledger)
    families = {one.name: one for one in parser.text_string_to_metric_families(told)}
    assert families["agent_tracker_cost_dollars"].unit == "dollars"
    assert [one.value for one in families["agent_tracker_cost_dollars"].samples] == [1.5]
    assert families["agent_tracker_cost_active_seconds"].unit == "seconds"
    assert [one.value for one in families["agent_tracker_cost_active_seconds"].samples] == [60.25]
    tokens = {one.labels["sort"]: one.value for one in families["agent_tracker_cost_tokens"].samples}
    assert tokens == {"input": 2000, "cache_read": 400, "cache_write": 80, "output": 1800}
    assert [one.value for one in families["agent_tracker_cost_commits"].samples] == [2]
