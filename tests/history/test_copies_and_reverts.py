"""Cherry-picks are copies beside their originals, reverts name what they take back; neither replaces anything."""

import shutil
from typing import Any

import pytest

from tests.support import Repo
from tracker.git import Repository
from tracker.history import cherry_picks
from tracker.model import Oid

pytestmark = pytest.mark.recorded_later

AGENT = {"CLAUDECODE": "1"}


@pytest.fixture
def branches(repo: Repo) -> Repo:
    """``main`` with m1 and m2, ``topic`` from m1 with three commits of an agent; ``topic`` is checked out."""
    for name in ("m1", "m2"):
        repo.commit(name, file=f"{name}.txt")
    repo.git("switch", "-q", "-c", "topic", "HEAD~1")
    for name in ("t1", "t2", "t3"):
        repo.commit(name, file=f"{name}.txt", env=AGENT)
    return repo


def newest(repo: Repo) -> dict[str, Any]:
    repo.tracker("sync")
    (line,) = [line for line in repo.log() if line["oid"] == repo.head()]
    assert line["replaces"] == []
    assert all(one["replaced_by"] == [] for one in repo.log("--all"))
    assert repo.json("verify")["ok"]
    return line


@pytest.mark.parametrize("hooks", ["seen", "unseen"])
@pytest.mark.parametrize("options", [(), ("-x",), ("--edit",), ("--signoff",)])
def test_a_copy_names_its_original_and_is_its_makers(branches: Repo, options: tuple[str, ...], hooks: str) -> None:
    branches.git("switch", "-q", "main")
    where = () if hooks == "seen" else ("-c", "core.hooksPath=/nowhere")
    original = branches.head("topic~1")
    branches.git(*where, "cherry-pick", *options, original)
    line = newest(branches)
    assert line["copy_of"] == original
    assert (line["agent"], line["signal"]) == ("claude-code", "environment")
    assert line["counted"]


def test_every_copy_of_a_range(branches: Repo) -> None:
    originals = branches.git("rev-list", "--reverse", "topic~3..topic").split()
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", "topic~3..topic")
    newest(branches)
    copies = {line["oid"]: line["copy_of"] for line in branches.log()}
    assert [copies[oid] for oid in branches.git("rev-list", "--reverse", "HEAD~3..HEAD").split()] == originals


def test_a_copy_that_was_committed_after_a_conflict(branches: Repo) -> None:
    branches.git("switch", "-q", "main")
    branches.commit("m3", file="t2.txt", text="of main\n")
    original = branches.head("topic~1")
    branches.git("cherry-pick", original, code=1)
    branches.write("t2.txt", "of both\n")
    branches.git("add", "-A")
    branches.git("cherry-pick", "--continue")
    line = newest(branches)
    assert (line["copy_of"], line["agent"]) == (original, "claude-code")


def test_a_copy_of_a_copy_leads_to_the_nearest(branches: Repo) -> None:
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", "-x", "topic")
    first = branches.head()
    branches.git("switch", "-q", "-c", "third", "main~2")
    branches.git("cherry-pick", "-x", first)
    line = newest(branches)
    assert (line["copy_of"], line["agent"]) == (first, "claude-code")


@pytest.mark.parametrize("options", [(), ("-x",)])
def test_a_copy_made_while_we_look_is_no_original(branches: Repo, options: tuple[str, ...]) -> None:
    """A recorder that saw the first copy alone finds the second in git when it looks for the original."""
    original = branches.head()
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", *options, original)
    first = Oid(branches.head())
    branches.git("switch", "-q", "-c", "third", "main~2")
    branches.git("cherry-pick", *options, first)
    found = cherry_picks.find_originals(Repository.find(branches.path), [first], [], {})
    assert found == ({} if options else {first: original})


def test_a_pick_that_its_event_alone_tells_of(branches: Repo) -> None:
    """No reflog, and the commit was recorded before the event came."""
    original = branches.head()
    branches.git("switch", "-q", "main")
    branches.git("-c", "core.hooksPath=/nowhere", "-c", "core.logAllRefUpdates=false", "cherry-pick", original)
    logs = branches.path / ".git" / "logs"
    shutil.rmtree(logs)
    assert newest(branches)["copy_of"] is None
    event = f"agent-tracker-event=1\nhook=post-commit\nhead={branches.head()}\npicking=1\npicked={original}\nend=1\n"
    (branches.folder / "spool" / "7.0").write_text(event)
    line = newest(branches)
    assert (line["copy_of"], line["agent"]) == (original, "claude-code")


def test_evidence_that_arrives_after_the_copy(branches: Repo) -> None:
    """The original's hook event is drained last; its copy is explained by it all the same."""
    branches.settle()
    spool = branches.folder / "spool"
    branches.git("config", "agent-tracker.mode", "sync")
    before = set(spool.iterdir())
    branches.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "unseen")
    branches.tracker("sync")
    assert set(spool.iterdir()) == before
    original = branches.head()
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", "--allow-empty", original)
    assert newest(branches)["agent"] == "human"
    (spool / "7.0").write_text(f"agent-tracker-event=1\nhook=post-commit\nhead={original}\nenv.CLAUDECODE=1\nend=1\n")
    line = newest(branches)
    assert (line["copy_of"], line["agent"]) == (original, "claude-code")


def test_a_copy_made_by_somebody_who_took_it_over_is_theirs(branches: Repo) -> None:
    """``-n`` and a commit of one's own: nothing tells it from any other commit, so nothing is claimed."""
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", "-n", "topic")
    branches.git("commit", "-q", "-m", "mine")
    line = newest(branches)
    assert (line["copy_of"], line["agent"]) == (None, "human")


@pytest.mark.parametrize("options", [(), ("--reference",)])
def test_a_revert_names_what_it_takes_back(branches: Repo, options: tuple[str, ...]) -> None:
    branches.git("revert", "--no-edit", *options, "HEAD~1")
    line = newest(branches)
    assert line["reverts"] == [branches.head("HEAD~2")]
    assert (line["copy_of"], line["agent"]) == (None, "human")


def test_a_revert_of_a_merge_and_of_several(branches: Repo) -> None:
    branches.git("merge", "-q", "--no-edit", "main")
    merge = branches.head()
    branches.git("revert", "--no-edit", "-m", "1", "HEAD")
    assert newest(branches)["reverts"] == [merge]
    first, second = branches.head("HEAD~2"), branches.head("HEAD~3")
    branches.git("revert", "-n", first, second)
    body = (
        f"two taken back\n\nThis reverts commit {first}.\nThis reverts commit {second}.\nThis reverts commit {first}."
    )
    branches.git("commit", "-q", "-m", body)
    assert newest(branches)["reverts"] == [first, second]


def test_what_only_looks_like_a_revert_or_a_copy(branches: Repo) -> None:
    body = (
        "docs: on reverting\n\nWe say 'This reverts commit' and 'This reverts commit nothing'.\n"
        "This reverts commit abc.\n"
        "This reverts commit 0123456789 which is nowhere.\n> (cherry picked from commit short)\n"
    )
    branches.git("commit", "-q", "--allow-empty", "-m", body)
    line = newest(branches)
    assert (line["copy_of"], line["reverts"]) == (None, [])


def test_a_message_alone_makes_no_agent(branches: Repo) -> None:
    """Anybody can write the line of ``-x``; a copy has the author and date of its original."""
    original = branches.head()
    branches.git("commit", "-q", "--allow-empty", "-m", f"mine\n\n(cherry picked from commit {original})")
    line = newest(branches)
    assert (line["copy_of"], line["agent"], line["counted"]) == (original, "human", True)


def test_copies_that_name_each_other_end(branches: Repo) -> None:
    branches.git("commit", "-q", "--allow-empty", "-m", "one")
    one = branches.head()
    branches.git("commit", "-q", "--allow-empty", "-m", f"two\n\n(cherry picked from commit {one})")
    branches.git("replace", "-f", one, branches.head())
    branches.tracker("sync")
    assert branches.json("verify")["ok"]
