"""Anthropic's Messages, ``POST /v1/messages``: spoken by Claude Code."""

import json
from collections.abc import Mapping
from typing import Any

from hosts.conversation import Asked, Call, Tool, Written, identifier, text_within


def read(body: Mapping[str, Any]) -> Asked:
    """Return what a request asks."""
    messages = body.get("messages", [])
    blocks = [block for message in messages if isinstance(message["content"], list) for block in message["content"]]
    tools = [Tool(tool["name"], tool.get("input_schema", {})) for tool in body.get("tools", [])]
    results = sum(block.get("type") == "tool_result" for block in blocks)
    return Asked(tools, results, text_within([body.get("system"), messages]))


def write(model: str, answer: Call | str) -> Written:
    """Return an answer, as a message with one block of content."""
    if isinstance(answer, Call):
        head = {"type": "tool_use", "id": identifier("toolu"), "name": answer.tool}
        whole, empty = {**head, "input": answer.arguments}, {**head, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(answer.arguments)}
    else:
        whole, empty = {"type": "text", "text": answer}, {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": answer}
    usage = {"input_tokens": 10, "output_tokens": 5, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    message: dict[str, Any] = {
        "id": identifier("msg"), "type": "message", "role": "assistant", "model": model, "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    end = {"stop_reason": "tool_use" if isinstance(answer, Call) else "end_turn", "stop_sequence": None}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": end, "usage": usage},
        {"type": "message_stop"},
    ]
    return Written([(event["type"], event) for event in events], {**message, **end, "content": [whole]})
