"""Two repositories with work of several set-ups, grades, bugs and outcomes in one ledger, as users make them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from tests.set_ups.made_work import CLAUDE, CODEX, PERSON, Work, make
from tests.support import Repo, sealed_home
from tracker.ledger import Ledger, entries
from tracker.ledger.buffer import EntryBuffer

WORK: Final = (
    Work(CLAUDE, "feat", 4, grade=2, agent_grade=5, age=100),
    Work(CLAUDE, "fix", 2, grade=-1, age=60, fate="reverted"),
    Work(CODEX, "feat", 3, age=60, lines=20, fate="fixed"),
    Work(CODEX, "docs", 1, age=2),
    Work(PERSON, "docs", 2, age=30),
)
OTHER_WORK: Final = (Work(CODEX, "feat", 2, age=40, topic="other"),)
MADE: Final = 2 + 3
"""Commits of a person in ``WORK`` that revert and fix others."""


def make_shop(place: Path) -> Repo:
    """Return the repository ``shop``, beside which ``other`` records into the same ledger."""
    environment = sealed_home(place / "home")
    shop = Repo.make(place / "shop", environment)
    oids = make(shop, WORK)
    make(Repo.make(place / "other", environment), OTHER_WORK)
    graded = shop.person("grade", oids[0], "--user", "excellence", "--user-note", 'the "best", so far')
    assert "excellence" in graded
    shop.person("bug", oids[3], "--note", "drops the last line", "--yes")
    return shop


def record(ledger: Ledger, *batch: entries.Entry) -> None:
    """Write entries, none of which may be refused."""
    buffer = EntryBuffer()
    for entry in batch:
        assert buffer.add(entry), entry
    buffer.flush(ledger)


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open an exported SQLite file, whose rows are dictionaries."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        database.row_factory = lambda cursor, row: dict(zip((one[0] for one in cursor.description), row, strict=True))
        yield database


def rows(file: Path, query: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows that a query of an exported SQLite file gives."""
    with opened(file) as database:
        return [*database.execute(query, values)]


def exported(repo: Repo, file: Path, *options: str) -> Path:
    """Export the ledger of a repository as SQLite."""
    repo.tracker("export", "--format", "sqlite", "--output", str(file), *options)
    return file
