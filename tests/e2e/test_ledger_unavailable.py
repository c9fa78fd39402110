"""A ledger that cannot be used never stops a commit, and nothing is lost by it.

Each cause is a real one. Mounts and PID namespaces come from unshare(1), so those tests need a system that lets a
program make some.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import lmdb
import pytest

from tests.program import TRACKER
from tests.support import Repo, recorders
from tracker.ledger import Ledger, migrations

ROOT = Path(__file__).parents[2]


def namespaces_work() -> bool:
    try:
        return subprocess.run(["unshare", "-rmpf", "true"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


needs_namespaces = pytest.mark.skipif(
    not namespaces_work(), reason="this system lets nobody make namespaces (unshare -rmpf)"
)


def inside(options: str, script: str, repo: Repo) -> str:
    """Run a shell script in namespaces of its own, in the repository."""
    done = subprocess.run(
        ["unshare", *options.split(), "sh", "-euc", script, "sh", *TRACKER],
        cwd=repo.path,
        env=repo.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ledger_of(repo: Repo) -> Path:
    return Path((repo.folder / "ledger").read_text().strip())


def wait_for_recorders(repo: Repo) -> None:
    end = time.monotonic() + 300
    while recorders(repo.folder.parent):
        assert time.monotonic() < end
        time.sleep(0.05)


def assert_all_recorded_by_an_agent(repo: Repo, count: int) -> None:
    lines = repo.assert_recorded()
    assert len(lines) == count
    assert {line["agent"] for line in lines} == {"claude-code"}


AGENT = {"CLAUDECODE": "1"}
COMMITS = 'for number in 1 2 3; do CLAUDECODE=1 git commit -q --allow-empty -m "feat: $number"; done\n'


@needs_namespaces
def test_a_home_that_is_read_only(repo: Repo) -> None:
    script = 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"\n' + COMMITS + "sleep 1\n"
    inside("-rm", script, repo)
    wait_for_recorders(repo)
    assert len(list((repo.folder / "spool").iterdir())) == 3
    assert repo.json("sync")["recorded"] == 3
    assert_all_recorded_by_an_agent(repo, 3)


@needs_namespaces
def test_reading_in_a_read_only_home_is_one_sentence(repo: Repo) -> None:
    script = 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"; "$@" log 2>&1 && exit 9; echo "code $?"\n'
    said = inside("-rm", script, repo)
    assert said.splitlines()[-1] == "code 1"
    assert "Read-only file system" in said
    assert "Traceback" not in said


def test_a_pulled_commit_that_was_left_before_anybody_could_record_it_is_no_work_of_here(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("feat: first")
    other = repo.clone(tmp_path / "other")
    other.git("config", "user.email", "grace@example.org")
    pulled = other.commit("docs: from elsewhere", file="d.txt")
    repo.git("remote", "add", "other", str(other.path))
    repo.settle()
    folder = ledger_of(repo).parent
    folder.rename(tmp_path / "away")
    folder.write_text("no folder, so that nobody records")
    repo.git("pull", "-q", "--ff-only", "other", "main")
    repo.git("commit", "-q", "--amend", "-m", "docs: said better")
    wait_for_recorders(repo)
    folder.unlink()
    (tmp_path / "away").rename(folder)
    repo.tracker("sync")
    found = {line["oid"]: (line["origin"], line["live"]) for line in repo.log("--all")}
    assert found[pulled] == ("fetched", False)
    assert found[repo.head()] == ("local", True)


@needs_namespaces
def test_a_full_disk(untracked: Repo, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    untracked.environment["AGENT_TRACKER_LEDGER"] = str(disk / "ledger.lmdb")
    script = f"""
        mount -t tmpfs -o size=2m none {disk}
        "$@" init >&2
        CLAUDECODE=1 git commit -q --allow-empty -m before
        "$@" sync >&2
        cat /dev/zero >{disk}/filler 2>/dev/null || true
        {COMMITS}
        "$@" sync 2>&1 && exit 9
        ls .git/agent-tracker/spool | wc -l
        rm {disk}/filler
        CLAUDECODE=1 git commit -q --allow-empty -m after
        "$@" sync >&2
        "$@" verify --json
        "$@" log --json
    """
    said = inside("-rm", script, untracked).splitlines()
    assert "is full" in said[0]
    assert "Traceback" not in said[0]
    assert int(said[1]) == 3
    assert json.loads(said[2])["ok"]
    lines = [json.loads(line) for line in said[3:]]
    assert sorted(line["subject"] for line in lines) == ["after", "before", "feat: 1", "feat: 2", "feat: 3"]
    assert {line["agent"] for line in lines} == {"claude-code"}


def test_a_full_map(untracked: Repo) -> None:
    untracked.environment["AGENT_TRACKER_SIZE_LIMIT"] = "1MiB"
    untracked.tracker("init")
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@example.com> {1_600_000_000 + number} +0000\ndata 3\nc{number % 10}\n"
        for number in range(3000)
    )
    untracked.git("fast-import", "--quiet", stdin=stream)
    untracked.git("reset", "-q", "--hard")
    untracked.commit("feat: one", env=AGENT)
    untracked.commit("feat: two", env=AGENT)
    wait_for_recorders(untracked)
    done = untracked.run("sync")
    assert done.returncode == 1
    assert "size limit of 1 MiB" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(list((untracked.folder / "spool").iterdir())) >= 2
    untracked.environment["AGENT_TRACKER_SIZE_LIMIT"] = "64MiB"
    untracked.tracker("sync")
    lines = untracked.assert_recorded()
    assert len(lines) == 3002
    assert sum(line["agent"] == "claude-code" for line in lines) == 2


@pytest.fixture
def stopped_writer(repo: Repo) -> Iterator[Callable[[], None]]:
    """Another process in a write transaction, suspended; calling the fixture's value ends it."""
    code = (
        "import sys, time; from pathlib import Path; from tracker.ledger import Ledger\n"
        "with Ledger(Path(sys.argv[1])).write(): print('in', flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-I", "-c", code, str(ledger_of(repo))]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        yield process.kill
        process.kill()


def test_a_suspended_writer(repo: Repo, stopped_writer: Callable[[], None]) -> None:
    for number in range(3):
        repo.commit(f"feat: {number}", env=AGENT)
    done = repo.run("log")  # which waits for its deadline, says so, and shows what there is
    assert done.returncode == 0
    assert "locked by process" in done.stderr
    stopped_writer()
    repo.tracker("sync")
    assert_all_recorded_by_an_agent(repo, 3)


def test_a_suspended_recorder(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    repo.commit("feat: two", env=AGENT)
    caught = recorders(repo.folder.parent)
    for process in caught:
        os.kill(process, signal.SIGSTOP)
    for number in range(3):
        repo.commit(f"feat: more {number}", env=AGENT)
    for process in caught:
        os.kill(process, signal.SIGKILL)
    repo.tracker("sync")
    assert_all_recorded_by_an_agent(repo, 5)


@needs_namespaces
def test_two_recorders_of_one_pid(tmp_path: Path, environment: dict[str, str]) -> None:
    repos = [Repo.make(tmp_path / name, environment) for name in ("one", "two", "three")]
    script = 'for number in $(seq 15); do CLAUDECODE=1 git commit -q --allow-empty -m "feat: $PWD $number"; done'
    for repo in repos:
        repo.tracker("init")
        repo.git("config", "agent-tracker.mode", "sync")
        repo.tracker("sync")
    running = [
        subprocess.Popen(["unshare", "-rpf", "--mount-proc", "sh", "-euc", script], cwd=repo.path, env=repo.environment)
        for repo in repos
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    for repo in repos:
        repo.tracker("sync")
        assert_all_recorded_by_an_agent(repo, 15)


@needs_namespaces
def test_a_recorder_killed_with_its_namespace(repo: Repo) -> None:
    for number in range(5):
        inside("-rpf --mount-proc", f"CLAUDECODE=1 git commit -q --allow-empty -m 'feat: {number}'", repo)
    repo.tracker("sync")
    assert_all_recorded_by_an_agent(repo, 5)


@needs_namespaces
def test_a_disk_that_is_not_mounted(untracked: Repo, tmp_path: Path) -> None:
    """A hook must not begin another ledger at the empty place and give it what only the spool knows."""
    place = tmp_path / "disk"
    place.mkdir()
    (tmp_path / "mounted").mkdir()
    untracked.environment["AGENT_TRACKER_LEDGER"] = str(place / "ledger.lmdb")
    script = f"""
        mount --bind {tmp_path / "mounted"} {place}
        "$@" init >&2
        git config agent-tracker.mode sync
        CLAUDECODE=1 git commit -q --allow-empty -m before
        umount {place}
        CLAUDECODE=1 git commit -q --allow-empty -m meanwhile
        for command in sync log status verify doctor 'backfill --dry-run'; do
            "$@" $command 2>&1 && exit 9
        done
        ls {place}
        mount --bind {tmp_path / "mounted"} {place}
        "$@" sync >&2
        "$@" log --json
    """
    said = inside("-rm", script, untracked).splitlines()
    assert all("mount or restore it" in line for line in said[:4])
    lines = [json.loads(line) for line in said if line.startswith("{")]
    assert {line["subject"]: line["agent"] for line in lines} == {"before": "claude-code", "meanwhile": "claude-code"}


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_ledger_that_was_taken_away_is_begun_anew_and_said(repo: Repo, level: int) -> None:
    repo.commit("feat: one")
    repo.settle()
    shutil.rmtree([ledger_of(repo), *ledger_of(repo).parents][level])
    done = repo.run("sync")
    assert done.returncode == 0
    assert "was gone and is begun again" in done.stderr
    assert len(repo.assert_recorded()) == 1
    assert repo.run("sync").stderr == ""


def test_damage_that_recording_does_not_meet_is_mended_once_it_was_found(repo: Repo) -> None:
    for number in range(3):
        repo.commit(f"feat: {number}")
    repo.settle()
    data = ledger_of(repo) / "data.mdb"
    status = data.stat()
    holders = re.sub(rb'\[1,\["[0-9a-f]{32}"\]\]', lambda found: b"\xfb" + found[0][1:], data.read_bytes())
    data.write_bytes(holders)
    os.utime(data, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert repo.run("sync").returncode == 0
    assert "damaged" in repo.run("doctor").stdout
    done = repo.run("sync")
    assert "set aside" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(repo.assert_recorded()) == 3


@pytest.mark.parametrize("size", [1, 39, 40, 41, 43, 44, 100, 4096, 8191])
def test_a_ledger_cut_anywhere_near_its_beginning(repo: Repo, size: int) -> None:
    repo.commit("feat: one")
    repo.settle()
    os.truncate(ledger_of(repo) / "data.mdb", size)
    done = repo.run("sync")
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
    assert len(repo.assert_recorded()) == 1


def test_a_folder_of_somebody_else_s_is_not_touched(repo: Repo, tmp_path: Path) -> None:
    for name in ("lmdb", "papers"):
        (tmp_path / name).mkdir()
    with lmdb.open(str(tmp_path / "lmdb"), max_dbs=2) as other, other.begin(write=True) as raw:
        raw.put(b"k", b"v", db=other.open_db(b"users", txn=raw))
    (tmp_path / "papers" / "created").write_text("mine")
    (tmp_path / "papers" / "thesis.txt").write_text("mine")
    for name in ("lmdb", "papers"):
        before = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.name != "lock.mdb"}
        for command in ("sync", "log", "doctor", "init"):
            done = repo.run(command, "--ledger", str(tmp_path / name))
            assert done.returncode == 1, (name, command)
            assert "is no ledger of agent-tracker" in done.stdout + done.stderr
            assert "Traceback" not in done.stderr
        after = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.name != "lock.mdb"}
        assert {key: after.get(key) for key in before} == before
        assert after.keys() - before.keys() <= {"writer.lock"}


def test_a_lock_that_is_no_file_holds_nobody_up(repo: Repo) -> None:
    repo.git("config", "agent-tracker.mode", "sync")
    lock = ledger_of(repo) / "writer.lock"
    lock.unlink()
    os.mkfifo(lock)
    repo.commit("feat: one", env=AGENT)
    assert "not a regular file" in repo.run("sync").stderr
    lock.unlink()
    repo.tracker("sync")
    assert_all_recorded_by_an_agent(repo, 1)


@needs_namespaces
def test_a_git_directory_that_is_read_only(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    script = """
        mount --bind .git .git && mount -o remount,bind,ro .git
        for command in log status verify; do "$@" $command --json; done
    """
    said = inside("-rm", script, repo).splitlines()
    assert [json.loads(line).get("agent") or json.loads(line).get("agent_name") for line in said[:2]] == [
        "claude-code"
    ] * 2
    assert json.loads(said[2])["ok"]


def test_a_newer_ledger(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    ledger = Ledger(ledger_of(repo))
    with ledger.write() as transaction:
        transaction.put_meta("schema", 99)
    repo.commit("feat: two", env=AGENT)
    wait_for_recorders(repo)
    done = repo.run("sync")
    assert done.returncode == 1
    assert f"schema 99 and this agent-tracker knows schema {len(migrations.STEPS)}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(list((repo.folder / "spool").iterdir())) == 1
    # The newer program writes the older schema back; this one could not, since it refuses to open it.
    with lmdb.open(str(ledger.path), max_dbs=20) as environment, environment.begin(write=True) as raw:
        raw.put(b"schema", str(len(migrations.STEPS)).encode(), db=environment.open_db(b"meta", txn=raw))
    repo.tracker("sync")
    assert_all_recorded_by_an_agent(repo, 2)


@pytest.mark.parametrize("through", ["sync", "hook"])
@pytest.mark.parametrize("damage", ["truncated", "emptied", "zeroed", "overwritten", "deleted"])
def test_a_damaged_ledger(repo: Repo, damage: str, through: str) -> None:
    for number in range(30):
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}")
    repo.settle()
    data = ledger_of(repo) / "data.mdb"
    before = data.read_bytes()
    damaged = {
        "truncated": before[: len(before) // 2],
        "emptied": b"",
        "zeroed": before[:8192] + bytes(len(before) - 8192),
        "overwritten": b"not a ledger any more\n" * (len(before) // 22),
        "deleted": None,
    }[damage]
    if damaged is None:
        data.unlink()
    else:
        data.write_bytes(damaged)
    if through == "sync":
        done = repo.run("sync")
        assert done.returncode == 0, done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert "begun" in done.stderr
    else:
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: the hook mends it")
        repo.settle()
        assert "begun" in (repo.folder / "recorder.log").read_text()
    kept = list(data.parent.glob("set-aside/*/data.mdb"))
    assert [path.read_bytes() for path in kept] == ([] if damaged is None else [damaged])
    lines = repo.assert_recorded()
    assert len(lines) == (30 if through == "sync" else 31)
