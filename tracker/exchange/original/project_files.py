"""The original's files in a project: ``.agent/status.json``, ``.journal/communication.json``, ``.journal/DATE.md``.

Agents kept them by hand. They become rows as the original's database has them; the agent is the one that the status
file names. Abbreviated names of commits are looked up in the ledger.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from tracker import keys
from tracker.errors import TrackerError
from tracker.exchange.original.rows import Row, read_row
from tracker.files import read_regular
from tracker.ledger import Snapshot
from tracker.ledger.tables import COMMITS
from tracker.model import Oid, ProjectId, parse_oid

STATUS: Final = ".agent/status.json"
GRADES: Final = ".journal/communication.json"
_JOURNAL: Final = ".journal"
_LARGEST: Final = 1 << 24
"""Bytes of a file that is read."""
_NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.md\Z")
_ABBREVIATED: Final = re.compile(r"[0-9a-f]{7,64}\Z")
_HEADING: Final = re.compile(r"## (\d{2}:\d{2})\s*\Z")
_FIELD: Final = re.compile(r"- \*\*(Task|Actions taken|Outcome|Decisions made)\*\*: ?(.*)\Z")
_FIELDS: Final[Mapping[str, str]] = {
    "Task": "task", "Actions taken": "actions", "Outcome": "outcome", "Decisions made": "decisions",
}  # fmt: skip


def commit_finder(snapshot: Snapshot, project: ProjectId | None) -> "FindCommit":
    """Return a function that looks up abbreviated names of commits in a project; it finds none without a project."""

    def find(name: str) -> Oid | None:
        if project is None or not _ABBREVIATED.match(name):
            return None
        prefix = keys.project(project) + bytes.fromhex(name[: len(name) // 2 * 2])
        found = [oid for key in snapshot.keys(COMMITS, prefix) if (oid := keys.oid_of(key)).startswith(name)]
        return found[0] if len(found) == 1 else None

    return find


FindCommit = Callable[[str], Oid | None]
"""Returns the recorded commit that an abbreviated name means, None if there is none or more than one."""


def has_files(folder: Path) -> bool:
    """Return True if a folder has files of the original."""
    return (folder / _JOURNAL).is_dir() or _is_originals(folder / STATUS)


def _is_originals(status: Path) -> bool:
    try:
        return "agent_name" in _read(status) and "schema" not in _read(status)
    except TrackerError:
        return False


def rows_of(folder: Path, agent: str | None, find_commit: FindCommit) -> Iterator[Row]:
    """Yield the rows of the files in a project's folder. ``agent``: the agent, where the status file names none.

    Raises TrackerError for files that cannot be read, and where no agent is named.
    """
    status = _read(folder / STATUS) if _is_originals(folder / STATUS) else {}
    account = agent or status.get("agent_name")
    if not isinstance(account, str) or not account.strip():
        raise TrackerError(f"the files in {folder} do not name the agent: name it with --agent.")
    if status:
        names = {"skill_points": None, "experience_points": None, "communication_score": None}
        counts = {name: status.get(name) for name in ("total_commits", "total_bugs")}
        values = {name: status.get(name) for name in names}
        yield _row("agents", account, {"id": account, "active": not status.get("halted"), **values, **counts})
    if (folder / GRADES).exists():
        for entry in _entries(folder / GRADES):
            commit = entry.get("commit")
            found = commit if not isinstance(commit, str) or parse_oid(commit) else find_commit(commit)
            yield _row("retrospectives", f"{account}:{found or commit}", {**entry, "commit": found or commit})
    for file in sorted((folder / _JOURNAL).glob("*.md")):
        day = _NAME.match(file.name)
        if day:
            yield from _journal(file, day[1], account)


def _journal(file: Path, day: str, account: str) -> Iterator[Row]:
    """Yield the entries of a day's journal."""
    for time, fields in _sections(_text(file)):
        moment = f"{day}T{time}:00Z"
        yield _row("activities", f"{account}:{moment}", {"timestamp": moment, **fields})


def _sections(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the time and the fields of each section; other lines continue the field before them."""
    time: str | None = None
    fields: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        heading, field = _HEADING.match(line), _FIELD.match(line)
        if heading or line.startswith("#"):
            if time and fields:
                yield time, fields
            time, fields, last = heading[1] if heading else None, {}, ""
        elif field:
            last = _FIELDS[field[1]]
            fields[last] = field[2]
        elif last and line.strip():
            fields[last] += f"\n{line.strip()}"
    if time and fields:
        yield time, fields


def _row(kind: str, key: str, value: Mapping[str, Any]) -> Row:
    return read_row(orjson.dumps({"db": kind, "key": key, "value": value}))


def _entries(file: Path) -> list[dict[str, Any]]:
    found = _json(file)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise TrackerError(f"{file} is no list of retrospectives.")
    return found


def _read(file: Path) -> dict[str, Any]:
    found = _json(file)
    if not isinstance(found, dict):
        raise TrackerError(f"{file} holds no object.")
    return found


def _json(file: Path) -> Any:
    try:
        return orjson.loads(_text(file))
    except orjson.JSONDecodeError as error:
        raise TrackerError(f"{file} is not JSON: {error}.") from error


def _text(file: Path) -> str:
    try:
        return read_regular(file, _LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise TrackerError(f"{file} cannot be read: {error.strerror or error}.") from error
