"""Allow-list of the variables and processes that hooks may store."""

import pytest

from tests.attribution.commits import RULES
from tracker.attribution import capture_rules
from tracker.attribution.capture_policy import process_rule


def test_stored_variables_are_identifiers_and_no_secrets() -> None:
    names = capture_rules(RULES).variables
    assert all(name.isidentifier() and name.isascii() for name in names)
    assert not any("TOKEN" in name or "KEY" in name or "SECRET" in name for name in names)


@pytest.mark.parametrize(
    ("name", "command", "rule"),
    [
        ("claude", "claude--resume", "claude"),
        ("kiro-cli-chat", "kiro-cli-chat", "kiro-cli-chat"),
        ("node", "node/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js-p", "*@anthropic-ai/claude-code*"),
        ("node", "node/usr/local/bin/gemini--yolo", "gemini"),
        ("node", "node/usr/local/bin/qwen", "qwen"),
        ("python3.11", "python3.11/home/u/.local/bin/aider", "aider"),
        ("python", "python-maider", "python*-maider*"),
        ("MainThread", "node/usr/bin/copilot", "copilot"),
        ("bash", "bash-cgit commit -m 'claude-code/cli.js'", None),
        ("node", "node/home/u/src/gemini-cli/scripts/lint.js", None),
        ("vim", "vim/home/u/claude/notes.md", None),
        ("code", "/usr/share/code/code--type=renderer", None),
        ("cursor", "/opt/cursor/cursor", None),
    ],
)
def test_process_rule_matches_agents_and_not_editors_or_shells(name: str, command: str, rule: str | None) -> None:
    assert process_rule(name, command, RULES) == rule
