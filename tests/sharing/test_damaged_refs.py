"""Refs of writers that are damaged, forged, rewritten, too new or cut off: they are read as far as they can be used."""

import json
import zlib
from base64 import b85encode
from typing import Final

import pytest

from tests import program
from tests.agent_environments import CLAUDE_CODE
from tests.sharing.machines import THEIRS, Machines, forge, grades, own_ref, pull, push, scores, trust
from tests.support import Repo, one
from tracker.exchange import event_lines
from tracker.exchange.event_lines import line_of, read_line
from tracker.exchange.events import GradeEvent
from tracker.git.own_refs import SUBJECT
from tracker.ledger.user_key import seal_of
from tracker.sharing import places

_MAKER: Final = "agent-tracker <agent-tracker@localhost> 0 +0000"


def _wrong_seal(line: bytes) -> bytes:
    return b"0" * 64 + line[64:]


def _changed_event(line: bytes) -> bytes:
    return line.replace(b'"grade":5', b'"grade":-1').replace(b'"schema":1', b'"schema":1,"note":"new"')


def _cut(line: bytes) -> bytes:
    return line[: len(line) // 2]


def _long(line: bytes) -> bytes:
    return line[:65] + b'{"a":"' + b"x" * (3 << 20) + b'"}'


def _no_event(line: bytes) -> bytes:
    return b"\xff\xfe not at all " + line[:10]


DAMAGES: Final = (_wrong_seal, _changed_event, _cut, _long, _no_event)


def test_damaged_lines_change_no_score(machines: Machines, laptop: Repo) -> None:
    """Of each kind one writer's."""
    laptop.tracker("grade", "HEAD~1", "--user", "excellence")
    push(laptop)
    lines = [line.encode() for line in machines.events(laptop)]
    machines.bare.git("update-ref", "-d", own_ref(laptop))
    for number, damage in enumerate(DAMAGES):
        forge(machines, [damage(line) for line in lines], writer=f"{number}" * 32)
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    pull(desktop)
    assert all(score["skill_points"] <= 1 and not score["total_commits"] for score in scores(desktop).values())
    assert desktop.json("grade", "HEAD~1")["history"] == []
    assert desktop.json("verify")["ok"]
    trusted = [writer["trusted_events"] for writer in desktop.json("share")["writers"]]
    assert trusted == [0] * len(DAMAGES), dict(zip(DAMAGES, trusted, strict=False))
    forge(machines, lines, writer="f" * 32)
    pull(desktop)
    assert scores(desktop) == scores(laptop)


def _blob(bare: Repo) -> str:
    return bare.git("hash-object", "-w", "--stdin", stdin="no commit").strip()


def _tag(bare: Repo) -> str:
    text = f"object {bare.head('main')}\ntype commit\ntag t\ntagger A <a@example.com> 0 +0000\n\nt\n"
    return bare.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=text).strip()


def _other_commit(bare: Repo) -> str:
    return bare.head("main")


def _with_message(bare: Repo, message: str) -> str:
    tree = bare.git("hash-object", "-t", "tree", "-w", "--stdin", stdin="").strip()
    text = f"tree {tree}\nauthor {_MAKER}\ncommitter {_MAKER}\n\n{SUBJECT}\n\n{message}\n"
    return bare.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=text).strip()


def _huge(bare: Repo) -> str:
    return _with_message(bare, "x" * (9 << 20))


def _inflated(bare: Repo) -> str:
    """Fifty kilobytes that become fifty million bytes."""
    return _with_message(bare, b85encode(zlib.compress(b"\n" * 50_000_000)).decode())


def _plain(bare: Repo) -> str:
    return _with_message(bare, '{"schema":1}')


def _cut_short(bare: Repo) -> str:
    return _with_message(bare, b85encode(zlib.compress(b"{}" * 1000)[:-9]).decode())


NO_CHAINS: Final = (_blob, _tag, _other_commit, _huge, _inflated, _plain, _cut_short)


def test_refs_that_are_no_chains_stop_nothing(machines: Machines, laptop: Repo) -> None:
    """One of each kind, beside a good one."""
    push(laptop)
    made = {f"{number}" * 32: function for number, function in enumerate(NO_CHAINS)}
    for writer, function in made.items():
        machines.bare.git("update-ref", f"refs/agent-tracker/{writer}", function(machines.bare))
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    pull(desktop)
    assert scores(desktop) == scores(laptop)
    writers = {writer["writer"]: writer["fault"] for writer in desktop.json("share")["writers"]}
    without_fault = [made[writer].__name__ for writer in made if not writers[writer]]
    assert without_fault == []
    assert [bool(fault) for writer, fault in writers.items() if writer not in made] == [False]
    assert "not all of it was read" in desktop.tracker("share")
    desktop.commit("feat: still recorded", env=CLAUDE_CODE)
    desktop.settle()
    assert desktop.line()["agent"] == "claude-code"


@pytest.mark.whole
def test_a_ref_that_was_rewritten_is_read_again(machines: Machines, laptop: Repo) -> None:
    """All that was read before stays known, and what is new is read, although the old commits are gone."""
    laptop.tracker("grade", "HEAD~1", "--user", "excellence")
    push(laptop)
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    pull(desktop)
    lines = [line.encode() for line in machines.events(laptop)]
    ref = own_ref(laptop)
    laptop.tracker("grade", "HEAD", "--user", "bad")
    push(laptop)
    newer = [line.encode() for line in machines.events(laptop)][len(lines) :]
    forge(machines, [*newer, lines[0]], writer=ref.rpartition("/")[2])
    pull(desktop)
    assert scores(desktop) == scores(laptop)
    desktop.git("reflog", "expire", "--expire=now", "--all")
    desktop.git("gc", "-q", "--prune=now")
    assert desktop.git("for-each-ref", THEIRS)
    assert scores(desktop) == scores(laptop)


@pytest.mark.whole
def test_events_of_a_newer_program_are_kept_aside(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    key = (laptop.ledger_path / "user-key").read_bytes()
    line = json.dumps({"schema": 99, "type": "mood", "id": "0"}).encode()
    forge(machines, [seal_of(key, line).encode() + b" " + line])
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    pull(desktop)
    assert scores(desktop) == scores(laptop)
    aside = one((desktop.ledger_path / "set-aside").iterdir())
    assert "update it" in aside.read_text()


@pytest.mark.whole
def test_events_that_were_too_new_are_read_after_an_update(
    machines: Machines, laptop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(laptop)
    key = (laptop.ledger_path / "user-key").read_bytes()
    laptop.tracker("grade", "HEAD~1", "--user", "excellence")  # not pushed
    (graded,) = (
        one.event
        for one in map(read_line, laptop.tracker("export").encode().splitlines())
        if isinstance(one.event, GradeEvent)
    )
    with monkeypatch.context() as update:
        update.setattr(event_lines, "SCHEMA", 2)
        line = line_of(graded).rstrip(b"\n")
    forge(machines, [seal_of(key, line).encode() + b" " + line])
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    pull(desktop)
    assert grades(desktop, "HEAD~1") == []
    with monkeypatch.context() as update:
        update.setattr(event_lines, "SCHEMA", 2)
        update.setattr(places, "SCHEMA", 2)
        assert program.run_here(["sync"], desktop.path, desktop.environment).returncode == 0
    assert [grade[:2] for grade in grades(desktop, "HEAD~1")] == [("user", 5)]


@pytest.mark.whole
def test_a_shallow_clone_reads_the_rest_when_it_has_it(machines: Machines, laptop: Repo) -> None:
    laptop.tracker("grade", "HEAD~1", "--user", "excellence")
    push(laptop)
    laptop.commit("docs: more", env=CLAUDE_CODE)
    laptop.settle()
    push(laptop)
    desktop = machines.add("desktop", email="ada@work.example")
    trust(desktop, laptop)
    desktop.git("fetch", "-q", "--depth=1")
    desktop.tracker("sync")
    assert one(desktop.json("share")["writers"])["fault"] == "a commit of it is missing"
    assert scores(desktop) != scores(laptop)
    desktop.git("fetch", "-q", "--unshallow")
    laptop.commit("docs: last", env=CLAUDE_CODE)
    laptop.settle()
    push(laptop)
    pull(desktop)
    assert one(desktop.json("share")["writers"])["fault"] is None
    assert scores(desktop) == scores(laptop)
