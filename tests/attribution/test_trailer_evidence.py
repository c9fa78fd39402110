"""Evidence of trailers: which of them name an agent and its model, and which do not."""

import pytest

from tests.attribution.commits import CURSOR, OPUS, PERSON, RULES, attribution_of_commit
from tracker.attribution import attribute, evidence_from_commit
from tracker.model import Attribution, Commit, Oid, Signature


@pytest.mark.parametrize(
    ("trailer", "agent", "model"),
    [
        ("Co-Authored-By: Claude <noreply@anthropic.com>", "claude-code", None),
        ("Co-authored-by: Claude Opus 4.5 <noreply@anthropic.com>", "claude-code", "Claude Opus 4.5"),
        ("co-authored-by: Cursor <cursoragent@cursor.com>", "cursor", None),
        ("Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>", "codex", "gpt-5.2-codex"),
        ("Co-authored-by: Copilot <copilot@github.com>", "copilot-vscode", None),
        ("Co-authored-by: opencode <noreply@opencode.ai>", "opencode", None),
        ("Assisted-by: codex:gpt-5.2", "codex", "gpt-5.2"),
        ("Assisted-by: Claude Code:claude-opus-4-5", "claude-code", "claude-opus-4-5"),
    ],
)
def test_trailer_names_agent_and_model(trailer: str, agent: str, model: str | None) -> None:
    found = attribution_of_commit(f"feat: x\n\nA body.\n\n{trailer}")
    assert (found.agent, found.model, found.kind) == (agent, model, "agent")


@pytest.mark.parametrize(
    ("message", "agent", "model"),
    [
        (f"x\n\nGenerated with Crush\n\nAssisted-by: Crush:glm-5.2\n{OPUS}", "crush", "glm-5.2"),
        (f"x\n\nCo-authored-by: Codex <noreply@openai.com>\n{OPUS}", "codex", None),
        ("x\n\nAssisted-by: Claude:claude-opus-4-6 [opencode]", "opencode", "claude-opus-4-6"),
        ("x\n\nAssisted-by: Claude:claude-3-opus coccinelle sparse", "claude-code", "claude-3-opus"),
        ("x\n\nAssisted-by: AGENT_NAME:MODEL_VERSION", "human", None),
        ("x\n\nAssisted-by: Opus 4.7", "unknown-agent", "Opus 4.7"),
        ("x\n\nAsssisted-by: gpt-5.2", "unknown-agent", "gpt-5.2"),
        ("x\n\nAssisted-by: Ada Lovelace <ada@example.com>", "human", None),
        ("x\n\nCo-authored-by: Codex noreply@openai.com", "codex", None),
        ("x\n\nCo-authored-by: Claude &lt;noreply@anthropic.com&gt;", "claude-code", None),
        ("x\\nCo-authored-by: openhands <openhands@all-hands.dev>", "openhands", None),
        ("x\r\n\r\nCo-authored-by: Cursor <cursoragent@cursor.com>\r\n", "cursor", None),
        ("x\n\nEntire-Agent: Claude Code", "claude-code", None),
        ("x\n\nCommitted-By-Agent: codex", "codex", None),
        ("x\n\nAI-assisted: no\nAssisted-by: Opus 4.7", "human", None),
        ("x\n\nCo-authored-by: Claude <noreply@anthropic.com> was written here by mistake", "human", None),
        ("x\n\nCo-authored-by: Claude <noreply@anthropic.com> (review)", "claude-code", None),
        ("x\n\nModel: gpt-5.2", "human", None),
        ("x\n\nCo-authored-by: Codex <noreply@openai.com>\nModel: gpt-5.2", "codex", "gpt-5.2"),
    ],
)  # fmt: skip
def test_trailer_variants_name_an_agent_or_are_ignored(message: str, agent: str, model: str | None) -> None:
    found = attribution_of_commit(message)
    assert (found.agent, found.model) == (agent, model)


def test_second_co_author_is_kept_in_also() -> None:
    found = attribution_of_commit(f"feat: x\n\n{CURSOR}\nCo-authored-by: Claude <noreply@anthropic.com>")
    assert {found.agent, *found.also} == {"cursor", "claude-code"}


def test_review_bot_as_co_author_is_an_assist_of_a_human() -> None:
    bot = "gemini-code-assist[bot] <176961590+gemini-code-assist[bot]@users.noreply.github.com>"
    found = attribution_of_commit(f"Update x\n\nCo-authored-by: {bot}")
    assert found == Attribution("human", "human", None, "medium", "assist", ("gemini-code-assist",))


def test_security_bot_without_address_is_an_assist_of_a_human() -> None:
    found = attribution_of_commit(
        "Fix x\n\nCo-authored-by: Copilot Autofix powered by AI \u203962310815+x@users.noreply.github.com\u203a"
    )
    assert (found.agent, found.kind, found.also) == ("human", "human", ("copilot-autofix",))


def test_co_author_address_has_low_confidence_in_its_doubtful_period() -> None:
    """The address was written by default on commits that the agent did not make, 2026-04-22 to 2026-05-06."""

    def confidence_at(time: int) -> str:
        signature = Signature(*PERSON, time, 0)
        message = "x\n\nCo-authored-by: Copilot <copilot@github.com>"
        return attribute(
            evidence_from_commit(Commit(Oid("a" * 40), (), signature, signature, message), RULES)
        ).confidence

    before, during, after = 1_776_600_000, 1_777_000_000, 1_778_500_000
    assert [confidence_at(time) for time in (before, during, after)] == ["medium", "low", "medium"]
