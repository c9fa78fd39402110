"""Text of any origin in every text column of every format: it stays text there, and moves no cursor."""

import csv
import io
import re
from pathlib import Path
from typing import Any, Final

import pytest
from prometheus_client.openmetrics import parser
from pyarrow import parquet

from tests.exchange.exported_work import exported, opened, record, rows
from tests.ledger.example_ledger import OIDS, PROJECTS, agent_evidence, commit_facts, project_entry
from tests.support import Repo, sealed_home
from tracker import keys
from tracker.cost_records import CostRecord
from tracker.exchange.tables.all_tables import TABLES
from tracker.exchange.tables.table import clean_text
from tracker.feedback_records import ActivityRecord, RetrospectiveRecord
from tracker.ledger import Ledger, computed_entries, entries, joined_entries
from tracker.outcome_records import OutcomesRunRecord
from tracker.text import has_controls

FREE: Final = {
    "projects": {"name", "path", "remotes", "outcomes_branch"},
    "agents": {"agent"},
    "commits": {
        "subject", "author_name", "author_email", "committer_name", "committer_email", "agent", "model", "model_id",
        "agent_version", "other_agents", "learnt", "cost_models",
    },
    "grades": {"agent", "note", "task", "source", "speaker"},
    "bugs": {"agent", "note", "evidence", "speaker", "model"},
    "retrospectives": {"agent", "task", "notes", "source", "speaker"},
    "activities": {"agent", "task", "actions", "outcome", "decisions", "speaker"},
    "set_ups": {"set_up", "agent", "model"},
}  # fmt: skip
"""The columns in which text from repositories, users and other programs stands."""

BEGINNINGS: Final = ["=", " =", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\t=", "\r=", "'", '"', "|", "<!--", "\\"]
"""Beginnings of a cell that a spreadsheet may run, and marks of the formats."""
CORE: Final = "cmd|'!a1"
"""The part of the text that no reader changes: models are cut at slashes, spaces and brackets."""
TAIL: Final = f'{CORE} <b>x<b> "q" `c` [l](x) \\n %s {{}} é日\N{ZERO WIDTH JOINER}; drop'
ESCAPE: Final = "a\x1b"
CONTROLS: Final = "\x1b[31m\x07\0\u202e\u2028"


def make(place: Path, begin: str) -> tuple[Ledger, str]:
    """Return a ledger with text in every column that holds any, and that text; where control characters are, in it."""
    text = begin + TAIL
    raw, said = text + CONTROLS, text.replace("\t", "").replace("\r", "")
    ledger = Ledger(place / "ledger")
    made = agent_evidence(raw, raw)[0]._replace(version=raw)
    other = agent_evidence(f"b{raw}")[0]._replace(signal="co-author", order=5)
    facts = commit_facts(1, live=True)._replace(
        author_name=raw, author_email=raw, committer_name=raw, committer_email=raw, subject=raw, learnt=raw,
        evidence=(made, other),
    )  # fmt: skip
    project = project_entry(PROJECTS[0])._replace(name=f"{raw}\nsecond line", path=f"/{raw}", remotes=(raw,))
    record(ledger, project, entries.CommitEntry(PROJECTS[0], OIDS[0], facts))
    record(
        ledger,
        entries.GradeEntry(PROJECTS[0], OIDS[0], "user", 2, said, said, 1, raw, raw),
        entries.BugEntry(raw, PROJECTS[0], OIDS[0], said, said, 1, raw),
        joined_entries.JoinRetrospectiveEntry(
            RetrospectiveRecord(raw, OIDS[0], said, None, None, None, None, said, 1, PROJECTS[0], False, said, said)
        ),
        joined_entries.JoinActivityEntry(ActivityRecord(raw, said, said, said, said, 1, PROJECTS[0], said)),
        computed_entries.OutcomesEntry(PROJECTS[0], OutcomesRunRecord(raw, OIDS[0], 1, "rules", 1), anew=True),
        computed_entries.CostEntry(OIDS[0], CostRecord(2, 0, 1, 1, 2, 3, models=((raw, 2),), found_by="id")),
    )
    return ledger, said


@pytest.fixture(params=BEGINNINGS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Repo, list[str], str]:
    """A place outside of a repository, the option that names the ledger, and the text that is everywhere in it."""
    ledger, text = make(tmp_path, request.param)
    return Repo(tmp_path, sealed_home(tmp_path / "home")), ["--ledger", str(ledger.path)], text


def assert_clean(table: str, found: list[dict[str, Any]]) -> None:
    for name, value in (found[0] if found else {}).items():
        if isinstance(value, str):
            assert not has_controls(value), (table, name)
        if name in FREE[table]:
            assert CORE in str(value).casefold(), (table, name)


@pytest.mark.few(5)
def test_sqlite_and_parquet(made: tuple[Repo, list[str], str], tmp_path: Path) -> None:
    repo, options, text = made
    file = exported(repo, tmp_path / "ledger.sqlite", *options)
    repo.tracker("export", "--format", "parquet", "--output", str(tmp_path / "tables"), *options)
    with opened(file) as database:
        assert [*database.execute("PRAGMA foreign_key_check")] == []
    for table in TABLES:
        found = rows(file, f'SELECT * FROM "{table.name}"')  # noqa: S608 - a name of ours
        assert_clean(table.name, found)
        other = parquet.read_table(tmp_path / "tables" / f"{table.name}.parquet").to_pylist()
        texts = [one.name for one in table.columns if one.type == "text"]
        assert [[one[name] for name in texts] for one in other] == [[one[name] for name in texts] for one in found]
    (commit,) = rows(file, "SELECT * FROM commits")
    (grade,) = rows(file, "SELECT * FROM grades")
    assert grade["note"] == text
    assert commit["subject"] == commit["author_name"] == clean_text(commit["subject"])


@pytest.mark.few(5)
def test_openmetrics(made: tuple[Repo, list[str], str], tmp_path: Path) -> None:
    repo, options, _ = made
    told = repo.tracker("export", "--format", "openmetrics", *options)
    assert not has_controls(told)
    labels = [sample.labels for family in parser.text_string_to_metric_families(told) for sample in family.samples]
    (set_up,) = rows(
        exported(repo, tmp_path / "ledger.sqlite", *options),
        "SELECT agent, model, name AS project FROM set_ups JOIN projects USING (project_id)",
    )
    assert set_up.items() <= labels[0].items()
    for name in ("agent", "model", "project"):
        assert {CORE in one[name].casefold() for one in labels if name in one} == {True}


@pytest.mark.few(5)
def test_csv_has_no_cell_that_a_spreadsheet_runs(made: tuple[Repo, list[str], str]) -> None:
    repo, options, _ = made
    told = repo.tracker("export", "--format", "csv", *options)
    headings, row = csv.reader(io.StringIO(told))
    assert len(headings) == len(row)
    assert CORE in row[0].casefold()
    assert not has_controls(told)
    for cell in (*headings, *row):
        assert not re.match(r" *[=+@\t\r\N{FULLWIDTH EQUALS SIGN}]|-(?!\d+(\.\d+)?$)", cell), cell


@pytest.mark.few(5)
def test_markdown_has_one_row_of_plain_text(made: tuple[Repo, list[str], str]) -> None:
    repo, options, _ = made
    heading, _, row, *_ = repo.tracker("export", "--format", "markdown", *options).splitlines()
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == heading.count("|")
    assert not re.search(r"(?<!\\)(?:\\\\)*[`\[\]]|<", row)
    assert not has_controls(row)


def test_text_that_is_no_unicode_can_be_written() -> None:
    assert clean_text("a\udcff\0b\tc\nd") == "a\ufffd\ufffdb\tc\nd"


@pytest.mark.parametrize(
    "names",
    [
        (ESCAPE, "a\x07", "a\ufffd", f"a\ufffd ({keys.digest(ESCAPE, 8).hex()})"),
        ("a with b", "a"),
    ],
)
def test_names_that_become_equal_when_they_are_printable_stay_apart(tmp_path: Path, names: tuple[str, ...]) -> None:
    """The tables are those of a ledger that holds them already."""
    ledger, repo = Ledger(tmp_path / "ledger"), Repo(tmp_path, sealed_home(tmp_path / "home"))
    record(ledger, project_entry(PROJECTS[0]))
    for number, name in enumerate(names):
        evidence = agent_evidence(name, {"a with b": "c", "a": "b with c"}.get(name, "m"))
        facts = commit_facts(number, live=True)._replace(evidence=evidence)
        record(ledger, entries.CommitEntry(PROJECTS[0], OIDS[number], facts))
    file = exported(repo, tmp_path / "ledger.sqlite", "--ledger", str(ledger.path))
    joined = rows(file, "SELECT agents.agent FROM commits JOIN agents USING (agent)")
    assert len({one["agent"] for one in joined}) == len(joined) == len(names)
    assert not any(has_controls(one["agent"]) for one in joined)
    repo.tracker("export", "--format", "parquet", "--output", str(tmp_path / "tables"), "--ledger", str(ledger.path))
