"""Two machines of one user: after a push and a fetch both say the same, whoever of them was told what."""

import json

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.sharing.machines import AGENTS, Machines, grades, pull, push, scores, trust
from tests.support import Repo, wait_until
from tracker.sharing import shared_events


def test_scores_are_equal_whichever_machine_was_told(machines: Machines, laptop: Repo) -> None:
    """The desktop has another address, so without the laptop's events its commits would be those of a stranger."""
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    laptop.tracker("grade", "HEAD~1", "--user", "excellence")
    laptop.tracker("bug", "HEAD", "--note", "rounds down", "--yes")
    push(laptop)
    pull(desktop)
    assert [line["agent"] for line in desktop.log()] == [line["agent"] for line in laptop.log()]
    assert scores(desktop) == scores(laptop)
    assert scores(laptop)["codex"]["total_bugs"] == 1

    desktop.tracker("reinstate", "codex", "--plan", "test first")
    desktop.tracker("bug", "HEAD", "--undo")
    desktop.tracker("attribute", "HEAD", "--agent", "opencode")
    desktop.commit("feat: more", env=CLAUDE_CODE)
    desktop.settle()
    desktop.tracker("grade", "HEAD", "--agent", "good", env=CLAUDE_CODE)
    push(desktop)
    pull(laptop)
    assert [line["agent"] for line in desktop.log()] == [line["agent"] for line in laptop.log()]
    assert scores(desktop) == scores(laptop)
    assert scores(laptop).keys() == {*AGENTS}
    assert scores(laptop)["codex"]["total_bugs"] == 0
    for repo in (laptop, desktop):
        assert repo.json("verify")["ok"]


@pytest.mark.whole
def test_a_bug_belongs_to_the_clone_in_which_its_commit_counts(machines: Machines, laptop: Repo) -> None:
    """Whichever machine reported it; the commits are of another address on the desktop."""
    laptop.tracker("bug", "HEAD", "--note", "rounds down", "--yes")
    push(laptop)
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    pull(desktop)
    desktop.tracker("bug", "HEAD~1", "--note", "does not add", "--yes")
    push(desktop)
    pull(laptop)
    for name in ("claude-code", "codex"):
        told = [repo.json("status", name) for repo in (laptop, desktop)]
        assert [one["here"]["bugs"] for one in told] == [one["total_bugs"] for one in told] == [1, 1]
    assert scores(desktop) == scores(laptop)
    for repo in (laptop, desktop):
        assert repo.json("verify")["ok"]


@pytest.mark.whole
def test_one_push_sends_what_one_push_made(machines: Machines, laptop: Repo) -> None:
    for number in range(3):
        laptop.commit(f"feat: {number}", env=CLAUDE_CODE)
        laptop.settle()
        push(laptop)
    chain = machines.bare.git("rev-list", *machines.refs()).split()
    assert len(chain) == 3
    assert laptop.json("share")["waiting"] == 0


@pytest.mark.whole
def test_commits_are_counted_and_reviewed_where_they_are(machines: Machines, laptop: Repo) -> None:
    """The laptop's project is known to the desktop, and its commits count, and wait, in the clone that is there."""
    push(laptop)
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    pull(desktop)
    here = desktop.json("status", "claude-code")["here"]
    assert (here["commits"], here["waiting_for_user"]) == (1, 1)
    desktop.tracker("init")  # looks around for projects that are gone, and must not find the laptop's
    assert desktop.json("status", "claude-code")["here"] == here
    assert scores(desktop) == scores(laptop)


def test_words_stay_at_home_unless_they_are_asked_for(machines: Machines, laptop: Repo) -> None:
    session = "0199a1b2-7c3d-7000-8000-123456789abc"
    laptop.commit("feat: in a session", env={"CODEX_THREAD_ID": session})
    laptop.settle()
    assert session in laptop.tracker("export")
    laptop.tracker("grade", "HEAD~1", "--user", "good", "--user-note", "my secret note", "--task", "my secret task")
    laptop.tracker("bug", "HEAD", "--note", "my secret bug", "--yes")
    laptop.tracker("attribute", "HEAD", "--agent", "opencode", "--note", "my secret reason")
    push(laptop)
    told = "\n".join(machines.events(laptop))
    assert '"grade":2' in told
    assert '"name":"CODEX_THREAD_ID"' in told
    for secret in ("secret", "unknown (no terminal", str(laptop.path), session):
        assert secret not in told
    laptop.tracker("config", "set", "share-notes", "true")
    push(laptop)
    assert "my secret note" in "\n".join(machines.events(laptop))
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    assert grades(desktop, "HEAD~1") == grades(laptop, "HEAD~1") == [("user", 2, "my secret note")]
    assert scores(desktop) == scores(laptop)
    assert scores(laptop)["opencode"]["total_bugs"] == 1


@pytest.mark.whole
def test_a_ledger_that_is_merged_too_makes_no_second_grade(machines: Machines, laptop: Repo) -> None:
    """In both directions: the bare statement gives way to the one with its words, and never comes beside it."""
    laptop.tracker("grade", "HEAD~1", "--user", "good", "--user-note", "a note")
    laptop.tracker("bug", "HEAD", "--note", "rounds down", "--yes")
    laptop.tracker("attribute", "HEAD~1", "--agent", "opencode", "--note", "I saw it")
    laptop.tracker("reinstate", "codex", "--plan", "test first")
    push(laptop)
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    assert grades(desktop, "HEAD~1") == [("user", 2, "")]
    before = scores(desktop)
    laptop.tracker("export", "--output", str(machines.folder / "laptop.jsonl"))
    desktop.tracker("export", "--output", str(machines.folder / "desktop.jsonl"))
    desktop.tracker("import", str(machines.folder / "laptop.jsonl"))
    laptop.tracker("import", str(machines.folder / "desktop.jsonl"))
    assert grades(desktop, "HEAD~1") == grades(laptop, "HEAD~1") == [("user", 2, "a note")]
    assert scores(desktop) == scores(laptop) == before
    assert desktop.tracker("export") == laptop.tracker("export")
    pull(desktop)
    assert desktop.tracker("export") == laptop.tracker("export")
    for repo in (laptop, desktop):
        assert repo.json("verify")["ok"]


def test_what_was_never_pushed_stays_at_home(machines: Machines, laptop: Repo) -> None:
    laptop.git("switch", "-q", "-c", "private")
    laptop.commit("feat: my secret plan", env=CLAUDE_CODE)
    laptop.settle()
    laptop.tracker("grade", "HEAD", "--user", "good")
    laptop.git("switch", "-q", "main")
    push(laptop)
    told = "\n".join(machines.events(laptop))
    assert "feat: cart" in told
    assert "secret plan" not in told
    assert laptop.head("private") not in told
    laptop.git("switch", "-q", "private")
    push(laptop)
    assert "secret plan" in "\n".join(machines.events(laptop))


def test_what_was_sent_can_be_read(machines: Machines, laptop: Repo) -> None:
    assert laptop.tracker("share", "sent") == ""
    laptop.tracker("grade", "HEAD", "--user", "good")
    push(laptop)
    sent = [json.loads(line) for line in laptop.tracker("share", "sent").splitlines()]
    assert sent == [json.loads(line.partition(" ")[2]) for line in machines.events(laptop)]
    assert sent[0]["type"] == "project"
    assert [one["oid"] for one in sent if one["type"] == "grade"] == [laptop.head()]


@pytest.mark.whole
def test_a_commit_that_was_replaced_on_the_remote_is_replaced_everywhere(machines: Machines, laptop: Repo) -> None:
    laptop.tracker("grade", "HEAD", "--user", "good")
    push(laptop)
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    laptop.git("commit", "-q", "--amend", "-m", "fix: rounding, again")
    laptop.settle()
    push(laptop, "--force")
    desktop.git("fetch", "-q")
    desktop.git("reset", "-q", "--hard", "origin/main")
    desktop.tracker("sync")
    assert scores(desktop) == scores(laptop)
    assert desktop.json("verify")["ok"]


@pytest.mark.whole
def test_a_branch_below_thousands_of_other_commits_is_shared(
    machines: Machines, laptop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_events, "_FAR", 5)
    push(laptop)
    laptop.git("switch", "-q", "-c", "topic")
    oid = laptop.commit("feat: long-lived", env=CLAUDE_CODE)
    laptop.settle()
    busy = machines.add("busy", email="eve@example.com", shares=False)
    for number in range(12):
        busy.commit(f"feat: busy {number}")
    busy.settle()
    busy.git("push", "-q", "origin", "HEAD")
    laptop.git("switch", "-q", "main")
    pull(laptop)
    laptop.git("push", "-q", "--no-verify", "origin", "topic")
    laptop.tracker("share", "push")
    assert oid in "".join(machines.events(laptop))


def test_what_a_pull_brought_is_not_shared(machines: Machines, laptop: Repo) -> None:
    """This user made it on a machine that does not share; nothing is known of it that git does not know."""
    desktop = machines.add("desktop", shares=False)
    oid = desktop.commit("feat: elsewhere", env=CLAUDE_CODE)
    desktop.settle()
    desktop.git("push", "-q", "origin", "HEAD")
    laptop.git("pull", "-q", "--rebase")
    laptop.settle()
    push(laptop)
    assert f'"oid":"{oid}"' not in "".join(machines.events(laptop))
    laptop.tracker("grade", oid, "--user", "good")
    push(laptop)
    assert f'"oid":"{oid}"' in "".join(machines.events(laptop))


@pytest.mark.whole
def test_a_clone_of_one_branch_shares_another_one(machines: Machines) -> None:
    repo = machines.add("repo")
    repo.git("config", "--unset-all", "remote.origin.fetch", "refs/heads/")
    repo.git("config", "--add", "remote.origin.fetch", "+refs/heads/main:refs/remotes/origin/main")
    repo.git("switch", "-q", "-c", "topic")
    oid = repo.commit("feat: topic", env=CLAUDE_CODE)
    repo.settle()
    repo.git("push", "-q", "origin", "topic")
    assert "do not bring every branch of origin" in repo.tracker("share")
    wait_until(lambda: bool(machines.refs()), lambda: repo.tracker("share"))
    assert oid in "".join(machines.events(repo))
    private = repo.commit("feat: at home", env=CLAUDE_CODE)
    repo.settle()
    repo.tracker("share", "push")
    assert private not in "".join(machines.events(repo))


def test_a_backup_has_the_key(machines: Machines, laptop: Repo) -> None:
    file = machines.folder / "ledger.tar.gz"
    laptop.tracker("backup", str(file))
    desktop = machines.add("desktop")
    assert desktop.tracker("share", "key") != laptop.tracker("share", "key")
    desktop.tracker("restore", str(file))
    assert desktop.tracker("share", "key") == laptop.tracker("share", "key")
    assert (desktop.ledger_path / "user-key").stat().st_mode & 0o777 == 0o600


def test_who_only_rewrites_a_commit_is_not_its_maker_elsewhere(machines: Machines, laptop: Repo) -> None:
    """The version that shows who made it was never pushed, so the other machine knows nobody, and names nobody."""
    push(laptop)
    laptop.commit("feat: by hand", file="hand.txt")
    laptop.settle()
    laptop.git("commit", "-q", "--amend", "-m", "feat: by hand, reworded", env=CLAUDE_CODE)
    laptop.settle()
    laptop.git("switch", "-q", "-c", "side", "HEAD~1")
    laptop.commit("feat: on the side", file="side.txt")
    laptop.settle()
    laptop.git("rebase", "-q", "main", env=CLAUDE_CODE)
    laptop.settle()
    laptop.commit("feat: of an agent", file="agent.txt", env=CLAUDE_CODE)
    laptop.settle()
    laptop.git("commit", "-q", "--amend", "-m", "feat: of an agent, reworded", env=CLAUDE_CODE)
    laptop.settle()
    laptop.git("branch", "-q", "-f", "main")
    laptop.git("switch", "-q", "main")
    push(laptop)
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    told = [[line["agent"] for line in repo.log()][:3] for repo in (laptop, desktop)]
    assert told[0] == told[1] == ["claude-code", "human", "human"]
    assert scores(desktop) == scores(laptop)
