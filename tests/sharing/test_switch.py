"""Turning sharing on and off, and the commands about it."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import findings
from tests.program import TRACKER
from tests.sharing.machines import Machines, enter_key, push
from tests.support import Repo, wait_until


def config_of(repo: Repo) -> bytes:
    return (repo.path / ".git" / "config").read_bytes()


@pytest.mark.few(2)
@pytest.mark.parametrize("end", [("uninstall",), ("init", "--no-share")])
@pytest.mark.parametrize(
    "tail", [b"", b'[branch "x"]\n\tremote = origin\n# a remark', b'[remote "origin"]\n\tprune = true\n']
)
def test_the_configuration_is_as_it_was(machines: Machines, end: tuple[str, ...], tail: bytes) -> None:
    repo = machines.add("repo", shares=False)
    with (repo.path / ".git" / "config").open("ab") as file:
        file.write(tail)
    before, refs = config_of(repo), repo.git("for-each-ref")
    repo.tracker("init", "--share")
    assert config_of(repo) != before
    repo.commit("feat: shared", env=CLAUDE_CODE)
    repo.settle()
    push(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    said = repo.tracker(*end)
    assert config_of(repo) == before
    assert repo.git("for-each-ref") == refs
    assert "to remove it: git push origin --delete refs/agent-tracker/" in said
    repo.git("push", "-q", *said.split("git push ")[1].split("\n")[0].split(" "))
    assert machines.refs() == {}
    assert not [*(repo.folder).glob("share*")] or end[0] == "init"


def test_it_is_off_by_default(machines: Machines) -> None:
    repo = machines.add("repo", shares=False)
    repo.commit("feat: at home", env=CLAUDE_CODE)
    repo.settle()
    repo.git("push", "-q", "origin", "main")
    repo.tracker("init")
    assert repo.json("share")["remote"] is None
    assert "shares nothing" in repo.tracker("share")
    assert "init --share" in repo.run("share", "push").stderr
    assert not (repo.ledger_path / "user-key").exists()
    assert machines.refs() == {}


def test_init_remembers(machines: Machines) -> None:
    repo = machines.add("repo")
    before = config_of(repo)
    repo.tracker("init")
    assert config_of(repo) == before
    assert repo.json("share")["remote"] == "origin"


def share_mark(repo: Repo) -> Path:
    return repo.folder / "share"


def test_a_mark_that_init_did_not_write_turns_nothing_on(machines: Machines) -> None:
    """As in a repository that was unpacked from an archive, or after an agent wrote the file."""
    other, repo = machines.add("other"), machines.add("repo", shares=False)
    for mark in ("origin\n", share_mark(other).read_text()):
        share_mark(repo).write_text(mark)
        assert repo.json("share")["remote"] is None
        assert "does not seal it, so nothing is sent or read" in repo.tracker("share")
        assert any("does not seal it" in one["what"] for one in findings(repo))
        assert "init --share" in repo.run("share", "push").stderr
    repo.tracker("init")
    repo.commit("feat: at home", env=CLAUDE_CODE)
    repo.settle()
    repo.git("push", "-q", "origin", "main")
    time.sleep(2)
    assert not {*machines.refs()} - {f"refs/agent-tracker/{other.json('share')['writer']}"}
    repo.tracker("init", "--share")
    assert repo.json("share")["remote"] == "origin"
    push(repo)
    assert len(machines.events(repo)) == 2


def test_a_mark_that_init_did_not_write_chooses_no_remote(machines: Machines) -> None:
    repo = machines.add("repo", shares=False)
    repo.git("remote", "add", "public", "file:///nowhere")
    share_mark(repo).write_text("public\n")
    assert "name the remote with --share-remote" in repo.run("init", "--share").stderr
    repo.tracker("init", "--share-remote", "origin")
    assert repo.json("share")["remote"] == "origin"
    repo.tracker("init", "--no-share")
    assert not share_mark(repo).exists()


@pytest.mark.parametrize("end", [("uninstall",), ("init", "--no-share")])
def test_a_renamed_remote_is_followed_and_taken_back(machines: Machines, end: tuple[str, ...]) -> None:
    plain, repo = machines.add("plain", shares=False), machines.add("repo")
    repo.commit("feat: shared", env=CLAUDE_CODE)
    repo.settle()
    push(repo)
    for one in (plain, repo):
        one.git("remote", "rename", "origin", "hub")
    assert any("is called 'hub' now" in one["what"] for one in findings(repo))
    changed = config_of(repo)
    said = repo.tracker(*end)
    assert config_of(repo) == config_of(plain).replace(str(plain.path).encode(), str(repo.path).encode())
    assert "git push hub --delete refs/agent-tracker/" in said
    assert "agent-tracker" not in repo.git("for-each-ref")
    assert changed != config_of(repo)


@pytest.mark.whole
def test_init_follows_a_renamed_remote(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    told = machines.events(laptop)
    laptop.git("remote", "rename", "origin", "hub")
    laptop.tracker("init", "--share")
    assert laptop.json("share")["remote"] == "hub"
    assert "origin" not in laptop.git("config", "--get-all", "remote.hub.fetch")
    assert not any("share" in one["what"] for one in findings(laptop))
    laptop.tracker("grade", "HEAD", "--user", "good")
    laptop.git("push", "-q", "hub", "HEAD")
    wait_until(lambda: len(machines.events(laptop)) == len(told) + 1, lambda: laptop.tracker("share"))


def test_a_lost_key_is_not_replaced_silently(machines: Machines, laptop: Repo) -> None:
    """The machines that trust the lost one would not believe what a new one seals."""
    push(laptop)
    key = laptop.ledger_path / "user-key"
    words = laptop.tracker("share", "key")
    key.unlink()
    share_mark(laptop).rename(laptop.folder / "kept")
    assert "the key of your machines is missing" in laptop.run("init", "--share").stderr
    (laptop.folder / "kept").rename(share_mark(laptop))
    assert "share trust" in laptop.run("init", "--share").stderr
    assert not key.exists()
    enter_key(laptop, words)
    laptop.tracker("init", "--share")


def test_a_damaged_key_is_kept(machines: Machines, laptop: Repo) -> None:
    key = laptop.ledger_path / "user-key"
    whole = key.read_bytes()
    key.write_bytes(whole[:20])
    assert "the key of your machines is missing" in laptop.run("init", "--share").stderr
    laptop.tracker("init", "--no-share")
    assert "it holds something else than a key" in laptop.run("init", "--share").stderr
    assert key.read_bytes() == whole[:20]
    shown = laptop.run("share", "key")
    assert "is now " in shown.stderr
    assert "no other machine has it yet" in shown.stderr
    assert (laptop.ledger_path / "user-key.damaged").read_bytes() == whole[:20]
    laptop.tracker("init", "--share")


def test_the_remote_is_chosen_and_checked(machines: Machines) -> None:
    repo = machines.add("repo", shares=False)
    repo.git("remote", "rename", "origin", "hub")
    repo.tracker("init", "--share")
    assert repo.json("share")["remote"] == "hub"
    repo.tracker("init", "--no-share")
    repo.git("remote", "add", "other", "file:///nowhere")
    before = config_of(repo)
    assert "name one with --share-remote" in repo.run("init", "--share").stderr
    assert "no remote 'third'" in repo.run("init", "--share-remote", "third").stderr
    assert "--hooks none" in repo.run("init", "--share", "--hooks", "none").stderr
    assert config_of(repo) == before
    repo.tracker("init", "--share-remote", "other")
    repo.tracker("init", "--share-remote", "hub")
    assert repo.git("config", "--get-all", "remote.other.fetch").count("agent-tracker") == 0
    assert repo.git("config", "--get-all", "remote.hub.fetch").count("+refs/agent-tracker/") == 1
    lonely = Repo.make(machines.folder / "lonely", repo.environment)
    assert "has no remote to share through" in lonely.run("init", "--share").stderr


def test_doctor_names_what_is_missing(machines: Machines) -> None:
    repo = machines.add("repo")
    assert not any("share" in one["what"] for one in findings(repo))
    repo.git("config", "--unset-all", "remote.origin.fetch", "agent-tracker")
    assert any("does not bring what others share" in one["what"] for one in findings(repo))
    repo.tracker("init", "--share")
    assert not any("share" in one["what"] for one in findings(repo))
    repo.git("remote", "remove", "origin")
    assert any("which it has no longer" in one["what"] for one in findings(repo))


@pytest.mark.parametrize("words", [("init", "--share"), ("share", "key"), ("share", "trust")])
def test_an_agent_decides_nothing(machines: Machines, words: tuple[str, ...]) -> None:
    repo = machines.add("repo", shares=False)
    repo.git("config", "--unset", "agent-tracker.userNeedsTerminal")
    before = config_of(repo)
    done = repo.run(*words, env=CLAUDE_CODE)
    assert done.returncode == 1
    assert "is the user's decision, and claude-code runs this command" in done.stderr
    assert config_of(repo) == before
    assert not (repo.ledger_path / "user-key").exists()


def test_keys_that_are_none_change_nothing(machines: Machines) -> None:
    repo = machines.add("repo")
    words = repo.tracker("share", "key").strip()
    assert repo.tracker("share", "key").strip() == words
    assert len(words.split("-")) == 14
    for wrong in (
        "",
        "hello",
        words[:-5],
        words.replace(words[0], "a" if words[0] != "a" else "b"),
        words + "-aaaa",
        "ü" * 70,
    ):
        assert "that is no key: " in enter_key(repo, wrong, 2)
    assert repo.tracker("share", "key").strip() == words
    assert "has that key already" in enter_key(repo, words.upper().replace("-", " "))


def test_a_person_enters_the_key_unseen(machines: Machines) -> None:
    repo, other = machines.add("repo"), machines.add("other")
    words = other.tracker("share", "key").strip()
    terminal = repo.at_terminal(*TRACKER, "share", "trust")
    terminal.expect("Key")
    terminal.press(f"{words}\n")
    assert terminal.finish() == 0
    assert words not in terminal.shown
    assert repo.tracker("share", "key").strip() == words


def test_history_shows_the_events_last(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    laptop.git("fetch", "-q")
    subjects = laptop.git("log", "--all", "--format=%s").splitlines()
    assert subjects[-1] == "Events of agent-tracker"
    assert subjects.count("Events of agent-tracker") == 1
    assert "agent-tracker" not in laptop.git("branch", "-a") + laptop.git("tag")
    assert "agent-tracker" not in laptop.git("log", "--branches", "--remotes", "--tags", "--decorate")
    laptop.git("fsck", "--strict")
    copy = Path(machines.folder / "fresh")
    machines.bare.git("clone", "-q", str(machines.bare.path), str(copy))
    listed = subprocess.run(["git", "for-each-ref"], cwd=copy, capture_output=True, text=True, check=True).stdout
    assert "agent-tracker" not in listed


@pytest.mark.parametrize(
    "report",
    [
        '["OID","gone-agent",null,"medium"]',
        '["OID","human",null,"medium"]',
        '["OID","codex",null,[]]',
        '["OID","codex",{},"low"]',
        '["OID","codex","a\\u0000b","low"]',
        '["OID",["codex"],null,"low"]',
        '[[],"codex",null,"low"]',
        '{"a":1,"b":2,"c":3,"d":4}',
    ],
)
@pytest.mark.whole
def test_a_remembered_report_that_no_program_wrote_stops_nothing(machines: Machines, laptop: Repo, report: str) -> None:
    """As after an upgrade or a removed rule of the user, which take an agent out of the catalogue."""
    oid = machines.bare.head("main")
    (laptop.folder / "share-waiting").write_text(report.replace("OID", oid) + "\n")
    (laptop.folder / "share-failure").write_text("9999999999999999999 never\n")
    for command in ("log", "sync", "share"):
        laptop.tracker(command)
    findings(laptop)
    assert not (laptop.folder / "share-waiting").read_text()
    assert '"name":"shared"' not in laptop.tracker("export")


@pytest.mark.whole
def test_damaged_files_of_sharing_are_written_again(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    for name in ("share-sent", "share-seen", "share-waiting", "share-failure"):
        (laptop.folder / name).write_bytes(b"\xff\0nonsense\t\t\n" * 3)
    assert json.loads(laptop.tracker("share", "--json"))["waiting"] == 0
    laptop.commit("feat: next", env=CLAUDE_CODE)
    laptop.settle()
    push(laptop)
    told = machines.events(laptop)
    assert len(told) == len({*told})
