"""Parse the records of other tools: their notes, traces and checkpoints.

Pure. Each parser takes the untrusted text of a record and returns the agents that it names, none for a text of another
form. The formats come from the tools' own sources, which each parser cites (docs/attribution.md).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from tracker.attribution import foreign_json
from tracker.lazy_regex import LazyRegex

LARGEST_RECORD: Final = 8 << 20
"""Characters of a record that are parsed, and bytes of a file that is read."""
_MESSAGE_END: Final = 1 << 16
"""Characters read from the end of a message."""
_MOST_CHECKPOINTS: Final = 8
"""Checkpoints of a commit, and sessions of a checkpoint, that are read."""

_MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""Errors that reading a record of another form raises."""

_ENTIRE_ID: Final = r"[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}"
_CHECKPOINT: Final = LazyRegex(rf"^Entire-Checkpoint:[ \t]*({_ENTIRE_ID})[ \t\r]*$", re.MULTILINE)


class Named(NamedTuple):
    """An agent as a tool names it, and its model; ``seen`` is False when the tool did not see it work on the commit."""

    agent: str
    model: str | None
    seen: bool = True


def _object(text: str) -> dict[str, Any]:
    value = foreign_json.parse(text)
    if not isinstance(value, dict):
        raise TypeError("no object")
    return value


def _safely(parser: Callable[[str], Iterator[Named]]) -> Callable[[str], list[Named]]:
    """Return a parser that names nothing when the text is not of its form."""

    def read(text: str) -> list[Named]:
        try:
            return list(parser(text[:LARGEST_RECORD]))
        except _MALFORMED:
            return []

    return read


@_safely
def git_ai(text: str) -> Iterator[Named]:
    """Parse ``refs/notes/ai`` (git-ai-project/git-ai, specs/git_ai_standard_v3.0.0.md).

    The note has the names of files, each followed by indented lines with the record that made some of its lines, then
    ``---``, then JSON. A record that no line refers to was kept when the commit was rewritten: its agent was not seen.
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
    """Parse ``refs/notes/agentblame`` (mesa-dot-dev/agentblame, packages/cli/src/lib/types.ts)."""
    for row in _object(text)["attributions"]:
        yield Named(str(row["provider"]), _text(row.get("model")))


@_safely
def blameprompt(text: str) -> Iterator[Named]:
    """Parse ``refs/notes/blameprompt`` (Ekaanth/blameprompt, src/core/receipt.rs).

    The tool invents the model of two providers; theirs is ignored.
    """
    for receipt in _object(text)["receipts"]:
        provider = str(receipt["provider"])
        yield Named(provider, None if provider in {"copilot", "gemini"} else _text(receipt.get("model")))


@_safely
def whogitit(text: str) -> Iterator[Named]:
    """Parse ``refs/notes/whogitit`` (dotsetlabs/whogitit, src/storage/notes.rs).

    The tool records Claude Code alone, with a constant model, which is ignored.
    """
    lines = [line for file in _object(text)["files"] for line in file.get("lines", ())]
    if any(line["source"]["type"] in {"AI", "AIModified"} for line in lines):
        yield Named("claude-code", None)


@_safely
def qwen_code(text: str) -> Iterator[Named]:
    """Parse ``refs/notes/ai-attribution`` (QwenLM/qwen-code, pull request 3115): its share of each file."""
    note = _object(text)
    shares = [file["aiContribution"] for file in note["files"].values()]
    if any(share > 0 for share in shares):
        yield Named(str(note.get("generator") or "qwen-code"), _text(note.get("model")))


def _agent_trace(record: Mapping[str, Any]) -> Iterator[Named]:
    tool = str((record.get("tool") or {}).get("name", ""))
    for file in record.get("files", ()):
        for conversation in file.get("conversations", ()):
            contributors = [conversation.get("contributor") or {}]
            contributors += [part.get("contributor") or {} for part in conversation.get("ranges", ())]
            for contributor in contributors:
                if contributor.get("type") in {"ai", "mixed"}:
                    yield Named(tool, _text(contributor.get("model_id")))


class Trace(NamedTuple):
    """One record of Agent Trace: its id, the commit that it names, the files that it is about, and its agents."""

    id: str
    revision: str
    paths: tuple[str, ...]
    named: tuple[Named, ...]


def parse_traces(text: str) -> list[Trace]:
    """Parse Agent Trace records, one JSON object a line (cursor/agent-trace, RFC v0.1.0); skip malformed lines."""
    found: list[Trace] = []
    for line in text[:LARGEST_RECORD].split("\n"):
        try:
            record = _object(line) if line.strip() else {}
            revision = str((record.get("vcs") or {}).get("revision", ""))
            paths = tuple(str(file["path"]) for file in record.get("files", ()))
            if revision:
                found.append(Trace(str(record.get("id", "")), revision, paths, tuple(_agent_trace(record))))
        except _MALFORMED:
            continue
    return found


def parse_trace_links(text: str) -> dict[str, list[str]]:
    """Parse ``commit-links.jsonl``: the ids of traces, by commit (ujjalsharma100/agent-trace-cli)."""
    found: dict[str, list[str]] = {}
    for line in text[:LARGEST_RECORD].split("\n"):
        try:
            record = _object(line) if line.strip() else {}
            if record:
                found.setdefault(str(record["commit_sha"]), []).extend(map(str, record["trace_ids"]))
        except _MALFORMED:
            continue
    return found


def checkpoint_ids(message: str) -> list[str]:
    """Return the ids of checkpoints in a commit's trailers (entireio/cli, cmd/entire/cli/trailers)."""
    return list(dict.fromkeys(_CHECKPOINT.findall(message[-_MESSAGE_END:])))[:_MOST_CHECKPOINTS]


@_safely
def entire_session(text: str) -> Iterator[Named]:
    """Parse the ``metadata.json`` of a session in a checkpoint of Entire. Reviews and imports made no commit."""
    metadata = _object(text)
    if metadata.get("agent") and metadata.get("kind") not in {"agent_review", "imported"}:
        yield Named(str(metadata["agent"]), _text(metadata.get("model")))


def entire_session_paths(text: str, folder: str) -> list[str]:
    """Return the paths of the sessions' metadata that a checkpoint's summary lists, else their usual paths.

    ``folder``: the checkpoint's folder, empty or with a slash at its end.
    """
    try:
        rows = _object(text[:LARGEST_RECORD]).get("sessions") or []
        listed = [str(row["metadata"]).lstrip("/") for row in rows if isinstance(row, dict) and row.get("metadata")]
    except _MALFORMED:
        listed = []
    listed = [path for path in listed if "\n" not in path and ".." not in path.split("/")]
    usual = [*(f"{folder}{number}/metadata.json" for number in range(3)), f"{folder}metadata.json"]
    return listed[:_MOST_CHECKPOINTS] or usual


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


NOTES: Final[Mapping[str, tuple[str, Callable[[str], list[Named]]]]] = {
    "refs/notes/ai": ("git-ai", git_ai),
    "refs/notes/agentblame": ("agentblame", agentblame),
    "refs/notes/blameprompt": ("blameprompt", blameprompt),
    "refs/notes/whogitit": ("whogitit", whogitit),
    "refs/notes/ai-attribution": ("qwen-code", qwen_code),
}
"""The notes refs that are read, with the tool that writes each and the parser of its notes."""
