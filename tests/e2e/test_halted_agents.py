"""A halted agent reads that it is halted: in its own environment, in a linked worktree, after a person's commit."""

from pathlib import Path

import pytest

from tests.agent_environments import SURE
from tests.program import WHOLE
from tests.support import Repo

pytestmark = pytest.mark.recorded_later
AGENTS = sorted(SURE) if WHOLE else sorted({*sorted(SURE)[::5], "codex"})


@pytest.fixture
def linked(repo: Repo, tmp_path: Path) -> Repo:
    """A linked worktree of a repository in which every agent made a commit and was halted; a person made the last."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    for agent in AGENTS:
        repo.commit(f"feat: by {agent}", env=SURE[agent])
    repo.tracker("sync")
    for line in repo.log():
        repo.tracker("bug", line["oid"], "--note", "it broke")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = repo.at(tmp_path / "linked")
    linked.commit("docs: by a person")
    linked.tracker("sync")
    return linked


def test_each_agent_reads_its_own_halt(linked: Repo) -> None:
    content = linked.status_file()
    assert (content["agent_name"], content["agent_from"], content["halted"]) == ("human", "last commit", None)
    for agent in AGENTS:
        own = content["agents"][agent]
        assert own["halted"], agent
        assert own["trust_expectation"], agent
        assert (own["here"]["commits"], own["here"]["bugs"], own["here"]["waiting_for_user"]) == (1, 1, 1), agent
        assert [one["waits_for"] for one in own["ungraded"]] == [["agent", "user"]], agent
    assert {*content["halted_agents"]} == {*AGENTS}
    assert content["waiting_for_user"] == len(AGENTS)


@pytest.mark.whole
def test_status_shows_the_agent_that_asks(linked: Repo) -> None:
    for agent in AGENTS:
        content = linked.json("status", env=SURE[agent])
        assert (content["agent_name"], content["agent_from"], content["halted"]) == (agent, "environment", True)
    lines = linked.tracker("status", env=SURE["codex"]).splitlines()
    assert "Shown because   it runs this command" in lines
    assert "Halted          YES: stop until the user reinstates it" in lines


@pytest.mark.whole
def test_halt_of_an_agent_that_never_worked_here_is_shown(linked: Repo, tmp_path: Path) -> None:
    other = Repo.make(tmp_path / "other", linked.environment)
    other.tracker("init")
    other.commit("feat: here")
    other.settle()
    shown = other.status_file()["agents"]["codex"]
    assert (shown["halted"], shown["here"]["commits"], shown["total_commits"]) == (True, 0, 1)
    assert "codex" in other.status_file()["halted_agents"]
    assert "Others halted   amp" in other.tracker("status")
