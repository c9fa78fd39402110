"""Ways in which an agent may try to raise its score or to lower another's. Each returns what shows it, if anything."""

import json
import shutil
from collections.abc import Mapping
from typing import Any, Final

from tests.feedback.agents_world import AgentsWorld
from tests.feedback.output import CLAUDE, CODEX
from tests.feedback.ways_to_speak_for_the_user import Way
from tracker.ledger.tables import AGENT_TOTALS


def _command(*arguments: str, env: Mapping[str, str] | None = None) -> Way:
    """Return the way to run a command of agent-tracker as the agent."""

    def way(world: AgentsWorld) -> None:
        assert world.tracker(*arguments, env=env).returncode == 1

    return way


def older_copy(world: AgentsWorld) -> str:
    copy = world.copy_ledger()
    world.tracker("grade", "HEAD", "--agent", "bad")
    shutil.rmtree(world.repo.ledger_path)
    shutil.copytree(copy, world.repo.ledger_path)
    assert not world.repo.json("verify", code=1)["ok"]
    return "feedback given after that copy was made is gone"


def removed_ledger(world: AgentsWorld) -> str:
    world.tracker("grade", "HEAD", "--agent", "bad")
    shutil.rmtree(world.repo.ledger_path)
    world.repo.tracker("sync")
    return "was replaced or begun again before"


def changed_number(world: AgentsWorld) -> str:
    with world.repo.ledger().write() as transaction:
        key, record = next((key, one) for key, one in transaction.scan(AGENT_TOTALS) if one.agent == "claude-code")
        transaction.put(AGENT_TOTALS, key, record._replace(sums=(99, *record.sums[1:])))
    return "the sum of the totals of claude-code"


def co_author(world: AgentsWorld) -> str:
    world.commit(None, "--no-verify", "--trailer", "Co-authored-by: Codex <codex@openai.com>")
    return "claude-code (agent), high confidence\n"


def graded_again(world: AgentsWorld) -> None:
    world.tracker("grade", "HEAD", "--agent", "good")
    once = world.repo.json("status", "claude-code")["communication_score"]
    for _ in range(3):
        world.tracker("grade", "HEAD", "--agent", "good")
    assert world.repo.json("status", "claude-code")["communication_score"] == once
    assert world.everything_shown().count("agent's grade good (command line), by claude-code") == 4
    world.tracker("grade", "HEAD", "--agent", "none")


def local_push(world: AgentsWorld) -> None:
    world.repo.git("init", "-q", "--bare", str(world.place / "origin.git"))
    world.repo.git("remote", "add", "origin", str(world.place / "origin.git"))
    world.repo.git("push", "-q", "origin", "main")
    world.repo.tracker("sync")


def amended(world: AgentsWorld) -> None:
    first = world.repo.head()
    for number in range(3):
        world.repo.git("commit", "-q", "--amend", "--no-verify", "-m", f"feat: version {number}", env=CLAUDE)
        world.repo.tracker("sync")
    assert world.repo.json("status", "claude-code")["total_commits"] == 1
    world.repo.git("reset", "-q", "--hard", first)
    world.repo.tracker("sync")


def status_file(world: AgentsWorld) -> None:
    path = world.repo.path / ".agent" / "status.json"
    content = world.repo.status_file()
    assert content["halted"]
    path.write_text(json.dumps(content | {"halted": False, "skill_points": 9}))
    world.repo.tracker("sync")
    assert world.repo.status_file() == content


def suggested_bug(world: AgentsWorld) -> None:
    """Report a bug of another agent's commit."""
    assert world.tracker("bug", "HEAD~1", "--note", "x").returncode == 0
    assert [bug["state"] for bug in _bugs_of(world, "codex")] == ["suggested"]


def repeated_suggestion(world: AgentsWorld) -> None:
    for number in range(3):
        assert world.tracker("bug", "HEAD~1", "--note", f"{number}").returncode == 0
    assert [(bug["state"], bug["note"]) for bug in _bugs_of(world, "codex")] == [("suggested", "2")]


def renamed_speaker(world: AgentsWorld) -> None:
    assert world.tracker("bug", "HEAD~1", "--note", "x", env={"AGENT_TRACKER_AGENT": "codex"}).returncode == 0
    assert [(bug["state"], bug["suggested_by"]) for bug in _bugs_of(world, "codex")] == [("suggested", "claude-code")]


def confirmed_suggestion(world: AgentsWorld) -> None:
    suggested_bug(world)
    assert world.tracker("bug", "HEAD~1", "--confirm", "--yes").returncode == 1


def dismissed_suggestion(world: AgentsWorld) -> None:
    assert world.repo.run("bug", "HEAD", "--note", "x", env=CODEX).returncode == 0
    assert world.tracker("bug", "HEAD", "--dismiss").returncode == 1
    assert [bug["state"] for bug in _bugs_of(world, "claude-code") if bug["oid"]] == ["suggested"]


def _bugs_of(world: AgentsWorld, agent: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in world.repo.tracker("bug", "--json").splitlines()]
    return [bug for bug in found if bug["agent"] == agent]


WAYS: Final[dict[str, Way]] = {
    "an older copy of the ledger put back": older_copy,
    "the ledger removed after feedback": removed_ledger,
    "a number in the ledger changed": changed_number,
    "`reinstate` by the halted agent": _command("reinstate", "claude-code", "--plan", "x"),
    "`bug --undo` by an agent": _command("bug", "HEAD", "--undo"),
    "a bug charged to another agent": suggested_bug,
    "the same again and again, with another note each time": repeated_suggestion,
    "the same with `AGENT_TRACKER_AGENT` naming the other agent": renamed_speaker,
    "`bug --confirm` by the agent that suggested the bug": confirmed_suggestion,
    "`bug --dismiss` by the agent whose commit is suspected": dismissed_suggestion,
    "`attribute` its bad commit to somebody else": _command("attribute", "HEAD", "--agent", "codex"),
    "another agent's commit graded": _command("grade", "HEAD~1", "--agent", "bad"),
    "another agent's journal written": _command("activity", "--agent", "codex", "--task", "x"),
    "another agent named as co-author": co_author,
    "its own commit graded again and again": graded_again,
    "pushes to a repository on this machine": local_push,
    "the same commit amended again and again": amended,
    "`.agent/status.json` changed": status_file,
}
