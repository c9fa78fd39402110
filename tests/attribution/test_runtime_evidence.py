"""Evidence of the circumstances of a commit: terminal, nearest agent's process, nested agents, branch."""

import pytest

from tests.attribution.commits import RULES, attribution_of_moment
from tracker.attribution import attribute, evidence_from_circumstances
from tracker.attribution.reread_evidence import reevaluated_evidence
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


class TestTerminals:
    def found(self, process: str | None = None, *, alone: bool = False, **variables: str) -> Attribution:
        return attribute(evidence_from_circumstances(variables, RULES, terminal=True, process=process, alone=alone))

    def test_agent_whose_process_is_nearest_is_at_work(self) -> None:
        found = self.found("codex", CLAUDECODE="1", CODEX_THREAD_ID="t")
        assert (found.agent, found.confidence, found.also) == ("codex", "high", ("claude-code",))
        assert self.found("claude", CLAUDECODE="1").confidence == "high"

    def test_person_whose_terminal_has_inherited_marks(self) -> None:
        assert self.found(alone=True, CLAUDECODE="1", CODEX_THREAD_ID="t") == self.found()
        assert self.found().agent == "human"

    def test_agent_that_shows_no_process_may_be_at_work(self) -> None:
        found = self.found(alone=True, TRAE_AI_SHELL_ID="1")
        assert (found.agent, found.confidence) == ("trae", "medium")

    def test_it_is_evaluated_again_as_before(self) -> None:
        before = evidence_from_circumstances({"CLAUDECODE": "1"}, RULES, terminal=True, alone=True)
        assert attribute(reevaluated_evidence(before, RULES)).agent == "human"


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
        ("codex/fix", "human"), ("claude/x", "human"), ("cursor/mine", "human"), ("copilot/fix-login", "human"),
        ("jules/fix-login", "human"), ("devin/new-form", "human"), ("oz/spelling", "human"), ("v0/app", "human"),
        ("claude/fix-tests", "human"), ("cursor/pagination-fade", "human"), ("v0/landing-deadbeef", "human"),
        ("main", "human"), ("fix-cursor", "human"), ("my/codex/x", "human"), ("", "human"),
    ],
)  # fmt: skip
def test_branch_that_a_person_may_name_names_no_agent(branch: str, agent: str) -> None:
    assert attribution_of_moment(branch=branch).agent == agent


@pytest.mark.parametrize(
    ("branch", "agent"),
    [
        ("claude/fix-parser-x7Kd2", "claude-code"), ("claude/issue-12-20260101-1234", "claude-code"),
        ("cursor/readme-drive-1e07", "cursor-cloud"), ("jules-1671717100203805060-ab53a164", "jules"),
        ("fix-the-login-1671717100203805060", "jules"), ("devin/1774319384-add-form", "devin"),
        ("v0/app-bug-fixes-a3565fdf", "v0"), ("copilot/worktree-2026-05-06T10-00", "copilot-vscode"),
        ("copilot/fix-0b1f8e2a-1c2d-4e5f-8a9b-0c1d2e3f4a5b", "copilot-coding-agent"),
        ("opencode/issue12-20260101120000", "opencode"), ("dependabot/npm_and_yarn/lodash-4.17.21", "dependabot"),
    ],
)  # fmt: skip
def test_branch_with_a_machines_suffix_counts_only_without_other_evidence(branch: str, agent: str) -> None:
    assert attribution_of_moment(branch=branch).agent == agent
    assert attribution_of_moment(True, branch=branch).agent == "human"
    assert attribution_of_moment(branch=branch, OPENCODE="1").also == ()
