"""Commits of a real repository and the store of the session that made them: a sample with their ids and their times."""

import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.costs.stores import SAMPLES, expected, sample
from tests.support import Repo

ENVIRONMENTS: Final = {
    "claude": ({"CLAUDECODE": "1"}, "CLAUDE_CODE_SESSION_ID"),
    "codex": ({"CODEX_CI": "1"}, "CODEX_THREAD_ID"),
    "codex-older": ({"CODEX_CI": "1"}, "CODEX_THREAD_ID"),
    "copilot": ({"COPILOT_CLI": "1"}, "COPILOT_AGENT_SESSION_ID"),
    "gemini": ({"GEMINI_CLI": "1"}, "GEMINI_SESSION_ID"),
    "opencode": ({"OPENCODE": "1"}, None),
    "qwen": ({"QWEN_CODE": "1"}, "QWEN_CODE_SESSION_ID"),
}
"""The variables of each agent's shell, and the one that names the session."""
_ISO: Final = re.compile(r"2026-11-28T\d\d:\d\d:\d\d(?:\.\d+)?Z")
_MILLISECONDS: Final = re.compile(r"\b1795\d{9}\b")


def commit_and_store(repo: Repo, host: str, *, hours_ago: float = 1, second: Repo | None = None) -> list[str]:
    """Make the two commits of a sample in a repository, and its store in the home directory; return the commits.

    ``second``: the repository of the second commit, if that is another one.
    """
    said = expected(host)
    last = said["commits"][-1]["committer_time"]
    later = round((datetime.now(UTC) - timedelta(hours=hours_ago)).timestamp()) - last
    environment = environment_of(host)
    oids = [
        (second if number and second else repo).commit(
            f"feat: {number}", env=environment | dated(one["committer_time"] + later)
        )
        for number, one in enumerate(said["commits"])
    ]
    write_store(repo, host, later, dict(zip([one["sha"] for one in said["commits"]], oids, strict=True)))
    return oids


def environment_of(host: str) -> dict[str, str]:
    variables, session = ENVIRONMENTS[host]
    return {**variables, **({session: expected(host)["session_id"]} if session else {})}


def dated(time: int) -> dict[str, str]:
    return {"GIT_AUTHOR_DATE": f"{time} +0000", "GIT_COMMITTER_DATE": f"{time} +0000"}


def write_store(repo: Repo, host: str, later: int, oids: Mapping[str, str]) -> None:
    """Write a sample's store so many seconds later, with other ids of commits."""
    home = Path(repo.environment["HOME"])
    sample(host, home)
    for path in (SAMPLES / host).rglob("*"):
        if path.is_file():
            copy = home / path.relative_to(SAMPLES / host)
            copy.write_text(moved(copy.read_text(encoding="utf-8"), later, oids, repo), encoding="utf-8")
    script = home / "opencode.sql"
    if script.exists():
        shutil.rmtree(home / ".local")
        database = Path(repo.environment["XDG_DATA_HOME"]) / "opencode/opencode.db"
        database.parent.mkdir(parents=True)
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript(script.read_text(encoding="utf-8"))


def moved(text: str, later: int, oids: Mapping[str, str], repo: Repo) -> str:
    def moved_time(found: re.Match[str]) -> str:
        time = datetime.fromisoformat(found[0]) + timedelta(seconds=later)
        return time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    text = _ISO.sub(moved_time, text)
    text = _MILLISECONDS.sub(lambda found: str(int(found[0]) + later * 1000), text)
    for old, new in oids.items():
        text = text.replace(old, new).replace(old[:7], new[:7])
    return text.replace("/home/dev/opencode", str(repo.path))


def costs(repo: Repo) -> dict[str, dict[str, Any] | None]:
    """Return the cost of each commit as ``log --json`` prints it, also of those that nothing reaches."""
    return {line["oid"]: line["cost"] for line in repo.log("--all")}
