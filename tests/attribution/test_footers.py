"""Footers with facts behind the name, footers over several lines, and the marks of tools that few people know."""

import pytest

from tests.attribution.commits import attribution_of_commit

PERSON = ("Example User", "user@example.com")


def made_by(message: str) -> tuple[str, str | None, str]:
    found = attribution_of_commit(message, PERSON)
    return found.agent, found.model, found.confidence


@pytest.mark.parametrize(
    ("footer", "agent", "model", "confidence"),
    [
        ("_Generated with `mux` • Model: `anthropic:claude-opus-4-5` • Thinking:\n`xhigh`_",
         "mux", "anthropic:claude-opus-4-5", "high"),
        ("_Generated with [`mux`](https://github.com/coder/mux) • Model:\n`gateway:anthropic/claude-opus-4-5`_",
         "mux", "anthropic/claude-opus-4-5", "high"),
        ("_Generated with `mux` • Model: `unknown` • Thinking: `unknown`_", "mux", None, "high"),
        ("_Generated with `mux` · Model: gpt-5.3-codex · Thinking: high_", "mux", "gpt-5.3-codex", "high"),
        ("_Generated with `cmux`_", "mux", None, "high"),
        ("_Generated with [mux](https://github.com/coder/mux)_", "mux", None, "high"),
        ("_Generated with mux_", "mux", None, "high"),
        ("Generated with `mux`", "mux", None, "low"),
        ("<!-- xum-attribution: model=anthropic:claude-opus-4-6 thinking=xhigh\ncosts=1.20 -->",
         "mux", "anthropic:claude-opus-4-6", "high"),
        ("_Generated with `frobnicate` • Model: `gpt-5.2` • Thinking: `high`_", "unknown-agent", "gpt-5.2", "medium"),
        ("Made by [Open SWE](https://openswe.vercel.app)", "open-swe", None, "high"),
        ("Made by [Open\nSWE](https://openswe.vercel.app)", "open-swe", None, "high"),
        ("Created with [Deep Agents\nCLI](https://example.com)", "deep-agents", None, "high"),
        ("Co-authored-by: open-swe[bot] <open-swe@users.noreply.github.com>", "open-swe", None, "high"),
        ("Co-authored-by: sentry-junior[bot] <1+sentry-junior[bot]@users.noreply.github.com>", "junior", None, "high"),
        ("Co-authored-by: Hermes (via claude-sonnet-4-6) <agent@hermes.ai>", "hermes", "claude-sonnet-4-6", "medium"),
        ("Co-authored-by: Hermes <agent@hermes.ai>", "hermes", None, "low"),
        ("Co-authored-by: IronClaw Agent <agent@ironclaw.com>", "unknown-agent", None, "low"),
        ("_A note that goes on\nand ends here_\n\nCo-authored-by: Claude <noreply@anthropic.com>",
         "claude-code", None, "high"),
        ("_internal_fn is renamed\n\U0001f916 Generated with [Claude Code](https://claude.com/claude-code)",
         "claude-code", None, "high"),
        ("_foo returns None now\nGenerated with [Claude Code](https://claude.com/claude-code)",
         "claude-code", None, "high"),
        ("Generated with Claude Code | claude-opus-4-5", "claude-code", "claude-opus-4-5", "medium"),
        ("\U0001f916 Generated with Claude Code | claude-opus-4-5", "claude-code", "claude-opus-4-5", "high"),
        ("_A note without an end\nCo-authored-by: Claude <noreply@anthropic.com>\nend_", "claude-code", None, "high"),
    ],
)  # fmt: skip
def test_mark(footer: str, agent: str, model: str | None, confidence: str) -> None:
    assert made_by(f"feat: x\n\nWhat it does.\n\n{footer}") == (agent, model, confidence)


@pytest.mark.parametrize(
    "text",
    [
        "Generated with `protoc`",
        "_Generated with `protoc` • Version: `27.1`_",
        "Made by hand with [a\nlink](https://example.com)",
        "Built with [Swagger\nCodegen](https://example.com)",
        "The footer `_Generated with mux_` is new.",
        "> _Generated with `mux`_",
        "Generated with tmux",
        "Implemented using mux | demux",
        "Built with Cursor | Docs",
        "Built with Gemini | Vite | Tailwind",
        "Created with Codex • Figma",
        "Made by Devin | Jane",
        "Authored by Claude · Reviewed by Jean",
        "Created by Devin • 2 days ago",
        "Written by Jane · model: o1",
        "Built with React · model: claude-3",
        "Co-authored-by: Devin <agent@realty.com>",
        "Co-authored-by: Hermes <hermes@example.org>",
        "Co-authored-by: Jane Agent <jane@agent.mail>",
        "Co-authored-by: Free Agent <agent@example.org>",
    ],
)
def test_no_mark(text: str) -> None:
    assert made_by(f"feat: x\n\n{text}")[0] == "human"


@pytest.mark.parametrize(
    ("subject", "agent"),
    [
        ("fix: close the menu (vibe-kanban 1a2b)", "vibe-kanban"),
        ("fix: close the menu (vibe-kanban 1a2b) (#34)", "vibe-kanban"),
        ("docs: list a new tool (vibe-kanban)", "human"),
        ("Task attempt 0c5e4ad2-1f0e-4b8c-9a55-1d2f3a4b5c6d - Final changes", "vibe-kanban"),
        ("docs: a page (vibe-kanban can do more)", "human"),
        ("Task attempt 12 - Final changes", "human"),
    ],
)
def test_subject_that_a_program_wrote(subject: str, agent: str) -> None:
    assert made_by(subject)[0] == agent


@pytest.mark.parametrize(
    ("author", "made"),
    [
        (("IronClaw Agent", "agent@ironclaw.com"), ("unknown-agent", "agent")),
        (("mcp-agent", "mcp-agent@agent.mail"), ("unknown-agent", "agent")),
        (("double-agent", "123+double-agent@users.noreply.github.com"), ("human", "human")),
        (("jane-agent", "jane-agent@users.noreply.github.com"), ("human", "human")),
        (("ssh-agent", "ssh-agent@example.org"), ("human", "human")),
        (("Insurance Agent", "agent@insurance.com"), ("human", "human")),
        (("Jane Smith Agent", "agent@smith.com"), ("human", "human")),
        (("build-agent", "build-agent@example.org"), ("build-agent", "bot")),
        (("Jenkins Agent", "agent@example.org"), ("jenkins-agent", "bot")),
        (("Jane Agent", "jane@agent.mail"), ("human", "human")),
        (("Agent", "agent@example.org"), ("human", "human")),
        (("Free Agent", "agent@example.org"), ("human", "human")),
        (("Reagent", "reagent@example.org"), ("human", "human")),
    ],
)
def test_account_that_calls_itself_an_agent(author: tuple[str, str], made: tuple[str, str]) -> None:
    found = attribution_of_commit("chore: x", author)
    assert (found.agent, found.kind) == made
