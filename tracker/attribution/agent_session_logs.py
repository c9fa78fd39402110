"""The model of a session, from the store that the agent itself keeps of its sessions on this machine.

Read only for a session id that the commit's own environment named, only the model, and never while git waits. A store
that is missing, huge, locked or of another form than these is no store: the answer is then that nothing is known.
"""

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from tracker.attribution.model_names import model_name
from tracker.model import Evidence

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,127}\Z")
"""A session id that may become part of a file's name: no separators, no dots."""

_TAIL: Final = 4 << 20
"""Bytes read from the end of a log of a session: the newest turn is there."""
_LARGEST: Final = 32 << 20
"""Bytes of a store that is one JSON document; a larger one is not read."""
_MOST_FILES: Final = 5000
"""Entries of a folder that are looked through."""
_MOST_STEPS: Final = 2_000_000
"""Instructions of SQLite's machine that a query may take, which is well below a second."""
_SLACK: Final = 5
"""Seconds after its commit that a turn may be dated: the log is written a moment later."""


class Turn(NamedTuple):
    """A model that a store names, and when it was in use, in seconds; None where it does not say."""

    model: str
    time: float | None


class Place(NamedTuple):
    """Where stores are looked for: the user's home directory and variables that move them."""

    home: Path
    environment: Mapping[str, str]

    def folder(self, variable: str, *default: str) -> Path:
        """The folder that a variable names, else one below the home directory."""
        named = self.environment.get(variable, "")
        return Path(named).expanduser() if named else self.home.joinpath(*default)


def here() -> Place:
    """Where this user's are."""
    return Place(Path.home(), os.environ)


def with_models(evidence: Sequence[Evidence], time: int, place: Place) -> tuple[Evidence, ...]:
    """The evidence with the models that stores know of its sessions, as they were at a time in seconds."""

    def completed(one: Evidence) -> Evidence:
        if one.signal != "session" or one.model or not one.agent:
            return one
        return one._replace(model=model_of(one.agent, one.value, time, place))

    return tuple(completed(one) for one in evidence)


def model_of(agent: str, session: str, time: int, place: Place) -> str | None:
    """The model that a session of an agent used at a time, in seconds; None where nothing tells."""
    read = _STORES.get(agent)
    if read is None or not _ID.match(session):
        return None
    try:
        turns = [(turn, name) for turn in read(place, session) if (name := model_name(turn.model))]
    except Exception:  # noqa: BLE001 - another program's private files: of whatever form they are, they break nothing
        return None
    then = [name for turn, name in turns if turn.time is None or turn.time <= time + _SLACK]
    return then[-1] if then else None


# -- files -------------------------------------------------------------------------------------------------------


def _tail(path: Path, most: int = _TAIL) -> bytes:
    """The end of a plain file, from the beginning of a line on."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is no plain file")
        file.seek(max(0, status.st_size - most))
        data = file.read(most)
    return data if status.st_size <= most else data.partition(b"\n")[2]


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """The objects in a file of JSON lines; a line that is none, as the last of one being written, is passed over."""
    for line in _tail(path).split(b"\n"):
        try:
            value = json.loads(line) if line.strip() else None
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _document(path: Path) -> Any:
    if path.stat().st_size > _LARGEST:
        raise OSError(f"{path} is too large")
    return json.loads(_tail(path, _LARGEST))


def _folders(place: Path) -> Iterator[Path]:
    """The folders in a folder, the newest names first where names are dates."""
    with os.scandir(place) as found:
        names = sorted((entry.name for _, entry in zip(range(_MOST_FILES), found, strict=False)), reverse=True)
    return (place / name for name in names)


def _first(paths: Iterable[Path]) -> Path:
    for path in paths:
        if path.is_file():
            return path
    raise OSError("there is no such session")


def _moment(value: object) -> float | None:
    """A time as stores write it: ISO 8601, or milliseconds."""
    try:
        if isinstance(value, (int, float)):
            return value / 1000 if value > 1e11 else float(value)
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) and value else None
    except (ValueError, OverflowError):
        return None


def _named(value: object, *keys: str) -> str:
    """A text inside of objects; empty where a record has none, so that one bad record hides no other."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _rows(path: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    """What a database says, without waiting for whoever writes to it."""
    import sqlite3
    from contextlib import closing

    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is no plain file")
    journals = [path.with_name(f"{path.name}{ending}").exists() for ending in ("-journal", "-wal", "-shm")]
    if journals[1] and not journals[2]:
        raise OSError(f"{path} cannot be read without writing beside it")
    # Without a journal nobody writes, and nothing is left in the agent's folder (sqlite.org/uri.html, immutable).
    how = "mode=ro" if any(journals) else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=0.1)) as connection:
        left = [_MOST_STEPS // 1000]

        def tick() -> int:
            left[0] -= 1
            return left[0] < 0

        connection.set_progress_handler(tick, 1000)
        return connection.execute(query, values).fetchmany(200)


# -- one agent each ----------------------------------------------------------------------------------------------


def _claude(place: Place, session: str) -> Iterator[Turn]:
    """JSON lines; assistant records name the model (git-ai, ccusage and agentsview read the same)."""
    root = place.folder("CLAUDE_CONFIG_DIR", ".claude") / "projects"
    for record in _objects(_first(folder / f"{session}.jsonl" for folder in _folders(root))):
        if record.get("type") == "assistant" and not record.get("isSidechain"):
            yield Turn(_named(record, "message", "model"), _moment(record.get("timestamp")))


def _codex(place: Place, session: str) -> Iterator[Turn]:
    """JSON lines below year, month and day; each turn's context names the model (openai/codex, rollout)."""
    root = place.folder("CODEX_HOME", ".codex") / "sessions"
    days = (day for year in _folders(root) for month in _folders(year) for day in _folders(month))
    files = (file for day in days for file in _folders(day) if file.name.endswith(f"-{session}.jsonl"))
    for record in _objects(_first(files)):
        if record.get("type") == "turn_context":
            yield Turn(_named(record, "payload", "model"), _moment(record.get("timestamp")))


def _opencode(place: Place, session: str) -> Iterator[Turn]:
    """SQLite, a message each with its model; before that a JSON file each (anomalyco/opencode, storage)."""
    root = place.folder("XDG_DATA_HOME", ".local", "share") / "opencode"
    query = "SELECT data, time_created FROM message WHERE session_id = ? ORDER BY time_created DESC"
    for path in sorted(root.glob("opencode*.db")):
        for data, time in reversed(_rows(path, query, session)):
            message = json.loads(data)
            if _named(message, "role") == "assistant":
                yield Turn(_named(message, "modelID"), _moment(time))
    folder = root / "storage" / "message" / session
    for path in sorted(folder.iterdir())[-200:] if folder.is_dir() else ():
        message = _document(path)
        if message.get("role") == "assistant" and message.get("modelID"):
            yield Turn(message["modelID"], _moment((message.get("time") or {}).get("created")))


def _copilot(place: Place, session: str) -> Iterator[Turn]:
    """JSON lines of events (github/copilot-sdk, session-events)."""
    root = place.folder("COPILOT_HOME", ".copilot") / "session-state"
    fields = ("newModel", "model", "selectedModel", "currentModel")
    for record in _objects(_first((root / session / "events.jsonl", root / f"{session}.jsonl"))):
        data = record.get("data")
        model = next((data[field] for field in fields if data.get(field)), None) if isinstance(data, dict) else None
        if isinstance(model, str):
            yield Turn(model, _moment(record.get("timestamp")))


def _gemini(place: Place, session: str) -> Iterator[Turn]:
    """JSON lines, before that one document, named by the first digits of the id (google-gemini/gemini-cli)."""
    home = place.folder("GEMINI_CLI_HOME") if place.environment.get("GEMINI_CLI_HOME") else place.home
    root = home / ".gemini" / "tmp"
    for folder in _folders(root):
        for path in sorted(folder.glob(f"chats/session-*-{session[:8]}.json*")):
            if path.suffix == ".json":
                document = _document(path)
                records, own = document.get("messages", []), document.get("sessionId")
            else:
                records = [*_objects(path)]
                own = next((record["sessionId"] for record in records if "sessionId" in record), session)
            for record in records if own == session else ():
                if _named(record, "type") == "gemini":
                    yield Turn(_named(record, "model"), _moment(record.get("timestamp")))


def _amp(place: Place, session: str) -> Iterator[Turn]:
    """One document (git-ai, fixture): newer versions keep threads elsewhere."""
    document = _document(place.folder("XDG_DATA_HOME", ".local", "share") / "amp" / "threads" / f"{session}.json")
    for message in document["messages"]:
        usage = message.get("usage")
        if message.get("role") == "assistant" and isinstance(usage, dict) and usage.get("model"):
            yield Turn(usage["model"], _moment(usage.get("timestamp")))


def _goose(place: Place, session: str) -> Iterator[Turn]:
    """SQLite; the session's model as JSON (block/goose, session_manager)."""
    moved = place.environment.get("GOOSE_PATH_ROOT", "")
    root = Path(moved) / "data" if moved else place.home / ".local" / "share" / "goose"
    query = "SELECT model_config_json FROM sessions WHERE id = ?"
    for (text,) in _rows(root / "sessions" / "sessions.db", query, session):
        yield Turn(json.loads(text)["model_name"], None)


def _kiro(place: Place, session: str) -> Iterator[Turn]:
    """One document (agentsview)."""
    document = _document(place.folder("KIRO_HOME", ".kiro") / "sessions" / "cli" / f"{session}.json")
    yield Turn(document["session_state"]["rts_model_state"]["model_info"]["model_id"], None)


def _cursor(place: Place, session: str) -> Iterator[Turn]:
    """SQLite with one JSON value in hexadecimal digits."""
    root = place.home / ".cursor" / "chats"
    path = _first(folder / session / "store.db" for folder in _folders(root))
    for (text,) in _rows(path, "SELECT value FROM meta WHERE key = '0'"):
        yield Turn(json.loads(bytes.fromhex(text))["lastUsedModel"], None)


_STORES: Final[Mapping[str, Callable[[Place, str], Iterator[Turn]]]] = {
    "claude-code": _claude,
    "claude-cowork": _claude,
    "codex": _codex,
    "opencode": _opencode,
    "copilot-cli": _copilot,
    "gemini-cli": _gemini,
    "amp": _amp,
    "goose": _goose,
    "kiro": _kiro,
    "cursor": _cursor,
}
"""What reads the store of each agent that names its session in the environment."""
