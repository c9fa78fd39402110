"""``agent-tracker report`` as a user sees it, and as other programs read it."""

import csv
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests import program
from tests.program import TRACKER
from tests.set_ups.made_work import CLAUDE, CLAUDE_NAME, CODEX, CODEX_NAME, PERSON, Work, make
from tests.support import Repo, sealed_home

WORK = [
    Work(CLAUDE, "feat", 6, grade=2, age=100),
    Work(CLAUDE, "fix", 4, age=60, fate="reverted"),
    Work(CODEX, "feat", 5, age=60, lines=20),
    Work(CODEX, "feat", 2, age=2),
    Work(PERSON, "docs", 3, age=30),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repository that the tests of this module only read."""
    place = tmp_path_factory.mktemp("report")
    repo = Repo.make(place / "repo", sealed_home(place / "home"))
    make(repo, WORK)
    return repo


def groups(repo: Repo, *options: str) -> dict[str, dict[str, Any]]:
    lines = repo.tracker("report", "--json", *options).splitlines()
    return {one["name"]: one for one in map(json.loads, lines)}


def test_figures_of_set_ups(made: Repo) -> None:
    found = groups(made)
    claude, codex = found[CLAUDE_NAME], found[CODEX_NAME]
    assert (claude["commits"], claude["graded"]["good"], claude["graded"]["of"]) == (10, 6, 6)
    assert (claude["went_well"]["good"], claude["went_well"]["of"]) == (6, 10)
    assert claude["outcomes"]["reverted"]["found"] == 4
    assert (codex["landed"], codex["young"], codex["lines"]["14"]) == (7, 2, {"commits": 5, "added": 100, "kept": 100})
    assert codex["lines"]["90"]["commits"] == 0
    assert found["person or unmarked"]["commits"] == 3 + 4  # and those that took four commits back


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("agent", {"claude-code": 10, "codex": 7, "person or unmarked": 7}),
        ("model", {"claude-opus-4.7": 10, "gpt-5.2-codex": 7, "person or unmarked": 7}),
        ("project", {"repo": 24}),
        ("kind", {"feat": 13, "fix": 4, "docs": 3, "chore": 4}),
    ],
)
def test_other_groups(made: Repo, by: str, expected: dict[str, int]) -> None:
    assert {name: one["commits"] for name, one in groups(made, "--by", by).items()} == expected


def test_months_add_up_and_are_in_their_order(made: Repo) -> None:
    months = groups(made, "--by", "month")
    assert sum(one["commits"] for one in months.values()) == 24
    assert [*months] == sorted(months)


def test_filter_by_author_counts_the_same_as_the_totals(made: Repo) -> None:
    assert groups(made, "--author", "a@example.com") == groups(made)
    assert groups(made, "--author", "somebody else") == {}


def test_filter_by_agent(made: Repo) -> None:
    assert {*groups(made, "--agent", "codex")} == {CODEX_NAME}
    assert groups(made, "--agent", "codex")[CODEX_NAME] == groups(made)[CODEX_NAME]


def test_filter_by_time(made: Repo) -> None:
    assert groups(made, "--since", "2999-01-01") == {}
    assert groups(made, "--until", "2999-01-01") == groups(made)


def test_order(made: Repo) -> None:
    assert [*groups(made, "--sort", "name")] == sorted(groups(made))
    assert [*groups(made, "--sort", "well")][-1] == CLAUDE_NAME
    assert next(iter(groups(made, "--sort", "good"))) == CLAUDE_NAME


def test_csv_has_the_numbers_of_json(made: Repo) -> None:
    rows = [*csv.DictReader(made.tracker("report", "--csv").splitlines())]
    found = groups(made)
    assert {row["set-up"]: int(row["commits"]) for row in rows} == {name: one["commits"] for name, one in found.items()}
    codex = next(row for row in rows if row["set-up"] == CODEX_NAME)
    assert float(codex["went_well.share"]) == found[CODEX_NAME]["went_well"]["share"]
    assert codex["outcomes.half_kept_90.share"] == ""  # not known


def test_markdown_is_a_table_with_a_line_for_each_group(made: Repo) -> None:
    lines = made.tracker("report", "--markdown").splitlines()
    assert lines[0].startswith("| set-up | commits |")
    assert lines[2].startswith(f"| {CLAUDE_NAME} | 10 | 6 of 6 100% | 6 of 10 60% | 4 of 10 |")


def test_agent_named_like_markup_stays_text(untracked: Repo) -> None:
    [oid] = make(untracked, [Work(CLAUDE, "feat")])
    untracked.person("attribute", oid, "--agent", "=1+1|<b>x</b>", "--new-agent")
    assert "| =1+1\\|&lt;b&gt;x&lt;/b&gt;" in untracked.tracker("report", "--by", "agent", "--markdown")
    assert "'=1+1|<b>x</b>" in untracked.tracker("report", "--by", "agent", "--csv")


def test_longer_lists_say_how_many_more_there_are(made: Repo) -> None:
    assert "2 more: -n 0 shows all." in made.tracker("report", "-n", "1")
    assert "more:" not in made.tracker("report", "-n", "0")


def test_definitions_stand_beside_the_figures(made: Repo) -> None:
    said = made.tracker("report")
    for word in ("Landed:", "Reverted:", "Fixed:", "Went well:", "Kept:"):
        assert word in said
    assert "Again:" not in said  # it has no column


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_only_columns_that_are_shown_are_explained(made: Repo, columns: int) -> None:
    terminal = made.at_terminal(*TRACKER, "report", env={"COLUMNS": str(columns)})
    assert terminal.finish() == 0
    headings = terminal.shown.splitlines()[0]
    for name in ("went well", "reverted", "fixed", "blamed", "kept"):
        assert (f"{name.capitalize()}:" in terminal.shown) == (name in headings)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_lines_fit_the_page(made: Repo, columns: int) -> None:
    terminal = made.at_terminal(*TRACKER, "report", env={"COLUMNS": str(columns)})
    assert terminal.finish() == 0
    assert max(len(line.rstrip()) for line in terminal.shown.splitlines()) <= columns


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--json", "--csv"], "choose one"),
        (["--since", "soon"], "'soon' is no date"),
        (["--by", "weather"], "weather"),
    ],
)
def test_wrong_options_are_refused(made: Repo, options: list[str], reason: str) -> None:
    done = made.run("report", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_repository_without_a_commit_has_no_history_to_record(untracked: Repo) -> None:
    untracked.tracker("init", "--hooks", "none")
    assert untracked.tracker("report") == "Nothing is recorded of repo yet: new commits will be.\n"


def test_empty_ledger(untracked: Repo) -> None:
    untracked.tracker("init")
    assert "Nothing is recorded of repo yet: new commits will be" in untracked.tracker("report")
    assert untracked.tracker("report", "--csv") == untracked.tracker("report", "--json") == ""


def test_months_that_count_as_a_whole_are_named(made: Repo) -> None:
    month = datetime.now(UTC).strftime("%Y-%m")
    said = made.tracker("report", "--since", "2020-01-15", "--until", f"{month}-01")
    assert f"Whole months count: from 2020-01 to {month}." in said
    assert "Whole months" not in made.tracker("report")


@pytest.mark.whole
def test_month_of_a_date_is_that_of_the_users_calendar(made: Repo) -> None:
    """Midnight in Tokyo is the day before in UTC."""
    words = ["report", "--since", "2020-03-01"]
    for zone in ("Asia/Tokyo", "America/New_York", "UTC"):
        done = program.run_process(words, made.path, made.environment | {"TZ": zone})
        assert "Whole months count: from 2020-03 on." in done.stdout
    assert made.run("report", "--until", "9999-12-31").returncode == 0
