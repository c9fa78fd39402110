"""Environment variables of coding agents, and those that other programs leave in a person's environment."""

from typing import Final

from tracker.attribution import Agent, catalogue_file

CLAUDE_CODE: Final = {"CLAUDECODE": "1"}
OPENCODE: Final = {"OPENCODE": "1"}
UNKNOWN_AGENT: Final = {"AGENT": "1"}

AMBIENT: Final = {
    "TERM_PROGRAM": "vscode", "CURSOR_TRACE_ID": "abc", "GOOSE_PROVIDER": "openai", "COPILOT_MODEL": "gpt-5",
    "CODEX_HOME": "/x", "GEMINI_API_KEY": "x", "CLAUDE_PLUGIN_ROOT": "/x", "REPL_ID": "x", "ZED_TERM": "true",
    "PAGER": "cat", "GIT_PAGER": "cat", "AGENT": "ssh-agent",
}  # fmt: skip
"""Variables that resemble an agent's, but are also set while no agent works."""


def sure_environment(agent: Agent) -> dict[str, str] | None:
    """Return variables that identify an agent with high confidence, or None if the catalogue has none."""
    for rule in agent.variables:
        if rule.confidence == "high":
            return {rule.name: rule.equals or rule.contains or "1"}
    for combination in agent.combinations:
        if combination.confidence == "high":
            return {rule.name: rule.equals or "1" for rule in combination.variables}
    return None


SURE: Final = {agent.name: environment for agent in catalogue_file.load() if (environment := sure_environment(agent))}
"""Variables that identify an agent with high confidence, keyed by the agent's name."""
