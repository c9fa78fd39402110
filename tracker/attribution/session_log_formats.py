"""Read the models that one session used, from the session store of each agent.

Each reader takes the place of the stores and a session id, and yields the turns of the session, oldest first. It may
raise anything for a store that is missing, locked or of another form.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution import foreign_json
from tracker.attribution.gemini_at_work import gemini_tmp
from tracker.attribution.session_log_files import (
    StoreLocation,
    document,
    first_file,
    listing,
    newest_files,
    objects,
    rows,
    seconds,
    text_in,
)

_MOST_SESSIONS: Final = 10
"""Sessions of Copilot in which the id of a subagent is looked for."""


class Turn(NamedTuple):
    """A model that a session used, and the time in seconds since the epoch; None when the store has no time."""

    model: str
    time: float | None


def _claude(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read JSON lines; assistant records name the model (git-ai, ccusage and agentsview read the same)."""
    root = place.folder("CLAUDE_CONFIG_DIR", ".claude") / "projects"
    for record in objects(first_file(folder / f"{session}.jsonl" for folder in listing(root))):
        if record.get("type") == "assistant" and not record.get("isSidechain"):
            yield Turn(text_in(record, "message", "model"), seconds(record.get("timestamp")))


def _codex(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read JSON lines below year, month and day; each turn's context names the model (openai/codex, rollout)."""
    root = place.folder("CODEX_HOME", ".codex") / "sessions"
    days = (day for year in listing(root) for month in listing(year) for day in listing(month))
    files = (file for day in days for file in listing(day) if file.name.endswith(f"-{session}.jsonl"))
    for record in objects(first_file(files)):
        if record.get("type") == "turn_context":
            yield Turn(text_in(record, "payload", "model"), seconds(record.get("timestamp")))


def _opencode(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read messages with their models from SQLite, or from older versions' JSON files (anomalyco/opencode, storage)."""
    root = place.folder("XDG_DATA_HOME", ".local", "share") / "opencode"
    query = "SELECT data, time_created FROM message WHERE session_id = ? ORDER BY time_created DESC"
    for path in sorted(root.glob("opencode*.db")):
        for data, time in reversed(rows(path, query, session)):
            message = foreign_json.parse(data)
            if text_in(message, "role") == "assistant":
                yield Turn(text_in(message, "modelID"), seconds(time))
    folder = root / "storage" / "message" / session
    for path in sorted(folder.iterdir())[-200:] if folder.is_dir() else ():
        message = document(path)
        if message.get("role") == "assistant" and message.get("modelID"):
            yield Turn(message["modelID"], seconds((message.get("time") or {}).get("created")))


def _copilot(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read JSON lines of events (github/copilot-sdk, session-events). A subagent's are in the file of its session."""
    root = place.folder("COPILOT_HOME", ".copilot") / "session-state"
    own = [path for path in (root / session / "events.jsonl", root / f"{session}.jsonl") if path.is_file()]
    if not own:
        yield from _copilot_subagent(root, session)
        return
    fields = ("newModel", "model", "selectedModel", "currentModel")
    for record in objects(own[0]):
        data = record.get("data")
        model = next((data[field] for field in fields if data.get(field)), None) if isinstance(data, dict) else None
        if isinstance(model, str) and not record.get("agentId"):  # a subagent's model is not the session's
            yield Turn(model, seconds(record.get("timestamp")))


def _copilot_subagent(root: Path, session: str) -> Iterator[Turn]:
    """Read the calls that name a subagent's id as their source, in the sessions that were changed last."""
    for path in newest_files((folder / "events.jsonl" for folder in listing(root)), _MOST_SESSIONS):
        for record in objects(path):
            if text_in(record, "data", "usage", "accounting", "sourceSessionId") == session:
                yield Turn(text_in(record, "data", "usage", "model"), seconds(record.get("timestamp")))


def _gemini(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read JSON lines, or older versions' document, named by the id's first digits (google-gemini/gemini-cli)."""
    for folder in listing(gemini_tmp(place)):
        for path in sorted(folder.glob(f"chats/session-*-{session[:8]}.json*")):
            if path.suffix == ".json":
                content = document(path)
                records, own = content.get("messages", []), content.get("sessionId")
            else:
                records = [*objects(path)]
                own = next((record["sessionId"] for record in records if "sessionId" in record), session)
            for record in records if own == session else ():
                if text_in(record, "type") == "gemini":
                    yield Turn(text_in(record, "model"), seconds(record.get("timestamp")))


def _amp(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read one JSON document (git-ai, fixture); newer versions keep threads elsewhere."""
    content = document(place.folder("XDG_DATA_HOME", ".local", "share") / "amp" / "threads" / f"{session}.json")
    for message in content["messages"]:
        usage = message.get("usage")
        if message.get("role") == "assistant" and isinstance(usage, dict) and usage.get("model"):
            yield Turn(usage["model"], seconds(usage.get("timestamp")))


def _goose(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read the session's model as JSON from SQLite (block/goose, session_manager)."""
    moved = place.environment.get("GOOSE_PATH_ROOT", "")
    root = Path(moved) / "data" if moved else place.home / ".local" / "share" / "goose"
    query = "SELECT model_config_json FROM sessions WHERE id = ?"
    for (text,) in rows(root / "sessions" / "sessions.db", query, session):
        yield Turn(foreign_json.parse(text)["model_name"], None)


def _kiro(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read one JSON document (agentsview)."""
    content = document(place.folder("KIRO_HOME", ".kiro") / "sessions" / "cli" / f"{session}.json")
    yield Turn(content["session_state"]["rts_model_state"]["model_info"]["model_id"], None)


def _cursor(place: StoreLocation, session: str) -> Iterator[Turn]:
    """Read one JSON value in hexadecimal digits from SQLite."""
    root = place.home / ".cursor" / "chats"
    path = first_file(folder / session / "store.db" for folder in listing(root))
    for (text,) in rows(path, "SELECT value FROM meta WHERE key = '0'"):
        yield Turn(foreign_json.parse(bytes.fromhex(text))["lastUsedModel"], None)


READERS: Final[Mapping[str, Callable[[StoreLocation, str], Iterator[Turn]]]] = {
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
"""The reader of each agent's store, by the agent's name; these agents name their session in the environment."""
