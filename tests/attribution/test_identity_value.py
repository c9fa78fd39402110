"""The grammar of what a trailer's value names: an agent, its version, its model."""

import pytest

from tests.attribution.commits import RULES, attribution_of_commit
from tracker.attribution import model_id
from tracker.attribution.identity_value import names_nobody, read_value

NAMED = {
    "Claude (Opus 4.7)": ("claude-code", "anthropic/claude-opus-4.7"),
    "Claude (claude-sonnet-4-6)": ("claude-code", "anthropic/claude-sonnet-4.6"),
    "Claude (Opus 4.8, 1M context)": ("claude-code", "anthropic/claude-opus-4.8"),
    "Claude Code (Opus 4.8 1M context)": ("claude-code", "anthropic/claude-opus-4.8"),
    "Claude Code v2.1.3 (Opus 5)": ("claude-code", "anthropic/claude-opus-5"),
    "ClaudeCode:claude-opus-4-8[1m]": ("claude-code", "anthropic/claude-opus-4.8"),
    "Kiro CLI (Opus 4.8)": ("kiro", "anthropic/claude-opus-4.8"),
    "Antigravity (Gemini 3.5 Flash)": ("antigravity", "google/gemini-3.5-flash"),
    "Cursor Grok 4.5": ("cursor", "xai/grok-4.5"),
    "Cursor (Auto)": ("cursor", None),
    "GitHub Copilot (GPT-5.2)": ("copilot", "openai/gpt-5.2"),
    "GitHub Copilot CLI (gpt-5)": ("copilot-cli", "openai/gpt-5"),
    "GitHub Copilot CLI": ("copilot-cli", None),
    "Copilot CLI": ("copilot-cli", None),
    "`codex` (gpt-5)": ("codex", "openai/gpt-5"),
    "`codex` (`gpt-5`)": ("codex", "openai/gpt-5"),
    "OpenCode + Claude Haiku 4.5": ("opencode", "anthropic/claude-haiku-4.5"),
    "OpenCode/opencode-go/glm-5.2": ("opencode", "zhipu/glm-5.2"),
    "Codex GPT-5.6 Sol Max": ("codex", "openai/gpt-5.6-sol-max"),
    "codex-gpt-5.5-medium on behalf of somebody": ("codex", "openai/gpt-5.5-medium"),
    "Zed AI with Claude Sonnet 4.6": ("zed", "anthropic/claude-sonnet-4.6"),
    "Claude Sonnet 4 via Crush": ("crush", "anthropic/claude-sonnet-4"),
    "Fable 5 (Claude Code)": ("claude-code", "anthropic/claude-fable-5"),
    "Claude Sonnet 4.6": (None, "anthropic/claude-sonnet-4.6"),
    "us.anthropic.claude-opus-4-6-v1:0": (None, "anthropic/claude-opus-4.6"),
    "claude-sonnet-4-5@20260101": (None, "anthropic/claude-sonnet-4.5"),
    "z-ai/glm-5.2": (None, "zhipu/glm-5.2"),
    "pi agent": ("pi", None),
    '"Claude Code".': ("claude-code", None),
}
NOTHING = (
    "Claude Paroz", "Devin Example", "User", "the team", "Claude Code for the tests", "dependabot", "", "2 reviewers",
)  # fmt: skip


@pytest.mark.parametrize("value", NAMED)
def test_what_a_value_names(value: str) -> None:
    found = read_value(value, RULES)
    assert found is not None
    assert (found.agent.name if found.agent else None, model_id(found.model) if found.model else None) == NAMED[value]


@pytest.mark.parametrize("value", NOTHING)
def test_other_text_names_nothing(value: str) -> None:
    assert read_value(value, RULES) is None


def test_version_of_the_agent() -> None:
    found = read_value("Claude Code v2.1.3 (Opus 5)", RULES)
    assert found
    assert found.version == "2.1.3"


@pytest.mark.parametrize(
    "value",
    [
        "none",
        "No",
        "n/a",
        "-",
        "None.",
        "no AI",
        "false",
        "N/A (human)",
        "not applicable",
        "n",
        "N.A.",
        "never",
        "manual",
        "not by AI",
        "didn't use Claude",
        "None. Claude only reviewed it afterwards, and found nothing that was wrong with it at all",
    ],
)
def test_values_that_name_nobody(value: str) -> None:
    assert names_nobody(value)
    for key in ("AI-assisted-by", "AI-Generated-By", "Assisted-by", "AI-assisted"):
        assert attribution_of_commit(f"feat: x\n\n{key}: {value}").agent == "human"


@pytest.mark.parametrize("value", ["Nora Example", "Noam", "Claude"])
def test_other_values_may_name_somebody(value: str) -> None:
    assert not names_nobody(value)


@pytest.mark.parametrize("key", ["Generated-by", "Assisted-by", "AI-assisted", "AI-assisted-by", "Co-authored-by"])
@pytest.mark.parametrize("agent", ["Claude Code", "OpenCode", "Gemini CLI", "Qwen Code", "Kiro CLI", "Roo Code"])
def test_every_agent_under_every_key(key: str, agent: str) -> None:
    found = attribution_of_commit(f"feat: x\n\n{key}: {agent} (GPT-5.2)")
    expected = RULES.agent_by_alias(agent) or RULES.agent_by_alias(agent.removesuffix(" CLI"))
    assert expected
    assert (found.agent, model_id(found.model or "")) == (expected.name, "openai/gpt-5.2")


@pytest.mark.parametrize(
    ("trailer", "agent", "model"),
    [
        ("Co-authored-by: Claude Sonnet 5 <me@example.org>", "unknown-agent", "Claude Sonnet 5"),
        ("Co-authored-by: Composer 2 <me@example.org>", "cursor", "Composer 2"),
        ("Co-authored-by: Claude Code (Opus 5) <me@example.org>", "claude-code", "Opus 5"),
        ("Co-authored-by: Claude <me@example.org>", "human", None),
        ("Co-authored-by: Claude Sonnet <claude@example.org>", "human", None),
        ("Co-authored-by: Isaac", "human", None),
        ("Co-authored-by: Claude", "human", None),
        ("Co-authored-by: Jules", "human", None),
        ("Generated-by: Hermes", "human", None),
        ("Generated-by: Hermes Agent", "hermes", None),
        ("Assisted-by: <Model-Name> via Crush", "crush", None),
    ],
)
def test_names_that_people_have_too(trailer: str, agent: str, model: str | None) -> None:
    found = attribution_of_commit(f"feat: x\n\n{trailer}")
    assert (found.agent, found.model) == (agent, model)


@pytest.mark.parametrize(
    ("message", "model"),
    [
        ("model: add gpt-5.2 to the list\n\nCo-authored-by: Claude <noreply@anthropic.com>", None),
        ("x\n\nModel: User\n\nCo-authored-by: Claude <noreply@anthropic.com>", None),
        ("x\n\nModel: Claude Opus 5 High\nCo-authored-by: Claude <noreply@anthropic.com>", "Claude Opus 5 High"),
        ("x\n\nModel: GPT-5.6\nCo-authored-by: Codex <noreply@openai.com>", "GPT-5.6"),
    ],
)
def test_model_is_taken_from_a_trailer_that_names_one(message: str, model: str | None) -> None:
    assert attribution_of_commit(message).model == model


@pytest.mark.parametrize(
    "line",
    [
        *(f"Co-authored-by: {name} <c@example.org>" for name in (
            "claude1985", "kimi2", "gemini77", "Grok99", "Mistral-42", "sonnet-18", "claude.d3", "swe-bob1", "o3",
            "Claude 2", "claude-dupont75",
        )),
        *(f"Co-authored-by: {name}" for name in (
            "claude1985", "Sonnet", "Haiku Inc", "Devin, Ada Smith", "Claude, Marie and Paul", "Isaac (ACME Corp)",
            "Devin (he/him)", "Claude (pair programming)", "Claude on behalf of ACME",
        )),
        "Authored-by: Claude, 2024", "Generated-by: codegen, do not edit", "Generated-by: warp (rust)",
        "Generated-by: sweep, cron", "Generated-by: Composer 2.7",
    ],
)  # fmt: skip
def test_people_and_other_programs_with_names_of_agents_and_models(line: str) -> None:
    assert attribution_of_commit(f"feat: x\n\n{line}").agent == "human"


@pytest.mark.parametrize(
    ("value", "agent", "model"),
    [
        ("Claude:claude-opus-4-6[1m] [Claude Code]", "claude-code", "claude-opus-4-6"),
        ("Codex gpt-5 [high]", "codex", "gpt-5"),
        ("Codex, gpt-5", "codex", "gpt-5"),
        ("Claude Code, Opus 4.5", "claude-code", "Opus 4.5"),
    ],
)
def test_model_beside_notes(value: str, agent: str, model: str) -> None:
    found = attribution_of_commit(f"feat: x\n\nAssisted-by: {value}")
    assert (found.agent, found.model) == (agent, model)
