"""At the end of a turn the agent is asked once for the grades that it owes for this session."""

import pytest

from tests.hosts.calls import HostAt, text_in
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

SESSION = "01a2224f-2326-75e0-a768-0e66593123de"
CODEX = {"CODEX_THREAD_ID": SESSION}


@pytest.fixture
def codex(repo: Repo) -> HostAt:
    repo.commit("feat: by codex", env=CODEX)
    return HostAt(repo, "codex", SESSION)


def test_it_is_asked_once(codex: HostAt) -> None:
    answer = codex.say("stop")
    assert answer is not None
    assert answer["decision"] == "block"
    assert codex.repo.head()[:9] in text_in(answer)
    assert codex.say("stop") is None


def test_gemini_has_another_word_for_it(repo: Repo) -> None:
    session = "ac557a82-c228-4eb9-bff0-7b11b9c1fc37"
    repo.commit("feat: by gemini", env={"GEMINI_CLI": "1", "GEMINI_SESSION_ID": session})
    answer = HostAt(repo, "gemini-cli", session).say("stop")
    assert answer is not None
    assert answer["decision"] == "deny"


def test_it_is_not_asked_when_the_host_asked_already(codex: HostAt) -> None:
    assert codex.say("stop", stop_hook_active=True) is None


def test_it_is_not_asked_for_what_is_graded(codex: HostAt) -> None:
    codex.repo.tracker("grade", "--agent", "good", env=CODEX)
    assert codex.say("stop") is None


def test_it_is_not_asked_for_another_session(codex: HostAt) -> None:
    other = HostAt(codex.repo, "codex", "02b2224f-2326-75e0-a768-0e66593123de")
    assert other.say("stop") is None


def test_it_is_not_asked_by_another_host(codex: HostAt) -> None:
    assert HostAt(codex.repo, "claude-code", SESSION).say("stop") is None


def test_grade_of_the_agent_ends_the_request_after_a_tool(codex: HostAt) -> None:
    """A commit whose message has the grade is not asked about."""
    repo = codex.repo
    tool = codex.tool()
    repo.commit("feat: graded", env=CODEX, options=["-m", "Agent-Grade: good"])
    assert tool.end() == ""
    assert repo.line()["agent"] == "codex"
