"""Money worked out with the user's prices: exact, marked, never in place of what a store states, and never half."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.costs.made_session import commit_and_store, costs
from tests.support import Repo
from tracker.cost_records import CostRecord, ModelTokens
from tracker.errors import ConfigError
from tracker.lineage.cost_amounts import cost_with_versions
from tracker.reports.prices import Price, Prices, read_prices

pytestmark = pytest.mark.recorded_later
DEAR, CHEAP = Price(5, 0.5, 6.25, 25), Price(1, 0.1, 0, 5)
ONE = CostRecord(calls=2, input=1000, cache_read=20_000, cache_write=400, output=300, models=(("m-1", 2),))
TWO = ONE._replace(
    models=(("m-1", 1), ("m-2", 1)),
    by_model=(ModelTokens("m-1", 900, 20_000, 400, 100), ModelTokens("m-2", 100, 0, 0, 200)),
)
TABLE = """
["claude-opus-5.5"]
input = 5
cache-read = 0.5
cache-write = 6.25
output = 25
"""


def with_output(value: str) -> str:
    """Return the table with another value in its last line."""
    return TABLE.replace("output = 25", f"output = {value}")


def usd(cost: CostRecord | None, **table: Price) -> int | None:
    """Return the money of a cost in millionths of a dollar, with the prices of some models."""
    found = Prices({name.replace("_", "-"): price for name, price in table.items()}).applied(cost)
    return found.usd if found else None


def test_tokens_of_one_model() -> None:
    assert usd(ONE, m_1=DEAR) == 1000 * 5 + 20_000 * 0.5 + 400 * 6.25 + 300 * 25
    assert usd(ONE._replace(cache_write=None), m_1=DEAR) == 1000 * 5 + 20_000 * 0.5 + 300 * 25


def test_tokens_of_several_models() -> None:
    first = 900 * 5 + 20_000 * 0.5 + 400 * 6.25 + 100 * 25
    assert usd(TWO, m_1=DEAR, m_2=CHEAP) == first + 100 * 1 + 200 * 5
    assert usd(TWO._replace(by_model=()), m_1=DEAR, m_2=CHEAP) is None, "whose tokens are whose is unknown"


@pytest.mark.parametrize(
    "cost",
    [None, CostRecord(unknown="missing"), ONE._replace(output=None), ONE._replace(cache_read=None),
     ONE._replace(calls=3), ONE._replace(models=()), CostRecord(calls=0)],
)  # fmt: skip
def test_what_is_unknown_has_no_money(cost: CostRecord | None) -> None:
    """Also where the model of a call is unknown."""
    assert usd(cost, m_1=DEAR) is None


def test_money_of_a_store_goes_first() -> None:
    stated = ONE._replace(usd=7)
    assert Prices({"m-1": DEAR}).applied(stated) == stated


def test_model_without_a_price_is_named_and_nothing_is_added_up() -> None:
    prices = Prices({"m-1": DEAR})
    assert prices.applied(TWO) == TWO
    assert prices.missing == {"m-2"}


def test_versions_keep_the_tokens_of_each_model() -> None:
    both = cost_with_versions(ONE, [TWO])
    assert both is not None
    assert both.by_model == (ModelTokens("m-1", 1900, 40_000, 800, 400), ModelTokens("m-2", 100, 0, 0, 200))
    lost = cost_with_versions(ONE, [TWO._replace(by_model=())])
    assert lost is not None
    assert lost.by_model == ()


def test_every_spelling_of_a_model_finds_its_price(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(TABLE)
    for name in ("claude-opus-5-5", "Claude Opus 5.5", "us.anthropic.claude-opus-5-5-v1:0"):
        assert usd_of(path, ONE._replace(models=((name, 2),))) == 25_000, name


def usd_of(path: Path, cost: CostRecord) -> int | None:
    found = read_prices(path).applied(cost)
    return found.usd if found else None


@pytest.mark.parametrize(
    ("text", "said"),
    [("[", "cannot be read"), ("a = 1", "need exactly"), ("[a]\ninput = 1\n", "need exactly"),
     (TABLE + "more = 1\n", "need exactly"), (with_output('"25"'), "no amount of dollars for output"),
     (with_output("-1"), "no amount"), (with_output("nan"), "no amount"),
     (with_output("true"), "no amount")],
)  # fmt: skip
def test_wrong_file_is_told_and_costs_are_shown_without_money(repo: Repo, text: str, said: str) -> None:
    commit_and_store(repo, "claude")
    write(repo, text)
    ended = repo.run("recommend", "--json")
    assert ended.returncode == 0
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert all(cost is None or cost["usd"] is None for cost in costs(repo).values())
    with pytest.raises(ConfigError):
        read_prices(prices_file(repo))


def prices_file(repo: Repo) -> Path:
    return Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker/prices.toml"


def write(repo: Repo, text: str) -> None:
    prices_file(repo).parent.mkdir(parents=True, exist_ok=True)
    prices_file(repo).write_text(text)


def write_prices(repo: Repo, output: int = 25) -> None:
    """Write the same prices for every model that the recorded commits name."""
    models = {model for cost in costs(repo).values() if cost for model in cost["models"]}
    price = f"input = 5\ncache-read = 0.5\ncache-write = 6.25\noutput = {output}\n"
    write(repo, "".join(f'["{model}"]\n{price}' for model in sorted(models)))


def reported(repo: Repo, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker("report", "--json", *words).splitlines()]


@pytest.mark.whole
def test_commands_show_money_by_the_prices(repo: Repo) -> None:
    """The sums of ``report`` are those of the commits; changed prices count at once, and not without the file."""
    oids = commit_and_store(repo, "claude")
    plain = repo.tracker("report", "--json")
    write_prices(repo)
    found = costs(repo)
    by_hand = sum(
        cost["input"] * 5 + cost["cache_read"] * 0.5 + cost["cache_write"] * 6.25 + cost["output"] * 25
        for cost in (found[oid] for oid in oids)
        if cost is not None
    )
    assert all(cost["flags"][-1] == "priced" for cost in found.values() if cost is not None)
    [group] = (one for one in reported(repo) if one["costs"]["priced"])
    assert group["costs"]["usd"]["commits_known"] == 2
    assert group["costs"]["usd"]["sum"] == pytest.approx(by_hand, abs=1)  # a millionth of a dollar
    assert group["costs"]["per_landed_commit"]["usd"] == pytest.approx(by_hand / 2 / 1e6, abs=1e-6)
    assert "*: worked out with your prices" in " ".join(repo.tracker("report").split())
    assert "*" in repo.tracker("recommend")
    assert "(money by your prices)" in repo.tracker("explain", oids[0])
    assert repo.json("verify")["ok"]
    write_prices(repo, output=50)
    [group] = (one for one in reported(repo) if one["costs"]["priced"])
    assert group["costs"]["usd"]["sum"] > round(by_hand)
    prices_file(repo).unlink()
    assert repo.tracker("report", "--json") == plain


def test_report_names_models_without_a_price(repo: Repo) -> None:
    commit_and_store(repo, "claude")
    write(repo, TABLE.replace("claude-opus-5.5", "another"))
    assert "Your prices name no price for" in " ".join(repo.tracker("report").split())


def test_filtered_reports_have_the_same_money(repo: Repo) -> None:
    """``--agent`` adds up commits, not totals."""
    commit_and_store(repo, "claude")
    repo.tracker("sync")
    write_prices(repo)
    [whole] = (one["costs"] for one in reported(repo) if one["costs"]["priced"])
    [filtered] = (one["costs"] for one in reported(repo, "--agent", "claude-code"))
    assert whole == filtered
