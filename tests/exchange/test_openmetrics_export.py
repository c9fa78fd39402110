"""``export --format openmetrics``: text that Prometheus and node_exporter read, with a limit on its series."""

from pathlib import Path

import pytest
from prometheus_client import parser as older_parser
from prometheus_client.openmetrics import parser

from tests.exchange.exported_work import MADE, make_shop, record
from tests.ledger.example_ledger import PROJECTS, agent_evidence, commit_facts, grade_entry, project_entry
from tests.support import Repo, sealed_home
from tracker.exchange.tables.metrics import OF_AGENTS, OF_SET_UPS
from tracker.exchange.tables.open_metrics import COUNTERS, MOST, OTHERS
from tracker.ledger import Ledger, entries
from tracker.model import Oid

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repository that the tests of this module only read."""
    return make_shop(tmp_path_factory.mktemp("metrics"))


def samples(text: str) -> Samples:
    """Return the samples of valid text by name and labels, each of which is there once, without a time."""
    found: Samples = {}
    for family in parser.text_string_to_metric_families(text):
        assert family.documentation
        assert family.name.startswith("agent_tracker_")
        for sample in family.samples:
            key = sample.name.removeprefix("agent_tracker_"), frozenset(sample.labels.items())
            assert key not in found
            assert sample.timestamp is None  # node_exporter refuses a file with times
            found[key] = sample.value
    return found


def summed(found: Samples, name: str, **labels: str) -> float:
    return sum(value for (one, its), value in found.items() if one == name and its >= set(labels.items()))


def test_the_numbers_of_the_ledger(shop: Repo) -> None:
    text = shop.tracker("export", "--format", "openmetrics")
    found = samples(text)
    assert text.endswith("\n# EOF\n")
    assert summed(found, "commits", agent="claude-code", model="claude-opus-4.7", project="shop") == 6
    assert summed(found, "commits", agent="codex") == 4 + 2
    assert summed(found, "commits", agent="person or unmarked") == 2 + MADE
    assert summed(found, "grades", rater="user", grade="good") == 3
    assert summed(found, "grades", rater="user", grade="excellence", task_kind="feat") == 1
    assert summed(found, "grades", rater="user", grade="bad", task_kind="fix") == 2
    assert summed(found, "grades_given_total", project="shop") == 11
    assert summed(found, "bugs", agent="claude-code") == summed(found, "bugs_reported_total") == 1
    assert summed(found, "reverted_commits", agent="claude-code", task_kind="fix") == 2
    assert summed(found, "fixed_commits", agent="codex", project="shop") == 3
    assert summed(found, "settled_commits", agent="claude-code") == 6
    assert summed(found, "went_well_commits", agent="claude-code") == 3
    assert summed(found, "added_lines", days="90") == summed(found, "kept_lines", days="90") == 40
    assert summed(found, "skill_points", agent="codex") == shop.json("status", "codex")["skill_points"]


def test_what_is_not_known_has_no_series(shop: Repo) -> None:
    found = samples(shop.tracker("export", "--format", "openmetrics", "--project", "other"))
    assert {dict(labels).get("project", "other") for _, labels in found} == {"other"}
    names = {name for name, _ in found}
    assert {"commits", "settled_commits", "kept_lines", "skill_points"} <= names
    assert not names & {"grades", "cost_calls", "cost_dollars", "bugs_reported_total", "grades_given_total"}
    assert {dict(labels)["days"] for name, labels in found if name == "kept_lines"} == {"14", "30"}


def test_the_older_format_that_node_exporter_reads_says_the_same(shop: Repo) -> None:
    text = shop.tracker("export", "--format", "openmetrics")
    older = {
        (one.name.removeprefix("agent_tracker_"), frozenset(one.labels.items())): one.value
        for family in older_parser.text_string_to_metric_families(text)
        for one in family.samples
    }
    assert older == samples(text)


def test_the_file_takes_the_place_of_an_older_one_only(shop: Repo, tmp_path: Path) -> None:
    file = tmp_path / "agent-tracker.prom"
    for options in (["--project", "other"], []):
        shop.tracker("export", "--format", "openmetrics", "--output", str(file), *options)
    assert file.read_text() == shop.tracker("export", "--format", "openmetrics")
    assert file.stat().st_mode & 0o077 == 0o044  # the collector runs as another user
    other = tmp_path / "node.prom"
    other.write_text("# TYPE node_load1 gauge\nnode_load1 1\n")
    done = shop.run("export", "--format", "openmetrics", "--output", str(other))
    assert (done.returncode, done.stdout, other.read_text().count("\n")) == (1, "", 2)
    assert f"{other} exists" in done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["agent-tracker.prom", "node.prom"]


def test_however_many_agents_there_are_the_series_are_limited(tmp_path: Path) -> None:
    ledger, more = Ledger(tmp_path / "ledger"), 40
    record(ledger, project_entry(PROJECTS[0]))
    for number in range(MOST + more):
        facts = commit_facts(number, live=True)._replace(evidence=agent_evidence(f"agent-{number:03}"), insertions=1)
        record(ledger, entries.CommitEntry(PROJECTS[0], Oid(f"{number:040x}"), facts))
    record(
        ledger,
        entries.CommitEntry(
            PROJECTS[0], Oid("f" * 40), commit_facts(1, live=True)._replace(evidence=agent_evidence("agent-289"))
        ),
        grade_entry(Oid(f"{280:040x}"), 5, 1),
    )
    outside = Repo(tmp_path, sealed_home(tmp_path / "home"))
    found = samples(outside.tracker("export", "--format", "openmetrics", "--ledger", str(ledger.path)))
    own = [dict(labels)["agent"] for name, labels in found if name == "commits"]
    assert len(own) == MOST + 1
    assert "agent-289" in own  # it has most commits
    assert summed(found, "commits", agent=OTHERS, model=OTHERS, project=OTHERS, task_kind=OTHERS) == more
    assert summed(found, "commits") == MOST + more + 1
    assert summed(found, "grades", agent=OTHERS, grade="excellence") == 1
    assert sum(name == "skill_points" for name, _ in found) == MOST
    of_a_set_up = sum(len(one.parts) for one in OF_SET_UPS)
    assert (MOST + 1) * (of_a_set_up + len(COUNTERS)) + MOST * len(OF_AGENTS) < 10_000  # as docs/exchange.md says


def test_an_empty_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.begin()
    outside = Repo(tmp_path, sealed_home(tmp_path / "home"))
    assert outside.tracker("export", "--format", "openmetrics", "--ledger", str(ledger.path)) == "# EOF\n"
