"""The workers of a soak: six agents with their variables, a person at a terminal, and one without."""

from typing import Final, NamedTuple

from tracker.model import HUMAN


class Worker(NamedTuple):
    """A process that makes commits. ``maker``: the name that its work must have; a person's is "human"."""

    maker: str
    environment: dict[str, str]
    terminal: bool = False

    @property
    def is_marked(self) -> bool:
        """True if the environment of its commits names it."""
        return self.maker != HUMAN


AGENTS: Final = (
    Worker("claude-code", {"CLAUDECODE": "1"}),
    Worker("codex", {"CODEX_THREAD_ID": "0199a213-81c0-7800-8aa1-bbab2a035a53"}),
    Worker("opencode", {"OPENCODE": "1"}),
    Worker("gemini-cli", {"GEMINI_CLI": "1"}),
    Worker("cursor", {"CURSOR_AGENT": "1"}),
    Worker("amp", {"AMP_CURRENT_THREAD_ID": "T-0199a213-81c0-7800-8aa1-bbab2a035a54"}),
)

WORKERS: Final = (*AGENTS[:3], Worker(HUMAN, {}, terminal=True), *AGENTS[3:], Worker(HUMAN, {}))
"""In this order four work in the first repository and four in the second, each in a worktree of its own."""
