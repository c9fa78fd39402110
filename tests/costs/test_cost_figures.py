"""Costs of groups of commits: divided by the commits of which each number is known."""

from pathlib import Path

import pytest

from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, agent_evidence, commit_in, differences, flush
from tests.lineage.claims import claim
from tracker.cli.cost_lines import cost_table, explanation, has_costs
from tracker.cost_records import CostRecord
from tracker.ledger import Ledger, computed_entries, entries
from tracker.ledger.tables import AGENT_TOTALS
from tracker.lineage.cost_amounts import cost_with_versions
from tracker.lineage.sums import total
from tracker.model import Moment
from tracker.outcome_records import OutcomeRecord
from tracker.reports.commit_cost import cost_as_json, cost_line, shown
from tracker.reports.prices import Prices
from tracker.reports.set_ups.costs import Costs
from tracker.reports.set_ups.figures import Figures

KNOWN = CostRecord(
    calls=12, subagent_calls=4, input=1000, cache_read=1_200_000, cache_write=40_000, output=9100, reasoning=2300,
    models=(("m-1", 12),), span_ms=2_000_000, active_ms=1_404_000, found_by="id", read_at=7,
)  # fmt: skip
COUNTED = (OIDS[1], OIDS[3])
"""The live commits of the example ledger."""


def figures(ledger: Ledger) -> Figures:
    with ledger.read() as snapshot:
        return Figures(total(record.sums for _, record in snapshot.scan(AGENT_TOTALS)))


def costs_of(ledger: Ledger, costs: dict[int, CostRecord], outcomes: dict[int, OutcomeRecord]) -> Costs:
    """Record costs and outcomes of counted commits, by their number, and return the costs of all."""
    project = next(project for project in PROJECTS if commit_in(ledger, COUNTED[0], project).standing.counted)
    flush(ledger, [computed_entries.CostEntry(COUNTED[number], cost) for number, cost in costs.items()])
    flush(ledger, [computed_entries.OutcomeEntry(project, COUNTED[number], one) for number, one in outcomes.items()])
    assert differences(ledger) == []
    return Costs(figures(ledger).columns)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, BASE)
    return ledger


def test_line_of_a_commit() -> None:
    assert (
        cost_line(KNOWN) == "12 calls (4 of subagents), 41k in + 1.2M cached, 9.1k out (2.3k of it reasoning), 23.4 min"
    )
    assert cost_line(KNOWN._replace(found_by="time")).startswith("~12 calls")
    assert cost_line(KNOWN._replace(flags=("at_least",))).startswith("≥ 12 calls")
    assert cost_line(KNOWN._replace(found_by="time", flags=("at_least",))).startswith("~≥ 12 calls")
    assert cost_line(KNOWN._replace(usd=1_234_500)).endswith(", $1.2345")
    assert cost_line(KNOWN._replace(credits=2_500_000_000)).endswith(", 2.50 AI credits")
    assert "1 call," in cost_line(KNOWN._replace(calls=1, subagent_calls=0))


def test_numbers_that_are_unknown_are_question_marks() -> None:
    line = cost_line(CostRecord(calls=2, found_by="id"))
    assert line == "2 calls, ? in + ? cached, ? out, ? min"
    assert cost_line(CostRecord(unknown="compressed")) == "? (the session is compressed)"
    said = cost_as_json(CostRecord(unknown="missing"))
    assert said is not None
    assert (said["calls"], said["unknown"], said["input"]) == (None, "missing", None)
    assert cost_as_json(None) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "?"), (0, "0"), (7, "7"), (2.5, "2.5"), (999, "999"), (999.6, "1.0k"), (1000, "1.0k"), (12_345, "12k"),
     (999_400, "999k"), (999_900, "1.0M"), (41_000_000, "41M"), (3 * 10**9, "3.0G")],
)  # fmt: skip
def test_numbers_are_short(number: float | None, text: str) -> None:
    assert shown(number) == text


def test_costs_of_landed_commits_and_kept_lines(ledger: Ledger) -> None:
    aged = OutcomeRecord(landed_at=1, added=100, changes=((0, 80),), aged=1)
    young = OutcomeRecord(landed_at=1, added=50, changes=((0, 50),))
    found = costs_of(ledger, {0: KNOWN, 1: KNOWN._replace(calls=2, usd=500_000)}, {0: aged, 1: young})
    assert (found.known, found.per_landed_commit.commits, found.per_kept_line.commits) == (2, 2, 1)
    assert found.per_landed_commit.calls == 7
    assert found.per_landed_commit.tokens_in == 41_000
    assert found.per_landed_commit.usd == 0.5  # known of one commit, not half of that
    assert found.per_landed_commit.minutes == pytest.approx(23.4)
    assert found.per_kept_line.calls == 12 / 80
    assert found.per_kept_line.tokens_out == 9100 / 80
    assert found.per_kept_line.usd is None


def test_unknown_costs_count_for_nothing(ledger: Ledger) -> None:
    landed = OutcomeRecord(landed_at=1, added=10, aged=1)
    found = costs_of(ledger, {0: CostRecord(unknown="missing"), 1: KNOWN._replace(output=None)}, {0: landed, 1: landed})
    assert (found.known, found.per_landed_commit.commits) == (1, 1)
    assert (found.per_landed_commit.calls, found.per_landed_commit.tokens_out) == (12, None)
    assert found.as_json()["output"] == {"sum": None, "commits_known": 0}
    assert found.per_kept_line.calls is None  # none of its lines was kept


def test_costs_of_versions_are_added() -> None:
    other = CostRecord(calls=3, subagent_calls=1, input=5, output=2, models=(("m-1", 1), ("m-2", 2)), found_by="time")
    both = cost_with_versions(KNOWN, [other, None])
    assert both is not None
    assert (both.calls, both.subagent_calls, both.input, both.output) == (15, 5, 1005, 9102)
    assert (both.cache_read, both.usd, both.found_by) == (None, None, "time")
    assert both.models == (("m-1", 13), ("m-2", 2))
    lost = CostRecord(unknown="missing")
    assert (cost_with_versions(KNOWN, [lost]) or KNOWN).flags == ("at_least",)
    assert cost_with_versions(None, [KNOWN]) == KNOWN
    assert cost_with_versions(KNOWN, []) is KNOWN
    assert cost_with_versions(lost, [None]) is lost
    assert cost_with_versions(None, [None]) is None


def test_rewritten_commit_costs_what_its_versions_cost(ledger: Ledger) -> None:
    """Whatever comes first: the cost, the rewrite, or the outcome."""
    old, new = OIDS[0], COUNTED[1]
    moment = (Moment("1", agent_evidence("codex")),)
    flush(ledger, [entries.EvidenceEntry(PROJECTS[0], old, (), "post-commit", moments=moment)])
    flush(ledger, [computed_entries.CostEntry(old, KNOWN)])
    assert Costs(figures(ledger).columns).known == 0
    flush(ledger, [entries.ClaimEntry(old, claim(new, "amend"))])
    assert Costs(figures(ledger).columns).as_json()["calls"] == 12
    found = costs_of(ledger, {1: KNOWN}, {1: OutcomeRecord(landed_at=1, added=4, changes=((0, 4),), aged=1)})
    assert (found.known, found.as_json()["calls"], found.per_kept_line.calls) == (1, 24, 6)
    flush(ledger, [computed_entries.CostEntry(old, KNOWN._replace(calls=1))])
    assert Costs(figures(ledger).columns).per_kept_line.calls == 13 / 4
    assert differences(ledger) == []


@pytest.mark.parametrize("width", [40, 60, 76, 80, 100, 140])
def test_table_fits_every_page(ledger: Ledger, width: int) -> None:
    landed = OutcomeRecord(landed_at=1, added=100, changes=((0, 80),), aged=1)
    costs = {0: KNOWN._replace(found_by="time", flags=("at_least",), usd=500_000), 1: KNOWN}
    costs_of(ledger, costs, {0: landed, 1: landed})
    named = [("claude-code with claude-opus-4.7", figures(ledger)), ("nobody", Figures(()))]
    assert has_costs([one for _, one in named])
    table = cost_table("set-up", named)
    lines = [*table.lines(width)]
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    left_out = text.partition("Not shown")[2]
    for heading, part in {
        "calls": "~≥ 12", "tokens in": "41k", "cached": "1.2M", "out": "9.1k", "min": "23.4", "a kept line": "~≥ 626",
        "$": "0.5000",
    }.items():  # fmt: skip
        assert (part in text) == (heading in lines[0]) != (heading in left_out)
    assert width < 100 or not left_out
    assert "nobody" not in text
    told = explanation([one for _, one in named], Prices({}), table.headings(width))
    assert "never counted as 0" in told
    for heading, meaning in {"tokens in": "Tokens in:", "min": "Min:", "a kept line": "A kept line:"}.items():
        assert (meaning in told) == (heading in lines[0])
