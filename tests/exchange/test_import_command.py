"""The commands ``export`` and ``import``: what a user sees, and what happens to input that is not as it should be."""

import gzip
import json
import random
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.exchange.conftest import elsewhere
from tests.exchange.random_ledgers import exported
from tests.program import TRACKER, run_here, sized
from tests.support import Repo, one
from tracker.exchange.event_lines import read_line
from tracker.ledger import Ledger

_KILLS: Final = sized(50, 4)


def log_of(repo: Repo) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker("log", "--json", "--all", "--everywhere").splitlines()]


@pytest.mark.whole
def test_another_machine_says_the_same_after_an_import(told: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    assert "events written to" in told.tracker("export", "--output", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    other = elsewhere(told, tmp_path / "other")
    said = other.tracker("import", str(file))
    assert "new or changed here are 1 project, " in said
    assert log_of(other) == log_of(told)
    outside = Repo(tmp_path, told.environment)
    for agent in ("claude-code", "codex", "opencode"):
        assert other.json("status", agent) == outside.json("status", agent)
    assert other.tracker("report", "--everywhere", "--json") == outside.tracker("report", "--everywhere", "--json")
    assert other.json("verify")["ok"]
    assert other.tracker("export") == file.read_text(encoding="utf-8") == told.tracker("export")
    assert other.tracker("import", str(file)).endswith("all are known here.\n")
    assert told.tracker("import", str(file)).endswith("all are known here.\n")


@pytest.mark.whole
def test_the_repository_goes_on_where_the_import_left_it(told: Repo, tmp_path: Path) -> None:
    """An older export brings nothing back that has changed since, and the next commit is recorded as ever."""
    file = tmp_path / "old.jsonl"
    told.tracker("export", "--output", str(file))
    told.git("reset", "-q", "--hard", "HEAD~1")
    told.settle()
    told.tracker("grade", "HEAD", "--user", "excellence")
    told.tracker("bug", "HEAD", "--undo")
    before = log_of(told)
    told.tracker("import", str(file))
    assert log_of(told) == before
    told.commit("feat: next", env=CLAUDE_CODE)
    told.settle()
    assert told.line()["agent"] == "claude-code"
    assert told.json("verify")["ok"]


def test_what_cannot_be_used_is_kept_aside_with_its_reason(told: Repo, tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    good = exported(told.ledger()).splitlines()
    file.write_bytes(b"\n".join([good[0], b"no event", *good[1:]]))
    other = elsewhere(told, tmp_path / "other")
    said = other.tracker("import", str(file), code=1)
    place = one((other.path / "ledger" / "set-aside").iterdir())
    assert f"1 line was not used: {place} has each with its reason." in said
    assert log_of(other) == log_of(told)
    again = json.loads(other.tracker("import", "--json", str(file), code=1))
    assert (again["changed"], again["aside"], again["place"]) == ({}, 1, str(place))
    assert [*place.parent.iterdir()] == [place]


def test_the_source_is_only_read(unchanged: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    unchanged.tracker("export", "--output", str(file))
    file.chmod(0o400)
    before = (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ctime_ns)
    elsewhere(unchanged, tmp_path / "other").tracker("import", str(file))
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ctime_ns) == before


def test_a_source_that_cannot_be_read_is_named(unchanged: Repo, tmp_path: Path) -> None:
    done = unchanged.run("import", str(tmp_path / "missing"))
    assert done.returncode == 1
    assert f"{tmp_path / 'missing'} cannot be read: No such file" in done.stderr


def test_nothing_from_a_pipe_is_an_error(unchanged: Repo) -> None:
    """As when the command before it failed: 'ssh laptop agent-tracker export | agent-tracker import -'."""
    done = run_here(["import", "-"], unchanged.path, unchanged.environment, b"")
    assert done.returncode == 1
    assert "standard input is empty: the command before this one may have failed" in done.stderr


def test_each_kind_of_file_is_told_its_command(unchanged: Repo, tmp_path: Path) -> None:
    events, backup, packed = tmp_path / "e.jsonl", tmp_path / "b.tar.gz", tmp_path / "e.jsonl.gz"
    events.write_text(unchanged.tracker("export"))
    packed.write_bytes(gzip.compress(events.read_bytes()))
    unchanged.tracker("backup", str(backup))
    (tmp_path / "empty").mkdir()
    for words, part in (
        (("import", str(backup)), "a backup is for 'agent-tracker merge' or 'agent-tracker restore'"),
        (("import", str(packed)), "gunzip -c FILE | agent-tracker import -"),
        (("merge", str(events)), "holds events: 'agent-tracker import' joins them"),
        (("merge", str(unchanged.ledger_path / "data.mdb")), "name the folder that it is in"),
        (("merge", str(tmp_path / "empty")), "holds no ledger"),
        (("restore", str(tmp_path)), "is a folder: name the backup in it"),
        (("backup", f"{tmp_path / 'absent'}/"), "there is no folder"),
    ):
        done = unchanged.run(*words)
        assert done.returncode in {1, 2}, words
        assert part in done.stderr, (words, done.stderr)
    assert not (tmp_path / "absent").exists()
    assert "all are known here" in elsewhere_joined(unchanged, tmp_path)


def elsewhere_joined(unchanged: Repo, tmp_path: Path) -> str:
    """Return the output of the second merge of a folder that holds a ledger under its usual name."""
    other = elsewhere(unchanged, tmp_path / "other")
    other.environment["AGENT_TRACKER_LEDGER"] = str(tmp_path / "new" / "ledger.lmdb")
    place = str(unchanged.ledger_path.parent)
    other.tracker("merge", place)
    return other.tracker("merge", place)


def test_an_agent_may_not_import_what_a_user_said(told: Repo, tmp_path: Path) -> None:
    file = tmp_path / "forged.jsonl"
    file.write_bytes(exported(told.ledger()))
    told.git("config", "agent-tracker.userNeedsTerminal", "true")
    done = told.run("import", str(file), env=CLAUDE_CODE)
    assert done.returncode == 1
    assert "an import is the user's decision, and claude-code runs this command" in done.stderr
    other = elsewhere(told, tmp_path / "other")
    assert other.run("import", str(file), env=CLAUDE_CODE).returncode == 1
    assert not (other.path / "ledger").exists()


@pytest.mark.whole
def test_only_one_project_is_exported(told: Repo, tmp_path: Path) -> None:
    second = Repo.make(tmp_path / "second", told.environment)
    second.tracker("init")
    second.commit("feat: elsewhere", env=CLAUDE_CODE)
    second.settle()
    found = [read_line(line).event for line in told.tracker("export", "--project", "second").encode().splitlines()]
    assert {getattr(one, "project", second.project()) for one in found} == {second.project()}
    assert {type(one).__name__ for one in found} >= {"ProjectEvent", "CommitEvent"}
    assert "no project called 'third' is known" in told.run("export", "--project", "third").stderr


def test_an_export_takes_the_place_of_an_export_only(unchanged: Repo, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    done = unchanged.run("export", "--output", str(file))
    assert (done.returncode, file.read_text()) == (1, "mine")
    assert "exists and is no export of that format" in done.stderr
    file.write_text("")
    for _ in range(2):
        unchanged.tracker("export", "--output", str(file))
    assert file.read_bytes() == exported(unchanged.ledger())


@pytest.mark.parametrize("target", ["missing/out.jsonl", "."])
def test_an_export_that_cannot_be_written_leaves_nothing(unchanged: Repo, tmp_path: Path, target: str) -> None:
    before = sorted(tmp_path.iterdir())
    done = unchanged.run("export", "--output", str(tmp_path / target))
    assert done.returncode == 1
    assert sorted(tmp_path.iterdir()) == before


def _run_killed(arguments: Sequence[str], repo: Repo, seconds: float) -> bool:
    """Run a command and kill it after some seconds; return True if it was killed."""
    process = subprocess.Popen(
        [*TRACKER, *arguments],
        cwd=repo.path,
        env=repo.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() == -signal.SIGKILL


def test_an_import_that_was_killed_is_completed_by_the_next(told: Repo, tmp_path: Path) -> None:
    told.import_commits(sized(3000, 1000))
    told.tracker("backfill")
    source = exported(told.ledger())
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(source)
    chance, other, killed, round_number = random.Random(7), elsewhere(told, tmp_path / "other"), 0, 0
    while killed < _KILLS:
        round_number += 1
        other.environment["AGENT_TRACKER_LEDGER"] = str(other.path / f"ledger-{killed // 4}")
        killed += _run_killed(["import", str(file)], other, chance.uniform(0.1, 0.9))
        assert round_number < 10 * _KILLS
    other.tracker("import", str(file))
    assert exported(Ledger(Path(other.environment["AGENT_TRACKER_LEDGER"]))) == source
    assert other.json("verify")["ok"]
