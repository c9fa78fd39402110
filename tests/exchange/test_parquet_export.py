"""``export --format parquet``: a folder of files with the rows that the SQLite file has."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from tests.exchange.exported_work import exported, make_shop, rows
from tests.support import Repo
from tracker.exchange.tables.all_tables import TABLES
from tracker.exchange.tables.table import Table


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repository that the tests of this module only read."""
    return make_shop(tmp_path_factory.mktemp("parquet"))


def export(repo: Repo, folder: Path, *options: str) -> Path:
    repo.tracker("export", "--format", "parquet", "--output", str(folder), *options)
    return folder


def content(folder: Path, table: Table[Any]) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = parquet.read_table(folder / f"{table.name}.parquet").to_pylist()
    return read


def as_sqlite_has_it(table: Table[Any], row: dict[str, Any]) -> dict[str, Any]:
    times = {one.name for one in table.columns if one.type == "time" and row[one.name] is not None}
    return {name: f"{value:%Y-%m-%dT%H:%M:%SZ}" if name in times else value for name, value in row.items()}


@pytest.mark.few(1)
@pytest.mark.parametrize("options", [[], ["--project", "other"]], ids=["all", "one project"])
def test_each_table_has_the_rows_of_the_sqlite_file(shop: Repo, tmp_path: Path, options: list[str]) -> None:
    file = exported(shop, tmp_path / "ledger.sqlite", *options)
    folder = export(shop, tmp_path / "tables", *options)
    assert {one.name for one in folder.iterdir()} == {f"{table.name}.parquet" for table in TABLES}
    for table in TABLES:
        order = ", ".join(table.key)
        expected = rows(file, f'SELECT * FROM "{table.name}" ORDER BY {order}')  # noqa: S608 - names of ours
        found = [as_sqlite_has_it(table, one) for one in content(folder, table)]
        assert sorted(found, key=lambda one: [one[name] for name in table.key]) == expected
        assert found or table.name in {"bugs", "grades", "retrospectives", "activities", "reinstatements", "balances"}


def test_columns_are_typed_and_tell_their_meaning(shop: Repo, tmp_path: Path) -> None:
    folder = export(shop, tmp_path / "tables")
    types = {"text": "string", "integer": "int64", "real": "double", "boolean": "bool", "time": "timestamp[ms, tz=UTC]"}
    for table in TABLES:
        schema = parquet.read_schema(folder / f"{table.name}.parquet")
        assert [(one.name, str(one.type), one.nullable) for one in schema] == [
            (one.name, types[one.type], not one.required) for one in table.columns
        ]
        assert [one.metadata[b"description"].decode() for one in schema] == [one.meaning for one in table.columns]
    newest = max(one["committed_at"] for one in parquet.read_table(folder / "commits.parquet").to_pylist())
    assert 0 < (datetime.now(UTC) - newest).days < 4


def test_it_replaces_an_older_export_and_nothing_else(shop: Repo, tmp_path: Path) -> None:
    folder = export(shop, tmp_path / "tables", "--project", "other")
    folder.chmod(0o750)
    export(shop, folder)
    assert folder.stat().st_mode & 0o777 == 0o750
    assert len(parquet.read_table(folder / "projects.parquet")) == 2
    (tmp_path / "empty").mkdir()
    export(shop, tmp_path / "empty")
    (folder / "notes.txt").write_text("mine\n")
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "commits.parquet").write_bytes(b"PAR1 is how such a file begins")
    (tmp_path / "file").write_text("mine\n")
    for name, word in (("tables", "notes.txt"), ("fake", "commits.parquet"), ("file", "folder")):
        done = shop.run("export", "--format", "parquet", "--output", str(tmp_path / name))
        assert (done.returncode, done.stdout) == (1, "")
        assert word in done.stderr
        assert done.stderr.count("\n") == 1
    assert (tmp_path / "file").read_text() == (folder / "notes.txt").read_text() == "mine\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["empty", "fake", "file", "tables"]
    assert "folder with --output" in shop.run("export", "--format", "parquet").stderr


def test_without_pyarrow_one_sentence_says_how_to_install_it(shop: Repo, tmp_path: Path) -> None:
    """A package of that name that cannot be imported takes the place of the one that is not there."""
    (tmp_path / "pyarrow.py").write_text("raise ImportError\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from tracker.__main__ import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, "export", "--format", "parquet", "--output", str(tmp_path / "tables")],
        cwd=shop.path, env=shop.environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'git-agent-tracker[parquet]'" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "tables").exists()
