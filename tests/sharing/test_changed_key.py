"""Another key of the user: all that was said is sealed with it anew."""

from tests.agent_environments import CLAUDE_CODE
from tests.sharing.machines import Machines, pull, push, scores, trust
from tests.support import Repo
from tracker.sharing.sealed_lines import opened_line


def test_another_key_seals_everything_again(machines: Machines, laptop: Repo) -> None:
    """Two machines that shared before they trusted each other have one key afterwards, and lose nothing."""
    desktop = machines.add("desktop", email="ada@work.example")
    push(laptop)
    pull(desktop)
    desktop.commit("docs: by desktop", env=CLAUDE_CODE)
    desktop.settle()
    push(desktop)
    pull(laptop)
    assert scores(desktop) != scores(laptop)
    trust(desktop, laptop)
    desktop.tracker("sync")
    push(desktop)
    pull(laptop)
    assert scores(desktop) == scores(laptop)
    assert scores(laptop)["claude-code"]["total_commits"] == 2


def test_another_key_seals_what_was_said_of_a_branch_that_is_gone(machines: Machines, laptop: Repo) -> None:
    """As after a merge on the host that squashes the commits of a branch, and deletes it."""
    laptop.git("switch", "-q", "-c", "topic")
    oid = laptop.commit("feat: squashed later", env=CLAUDE_CODE)
    laptop.settle()
    laptop.tracker("grade", "HEAD", "--user", "good")
    push(laptop)
    laptop.git("switch", "-q", "main")
    laptop.git("push", "-q", "origin", "--delete", "topic")
    laptop.git("fetch", "-q", "--prune")
    desktop = machines.add("desktop")
    trust(laptop, desktop)
    push(laptop)
    key = (laptop.ledger_path / "user-key").read_bytes()
    lines = [opened_line(key, line.encode()) for line in machines.events(laptop) if oid in line]
    assert [line.is_trusted for line in lines if line is not None] == [False, False, True, True]
