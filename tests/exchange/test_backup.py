"""Backups: a copy while others write, a ledger out of it, and what is no backup."""

import gzip
import io
import json
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.exchange.conftest import elsewhere
from tests.exchange.random_ledgers import exported, make_ledger
from tests.ledger.tips import put_tips
from tests.program import TRACKER, sized
from tests.support import Repo, one
from tracker.ledger import Ledger
from tracker.ledger.tables import BUGS, COMMUNICATION, REINSTATEMENTS, TIPS

_KILLS: Final = sized(50, 3)
_WRITERS: Final = sized(8, 3)

WRITE = """
import sys
from pathlib import Path
from tests.ledger.tips import put_tips
from tracker.ledger import Ledger
ledger, first = Ledger(Path(sys.argv[1]), deadline=300), int(sys.argv[2])
for number in range(100_000):
    put_tips(ledger, 1, start=first + number)
    print(number, flush=True)
"""


def test_a_ledger_comes_back_out_of_its_backup(told: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.tar.gz"
    assert f"The ledger is in {file}" in told.tracker("backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    with told.ledger().read() as snapshot:
        counted = sum(snapshot.count(table) for table in (COMMUNICATION, BUGS, REINSTATEMENTS))
    before, key = exported(told.ledger()), (told.ledger_path / "key").read_bytes()
    shutil.rmtree(told.ledger_path)
    said = told.tracker("restore", str(file))
    assert f"with {counted} grades, bugs and ends of halts (" in said
    assert "The one that was there" not in said
    assert exported(told.ledger()) == before
    assert (told.ledger_path / "key").read_bytes() == key
    assert told.json("verify")["ok"]
    assert not [*told.ledger_path.parent.glob(".agent-tracker*")]
    told.commit("feat: next", env=CLAUDE_CODE)
    told.settle()
    assert told.line()["agent"] == "claude-code"


def test_the_ledger_that_was_there_is_set_aside_and_can_be_merged(told: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.tar.gz"
    told.tracker("backup", str(file))
    told.tracker("grade", "HEAD", "--user", "bad")
    newer = exported(told.ledger())
    assert "'agent-tracker init' goes on with it" in told.tracker("restore", str(file)).replace("\n", " ")
    told.tracker("sync")
    assert "an older copy of the ledger" in told.tracker("doctor", code=1)
    told.person("init")
    assert "an older copy of the ledger" not in told.run("doctor").stdout
    assert exported(told.ledger()) != newer
    place = one((told.ledger_path / "set-aside").iterdir())
    assert "new or changed here are " in told.tracker("merge", str(place))
    assert exported(told.ledger()) == newer
    assert told.tracker("merge", str(place)).endswith("all are known here.\n")


def test_a_damaged_ledger_is_replaced_and_kept(told: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.tar.gz"
    told.tracker("backup", str(file))
    before = exported(told.ledger())
    data = told.ledger_path / "data.mdb"
    damaged = data.read_bytes()[: data.stat().st_size // 2]
    data.write_bytes(damaged)
    told.tracker("restore", str(file))
    assert exported(told.ledger()) == before
    place = one((told.ledger_path / "set-aside").iterdir())
    assert (place / "data.mdb").read_bytes() == damaged


def test_merging_ledgers_and_backups(unchanged: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.tar.gz"
    unchanged.tracker("backup", str(file))
    other = elsewhere(unchanged, tmp_path / "other")
    make_ledger(other.path / "ledger", 5)
    other.tracker("merge", str(file))
    by_backup = exported(Ledger(other.path / "ledger"))
    second = elsewhere(unchanged, tmp_path / "second")
    second.tracker("merge", str(unchanged.ledger_path))
    second.tracker("merge", str(other.path / "ledger"))
    assert exported(Ledger(second.path / "ledger")) == by_backup
    assert second.json("verify")["ok"]
    assert "is the ledger itself" in second.run("merge", str(second.path / "ledger")).stderr
    assert f"{tmp_path} holds no ledger: name the folder with its data.mdb" in second.run("merge", str(tmp_path)).stderr
    text = tmp_path / "notes.txt"
    text.write_text("notes")
    assert f"{text} is neither a ledger nor a backup: " in second.run("merge", str(text)).stderr


def archive(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size, member.type, member.linkname = len(content), kind, "/etc/passwd"
            packed.addfile(member, io.BytesIO(content))
    return file.getvalue()


def test_what_is_no_backup_changes_nothing(unchanged: Repo, tmp_path: Path) -> None:
    good = tmp_path / "good.tar.gz"
    unchanged.tracker("backup", str(good))
    whole, before = good.read_bytes(), exported(unchanged.ledger())
    manifest = json.dumps({"schema": 1, "program": "", "created_at": 1, "identity": "", "sequence": 1, "feedback": 0,
                           "size": 3, "digest": "0" * 64, "key_digest": ""}).encode()  # fmt: skip
    newer = manifest.replace(b'"schema": 1', b'"schema": 9')
    bad = {
        "text": b"no archive",
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "cut near its end": whole[:-2000],
        "changed": gzip.compress(gzip.decompress(whole)[:-20_000] + bytes(20_000)),
        "a path": archive(("manifest.json", manifest), ("../../data.mdb", b"abc")),
        "a link": archive(("manifest.json", b""), kind=tarfile.SYMTYPE),
        "no manifest": archive(("data.mdb", b"abc")),
        "another digest": archive(("manifest.json", manifest), ("data.mdb", b"abc")),
        "another size": archive(("manifest.json", manifest), ("data.mdb", b"abcd")),
        "newer": archive(("manifest.json", newer)),
        "wrong types": archive(("manifest.json", b'{"schema": 1, "size": "large"}')),
    }
    for name, content in bad.items():
        file = tmp_path / "bad.tar.gz"
        file.write_bytes(content)
        for options in ([], ["--check"]):
            done = unchanged.run("restore", *options, str(file))
            assert (done.returncode, name) == (1, name)
            assert f"{file} cannot be restored: " in done.stderr, name
            assert len(done.stderr.splitlines()) == 1
    assert exported(unchanged.ledger()) == before
    assert not (unchanged.ledger_path / "set-aside").exists()
    assert not [*unchanged.ledger_path.parent.glob(".agent-tracker*")]
    assert "The backup is whole" in unchanged.tracker("restore", "--check", str(good))


def test_a_folder_keeps_the_newest_backups_and_all_other_files(unchanged: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "agent-tracker-notes.txt").write_text("mine")
    for _ in range(5):
        unchanged.tracker("backup", str(folder), "--keep", "3")
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 4
    assert "agent-tracker-notes.txt" in names
    newest = max(name for name in names if name.endswith(".tar.gz"))
    assert "The backup is whole" in unchanged.tracker("restore", "--check", str(folder / newest))


def test_no_backup_but_an_old_one_of_this_ledger_is_deleted(unchanged: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    future = folder / "agent-tracker-20991231T000000Z.tar.gz"
    future.write_bytes(b"mine")
    other = elsewhere(unchanged, tmp_path / "other")
    make_ledger(other.path / "ledger", 5)
    other.tracker("backup", str(folder))
    kept = {path.name for path in folder.iterdir()}
    for _ in range(3):
        saved = json.loads(unchanged.tracker("backup", "--json", str(folder), "--keep", "1"))
        assert {path.name for path in folder.iterdir()} == {*kept, Path(saved["file"]).name}


def test_backups_of_one_second_have_names_of_their_own(unchanged: Repo, tmp_path: Path) -> None:
    words = [*TRACKER, "backup", "--json", str(tmp_path)]
    running = [
        subprocess.Popen(words, cwd=unchanged.path, env=unchanged.environment, stdout=subprocess.PIPE)
        for _ in range(sized(4, 2))
    ]
    assert len({json.loads(one.communicate()[0])["file"] for one in running}) == len(running)


def test_every_changed_byte_of_a_backup_is_noticed(unchanged: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.tar.gz"
    unchanged.tracker("backup", str(file))
    whole = gzip.decompress(file.read_bytes())
    key = whole.index((unchanged.ledger_path / "key").read_bytes())
    for place in (20, 600, key, key + 31, len(whole) // 2):
        content = bytearray(whole)
        content[place] ^= 1
        file.write_bytes(gzip.compress(bytes(content)))
        assert unchanged.run("restore", "--check", str(file)).returncode == 1, place
    packed = bytearray(gzip.compress(whole))
    packed[-6] ^= 1  # of the checksum
    file.write_bytes(bytes(packed))
    assert unchanged.run("restore", "--check", str(file)).returncode == 1


def test_files_of_others_are_not_overwritten(unchanged: Repo, tmp_path: Path) -> None:
    text = tmp_path / "thesis.txt"
    text.write_text("mine")
    done = unchanged.run("backup", str(text))
    assert (done.returncode, text.read_text()) == (1, "mine")
    assert "exists and is no backup: name another file" in done.stderr
    archived = tmp_path / "work.tar.gz"
    archived.write_bytes(archive(("thesis.txt", b"mine")))
    assert "exists and is no backup" in unchanged.run("backup", str(archived)).stderr
    assert "--keep is for the backups in a folder" in unchanged.run("backup", str(text), "--keep", "2").stderr
    assert "cannot be written: No such file" in unchanged.run("backup", str(tmp_path / "no" / "x.tar.gz")).stderr


@pytest.mark.whole
def test_a_backup_goes_through_a_pipe_to_a_new_machine(unchanged: Repo, tmp_path: Path) -> None:
    """The one command of docs/new-computer.md, without the ssh in it."""
    ledger = tmp_path / "new" / "ledger"
    words = [*TRACKER, "backup", "-"]
    made = subprocess.run(words, cwd=unchanged.path, env=unchanged.environment, check=True, capture_output=True)
    environment = unchanged.environment | {"AGENT_TRACKER_LEDGER": str(ledger)}
    subprocess.run([*TRACKER, "restore", "-"], cwd=tmp_path, env=environment, input=made.stdout, check=True)
    assert exported(Ledger(ledger)) == exported(unchanged.ledger())
    assert unchanged.run("backup", "-", "--keep", "3").returncode == 2


def test_an_agent_may_not_restore_or_merge(told: Repo, tmp_path: Path) -> None:
    file = tmp_path / "ledger.tar.gz"
    told.tracker("backup", str(file))
    told.git("config", "agent-tracker.userNeedsTerminal", "true")
    for command in ("restore", "merge"):
        assert "is the user's decision" in told.run(command, str(file), env=CLAUDE_CODE).stderr


def tips_of(ledger: Ledger) -> list[int]:
    """Return the numbers of the tips in a ledger."""
    with ledger.read() as snapshot:
        return [int(tip.name.rstrip("x")) for _, tip in snapshot.scan(TIPS)]


def started(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", *words], stdout=subprocess.PIPE, text=True)


def test_backups_while_others_write_hold_a_prefix_of_what_each_wrote(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", deadline=300)
    put_tips(ledger, 1, start=90_000_000)
    writers = [started(WRITE, str(ledger.path), str(1_000_000 * number)) for number in range(_WRITERS)]
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "AGENT_TRACKER_LEDGER": str(ledger.path)}
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    for number in range(sized(20, 2)):
        command = [*TRACKER, "backup", str(tmp_path / f"{number}.tar.gz")]
        subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True)
    for writer in writers:
        writer.kill()
        writer.communicate()
    for number in range(sized(20, 2)):
        copy = tmp_path / f"copy-{number}"
        restored = environment | {"AGENT_TRACKER_LEDGER": str(copy)}
        words = [*TRACKER, "restore", str(tmp_path / f"{number}.tar.gz")]
        subprocess.run(words, env=restored, cwd=tmp_path, check=True, capture_output=True)
        for first in range(_WRITERS):
            written = sorted(one for one in tips_of(Ledger(copy)) if one // 1_000_000 == first)
            assert written == [*range(1_000_000 * first, 1_000_000 * first + len(written))]
            assert written


def test_a_killed_restore_leaves_the_old_ledger_or_the_new_one(told: Repo, tmp_path: Path) -> None:
    told.import_commits(sized(2000, 400))
    told.tracker("backfill")
    file = tmp_path / "ledger.tar.gz"
    told.tracker("backup", str(file))
    old = exported(told.ledger())
    told.tracker("grade", "HEAD~1", "--user", "good")
    new = exported(told.ledger())
    seen = set[bytes]()
    for number in range(_KILLS):
        words = [*TRACKER, *(["restore", str(file)] if number % 3 else ["backup", str(tmp_path / "again.tar.gz")])]
        process = subprocess.Popen(words, cwd=told.path, env=told.environment, stdout=subprocess.DEVNULL)
        try:
            process.wait(0.05 + 1.2 * number / _KILLS if number < _KILLS - 1 else None)  # the last one ends
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.wait() in {0, -signal.SIGKILL}
        found = exported(told.ledger())
        assert found in {old, new}
        seen.add(found)
        if found == old:
            told.tracker("grade", "HEAD~1", "--user", "good")
            new = exported(told.ledger())
    differences = json.loads(told.tracker("verify", "--json", code=1))["differences"]
    assert {text.split(" the ledger")[0] for text in differences} == {"an older copy of"}
    assert len(seen) > 1
