"""Names of models: cleaned from text, and in one canonical spelling."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.attribution import model_id, model_name


@pytest.mark.parametrize(
    ("spellings", "expected"),
    [
        (["Claude Opus 4.6", "claude-opus-4-6", "claude-opus-4-6-20260101", "anthropic/claude-opus-4.6",
          "us.anthropic.claude-opus-4-6-v1:0", "Opus 4.6", "claude-opus-4-6@20260101", "Claude Opus 4.6 (1M context)",
          "claude-opus-4-6[1m]", "1M Claude Opus 4.6"], "anthropic/claude-opus-4.6"),
        (["claude-3-5-sonnet-20241022", "Claude Sonnet 3.5", "claude-3.5-sonnet"], "anthropic/claude-sonnet-3.5"),
        (["gpt-5.2-codex", "openai/gpt-5.2-codex", "GPT-5.2 Codex"], "openai/gpt-5.2-codex"),
        (["GLM-4.7", "glm 4.7", "z.ai/glm-4.7"], "zhipu/glm-4.7"),
        (["accounts/fireworks/models/kimi-k2p6", "Kimi K2.6", "kimi-k2.6"], "moonshot/kimi-k2.6"),
        (["gemini-2.5-pro", "google/gemini-2.5-pro", "Gemini 2.5 Pro"], "google/gemini-2.5-pro"),
        (["some-model"], "some-model"),
    ],
)  # fmt: skip
def test_all_spellings_of_a_model_have_one_id(spellings: list[str], expected: str) -> None:
    assert {model_id(model_name(spelling) or "") for spelling in spellings} == {expected}


@pytest.mark.parametrize("text", ["Claude", "auto", "unknown", "<Model-Name>", "AI Assistant", "<synthetic>", "", "  "])
def test_text_that_names_no_model_gives_none(text: str) -> None:
    assert model_name(text) is None


@given(st.text(max_size=60))
@example("QWEN")
def test_model_id_is_idempotent(text: str) -> None:
    name = model_name(text)
    assert name is None or model_id(model_id(name)) == model_id(name)
