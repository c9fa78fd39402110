"""Evidence of the environment variables that agents set, and of variables that people have too."""

import pytest

from tests.attribution.commits import CURSOR, RULES, attribution_of_moment, commit
from tracker.attribution import attribute, combine, evidence_from_circumstances, evidence_from_commit
from tracker.model import Attribution


@pytest.mark.parametrize("value", ["", "0", "false", "no"])
def test_variable_with_a_negative_value_is_no_evidence(value: str) -> None:
    assert attribution_of_moment(CLAUDECODE=value).agent == "human"


def test_editors_and_settings_variables_are_no_evidence() -> None:
    assert attribution_of_moment(CURSOR_TRACE_ID="x", COPILOT_MODEL="gpt").agent == "human"


@pytest.mark.parametrize(
    "ambient",
    [
        {"TERM_PROGRAM": "vscode"}, {"TERM_PROGRAM": "zed", "ZED_TERM": "true"}, {"TERM_PROGRAM": "WarpTerminal"},
        {"TERM_PROGRAM": "kiro"}, {"REPL_ID": "x"}, {"CURSOR_TRACE_ID": "x"}, {"GOOSE_PROVIDER": "openai"},
        {"COPILOT_MODEL": "gpt-5"}, {"CODEX_HOME": "/x"}, {"GEMINI_API_KEY": "x"}, {"AIDER_MODEL": "x"},
        {"CLAUDE_PLUGIN_ROOT": "/x"}, {"CLAUDE_PROJECT_DIR": "/x"}, {"AGENT": "ssh"}, {"AGENT": "0"},
        {"GEMINI_CLI_HOME": "/x"}, {"KILO_PID": "1"}, {"EDITOR": "devin"}, {"CODEIUM_EDITOR_APP_ROOT": "/x"},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("terminal", [False, True])
def test_variable_that_people_have_too_is_no_evidence(ambient: dict[str, str], terminal: bool) -> None:
    assert attribute(evidence_from_circumstances(ambient, RULES, terminal=terminal)).kind == "human"


def test_ai_agent_names_any_agent_and_agent_only_known_ones() -> None:
    assert attribution_of_moment(AI_AGENT="opencode").agent == "opencode"
    assert attribution_of_moment(AI_AGENT="something-new").agent == "unknown-agent"
    assert attribution_of_moment(AGENT="some word").agent == "human"


@pytest.mark.parametrize("value", ["none", "human", "None", "user", "null"])
def test_ai_agent_that_names_nobody_is_no_evidence(value: str) -> None:
    assert attribution_of_moment(AI_AGENT=value).agent == "human"


def test_combination_of_weak_variables_counts_only_without_terminal() -> None:
    assert attribution_of_moment(TERM_PROGRAM="zed", PAGER="cat").agent == "zed"
    in_terminal = attribution_of_moment(True, TERM_PROGRAM="zed", PAGER="cat")
    assert in_terminal == Attribution("human", "human", None, "high", "terminal")


def test_version_is_read_from_variables() -> None:
    assert attribution_of_moment(AI_AGENT="claude-code_2-1-263_agent").version == "2.1.263"
    assert attribution_of_moment(COPILOT_CLI="1", COPILOT_CLI_BINARY_VERSION="1.0.80").version == "1.0.80"


def test_environment_outranks_co_author_who_is_kept_in_also() -> None:
    of_commit = evidence_from_commit(commit(f"feat: x\n\n{CURSOR}"), RULES)
    of_environment = evidence_from_circumstances({"CLAUDECODE": "1"}, RULES, terminal=False)
    found = attribute(combine(of_commit, of_environment))
    assert (found.agent, found.also) == ("claude-code", ("cursor",))
