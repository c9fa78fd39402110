"""The time of attribution by the size of a commit's message, also of messages made to take long."""

import time
from collections.abc import Mapping
from typing import Final

from benchmark.timing import progress
from tracker.attribution import catalogue_file, evidence_from_commit
from tracker.model import Commit, Oid, Signature

_LINES: Final[Mapping[str, str]] = {
    "prose": "This changes a thing or two, and says so in a line of ordinary length.\n",
    "trailers": "Co-authored-by: Somebody Else <somebody@example.org>\n",
    "one long line": "generated with ",
    "open brackets": "Assisted-by: " + "[" * 200 + "\n",
    "spaces": "Co-authored-by:" + " " * 300 + "x via" + " " * 300 + "\n",
    "line breaks": "\n",
    "folded trailers": "Generated-by:\n  Claude Code\n  (claude-opus-4-8, 1M context)\n",
    "damaged trailers": "    Co-authored-by: Claude Opus 4.8 <noreply@anthropic.com>. [skip ci]\r\n",
    "models in brackets": "AI-assisted-by: " + "codex (" * 40 + "gpt-5.5" + ")" * 40 + "\n",
    "nobody": "AI-assisted-by: none" + " " * 300 + "(\n",
    "footers": "\U0001f916 Generated with [Claude Code](https://claude.com/claude-code) via " + "[" * 200 + "\n",
    "talk about marks": "The trailer reads as follows:\n\nAssisted-by: Codex\n\n",
    "quoted marks": "> Co-authored-by: Claude <noreply@anthropic.com>\n- `Assisted-by: Codex`\n```\n",
}
"""The line that each kind of message repeats."""


def measure_messages(largest: int) -> dict[str, dict[str, float]]:
    """Return the milliseconds to attribute one message, by its kind and its size in bytes."""
    progress(f"timing attribution of messages of up to {largest} bytes")
    catalogue, person = catalogue_file.load(), Signature("Ada", "ada@example.com", 0, 0)
    results: dict[str, dict[str, float]] = {}
    for kind, line in _LINES.items():
        results[kind] = {}
        for size in sorted({largest // 1000, largest // 100, largest // 10, largest}):
            message = "subject\n\n" + (line * (size // len(line) + 1))[:size]
            commit = Commit(Oid("0" * 40), (), person, person, message)
            start = time.perf_counter()
            evidence_from_commit(commit, catalogue)
            results[kind][str(size)] = round(1000 * (time.perf_counter() - start), 3)
    return results
