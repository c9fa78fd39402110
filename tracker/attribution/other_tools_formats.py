"""What other tools recorded of a commit's maker: the texts of their notes and traces, read as evidence.

Pure. Each parser takes the untrusted text of one record and gives what it names; a text of another form names nothing.
The formats are those of the tools' own sources, named at each parser (docs/attribution.md).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from tracker.attribution.catalogue import Catalogue
from tracker.attribution.model_names import model_name
from tracker.attribution.runtime_evidence import shown
from tracker.model import UNKNOWN_AGENT, Confidence, Evidence

LARGEST_RECORD: Final = 8 << 20
"""Characters of a record that are read."""
_MOST_NAMED: Final = 8
_NOBODY: Final = frozenset({"", "human", "unknown", "mock_ai", "none"})

_ENTIRE_ID: Final = r"[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}"
_CHECKPOINT: Final = re.compile(rf"^Entire-Checkpoint:[ \t]*({_ENTIRE_ID})[ \t\r]*$", re.MULTILINE)


class Named(NamedTuple):
    """An agent as a tool calls it, its model, and whether the tool saw it at work or keeps it for the record alone."""

    agent: str
    model: str | None
    seen: bool = True


def evidence(tool: str, named: Iterable[Named], rules: Catalogue, confidence: Confidence = "medium") -> list[Evidence]:
    """The evidence that a tool's record is; agents that the catalogue does not know are unknown ones."""
    found: list[Evidence] = []
    for order, one in enumerate(dict.fromkeys(named)):
        if one.agent.strip().lower() in _NOBODY or order >= _MOST_NAMED:
            continue
        agent = rules.named(one.agent)
        if agent is not None and agent.kind != "agent":
            continue
        name = agent.name if agent else UNKNOWN_AGENT
        model = model_name(one.model) if one.model else None
        if model and rules.named(model) is not None:
            model = None  # the tool's own name stands where it did not know the model
        found.append(
            Evidence(
                "record", tool, shown(one.agent), name if one.seen else None, "agent", model if one.seen else None,
                confidence if one.seen else "low", order=order, vendors=agent.model_vendors if agent else (),
            )
        )  # fmt: skip
    return found


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("no object")
    return value


def _safely(parser: Callable[[str], Iterator[Named]]) -> Callable[[str], list[Named]]:
    """A parser of untrusted text: whatever is not of its form names nothing."""

    def read(text: str) -> list[Named]:
        try:
            return list(parser(text[:LARGEST_RECORD]))
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            return []

    return read


@_safely
def git_ai(text: str) -> Iterator[Named]:
    """``refs/notes/ai`` (git-ai-project/git-ai, specs/git_ai_standard_v3.0.0.md).

    Lines of files and of who made which of their lines, then a line ``---``, then JSON. A record that no line refers to
    is kept after rewrites for the record alone.
    """
    head, _, tail = f"\n{text}".partition("\n---\n")
    metadata = _object(tail)
    lines = (line.split() for line in head.split("\n") if line.startswith("  "))
    attested = {words[0].split("::", 1)[0] for words in lines if words}
    for table in ("prompts", "sessions"):
        for key, record in (metadata.get(table) or {}).items():
            identity = record["agent_id"]
            yield Named(str(identity["tool"]), _text(identity.get("model")), key in attested)


@_safely
def agentblame(text: str) -> Iterator[Named]:
    """``refs/notes/agentblame`` (mesa-dot-dev/agentblame, packages/cli/src/lib/types.ts)."""
    for row in _object(text)["attributions"]:
        yield Named(str(row["provider"]), _text(row.get("model")))


@_safely
def blameprompt(text: str) -> Iterator[Named]:
    """``refs/notes/blameprompt`` (Ekaanth/blameprompt, src/core/receipt.rs). It makes up the model of two providers."""
    for receipt in _object(text)["receipts"]:
        provider = str(receipt["provider"])
        yield Named(provider, None if provider in {"copilot", "gemini"} else _text(receipt.get("model")))


@_safely
def whogitit(text: str) -> Iterator[Named]:
    """``refs/notes/whogitit`` (dotsetlabs/whogitit, src/storage/notes.rs): Claude Code alone, with a constant model."""
    lines = [line for file in _object(text)["files"] for line in file.get("lines", ())]
    if any(line["source"]["type"] in {"AI", "AIModified"} for line in lines):
        yield Named("claude-code", None)


def _agent_trace(record: Mapping[str, Any]) -> Iterator[Named]:
    tool = str((record.get("tool") or {}).get("name", ""))
    for file in record.get("files", ()):
        for conversation in file.get("conversations", ()):
            contributors = [conversation.get("contributor") or {}]
            contributors += [part.get("contributor") or {} for part in conversation.get("ranges", ())]
            for who in contributors:
                if who.get("type") in {"ai", "mixed"}:
                    yield Named(tool, _text(who.get("model_id")))


class Trace(NamedTuple):
    """One record of Agent Trace: its id, the commit that it names, the files that it is about, and who worked."""

    id: str
    revision: str
    paths: tuple[str, ...]
    named: tuple[Named, ...]


def agent_traces(text: str) -> list[Trace]:
    """Agent Trace records, one JSON object a line (cursor/agent-trace, RFC v0.1.0). Bad lines are passed over."""
    found: list[Trace] = []
    for line in text[:LARGEST_RECORD].split("\n"):
        try:
            record = _object(line) if line.strip() else {}
            revision = str((record.get("vcs") or {}).get("revision", ""))
            paths = tuple(str(file["path"]) for file in record.get("files", ()))
            if revision:
                found.append(Trace(str(record.get("id", "")), revision, paths, tuple(_agent_trace(record))))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
    return found


def trace_links(text: str) -> dict[str, list[str]]:
    """Which traces went into each commit: ``commit-links.jsonl`` (ujjalsharma100/agent-trace-cli)."""
    found: dict[str, list[str]] = {}
    for line in text[:LARGEST_RECORD].split("\n"):
        try:
            record = _object(line) if line.strip() else {}
            if record:
                found.setdefault(str(record["commit_sha"]), []).extend(map(str, record["trace_ids"]))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
    return found


def entire_checkpoints(message: str) -> list[str]:
    """The checkpoints that a commit's trailers name (entireio/cli, cmd/entire/cli/trailers)."""
    return list(dict.fromkeys(_CHECKPOINT.findall(message[-(1 << 16) :])))[:_MOST_NAMED]


@_safely
def entire_session(text: str) -> Iterator[Named]:
    """A session's ``metadata.json`` in a checkpoint of Entire; reviews and imports are no authors."""
    metadata = _object(text)
    if metadata.get("agent") and metadata.get("kind") not in {"agent_review", "imported"}:
        yield Named(str(metadata["agent"]), _text(metadata.get("model")))


def entire_sessions_of(text: str, folder: str) -> list[str]:
    """Where a checkpoint's summary says that its sessions' metadata are, else where they usually are."""
    try:
        rows = _object(text[:LARGEST_RECORD]).get("sessions") or []
        named = [str(row["metadata"]).lstrip("/") for row in rows if isinstance(row, dict) and row.get("metadata")]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        named = []
    named = [path for path in named if "\n" not in path and ".." not in path.split("/")]
    usual = [*(f"{folder}{number}/metadata.json" for number in range(3)), f"{folder}metadata.json"]
    return named[:_MOST_NAMED] or usual


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


NOTES: Final[Mapping[str, tuple[str, Callable[[str], list[Named]]]]] = {
    "refs/notes/ai": ("git-ai", git_ai),
    "refs/notes/agentblame": ("agentblame", agentblame),
    "refs/notes/blameprompt": ("blameprompt", blameprompt),
    "refs/notes/whogitit": ("whogitit", whogitit),
}
"""The notes refs that are read: the tool that writes each, and what reads its notes."""
