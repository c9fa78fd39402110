"""The first minute: ``init`` on a repository with history ends with an answer, or with what is missing for one."""

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.program import TRACKER
from tests.set_ups.made_work import CLAUDE, CLAUDE_NAME, CODEX, CODEX_NAME, Work, write
from tests.support import Repo


@pytest.fixture
def old(untracked: Repo) -> Repo:
    """A repository with the history of two agents, one of which is better, that is not tracked."""
    write(untracked, [Work(CLAUDE, "feat", 30), Work(CODEX, "feat", 10), Work(CODEX, "feat", 20, fate="reverted")])
    return untracked


def test_person_is_asked_and_gets_the_verdict(old: Repo) -> None:
    terminal = old.at_terminal(*TRACKER, "init", "--hooks", "none")
    terminal.expect("Record its 80 older commits now? [Y/n]")
    terminal.press("\n")
    assert terminal.finish() == 0
    assert f"{CLAUDE_NAME} leads: it did better than {CODEX_NAME}" in " ".join(terminal.shown.split())
    assert len(old.log()) == 80


def test_person_may_decline(old: Repo) -> None:
    terminal = old.at_terminal(*TRACKER, "init", "--hooks", "none")
    terminal.expect("[Y/n]")
    terminal.press("n\n")
    assert terminal.finish() == 0
    assert "80 older commits are not recorded yet" in terminal.shown
    assert old.log() == []


def test_nobody_is_asked_for_an_agent_or_a_script(old: Repo) -> None:
    assert "80 older commits are not recorded yet" in old.tracker("init", "--hooks", "none")
    terminal = old.at_terminal(*TRACKER, "init", "--hooks", "none", env=CLAUDE_CODE)
    assert terminal.finish() == 0
    assert "[Y/n]" not in terminal.shown


@pytest.mark.whole
def test_script_may_ask_for_the_history(old: Repo) -> None:
    said = old.tracker("init", "--hooks", "none", "--backfill").splitlines()
    assert "80 commits were recorded." in said
    assert f"{CLAUDE_NAME} leads: it did better than {CODEX_NAME} (with a probability of at least 0.9)." in said
    again = old.json("init", "--hooks", "none", "--backfill")["history"]
    assert again[0] == "Nothing is missing: all 80 commits are recorded already."
    assert again[1].startswith(f"{CLAUDE_NAME} leads")


def test_history_of_people_only_is_said_to_be_that(untracked: Repo) -> None:
    untracked.commit("feat: one")
    said = untracked.tracker("init", "--hooks", "none", "--backfill")
    assert "The only recorded commit of repo is not known to be an agent's" in said


def test_new_repository_is_not_asked_about(untracked: Repo) -> None:
    assert "older" not in untracked.person("init", "--hooks", "none")
