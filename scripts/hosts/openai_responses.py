"""OpenAI's Responses, ``POST /v1/responses``: spoken by Codex."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from hosts.conversation import Asked, Call, Tool, Written, identifier, text_within

_BEHIND: Final = "/"
"""Separates a namespace from the name of its tool."""


def read(body: Mapping[str, Any]) -> Asked:
    """Return what a request asks."""
    given = body.get("input", [])
    items = [] if isinstance(given, str) else given
    tools = [one for tool in body.get("tools", []) for one in _tools(tool)]
    results = sum(str(item.get("type")).endswith("_call_output") for item in items)
    return Asked(tools, results, text_within([body.get("instructions"), given]))


def _tools(tool: Mapping[str, Any]) -> list[Tool]:
    """Return a tool that is offered, or those of a namespace, as MCP servers have one, by their whole names."""
    if tool.get("type") != "namespace":
        return [Tool(tool.get("name", tool.get("type", "")), tool.get("parameters") or {})]
    inside = tool.get("tools") or ()
    return [Tool(f"{tool['name']}{_BEHIND}{one['name']}", one.get("parameters") or {}) for one in inside]


def write(model: str, answer: Call | str) -> Written:
    """Return an answer with one item, a call or a message."""
    item: dict[str, Any]
    if isinstance(answer, Call):
        space, behind, name = answer.tool.rpartition(_BEHIND)
        item = {
            "type": "function_call", "id": identifier("fc"), "call_id": identifier("call"), "name": name,
            "arguments": json.dumps(answer.arguments),
        }  # fmt: skip
        item |= {"namespace": space} if behind else {}
        kind, content = "response.function_call_arguments", {"arguments": item["arguments"]}
        delta = item["arguments"]
    else:
        part = {"type": "output_text", "text": answer, "annotations": []}
        item = {"type": "message", "id": identifier("msg"), "role": "assistant", "content": [part]}
        kind, content, delta = "response.output_text", {"text": answer, "content_index": 0}, answer
    head = {"id": identifier("resp"), "object": "response", "created_at": int(time.time()), "model": model}
    tokens = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, **tokens}
    completed = {**item, "status": "completed"}
    done = {**head, "status": "completed", "output": [completed], "usage": usage}
    at = {"output_index": 0, "item_id": item["id"]}
    place = {"content_index": 0} if "content_index" in content else {}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**head, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "status": "in_progress"}},
        {"type": f"{kind}.delta", **at, **place, "delta": delta},
        {"type": f"{kind}.done", **at, **content},
        {"type": "response.output_item.done", "output_index": 0, "item": completed},
        {"type": "response.completed", "response": done},
    ]
    numbered = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    return Written([(event["type"], event) for event in numbered], done)
