"""Evidence of the circumstances of a commit: terminal, nearest agent's process, nested agents, branch."""

import pytest

from tests.attribution.commits import RULES, attribution_of_moment
from tracker.attribution import attribute, evidence_from_circumstances
from tracker.model import Attribution


def test_terminal_is_evidence_of_a_human() -> None:
    assert attribution_of_moment(terminal=True) == Attribution("human", "human", None, "high", "terminal")


def test_agents_variable_in_a_terminal_has_medium_confidence() -> None:
    assert attribution_of_moment(CLAUDECODE="1").confidence == "high"
    assert attribution_of_moment(terminal=True, CLAUDECODE="1").confidence == "medium"


def test_nearest_process_decides_between_agents_variables() -> None:
    variables = {"CLAUDECODE": "1", "CODEX_THREAD_ID": "t", "AI_AGENT": "claude-code"}

    def with_process(process: str) -> Attribution:
        return attribute(evidence_from_circumstances(variables, RULES, terminal=False, process=process))

    found = with_process("codex")
    assert found == Attribution("codex", "agent", None, "high", "process", ("claude-code",))
    found = with_process("claude")
    assert (found.agent, found.confidence, found.also) == ("claude-code", "high", ("codex",))


def test_several_agents_variables_without_process_give_medium_confidence() -> None:
    found = attribution_of_moment(CLAUDECODE="1", CODEX_THREAD_ID="t")
    assert (found.agent, found.confidence, found.also) == ("codex", "medium", ("claude-code",))


def test_process_of_agent_without_variables_outranks_inherited_variable() -> None:
    assert attribution_of_moment(process="aider", CLAUDECODE="1").agent == "aider"
    assert attribution_of_moment(process="kimi", OPENCODE="1").agent == "kimi"


def test_variable_outranks_process_whose_own_variable_is_missing() -> None:
    """The outer agent's variables were cleared, so what is set is the inner one's."""
    assert attribution_of_moment(process="claude", GEMINI_CLI="1").agent == "gemini-cli"


@pytest.mark.parametrize("process", ["amp", "goose", "pi", "oz", "cn", "kilo", "crush", "droid"])
def test_process_named_by_a_common_word_is_no_evidence_alone(process: str) -> None:
    assert attribution_of_moment(process=process).agent == "human"


def test_process_named_by_a_common_word_counts_with_its_variable() -> None:
    assert attribution_of_moment(process="goose", GOOSE_PROVIDER="openai").agent == "goose"


def test_more_specific_agent_of_a_family_wins() -> None:
    assert attribution_of_moment(process="claude", CLAUDECODE="1", CLAUDE_CODE_IS_COWORK="1").agent == "claude-cowork"
    found = attribution_of_moment(AI_AGENT="claude-code", CLAUDE_CODE_IS_COWORK="1", CLAUDECODE="1")
    assert found.agent == "claude-cowork"


def test_process_in_a_terminal_has_medium_confidence_or_none() -> None:
    assert attribution_of_moment(True, process="claude").confidence == "medium"
    assert attribution_of_moment(True, process="*pi-coding-agent*").agent == "human"
    assert attribution_of_moment(process="*pi-coding-agent*").agent == "pi"


@pytest.mark.parametrize(
    ("branch", "agent"),
    [
        ("codex/fix", "codex"), ("claude/x", "claude-code"), ("cursor/readme-drive-1e07", "cursor-cloud"),
        ("cursor/mine", "cursor"), ("copilot/worktree-1", "copilot-vscode"), ("copilot/fix", "copilot-coding-agent"),
        ("main", "human"), ("fix-cursor", "human"), ("my/codex/x", "human"), ("", "human"),
    ],
)  # fmt: skip
def test_branch_prefix_counts_only_without_other_evidence(branch: str, agent: str) -> None:
    assert attribution_of_moment(branch=branch).agent == agent
    assert attribution_of_moment(True, branch=branch).agent == "human"
    assert attribution_of_moment(branch=branch, OPENCODE="1").also == ()
