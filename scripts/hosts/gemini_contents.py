"""Gemini's contents, ``POST /v1beta/models/MODEL:generateContent``: spoken by Gemini CLI."""

from collections.abc import Mapping
from typing import Any

from hosts.conversation import Asked, Call, Tool, Written, text_within


def read(body: Mapping[str, Any]) -> Asked:
    """Return what a request asks."""
    contents = body.get("contents", [])
    declared = [function for tool in body.get("tools", []) for function in tool.get("functionDeclarations", [])]
    tools = [Tool(one["name"], one.get("parametersJsonSchema") or one.get("parameters") or {}) for one in declared]
    parts = [part for content in contents for part in content.get("parts", [])]
    text = text_within([body.get("systemInstruction"), contents])
    return Asked(tools, sum("functionResponse" in part for part in parts), text)


def write(model: str, answer: Call | str) -> Written:
    """Return an answer with one part, in a stream of one event."""
    part: dict[str, Any] = {"text": answer}
    if isinstance(answer, Call):
        part = {"functionCall": {"name": answer.tool, "args": answer.arguments}}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    document = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model}
    return Written([("", document)], document)
