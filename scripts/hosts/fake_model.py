"""A model for coding agents that runs on this machine, says what a test wants, and needs no network.

It listens on 127.0.0.1 alone and speaks the protocols of Anthropic, OpenAI (two) and Gemini. Its answers depend on the
request and on its script only, so several agents may use one at a time.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any, Final

from hosts import anthropic_messages, gemini_contents, openai_chat, openai_responses
from hosts.conversation import Asked, Call, Script, Written, answer

_PROTOCOLS: Final[Mapping[str, ModuleType]] = {
    "/messages": anthropic_messages,
    "/chat/completions": openai_chat,
    "/responses": openai_responses,
    "generateContent": gemini_contents,
    "streamGenerateContent": gemini_contents,
}
"""The protocols by the end of the path; Gemini's path ends in MODEL:METHOD."""
_COUNTING: Final = ("/count_tokens", "countTokens")
_MODEL_IN_PATH: Final = re.compile(r"/models/([^/:]+):")


@contextmanager
def fake_model(script: Script, model: str) -> Iterator[str]:
    """Run a model that follows a script, and give its address. ``model``: its name where a request has none."""

    class Conversation(_Conversation):
        follows = script
        named = model

    server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Conversation(BaseHTTPRequestHandler):
    """One connection of an agent. ``follows``: the model's script. ``named``: the model's name."""

    protocol_version = "HTTP/1.1"
    follows: Script
    named: str

    def do_GET(self) -> None:
        """Answer with the list of models, or with nothing."""
        model = {"id": self.named, "object": "model", "created": 0, "owned_by": "nobody", "type": "model"}
        model |= {"display_name": self.named, "name": f"models/{self.named}"}
        self._send_document({"object": "list", "data": [model], "models": [model], "has_more": False})

    do_HEAD = do_GET  # noqa: N815 - the base class names it

    def do_POST(self) -> None:
        """Answer a request of any protocol; anything else, such as telemetry, gets an empty object."""
        body = self._read()
        path = self.path.partition("?")[0]
        if path.endswith(_COUNTING):
            self._send_document({"input_tokens": 10, "totalTokens": 10})
            return
        protocol = next((one for end, one in _PROTOCOLS.items() if path.endswith(end)), None)
        if protocol is None:
            self._send_document({})
            return
        read: Callable[[Mapping[str, Any]], Asked] = protocol.read
        write: Callable[[str, Call | str], Written] = protocol.write
        in_path = _MODEL_IN_PATH.search(path)
        model = body.get("model") or (in_path[1] if in_path else self.named)
        written = write(model, answer(read(body), self.follows))
        if body.get("stream") or path.endswith(":streamGenerateContent"):
            self._send_events(written)
        else:
            self._send_document(written.document)

    def _read(self) -> Mapping[str, Any]:
        """Return the body of a request, empty if it is no JSON object."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            parts = []
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            raw = b"".join(parts)
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    def _send_document(self, document: Mapping[str, Any]) -> None:
        data = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _send_events(self, written: Written) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for name, event in written.events:
            head = f"event: {name}\n" if name else ""
            data = event if isinstance(event, str) else json.dumps(event)
            self.wfile.write(f"{head}data: {data}\n\n".encode())
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Print nothing."""
