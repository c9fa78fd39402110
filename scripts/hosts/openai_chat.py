"""OpenAI's Chat Completions, ``POST /v1/chat/completions``: spoken by OpenCode, Copilot CLI, Qwen Code and Aider."""

import json
import time
from collections.abc import Mapping
from typing import Any

from hosts.conversation import Asked, Call, Tool, Written, identifier, text_within


def read(body: Mapping[str, Any]) -> Asked:
    """Return what a request asks."""
    messages = body.get("messages", [])
    functions = [tool["function"] for tool in body.get("tools", []) if "function" in tool]
    tools = [Tool(function["name"], function.get("parameters", {})) for function in functions]
    return Asked(tools, sum(message.get("role") == "tool" for message in messages), text_within(messages))


def write(model: str, answer: Call | str) -> Written:
    """Return an answer: a first chunk that holds all of it, a last one with the tokens, and the end of the stream."""
    said: dict[str, Any] = {"role": "assistant", "content": answer}
    if isinstance(answer, Call):
        function = {"name": answer.tool, "arguments": json.dumps(answer.arguments)}
        call = {"index": 0, "id": identifier("call"), "type": "function", "function": function}
        said = {"role": "assistant", "content": None, "tool_calls": [call]}
    head = {"id": identifier("chatcmpl"), "created": int(time.time()), "model": model}
    usage = {"usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}
    reason = "tool_calls" if isinstance(answer, Call) else "stop"

    def chunk(*choices: dict[str, Any]) -> dict[str, Any]:
        return {**head, "object": "chat.completion.chunk", "choices": [*choices]}

    events: list[tuple[str, Any]] = [
        ("", chunk({"index": 0, "delta": said, "finish_reason": None})),
        ("", chunk({"index": 0, "delta": {}, "finish_reason": reason})),
        ("", {**chunk(), **usage}),
        ("", "[DONE]"),
    ]
    choice = {"index": 0, "message": said, "finish_reason": reason}
    return Written(events, {**head, "object": "chat.completion", "choices": [choice], **usage})
