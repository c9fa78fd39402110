"""Events of other people's machines: evidence at most, of commits that came by fetch."""

from typing import Any

import pytest

from tests.agent_environments import SURE
from tests.sharing.machines import Machines, forge, pull, push, scores, trust
from tests.support import Repo, one
from tracker.exchange.event_lines import line_of, read_line
from tracker.exchange.events import CommitEvent
from tracker.model import Evidence, Moment


@pytest.fixture
def stranger(machines: Machines) -> Repo:
    return machines.add("stranger", email="eve@example.com")


def reports_on(repo: Repo, revision: str) -> list[dict[str, Any]]:
    """Return the evidence of a commit that others shared."""
    return [piece for piece in repo.json("explain", revision)["evidence"] if piece["name"] == "shared"]


def test_a_report_names_the_agent_and_counts_for_nothing(machines: Machines, laptop: Repo, stranger: Repo) -> None:
    push(laptop)
    before = scores(laptop)
    pull(stranger)
    stranger.commit("feat: by the stranger's agent", env=SURE["codex"])
    stranger.settle()
    for revision in ("HEAD", "HEAD~1"):
        stranger.tracker("grade", revision, "--user", "bad")
    stranger.tracker("bug", "HEAD~1", "--note", "all wrong", "--yes")
    stranger.tracker("attribute", "HEAD~2", "--agent", "opencode")
    push(stranger)
    pull(laptop)
    piece = one(reports_on(laptop, "HEAD"))
    assert (piece["signal"], piece["agent"], piece["confidence"]) == ("record", "codex", "medium")
    assert laptop.line()["agent"] == "codex"
    assert laptop.json("status", "codex")["total_fetched_commits"] == 1
    assert scores(laptop) == before
    assert [laptop.line(laptop.head(one))["agent"] for one in ("HEAD~1", "HEAD~2")] == ["codex", "claude-code"]
    assert laptop.json("verify")["ok"]
    writer = one(laptop.json("share")["writers"])
    assert (writer["trusted_events"], writer["reports"] > 5, writer["fault"]) == (0, True, None)


@pytest.mark.whole
def test_a_report_is_read_when_its_commit_comes_later(machines: Machines, laptop: Repo, stranger: Repo) -> None:
    stranger.commit("feat: later", env=SURE["codex"])
    stranger.settle()
    push(stranger)
    laptop.git("fetch", "-q")
    laptop.tracker("sync")
    assert (laptop.folder / "share-waiting").read_text().count("\n") == 1
    laptop.git("rebase", "-q", "origin/main")
    laptop.settle()
    laptop.tracker("sync")
    assert laptop.line(laptop.head("origin/main"))["agent"] == "codex"
    assert not (laptop.folder / "share-waiting").read_text()


def test_a_report_on_own_work_is_no_evidence(machines: Machines, laptop: Repo, stranger: Repo) -> None:
    """Neither of the user's commit, nor of what the user makes of a fetched one."""
    stranger.commit("feat: by codex, they say", env=SURE["codex"])
    stranger.settle()
    push(stranger)
    laptop.git("fetch", "-q")
    laptop.git("rebase", "-q", "origin/main")
    laptop.settle()
    before = scores(laptop)
    laptop.git("commit", "-q", "--allow-empty", "-m", "by hand")
    laptop.git("cherry-pick", "--allow-empty", "--keep-redundant-commits", "origin/main")
    laptop.settle()
    laptop.tracker("sync")
    assert laptop.line()["agent"] == "human"
    assert scores(laptop) == before


def test_who_has_no_key_trusts_nobody(machines: Machines, laptop: Repo) -> None:
    laptop.tracker("grade", "HEAD", "--user", "bad")
    push(laptop)
    other = machines.add("other", email="eve@example.com")
    pull(other)
    for agent in ("claude-code", "codex"):
        status = other.json("status", agent)
        assert (status["total_commits"], status["total_fetched_commits"]) == (0, 1)
        assert (status["communication_score"], status["total_bugs"]) == (60, 0)
    assert other.json("grade", "HEAD")["history"] == []


def forged_claim(event: CommitEvent, agent: str, variable: str) -> bytes:
    """Return an unsealed line that says that an agent's shell made a commit."""
    evidence = Evidence("environment", variable, "", agent, "agent", None, "high")
    return b"0" * 64 + b" " + line_of(event._replace(moments=(Moment("0" * 8, (evidence,)),))).rstrip(b"\n")


def commit_events(machines: Machines, repo: Repo) -> list[CommitEvent]:
    """Return the events of commits that a machine shared, oldest first."""
    found = [read_line(line[65:].encode()).event for line in machines.events(repo)]
    return [event for event in found if isinstance(event, CommitEvent)]


def test_a_forged_claim_about_own_work_is_not_even_kept(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    events = commit_events(machines, laptop)
    forge(machines, [forged_claim(event, "codex", "CODEX_THREAD_ID") for event in events])
    before = scores(laptop)
    pull(laptop)
    assert '"name":"shared"' not in laptop.tracker("export")
    assert scores(laptop) == before


@pytest.mark.whole
def test_a_report_stops_counting_when_the_commit_turns_out_to_be_own_work(machines: Machines, laptop: Repo) -> None:
    """It was read before this machine trusted the one on which the user made the commit."""
    desktop = machines.add("desktop", email="ada@work.example")
    oid = desktop.commit("docs: by hand")
    desktop.settle()
    push(desktop)
    event = one(commit_events(machines, desktop))
    forge(machines, [forged_claim(event, "codex", "CODEX_THREAD_ID")])
    laptop.git("pull", "-q", "--rebase")
    laptop.settle()
    laptop.tracker("sync")
    assert laptop.line(oid)["agent"] == "codex"
    trust(laptop, desktop)
    laptop.tracker("sync")
    assert laptop.line(oid)["agent"] == "human"
    assert scores(laptop)["codex"]["total_commits"] == 1
    assert laptop.json("verify")["ok"]
