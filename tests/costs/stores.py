"""Stores of sessions for tests: real ones with their expected numbers, and small ones written on the spot."""

import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tracker.attribution.session_log_files import StoreLocation
from tracker.costs.apportion import Apportioned, SessionCommit, apportion
from tracker.costs.events import Event
from tracker.costs.read_session import read_session
from tracker.model import Oid

SAMPLES: Final = Path(__file__).parent / "samples"
AGENTS: Final = {
    "claude": "claude-code",
    "claude-edges": "claude-code",
    "codex": "codex",
    "codex-older": "codex",
    "copilot": "copilot-cli",
    "gemini": "gemini-cli",
    "opencode": "opencode",
    "qwen": "qwen-code",
}
"""The agent of each sample."""
SESSION: Final = "0123abcd-0000-4000-8000-000000000000"
OTHER: Final = "0123abcd-1111-4000-8000-000000000000"
NOON: Final = 1_767_268_800_000
"""2026-01-01T12:00:00Z in milliseconds."""


def place(home: Path, **environment: str) -> StoreLocation:
    return StoreLocation(home, environment)


def sample(host: str, home: Path) -> Path:
    """Copy a sample below a home directory, and return that."""
    shutil.copytree(SAMPLES / host, home, dirs_exist_ok=True)
    script = home / "opencode.sql"
    if script.exists():
        database = home / ".local/share/opencode/opencode.db"
        database.parent.mkdir(parents=True)
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript(script.read_text(encoding="utf-8"))
    return home


def expected(host: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((SAMPLES / host / "expected.json").read_text(encoding="utf-8"))
    return value


def commits_of(host: str) -> list[SessionCommit]:
    """Return the commits of a sample's session, with git's own times."""
    said = expected(host)
    known = said.get("known") or [(one["sha"], one["committer_time"]) for one in said["commits"]]
    return [SessionCommit(oid, time * 1000, is_exact=False) for oid, time in known]


def divided(host: str, home: Path, session: str | None = None) -> Apportioned:
    """Read and divide a sample's session, or another one of its store."""
    return apportion(events_of(host, home, session), commits_of(host), 7)


def events_of(host: str, home: Path, session: str | None = None) -> tuple[Event, ...]:
    return read_session(AGENTS[host], place(home), session or expected(host)["session_id"])


def at(seconds: float) -> str:
    """Return the time so many seconds after noon, as the stores write it."""
    whole = round(seconds * 1000)
    return f"2026-01-01T12:{whole // 60_000:02}:{whole // 1000 % 60:02}.{whole % 1000:03}Z"


def after_noon(seconds: float) -> int:
    return NOON + round(seconds * 1000)


def commit(oid: str, seconds: float, *, is_exact: bool = True) -> SessionCommit:
    return SessionCommit(Oid(oid.ljust(40, "0")), after_noon(seconds), is_exact)


def write_lines(path: Path, records: Iterable[object], end: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records) + end, encoding="utf-8")


def shown(oid: str, subject: str = "one") -> str:
    """Return what ``git commit`` prints for a commit."""
    return f"[main {oid}] {subject}\n 1 file changed, 1 insertion(+)"
