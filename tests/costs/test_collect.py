"""Costs of real commits, read by the real commands from real stores, in every state they can have."""

import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.costs.made_session import ENVIRONMENTS, commit_and_store, costs, dated, environment_of
from tests.costs.stores import expected, sample
from tests.support import Repo
from tracker import keys
from tracker.ledger.tables import COSTS
from tracker.model import Oid

DAY = 86_400
pytestmark = pytest.mark.recorded_later


def said_numbers(host: str) -> list[dict[str, Any]]:
    """Return the expected numbers of the commits of a sample."""
    names = ("calls", "subagent_calls", "input", "cache_read", "output", "reasoning", "models")
    return [{name: one[name] for name in names} for one in expected(host)["commits"]]


def numbers(cost: dict[str, Any] | None, host: str) -> dict[str, Any]:
    assert cost is not None, host
    return {name: cost[name] for name in said_numbers(host)[0]}


@pytest.mark.parametrize("host", ENVIRONMENTS)
def test_costs_of_commits_are_read_from_the_store(repo: Repo, host: str) -> None:
    oids = commit_and_store(repo, host)
    repo.tracker("sync")
    found = costs(repo)
    assert [numbers(found[oid], host) for oid in oids] == said_numbers(host)
    assert [found[oid]["found_by"] for oid in oids if found[oid]] == ["id", "id"]  # type: ignore[index]
    assert repo.json("verify")["ok"]


@pytest.mark.parametrize("command", ["report", "recommend", "outcomes"])
def test_commands_that_show_figures_read_them(repo: Repo, command: str) -> None:
    oids = commit_and_store(repo, "claude")
    repo.tracker(command)
    assert [numbers(costs(repo)[oid], "claude") for oid in oids] == said_numbers("claude")


def test_settled_cost_is_never_read_again(repo: Repo) -> None:
    commit_and_store(repo, "claude")
    repo.tracker("sync")
    before = costs(repo)
    shutil.rmtree(Path(repo.environment["HOME"]) / ".claude")
    repo.tracker("sync")
    assert costs(repo) == before


def test_cost_of_a_fresh_commit_waits_until_the_session_shows_it(repo: Repo) -> None:
    """The store is as it was inside of the hook: without the tool's result, and without anything later."""
    now = int(time.time())
    oid = repo.commit("feat: one", env=environment_of("claude") | dated(now))
    sample("claude", Path(repo.environment["HOME"]))
    repo.tracker("sync")
    assert costs(repo) == {oid: None}


def test_commit_that_no_tool_shows_is_found_by_its_time(repo: Repo) -> None:
    [first, second] = commit_and_store(repo, "claude")
    hide(repo, second)
    repo.tracker("sync")
    found = costs(repo)
    assert (found[first] or {})["found_by"] == "id"
    assert (found[second] or {})["found_by"] == "time"
    assert "  cost: ~" in repo.tracker("explain", second)
    assert "~" in repo.tracker("report")


@pytest.mark.whole
def test_cost_is_at_least_where_something_is_missing(repo: Repo) -> None:
    """OpenCode keeps the call that makes a title nowhere."""
    [first, _] = commit_and_store(repo, "opencode")
    repo.tracker("sync")
    assert "at_least" in (costs(repo)[first] or {})["flags"]
    assert "  cost: ≥ " in repo.tracker("explain", first)
    assert "≥ " in repo.tracker("report")
    assert "$" in repo.tracker("explain", first)


@pytest.mark.whole
def test_missing_session_waits_and_is_given_up_after_six_days(repo: Repo) -> None:
    now, environment = int(time.time()), environment_of("claude")
    early = repo.commit("feat: one", env=environment | dated(now - 6 * DAY - 3600))
    late = repo.commit("feat: two", env=environment | dated(now - 5 * DAY))
    repo.tracker("sync")
    found = costs(repo)
    assert found[late] is None
    assert (found[early] or {})["unknown"] == "missing"
    assert (found[early] or {})["calls"] is None
    assert "cost: ? (no such session was found within six days)" in repo.tracker("explain", early)
    [group] = [repo.json("report")]
    assert group["costs"]["commits_known"] == 0
    assert group["costs"]["calls"] is None


def test_session_that_is_too_large_is_a_question_mark(repo: Repo) -> None:
    [early, _] = commit_and_store(repo, "codex", hours_ago=6 * 24 + 1)
    for path in (Path(repo.environment["HOME"]) / ".codex/sessions").rglob("*.jsonl"):
        with path.open("ab") as file:
            file.truncate(300 << 20)
    repo.tracker("sync")
    assert (costs(repo)[early] or {})["unknown"] == "too_large"


@pytest.mark.parametrize("setting", ["costs", "readSessions"])
def test_reading_can_be_switched_off(repo: Repo, setting: str) -> None:
    oids = commit_and_store(repo, "claude")
    repo.git("config", f"agent-tracker.{setting}", "false")
    for command in ("sync", "report", "recommend", "outcomes"):
        repo.tracker(command)
    assert costs(repo) == dict.fromkeys(oids)
    assert "What they cost" not in repo.tracker("report")


def test_variable_switches_it_off(repo: Repo) -> None:
    commit_and_store(repo, "claude")
    repo.environment["AGENT_TRACKER_COSTS"] = "no"
    repo.tracker("sync")
    assert {*costs(repo).values()} == {None}


def test_amended_commit_has_the_costs_of_both_versions(repo: Repo) -> None:
    [_, second] = commit_and_store(repo, "claude")
    repo.git("commit", "-q", "--amend", "-m", "feat: reworded")
    amended = repo.head()
    repo.tracker("sync")
    found = costs(repo)
    said = said_numbers("claude")[1]
    assert numbers(found[second], "claude") == numbers(found[amended], "claude") == said
    group = repo.json("report")
    assert (group["costs"]["commits_known"], group["costs"]["commits"]) == (2, 2)
    assert group["costs"]["calls"] == sum(one["calls"] for one in said_numbers("claude"))
    assert repo.json("verify")["ok"]


def test_squashed_commits_add_up(repo: Repo) -> None:
    commit_and_store(repo, "claude")
    repo.tracker("sync")
    editors = {"GIT_SEQUENCE_EDITOR": "sed -i 2s/pick/squash/", "GIT_EDITOR": "true"}
    repo.git("rebase", "-q", "-i", "--root", env=editors)
    repo.tracker("sync")
    group = repo.json("report")
    assert group["costs"]["calls"] == sum(one["calls"] for one in said_numbers("claude"))
    assert repo.json("verify")["ok"]


def test_one_commit_in_two_clones_costs_once(repo: Repo, tmp_path: Path) -> None:
    oids = commit_and_store(repo, "claude")
    clone = repo.clone(tmp_path / "clone")
    clone.tracker("init", "--hooks", "none")
    clone.tracker("backfill")
    repo.tracker("sync")
    group = repo.json("report", "--everywhere")
    assert group["costs"]["calls"] == sum(one["calls"] for one in said_numbers("claude"))
    assert {line["oid"]: line["cost"] for line in clone.log()} == {oid: costs(repo)[oid] for oid in oids}


@pytest.mark.parametrize("host", ENVIRONMENTS)
def test_nothing_that_a_session_says_is_in_the_ledger(repo: Repo, host: str) -> None:
    """Reading costs adds no word of the store to the ledger but the names of models and those of the record itself."""
    oids = commit_and_store(repo, host)
    before = words_of(*repo.ledger_path.iterdir()) if repo.tracker("log", env={"AGENT_TRACKER_COSTS": "no"}) else set()
    repo.tracker("sync")
    added = words_of(*repo.ledger_path.iterdir()) - before
    said = words_of(*(path for path in Path(repo.environment["HOME"]).rglob("*") if ".agent" not in str(path)))
    models = {word for oid in oids for name in (costs(repo)[oid] or {})["models"] for word in words_in(name.encode())}
    assert added & said <= models | {b"costs", b"first", b"at_least", b"time"}
    assert len(said) > 100


def words_of(*paths: Path) -> set[bytes]:
    stores = {".jsonl", ".db", ".mdb", ".lmdb", ".json"}
    return {word for path in paths if path.is_file() and path.suffix in stores for word in words_in(path.read_bytes())}


def words_in(data: bytes) -> list[bytes]:
    return re.findall(rb"[A-Za-z_]{4,}", data)


def test_figures_of_a_set_up(repo: Repo) -> None:
    commit_and_store(repo, "claude")
    found = repo.json("report")["costs"]
    said = expected("claude")["commits"]
    sums = {name: sum(one[name] for one in said) for name in ("calls", "input", "cache_read", "cache_write", "output")}
    assert (found["commits_known"], found["commits"], found["by_time"], found["at_least"]) == (2, 2, 0, 0)
    assert found["calls"] == sums["calls"]
    assert {name: found[name] for name in ("input", "cache_read", "cache_write", "output")} == {
        name: {"sum": sums[name], "commits_known": 2} for name in ("input", "cache_read", "cache_write", "output")
    }
    assert found["usd"] == {"sum": None, "commits_known": 0}
    rate = found["per_landed_commit"]
    assert rate["calls"] == sums["calls"] / 2
    assert rate["tokens_in"] == (sums["input"] + sums["cache_write"]) / 2
    assert rate["usd"] is None
    assert found["per_kept_line"]["calls"] is None  # nothing is 14 days old
    assert repo.json("recommend")["set_ups"][0]["costs"] == found
    assert "costs.per_landed_commit.calls" in repo.tracker("report", "--csv").splitlines()[0]


def test_number_that_no_store_has_is_unknown_and_not_0(repo: Repo) -> None:
    commit_and_store(repo, "gemini")
    found = repo.json("report")["costs"]
    assert found["commits_known"] == 2
    assert found["cache_write"] == {"sum": None, "commits_known": 0}
    assert found["per_landed_commit"]["tokens_in"] > 0


def test_filtered_figures_are_those_of_the_totals(repo: Repo) -> None:
    commit_and_store(repo, "codex")
    repo.git("commit", "-q", "--amend", "-m", "feat: reworded")
    assert repo.json("report", "--author", "example") == repo.json("report")


@pytest.mark.parametrize("command", ["report", "recommend"])
def test_output_fits_the_page(repo: Repo, command: str) -> None:
    commit_and_store(repo, "claude")
    said = repo.tracker(command)
    assert "What they cost, for each commit that landed" in said
    assert "2 of 2" in said
    assert max(map(len, said.splitlines())) <= 100


def test_verify_names_an_altered_cost(repo: Repo) -> None:
    [first, _] = commit_and_store(repo, "claude")
    repo.tracker("sync")
    with repo.ledger().write() as transaction:
        cost = transaction.get(COSTS, keys.cost(Oid(first)))
        assert cost is not None
        transaction.put(COSTS, keys.cost(Oid(first)), cost._replace(output=(cost.output or 0) + 1))
    assert not repo.json("verify", code=1)["ok"]


def recorded_costs(repo: Repo) -> set[str]:
    with repo.ledger().read() as snapshot:
        return {keys.oid_of_cost(key) for key in snapshot.keys(COSTS)}


def test_recorder_reads_the_costs_of_earlier_commits(untracked: Repo) -> None:
    """Nobody may ask before an agent deletes its sessions."""
    untracked.tracker("init")
    oids = commit_and_store(untracked, "claude")
    untracked.commit("feat: later")
    untracked.settle()
    assert recorded_costs(untracked) == {*oids}
    assert [numbers(costs(untracked)[oid], "claude") for oid in oids] == said_numbers("claude")


def test_nothing_is_read_while_git_waits(untracked: Repo) -> None:
    untracked.tracker("init")
    untracked.git("config", "agent-tracker.mode", "sync")
    oids = commit_and_store(untracked, "claude")
    untracked.commit("feat: later")
    untracked.settle()
    assert recorded_costs(untracked) == set()
    untracked.tracker("sync")
    assert recorded_costs(untracked) == {*oids}


@pytest.mark.whole
def test_session_of_two_repositories_is_divided_among_the_commits_of_both(repo: Repo, tmp_path: Path) -> None:
    """No tool shows the first commit, so that its repository alone tells of it."""
    other = Repo.make(tmp_path / "other", repo.environment)
    other.tracker("init")
    other.record_later()
    [first, second] = commit_and_store(repo, "claude", second=other)
    hide(repo, first)
    for one in (repo, other):
        one.tracker("log")  # records the commits, as a recorder does at once
    other.tracker("sync")
    repo.tracker("sync")
    assert (costs(repo)[first] or {})["found_by"] == "time"
    [by_time, by_id] = [costs(repo)[first] or {}, costs(other)[second] or {}]
    assert by_time["calls"] + by_id["calls"] == sum(one["calls"] for one in said_numbers("claude"))
    assert repo.json("verify")["ok"]


def hide(repo: Repo, oid: str) -> None:
    """Let no tool of the session show a commit."""
    name = f"{expected('claude')['session_id']}.jsonl"
    path = next(Path(repo.environment["HOME"], ".claude/projects").glob(f"*/{name}"))
    path.write_text(path.read_text(encoding="utf-8").replace(oid[:7], "quietly"), encoding="utf-8")


def test_markdown_has_a_table_of_costs(repo: Repo) -> None:
    commit_and_store(repo, "claude")
    lines = repo.tracker("report", "--markdown").splitlines()
    headings = next(number for number, line in enumerate(lines) if "a kept line" in line)
    assert lines[headings - 1] == ""
    assert lines[headings + 1].startswith("|---|")
    assert lines[headings + 2].startswith("| claude-code with ")
