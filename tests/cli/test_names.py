"""Names that nobody has ever seen are told with the nearest ones; every spelling and alias of a known one works."""

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.cli.refusals import refused
from tests.support import Repo

pytestmark = pytest.mark.recorded_later
CODEX = {"CODEX_THREAD_ID": "0199-1234-5678", "AGENT_TRACKER_MODEL": "gpt-5.2-codex"}


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """A repository with work of two agents, whose user may speak without a terminal."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    repo.commit("feat: one", env=CLAUDE_CODE | {"AGENT_TRACKER_MODEL": "claude-opus-4-6"})
    repo.commit("feat: two", env=CODEX)
    repo.git("branch", "feature/parser")
    repo.tracker("sync")
    return repo


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["log", "--agent", "codx"], "no agent called 'codx' is known (did you mean codex?)"),
        (["log", "--model", "claude-opus-4.7"], "(did you mean claude-opus-4.6?)"),
        (["log", "--agent", "gemini"], "no commit of gemini-cli is recorded yet."),
        (["recommend", "--why", "codx"], "no set-up is called 'codx' (did you mean codex?)"),
        (["log", "--project", "rep"], "no project called 'rep' is known (did you mean repo?)"),
        (["report", "--agent", "claud-code"], "(did you mean claude-code?)"),
        (["report", "--project", "nobody"], "no project called 'nobody' is known"),
        (["status", "codx"], "(did you mean codex?)"),
        (["recommend", "--why", "codex with gpt-5.3-codex"], "(did you mean codex with gpt-5.2-codex?)"),
        (["retro", "--session", "s-1", "--agent", "codx", "--task", "x"], "(did you mean codex"),
        (["activity", "--agent", "codx"], "(did you mean codex"),
        (["reinstate", "codx", "--plan", "x"], "(did you mean codex"),
        (["attribute", "HEAD", "--agent", "codx"], "(did you mean codex"),
        (["explain", "featur/parser"], "'featur/parser' names no commit here (did you mean feature/parser?)"),
        (["grade", "mian", "--user", "good"], "(did you mean main?)"),
        (["bug", "mian"], "(did you mean main?)"),
    ],
)
def test_unknown_names_are_told_with_the_nearest(worked: Repo, words: list[str], said: str) -> None:
    assert said in refused(worked, *words)


def test_names_of_control_characters_move_no_cursor(worked: Repo) -> None:
    for words in (["log", "--agent", "\x1b[31m"], ["status", "\x1b[31m"], ["explain", "\x1b[31m"]):
        assert "\x1b" not in refused(worked, *words)


@pytest.mark.parametrize("name", ["claude-code", "Claude Code", "claude", "CLAUDE-CODE"])
def test_aliases_work_everywhere(worked: Repo, name: str) -> None:
    assert [line["subject"] for line in worked.log("--agent", name)] == ["feat: one"]
    assert worked.json("status", name)["agent_name"] == "claude-code"
    assert worked.json("report", "--agent", name)["name"] == "claude-code with claude-opus-4.6"


@pytest.mark.parametrize(
    "name",
    ["claude-opus-4.6", "claude-opus-4-6", "Claude Opus 4.6", "anthropic/claude-opus-4.6", "claude-opus-4-6-20260101"],
)
def test_every_spelling_of_a_model_selects_it_and_one_is_shown(worked: Repo, name: str) -> None:
    assert [line["subject"] for line in worked.log("--model", name)] == ["feat: one"]
    assert "claude-code (claude-opus-4.6)" in worked.tracker("log", "--model", name)
    assert "claude-opus-4.6" in worked.tracker("log", "--summary")
    assert "Model here      claude-opus-4.6" in worked.tracker("status", "claude-code")


@pytest.mark.whole
def test_new_names_need_to_be_said(worked: Repo) -> None:
    assert "add --new-agent" in refused(worked, "attribute", "HEAD", "--agent", "our-robot")
    worked.tracker("attribute", "HEAD", "--agent", "our-robot", "--new-agent")
    assert worked.line()["agent"] == "our-robot"
    worked.tracker("attribute", "HEAD~1", "--agent", "our-robot")  # it is known by now
    worked.tracker("attribute", "HEAD", "--agent", "human")
    worked.tracker("attribute", "HEAD", "--agent", "aider")  # of the catalogue


def test_new_models_need_to_be_said(worked: Repo) -> None:
    refusal = refused(worked, "attribute", "HEAD", "--agent", "claude-code", "--model", "claude-opsu-4.6")
    assert "did you mean claude-opus-4.6?" in refusal
    assert "add --new-model" in refusal
    assert "add --new-model" in refused(worked, "attribute", "HEAD", "--agent", "codex", "--model", "our-own-9")
    worked.tracker("attribute", "HEAD", "--agent", "codex", "--model", "our-own-9", "--new-model")
    assert worked.line()["model_id"] == "our-own-9"
    worked.tracker("attribute", "HEAD~1", "--agent", "codex", "--model", "our-own-9")  # it is known by now
    worked.tracker("attribute", "HEAD~1", "--agent", "gemini-cli", "--model", "gemini-3-pro")  # near to none


def test_settings_and_variables_do_not_take_mistyped_names_silently(worked: Repo) -> None:
    for words in (["agent", "codxe"], ["model", "claude-opsu-4.6"]):
        for place in ([], ["--user"]):
            refusal = refused(worked, "config", "set", *place, *words)
            assert "(did you mean cod" in refusal or "(did you mean claude-opus-4.6?)" in refusal
            assert "add --new-name" in refusal
    worked.tracker("config", "set", "agent", "Claude Code")  # an alias
    worked.tracker("config", "set", "model", "claude-opus-4-6")
    worked.tracker("config", "set", "agent", "codxe", "--new-name")
    done = worked.run("doctor")
    assert "git config agent-tracker.agent names the agent 'codxe', which is not in the catalogue (did" in done.stdout
    done = worked.run("status", env={"AGENT_TRACKER_AGENT": "codxe"})
    assert "no agent called 'codxe' is known (did you mean codex" in done.stderr
    assert "AGENT_TRACKER_AGENT" in done.stderr
    assert worked.run("status", env={"AGENT_TRACKER_AGENT": "codex"}).stderr == ""
    worked.git("config", "agent-tracker.agent", "codxe")
    assert "and a setting names it." in worked.run("status").stderr


def test_recorded_agents_that_may_be_mistyped_are_findings_of_doctor(worked: Repo) -> None:
    worked.commit("feat: by a mistyped agent", env={"AGENT_TRACKER_AGENT": "codxe"})
    worked.commit("feat: by an agent of one's own", env={"AGENT_TRACKER_AGENT": "zzz-own"})
    worked.tracker("sync")
    findings = [finding["what"] for finding in worked.json("doctor", code=1)["findings"]]
    said = "commits are recorded as those of the agent 'codxe', which is not in the catalogue (did you mean codex?)."
    assert [one for one in findings if "recorded as" in one] == [said]


def test_words_of_lists_are_understood_as_filters_and_never_new_names(worked: Repo) -> None:
    worked.commit("docs: nobody says who")
    worked.at_terminal("git", "commit", "-q", "--allow-empty", "-m", "docs: by a person").finish()
    worked.commit("feat: with some model", env={"GEMINI_CLI": "1"})

    def subjects(*options: str) -> list[str]:
        return [line["subject"] for line in worked.log(*options)]

    assert subjects("--agent", "person") == ["docs: by a person"]
    assert subjects("--agent", "unmarked") == ["docs: nobody says who"]
    assert len(subjects("--agent", "human")) == 2
    assert subjects("--model", "unknown") == ["feat: with some model"]
    worked.tracker("attribute", "HEAD~2", "--agent", "person")
    assert (worked.log()[2]["agent"], worked.log()[2]["kind"]) == ("human", "human")
    for word in ("Unmarked", "unknown", "human or unmarked", "person or unmarked"):
        assert "withdraw a correction with --undo" in worked.run("attribute", "HEAD~2", "--agent", word).stderr
