"""Cherry-picks (copies that name their originals) and reverts; neither replaces a commit."""

import shutil
from typing import Any

import pytest

from tests.git.reflog_readers import add_visits
from tests.support import Repo
from tracker.git import Repository
from tracker.history import cherry_picks
from tracker.model import Oid

pytestmark = pytest.mark.recorded_later

AGENT = {"CLAUDECODE": "1"}


def option_name(options: tuple[str, ...]) -> str:
    """Return the id of a parameter that holds the options of a git command."""
    return " ".join(options) or "no option"


@pytest.fixture
def branches(repo: Repo) -> Repo:
    """``main`` with m1 and m2, ``topic`` from m1 with three commits of an agent; ``topic`` is checked out."""
    for name in ("m1", "m2"):
        repo.commit(name, file=f"{name}.txt")
    repo.git("switch", "-q", "-c", "topic", "HEAD~1")
    for name in ("t1", "t2", "t3"):
        repo.commit(name, file=f"{name}.txt", env=AGENT)
    return repo


def line_of_head(repo: Repo) -> dict[str, Any]:
    """Reconcile and return HEAD's line of the log; assert that no commit replaces another."""
    repo.tracker("sync")
    line = repo.line()
    assert line["replaces"] == []
    assert all(other["replaced_by"] == [] for other in repo.log("--all"))
    assert repo.json("verify")["ok"]
    return line


@pytest.mark.parametrize("hooks", ["seen", "unseen"])
@pytest.mark.parametrize("options", [(), ("-x",), ("--edit",), ("--signoff",)], ids=option_name)
def test_copy_names_original_and_has_its_agent(branches: Repo, options: tuple[str, ...], hooks: str) -> None:
    branches.git("switch", "-q", "main")
    without_hooks = () if hooks == "seen" else ("-c", "core.hooksPath=/nowhere")
    original = branches.head("topic~1")
    branches.git(*without_hooks, "cherry-pick", *options, original)
    line = line_of_head(branches)
    assert line["copy_of"] == original
    assert (line["agent"], line["signal"]) == ("claude-code", "environment")
    assert line["counted"]


@pytest.mark.whole
def test_copy_names_original_however_many_moves_of_head_follow(branches: Repo) -> None:
    branches.git("switch", "-q", "main")
    original = branches.head("topic")
    branches.git("-c", "core.hooksPath=/nowhere", "cherry-pick", original)
    add_visits(branches.folder.parent / "logs" / "HEAD", 2500)
    assert line_of_head(branches)["copy_of"] == original


@pytest.mark.whole
def test_copies_of_range_name_their_originals(branches: Repo) -> None:
    originals = branches.git("rev-list", "--reverse", "topic~3..topic").split()
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", "topic~3..topic")
    line_of_head(branches)
    copies = {line["oid"]: line["copy_of"] for line in branches.log()}
    assert [copies[oid] for oid in branches.git("rev-list", "--reverse", "HEAD~3..HEAD").split()] == originals


def test_copy_committed_after_conflict(branches: Repo) -> None:
    branches.git("switch", "-q", "main")
    branches.commit("m3", file="t2.txt", text="of main\n")
    original = branches.head("topic~1")
    branches.git("cherry-pick", original, code=1)
    branches.write("t2.txt", "of both\n")
    branches.git("add", "-A")
    branches.git("cherry-pick", "--continue")
    line = line_of_head(branches)
    assert (line["copy_of"], line["agent"]) == (original, "claude-code")


def test_copy_of_copy_names_nearest_original(branches: Repo) -> None:
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", "-x", "topic")
    first = branches.head()
    branches.git("switch", "-q", "-c", "third", "main~2")
    branches.git("cherry-pick", "-x", first)
    line = line_of_head(branches)
    assert (line["copy_of"], line["agent"]) == (first, "claude-code")


@pytest.mark.parametrize("options", [(), ("-x",)], ids=option_name)
def test_later_copy_is_not_taken_for_original(branches: Repo, options: tuple[str, ...]) -> None:
    """The second copy is already in git when a recorder that has the event of the first searches the original."""
    original = branches.head()
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", *options, original)
    first = Oid(branches.head())
    branches.git("switch", "-q", "-c", "third", "main~2")
    branches.git("cherry-pick", *options, first)
    found = cherry_picks.find_originals(Repository.discover(branches.path), [first], [], {}, frozenset())
    assert found == ({} if options else {first: original})


@pytest.mark.whole
def test_copy_known_only_by_event(branches: Repo) -> None:
    """There is no reflog, and the commit was recorded before the event arrived."""
    original = branches.head()
    branches.git("switch", "-q", "main")
    branches.git("-c", "core.hooksPath=/nowhere", "-c", "core.logAllRefUpdates=false", "cherry-pick", original)
    logs = branches.path / ".git" / "logs"
    shutil.rmtree(logs)
    assert line_of_head(branches)["copy_of"] is None
    event = f"agent-tracker-event=1\nhook=post-commit\nhead={branches.head()}\npicking=1\npicked={original}\nend=1\n"
    (branches.folder / "spool" / "7.0").write_text(event)
    line = line_of_head(branches)
    assert (line["copy_of"], line["agent"]) == (original, "claude-code")


def test_late_evidence_of_original_changes_agent_of_copy(branches: Repo) -> None:
    """The original's hook event is read after its copy was recorded."""
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
    assert line_of_head(branches)["agent"] == "human"
    (spool / "7.0").write_text(f"agent-tracker-event=1\nhook=post-commit\nhead={original}\nenv.CLAUDECODE=1\nend=1\n")
    line = line_of_head(branches)
    assert (line["copy_of"], line["agent"]) == (original, "claude-code")


@pytest.mark.whole
def test_cherry_pick_without_commit_makes_no_copy(branches: Repo) -> None:
    """Nothing distinguishes a commit after ``cherry-pick -n`` from any other commit."""
    branches.git("switch", "-q", "main")
    branches.git("cherry-pick", "-n", "topic")
    branches.git("commit", "-q", "-m", "mine")
    line = line_of_head(branches)
    assert (line["copy_of"], line["agent"]) == (None, "human")


@pytest.mark.parametrize("options", [(), ("--reference",)], ids=option_name)
def test_revert_names_reverted_commit(branches: Repo, options: tuple[str, ...]) -> None:
    branches.git("revert", "--no-edit", *options, "HEAD~1")
    line = line_of_head(branches)
    assert line["reverts"] == [branches.head("HEAD~2")]
    assert (line["copy_of"], line["agent"]) == (None, "human")


def test_revert_of_merge_and_of_several_commits(branches: Repo) -> None:
    branches.git("merge", "-q", "--no-edit", "main")
    merge = branches.head()
    branches.git("revert", "--no-edit", "-m", "1", "HEAD")
    assert line_of_head(branches)["reverts"] == [merge]
    first, second = branches.head("HEAD~2"), branches.head("HEAD~3")
    branches.git("revert", "-n", first, second)
    body = (
        f"two taken back\n\nThis reverts commit {first}.\nThis reverts commit {second}.\nThis reverts commit {first}."
    )
    branches.git("commit", "-q", "-m", body)
    assert line_of_head(branches)["reverts"] == [first, second]


def test_similar_texts_are_neither_reverts_nor_copies(branches: Repo) -> None:
    body = (
        "docs: on reverting\n\nWe say 'This reverts commit' and 'This reverts commit nothing'.\n"
        "This reverts commit abc.\n"
        "This reverts commit 0123456789 which is nowhere.\n> (cherry picked from commit short)\n"
    )
    branches.git("commit", "-q", "--allow-empty", "-m", body)
    line = line_of_head(branches)
    assert (line["copy_of"], line["reverts"]) == (None, [])


def test_cherry_pick_line_in_message_alone_gives_no_agent(branches: Repo) -> None:
    """Anybody can write the line of ``-x``; the agent also needs the author and date of the original."""
    original = branches.head()
    branches.git("commit", "-q", "--allow-empty", "-m", f"mine\n\n(cherry picked from commit {original})")
    line = line_of_head(branches)
    assert (line["copy_of"], line["agent"], line["counted"]) == (original, "human", True)


def test_copies_that_name_each_other_cause_no_loop(branches: Repo) -> None:
    branches.git("commit", "-q", "--allow-empty", "-m", "one")
    one = branches.head()
    branches.git("commit", "-q", "--allow-empty", "-m", f"two\n\n(cherry picked from commit {one})")
    branches.git("replace", "-f", one, branches.head())
    branches.tracker("sync")
    assert branches.json("verify")["ok"]
