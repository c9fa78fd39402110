"""The hosts: the programs in which agents work, and how each of them says the same things in its own words. Pure.

Tables tell hosts apart, not code: five of them speak nearly one protocol (docs/hosts.md).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Event = Literal["before-tool", "after-tool", "session-start", "stop"]
EVENTS: Final[tuple[Event, ...]] = ("before-tool", "after-tool", "session-start", "stop")
"""The events of hosts that we use, by our own names."""

_CLAUDES: Final[Mapping[Event, str]] = MappingProxyType(
    {"before-tool": "PreToolUse", "after-tool": "PostToolUse", "session-start": "SessionStart", "stop": "Stop"}
)


class Host(NamedTuple):
    """A host, and the words that it understands.

    ``agent``: the catalogue's name of the agent that works in it. ``also``: other names of the host. ``events``: its
    own names of events; it is not asked about those that are left out. ``failed``: its own name of the event after a
    tool that failed, where that is another one. ``answers_in``: the key of a text for the model; with ``nests`` in
    ``hookSpecificOutput`` with the event's name, else at the top. ``again``: the decision by which the agent gets
    another turn. ``hides_from_git``: its tools run git without hooks. ``names_calls``: it gives each call of a tool an
    id. ``runs_elsewhere``: its hooks run in another folder than its agent works in. ``runs``: the name of its tool that
    runs commands.
    """

    agent: str
    display: str
    also: tuple[str, ...]
    events: Mapping[Event, str]
    failed: str = ""
    answers_in: str = "additionalContext"
    nests: bool = True
    again: Literal["block", "deny"] = "block"
    hides_from_git: bool = False
    names_calls: bool = True
    runs_elsewhere: bool = False
    runs: str = "Bash"

    def names_of(self, event: Event) -> list[str]:
        """Return the host's own names of an event; none if it is not asked about it."""
        own = self.events.get(event, "")
        return [name for name in (own, self.failed if event == "after-tool" else "") if name]


HOSTS: Final[tuple[Host, ...]] = (
    Host("claude-code", "Claude Code", ("claude",), _CLAUDES, failed="PostToolUseFailure"),
    Host("codex", "Codex CLI", ("codex-cli",), _CLAUDES),
    Host("opencode", "OpenCode", (), {one: one for one in EVENTS if one != "stop"}, nests=False, runs="bash"),
    Host(
        "gemini-cli", "Gemini CLI", ("gemini",),
        {"before-tool": "BeforeTool", "after-tool": "AfterTool", "session-start": "SessionStart", "stop": "AfterAgent"},
        again="deny", hides_from_git=True, names_calls=False, runs="run_shell_command",
    ),
    Host(
        "copilot-cli", "GitHub Copilot CLI", ("copilot",),
        {
            "before-tool": "preToolUse", "after-tool": "postToolUse", "session-start": "sessionStart",
            "stop": "agentStop",
        },
        failed="postToolUseFailure", nests=False, names_calls=False, runs="bash",
    ),
    Host(
        "qwen-code", "Qwen Code", ("qwen",), _CLAUDES, failed="PostToolUseFailure", runs="run_shell_command",
    ),
    Host(
        "cursor", "Cursor", (),
        {"before-tool": "beforeShellExecution", "after-tool": "afterShellExecution", "session-start": "sessionStart"},
        answers_in="additional_context", nests=False, runs_elsewhere=True, runs="Shell",
    ),
    Host("amp", "Amp", (), {"session-start": "agent.start"}, nests=False),
    Host("goose", "Goose", (), _CLAUDES, runs="developer__shell"),
)  # fmt: skip


def host_named(name: str) -> Host | None:
    """Return the host with a name, or None."""
    return next((host for host in HOSTS if name in (host.agent, *host.also)), None)


def event_named(name: str) -> Event | None:
    """Return the event with one of our names, or None."""
    return next((event for event in EVENTS if event == name), None)
