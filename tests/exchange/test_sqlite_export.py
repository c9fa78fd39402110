"""``export --format sqlite``: a file that other programs open and whose tables agree with each other."""

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.exchange.exported_work import MADE, WORK, exported, make_shop, opened, record, rows
from tests.exchange.original_rows import agent, write
from tests.exchange.random_ledgers import make_ledger
from tests.ledger.example_ledger import OIDS, PROJECTS, commit_facts, project_entry
from tests.program import TRACKER, sized
from tests.set_ups.made_work import CLAUDE_NAME
from tests.support import Repo, sealed_home
from tracker.exchange.events import TYPES
from tracker.exchange.ledger_events import ledger_events
from tracker.exchange.tables.all_tables import TABLES
from tracker.ledger import Ledger, entries
from tracker.model import LAST_SECOND


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repository that the tests of this module only read."""
    return make_shop(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="module")
def file(shop: Repo) -> Path:
    return exported(shop, shop.path.parent / "ledger.sqlite")


ROWS_OF_EVENTS: Final = {
    "grades": "grade",
    "bugs": "bug",
    "retrospectives": "retrospective",
    "activities": "activity",
    "reinstatements": "reinstatement",
    "balances": "balance",
}
"""Tables that have a row for each event of a type."""


def told(ledger: Ledger, named: str) -> int:
    """Return how many events of a type a ledger holds."""
    with ledger.read() as snapshot:
        return sum(isinstance(one, TYPES[named]) for one in ledger_events(snapshot))


def assert_sound(file: Path) -> None:
    with opened(file) as database:
        assert [one["integrity_check"] for one in database.execute("PRAGMA integrity_check")] == ["ok"]
        assert [*database.execute("PRAGMA foreign_key_check")] == []


def test_the_file_is_sound_and_has_every_commit(shop: Repo, file: Path) -> None:
    assert_sound(file)
    found = {one["oid"]: one for one in rows(file, "SELECT * FROM commits")}
    log = shop.log("--everywhere")
    assert found.keys() == {one["oid"] for one in log}
    for line in log:
        one = found[line["oid"]]
        assert (one["agent"], one["model_id"], one["subject"]) == (line["agent"], line["model_id"], line["subject"])
        assert (one["insertions"], one["task_kind"], one["kind"]) == (
            line["insertions"], line["task_kind"], line["kind"],
        )  # fmt: skip
        assert (one["live"], one["counted"], one["reverted"]) == (1, 1, int(line["reverted"]))


def test_grades_bugs_and_outcomes_of_commits(file: Path) -> None:
    best = rows(file, "SELECT * FROM commits WHERE user_grade = 'excellence'")
    assert [(one["agent_grade"], one["went_well"], one["lines_kept_90"]) for one in best] == [("excellence", 1, 10)]
    taken_back = rows(file, "SELECT * FROM commits WHERE reverted_by IS NOT NULL")
    assert {(one["subject"][:3], one["user_grade"], one["went_well"]) for one in taken_back} == {("fix", "bad", 0)}
    assert rows(file, "SELECT count(*) AS n FROM commits JOIN commits AS fix ON fix.oid = commits.fixed_by") == [
        {"n": 3}
    ]
    young = rows(file, "SELECT lines_kept_14, went_well, landed_at FROM commits WHERE subject LIKE 'docs: work 9'")
    assert [(one["lines_kept_14"], one["went_well"]) for one in young] == [(None, None)]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", young[0]["landed_at"])
    notes = rows(file, "SELECT note, rater, grade FROM grades WHERE note <> ''")
    assert notes == [{"note": 'the "best", so far', "rater": "user", "grade": "excellence"}]
    bug = rows(file, "SELECT bugs.*, commits.bugs AS held, went_well FROM bugs JOIN commits USING (project_id, oid)")
    assert [(one["agent"], one["state"], one["note"], one["held"], one["went_well"]) for one in bug] == [
        ("claude-code", "charged", "drops the last line", 1, 0)
    ]


def test_set_ups_have_the_sums_of_reports_and_of_commits(shop: Repo, file: Path) -> None:
    report = {
        one["name"]: one for one in map(json.loads, shop.tracker("report", "--everywhere", "--json").splitlines())
    }
    sums = rows(
        file,
        "SELECT set_up, sum(commits) AS commits, sum(landed) AS landed, sum(settled) AS settled,"
        " sum(went_well) AS well, sum(lines_kept_14) AS kept, sum(user_good + user_excellence) AS good"
        " FROM set_ups GROUP BY set_up",
    )
    assert {one["set_up"] for one in sums} == report.keys()
    for one in sums:
        figures = report[one["set_up"]]
        assert (one["commits"], one["landed"], one["kept"]) == (
            figures["commits"], figures["landed"], figures["lines"]["14"]["kept"],
        )  # fmt: skip
        assert (one["settled"], one["well"]) == (figures["went_well"]["of"], figures["went_well"]["good"])
        assert one["good"] == figures["graded"]["good"]
    assert rows(
        file,
        "SELECT count(*) AS n, sum(went_well) AS well, sum(user_grade IN ('good', 'excellence')) AS good FROM commits"
        " WHERE counted AND agent = 'claude-code' AND model = 'claude-opus-4.7'",
    ) == [{"n": 6, "well": 3, "good": 4}]
    assert report[CLAUDE_NAME]["commits"] == 6


def test_agents_have_the_scores_that_status_shows(shop: Repo, file: Path) -> None:
    for name in ("claude-code", "codex"):
        sheet = shop.json("status", name)
        (agent,) = rows(file, "SELECT * FROM agents WHERE agent = ?", name)
        assert (agent["skill_points"], agent["communication_score"], agent["trust_tier"], agent["bugs"]) == (
            sheet["skill_points"], sheet["communication_score"], sheet["trust_tier"], sheet["total_bugs"],
        )  # fmt: skip
    assert [one["skill_points"] for one in rows(file, "SELECT * FROM agents WHERE agent = 'human'")] == [None]


@pytest.mark.whole
def test_looks_back_and_the_journal_are_in_tables_of_their_own(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one", env=CLAUDE_CODE)
    repo.settle()
    repo.tracker("retro", "HEAD", "--notes", "test first", "--task", "dates", env=CLAUDE_CODE)
    repo.tracker("activity", "--task", "parse dates", "--decisions", "no time zones", env=CLAUDE_CODE)
    file = exported(repo, tmp_path / "ledger.sqlite")
    assert_sound(file)
    (look,) = rows(file, "SELECT * FROM retrospectives JOIN commits ON oid = retrospectives.subject")
    assert (look["agent"], look["notes"], look["task"], look["is_session"]) == ("claude-code", "test first", "dates", 0)
    (entry,) = rows(file, "SELECT activities.*, name FROM activities JOIN projects USING (project_id)")
    assert (entry["agent"], entry["task"], entry["decisions"]) == ("claude-code", "parse dates", "no time zones")
    assert rows(file, "SELECT * FROM reinstatements") == []


def test_standings_in_another_program_are_in_a_table_of_their_own(repo: Repo, tmp_path: Path) -> None:
    imported = write(tmp_path / "rows.jsonl", [agent(), agent("codex", skill_points=None, active=False)])
    repo.tracker("import", str(imported))
    file = exported(repo, tmp_path / "ledger.sqlite")
    assert_sound(file)
    found = rows(file, "SELECT agent, account, skill_points, commits, is_active FROM balances ORDER BY agent")
    assert [[*one.values()] for one in found] == [
        ["codex", "codex", None, 3, 0],
        ["opencode", "opencode:api", 2.7, 3, 1],
    ]
    assert rows(file, "SELECT * FROM balances JOIN agents USING (agent) WHERE agents.commits") == []


def test_every_column_has_a_meaning_that_the_file_tells(file: Path) -> None:
    told = {(one["table_name"], one["column_name"]): one["meaning"] for one in rows(file, 'SELECT * FROM "columns"')}
    made = {one["name"]: one["sql"] for one in rows(file, "SELECT name, sql FROM sqlite_master WHERE type = 'table'")}
    for table in TABLES:
        columns = [one["name"] for one in rows(file, "SELECT name FROM pragma_table_info(?)", table.name)]
        assert columns == [one.name for one in table.columns]
        for name in columns:
            assert told[table.name, name]
            assert re.search(rf'"{name}" .*-- {re.escape(told[table.name, name])}$', made[table.name], re.MULTILINE)


def test_a_project_alone(shop: Repo, tmp_path: Path) -> None:
    file = exported(shop, tmp_path / "other.sqlite", "--project", "other")
    assert_sound(file)
    assert [one["name"] for one in rows(file, "SELECT name FROM projects")] == ["other"]
    assert {one["subject"] for one in rows(file, "SELECT subject FROM commits")} == {"feat: other 0", "feat: other 1"}
    assert [(one["agent"], one["commits"]) for one in rows(file, "SELECT * FROM agents")] == [("codex", 2)]
    assert [one["commits"] for one in rows(file, "SELECT commits FROM set_ups")] == [2]
    assert rows(file, "SELECT * FROM grades UNION SELECT * FROM grades") == rows(file, "SELECT * FROM bugs") == []
    done = shop.run("export", "--format", "sqlite", "--output", str(tmp_path / "none"), "--project", "oter")
    assert (done.returncode, (tmp_path / "none").exists()) == (1, False)
    assert "other" in done.stderr


def test_it_replaces_an_older_export_and_nothing_else(shop: Repo, tmp_path: Path) -> None:
    file = exported(shop, tmp_path / "ledger.sqlite", "--project", "other")
    file.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(file)
    exported(shop, link)
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert rows(file, "SELECT count(*) AS n FROM commits")[0]["n"] == sum(one.times for one in WORK) + MADE + 2
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign)) as database:
        database.execute("CREATE TABLE work (text TEXT)")
    (tmp_path / "notes.txt").write_text("mine\n")
    (tmp_path / "folder").mkdir()
    for other in (foreign, tmp_path / "notes.txt", tmp_path / "folder", tmp_path / "no" / "such"):
        before = other.read_bytes() if other.is_file() else None
        done = shop.run("export", "--format", "sqlite", "--output", str(other))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"agent-tracker: {other} ")
        assert done.stderr.count("\n") == 1
        assert before is None or other.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "folder", "foreign.sqlite", "ledger.sqlite", "link", "notes.txt",
    ]  # fmt: skip
    assert "--output" in shop.run("export", "--format", "sqlite").stderr


def test_a_file_that_another_program_writes_to_is_left_alone(shop: Repo, tmp_path: Path) -> None:
    """SQLite would play the log of that program into the new file."""
    file = exported(shop, tmp_path / "ledger.sqlite")
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE notes (text TEXT)")
        database.commit()
        done = shop.run("export", "--format", "sqlite", "--output", str(file))
        assert (done.returncode, done.stdout) == (1, "")
        assert "ledger.sqlite-wal is beside it" in done.stderr
    exported(shop, file)
    assert_sound(file)


def test_nothing_is_left_of_an_export_that_cannot_be_finished(shop: Repo, tmp_path: Path) -> None:
    """The system refuses files of more than 64 KiB, as a full disk does."""
    (tmp_path / "out").mkdir()
    file = exported(shop, tmp_path / "out" / "ledger.sqlite", "--project", "other")
    before = file.read_bytes()
    words = [*TRACKER, "export", "--format", "sqlite", "--output", str(file)]
    limited = ["sh", "-c", 'ulimit -f 128; exec "$@"', "sh", *words]
    done = subprocess.run(
        limited, cwd=shop.path, env=shop.environment, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert f"{file} cannot be written" in done.stderr
    assert file.read_bytes() == before
    assert [*file.parent.iterdir()] == [file]


@pytest.mark.parametrize("seed", range(sized(150, 4)))
def test_the_file_of_any_ledger_is_sound(tmp_path: Path, seed: int) -> None:
    ledger = make_ledger(tmp_path / "ledger", seed, history=seed)
    outside = Repo(tmp_path, sealed_home(tmp_path / "home"))
    for number, options in enumerate(([], ["--project", "aa"])):  # each has that project
        file = exported(outside, tmp_path / f"{number}.sqlite", "--ledger", str(ledger.path), *options)
        assert_sound(file)
        (counted,) = rows(
            file, "SELECT count(*) AS n, sum(coalesce(insertions, 0)) AS added FROM commits WHERE counted"
        )
        (total,) = rows(file, "SELECT sum(commits) AS n, sum(insertions) AS added FROM set_ups")
        for table, events in {} if options else ROWS_OF_EVENTS.items():
            (found,) = rows(file, f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - our own names
            assert found["n"] == told(ledger, events)
        assert [total[name] or 0 for name in total] == [counted[name] or 0 for name in total]


def test_times_that_no_calendar_has(tmp_path: Path) -> None:
    """git stores any number as a time."""
    ledger, times = Ledger(tmp_path / "ledger"), (0, -1, 2**62, -(2**62), LAST_SECOND)
    record(ledger, project_entry(PROJECTS[0]))
    for number, time in enumerate(times):
        facts = commit_facts(number, live=True)._replace(authored_at=time, insertions=1 if number else 2**63 + 5)
        record(ledger, entries.CommitEntry(PROJECTS[0], OIDS[number], facts))
    outside = Repo(tmp_path, sealed_home(tmp_path / "home"))
    file = exported(outside, tmp_path / "ledger.sqlite", "--ledger", str(ledger.path))
    assert [one["authored_at"] for one in rows(file, "SELECT authored_at FROM commits ORDER BY oid")] == [
        "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ]  # fmt: skip
    assert rows(file, "SELECT max(insertions) AS most FROM commits") == [{"most": 2**63 - 1}]
