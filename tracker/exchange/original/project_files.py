"""The original's files in a project: ``.agent/status.json``, ``.journal/communication.json``, ``.journal/DATE.md``.

Agents kept them by hand, so they may hold anything. They become rows as the original's database has them; what cannot
is named with a reason. The agent is the one that the status file names.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from tracker.errors import TrackerError
from tracker.exchange.original import journal
from tracker.exchange.original.rows import NoRow, Row, row_of
from tracker.files import read_regular
from tracker.text import printable

STATUS: Final = ".agent/status.json"
GRADES: Final = ".journal/communication.json"
_JOURNAL: Final = ".journal"
_LARGEST: Final = 1 << 24
"""Bytes of a file that is read."""
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.md\Z")
_POINTS: Final = ("skill_points", "experience_points", "communication_score", "total_commits", "total_bugs")
_OWN_MARK: Final = "schema"
"""A field of this program's own status file, which the original's has not."""


class Unusable(NamedTuple):
    """A file, or a part of one, that is no row. ``reason``: a clause."""

    line: bytes
    reason: str


class Found(NamedTuple):
    """The content of the files of a project."""

    rows: list[Row]
    unusable: list[Unusable]


def has_files(folder: Path) -> bool:
    """Return True if a folder has files of the original."""
    if (folder / _JOURNAL).is_dir():
        return True
    try:
        return _is_originals(_json(folder / STATUS))
    except NoRow:
        return (folder / STATUS).exists()


def _is_originals(status: object) -> bool:
    """Return True if the content of a status file is the original's, or nobody's: not an object at all."""
    if not isinstance(status, dict):
        return True
    return _OWN_MARK not in status and any(name in status for name in ("agent_name", *_POINTS))


def read_files(folder: Path, agent: str | None) -> Found:
    """Return the rows of the files in a project's folder. ``agent``: the agent, where the status file names none.

    Raises TrackerError where no agent is named.
    """
    found = Found([], [])
    status = _status(folder, found)
    named = status.get("agent_name")
    account = named if isinstance(named, str) and named.strip() else agent
    if account is None or not account.strip():
        reasons = "".join(f" ({STATUS}: {one.reason})" for one in found.unusable)
        raise TrackerError(
            f"the files in {printable(str(folder))} do not name the agent{reasons}: name it with --agent."
        )
    if status:
        values = {name: status.get(name) for name in _POINTS}
        _add(found, "agents", account, {"id": account, "active": not status.get("halted"), **values}, STATUS)
    if (folder / GRADES).exists():
        _add_grades(folder, account, found)
    for file in sorted((folder / _JOURNAL).glob("*.md")):
        _add_day(file, account, found)
    return found


def _status(folder: Path, found: Found) -> Mapping[str, Any]:
    """Return the content of the original's status file, empty if there is none."""
    if not (folder / STATUS).exists():
        return {}
    try:
        status = _json(folder / STATUS)
    except NoRow as error:
        found.unusable.append(Unusable(STATUS.encode(), str(error)))
        return {}
    if not isinstance(status, dict):
        found.unusable.append(Unusable(STATUS.encode(), "it holds no JSON object"))
        return {}
    return status if _is_originals(status) else {}


def _add_grades(folder: Path, account: str, found: Found) -> None:
    """Add the retrospectives of an agent."""
    try:
        entries = _json(folder / GRADES)
    except NoRow as error:
        found.unusable.append(Unusable(GRADES.encode(), str(error)))
        return
    if not isinstance(entries, list):
        found.unusable.append(Unusable(GRADES.encode(), "it holds no list of retrospectives"))
        return
    for number, entry in enumerate(entries, 1):
        place = f"{GRADES}, entry {number}"
        if isinstance(entry, dict):
            commit = entry.get("commit")
            _add(found, "retrospectives", f"{account}:{commit if isinstance(commit, str) else ''}", entry, place)
        else:
            found.unusable.append(Unusable(place.encode(), "it is no JSON object"))


def _add_day(file: Path, account: str, found: Found) -> None:
    """Add the entries of a day's journal. Another file is named only if it has entries."""
    place = f"{_JOURNAL}/{file.name}"
    day = _DAY.match(file.name)
    try:
        entries = [*journal.entries_of(_text(file))]
    except NoRow as error:
        found.unusable.append(Unusable(place.encode("utf-8", "backslashreplace"), str(error)))
        return
    for entry in entries:
        where = f"{place}, {entry.heading or 'before the first heading'}"
        if day and entry.time:
            moment = f"{day[1]}T{entry.time}{'' if entry.time.count(':') > 1 else ':00'}Z"
            _add(found, "activities", f"{account}:{moment}", {"timestamp": moment, **entry.fields}, where)
        elif day or entry.time:
            missing = "its heading does not begin with a time" if day else "the name of its file is no date"
            found.unusable.append(Unusable(where.encode("utf-8", "backslashreplace"), missing))


def _add(found: Found, kind: str, key: str, value: Mapping[str, Any], place: str) -> None:
    try:
        found.rows.append(row_of(kind, key, value))
    except NoRow as error:
        found.unusable.append(Unusable(place.encode("utf-8", "backslashreplace"), str(error)))


def _json(file: Path) -> Any:
    """Return the content of a JSON file. Raises NoRow."""
    text = _text(file)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # Numbers that are none, and texts that are no UTF-8, make unusable what they are in, and nothing else.
        try:
            return json.loads(text, parse_constant=str)
        except (ValueError, RecursionError):
            raise NoRow(f"it is not JSON ({error})") from error


def _text(file: Path) -> str:
    """Return the text of a file. Raises NoRow."""
    try:
        return read_regular(file, _LARGEST).decode("utf-8-sig", "replace")
    except OSError as error:
        raise NoRow(f"it cannot be read ({error.strerror or error})") from error
