"""Other machines' events stay known: when evidence is read again, a ledger is restored, or the remote lost a ref."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import findings
from tests.sharing.machines import Machines, is_sent, own_ref, pull, push, scores, trust
from tests.support import Repo


def joined(machines: Machines, laptop: Repo) -> Repo:
    """Return a second machine that trusts the first, after both heard of each other."""
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    push(laptop)
    pull(desktop)
    return desktop


@pytest.mark.whole
def test_evidence_without_values_is_kept_when_it_is_read_again(machines: Machines, laptop: Repo) -> None:
    desktop = joined(machines, laptop)
    before = [line["agent"] for line in desktop.log()]
    assert "No attribution would change." in desktop.tracker("reattribute", "--dry-run")
    desktop.tracker("reattribute")
    assert [line["agent"] for line in desktop.log()] == before
    assert scores(desktop) == scores(laptop)


def test_a_restored_ledger_reads_again_what_was_shared_since(machines: Machines, laptop: Repo, tmp_path: Path) -> None:
    desktop = joined(machines, laptop)
    desktop.tracker("backup", str(tmp_path / "before.tar.gz"))
    laptop.commit("feat: later", env=CLAUDE_CODE)
    laptop.settle()
    laptop.tracker("grade", "HEAD", "--user", "bad")
    push(laptop)
    pull(desktop)
    desktop.tracker("grade", "HEAD~1", "--user", "excellence")  # own words, which only the remote has afterwards
    desktop.tracker("share", "push")
    pull(laptop)
    expected = scores(laptop)
    assert scores(desktop) == expected
    desktop.tracker("restore", str(tmp_path / "before.tar.gz"))
    desktop.tracker("sync")
    assert scores(desktop) == expected
    desktop.person("init")  # the user goes on with the older ledger
    assert desktop.json("verify")["ok"]
    own = own_ref(desktop).rpartition("/")[2]
    assert own not in [one["writer"] for one in desktop.json("share")["writers"]]


@pytest.mark.whole
def test_a_ref_that_the_remote_lost_is_pushed_again(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    told = machines.events(laptop)
    machines.bare.git("update-ref", "-d", own_ref(laptop))
    assert is_sent(laptop)  # as far as is known without asking
    assert f"{len(told)} events sent to origin" in laptop.tracker("share", "push")
    assert machines.events(laptop) == told
    assert "has every event" in laptop.tracker("share", "push")


def test_a_missing_key_is_named_before_anything_is_pushed(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    (laptop.ledger_path / "user-key").unlink()
    assert "the key of your machines is missing" in laptop.tracker("share")
    assert any("the key of your machines is missing" in one["what"] for one in findings(laptop))
    done = laptop.run("share", "key")
    assert done.returncode == 0
    assert "this key is new" in done.stderr
