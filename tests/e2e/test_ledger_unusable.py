"""A ledger that cannot be opened or written: no commit fails, and later all commits are recorded."""

import json
from pathlib import Path

import lmdb
import pytest

from tests.e2e.namespaces import needs_namespaces, run_in_namespaces
from tests.support import Repo, wait_for_recorders
from tracker.ledger import Ledger, migrations

AGENT = {"CLAUDECODE": "1"}
THREE_COMMITS = 'for number in 1 2 3; do CLAUDECODE=1 git commit -q --allow-empty -m "feat: $number"; done\n'


@needs_namespaces
def test_commits_with_read_only_home_are_recorded_later(repo: Repo) -> None:
    script = 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"\n' + THREE_COMMITS
    run_in_namespaces("-rm", script, repo)
    wait_for_recorders(repo.folder.parent)
    assert len(repo.waiting_events()) == 3
    assert repo.json("sync")["recorded"] == 3
    repo.assert_recorded_by_agent(3)


@needs_namespaces
@pytest.mark.whole
def test_log_with_read_only_home_shows_what_is_recorded(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    script = """
        mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"
        git commit -q --allow-empty -m "feat: two"
        "$@" log 2>&1
    """
    warning, line = run_in_namespaces("-rm", script, repo).splitlines()
    assert "cannot be written; what is shown was recorded before and may not be the newest." in warning
    assert "feat: one" in line


@needs_namespaces
def test_agent_in_a_sandbox_is_told_how_else_to_grade(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    script = """
        mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"
        "$@" grade --agent good 2>&1 || echo "code $?"
    """
    shown = run_in_namespaces("-rm", script, repo)
    assert shown.startswith("agent-tracker: nothing was recorded: ")
    assert "cannot be written from here; let the MCP server do it (docs/hosts.md)" in shown
    assert shown.endswith("code 1\n")


def test_pulled_commit_amended_before_it_was_recorded_is_fetched(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: first")
    other = repo.clone(tmp_path / "other")
    other.git("config", "user.email", "grace@example.org")
    pulled = other.commit("docs: from elsewhere", file="d.txt")
    repo.git("remote", "add", "other", str(other.path))
    repo.settle()
    folder = repo.ledger_path.parent
    folder.rename(tmp_path / "away")
    folder.write_text("a file, so that no recorder can write")
    repo.git("pull", "-q", "--ff-only", "other", "main")
    repo.git("commit", "-q", "--amend", "-m", "docs: reworded")
    wait_for_recorders(repo.folder.parent)
    folder.unlink()
    (tmp_path / "away").rename(folder)
    repo.tracker("sync")
    found = {line["oid"]: (line["origin"], line["live"]) for line in repo.log("--all")}
    assert found[pulled] == ("fetched", False)
    assert found[repo.head()] == ("local", True)


@needs_namespaces
def test_commits_on_full_disk_are_recorded_later(untracked: Repo, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    untracked.environment["AGENT_TRACKER_LEDGER"] = str(disk / "ledger.lmdb")
    script = f"""
        mount -t tmpfs -o size=2m none {disk}
        "$@" init >&2
        CLAUDECODE=1 git commit -q --allow-empty -m before
        "$@" sync >&2
        cat /dev/zero >{disk}/filler 2>/dev/null || true
        {THREE_COMMITS}
        "$@" sync 2>&1 && exit 9
        ls .git/agent-tracker/spool | wc -l
        rm {disk}/filler
        CLAUDECODE=1 git commit -q --allow-empty -m after
        "$@" sync >&2
        "$@" verify --json
        "$@" log --json
    """
    output = run_in_namespaces("-rm", script, untracked).splitlines()
    assert "is full" in output[0]
    assert "Traceback" not in output[0]
    assert int(output[1]) == 3
    assert json.loads(output[2])["ok"]
    lines = [json.loads(line) for line in output[3:]]
    assert sorted(line["subject"] for line in lines) == ["after", "before", "feat: 1", "feat: 2", "feat: 3"]
    assert {line["agent"] for line in lines} == {"claude-code"}


@pytest.mark.whole
def test_commits_beyond_size_limit_are_recorded_after_it_is_raised(untracked: Repo) -> None:
    untracked.environment["AGENT_TRACKER_SIZE_LIMIT"] = "1MiB"
    untracked.tracker("init")
    untracked.import_commits(3000)
    untracked.git("reset", "-q", "--hard")
    untracked.commit("feat: one", env=AGENT)
    untracked.commit("feat: two", env=AGENT)
    wait_for_recorders(untracked.folder.parent)
    done = untracked.run("sync")
    assert done.returncode == 1
    assert "size limit of 1 MiB" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(untracked.waiting_events()) >= 2
    untracked.environment["AGENT_TRACKER_SIZE_LIMIT"] = "64MiB"
    untracked.tracker("sync")
    lines = untracked.assert_recorded()
    assert len(lines) == 3002
    assert sum(line["agent"] == "claude-code" for line in lines) == 2


@needs_namespaces
def test_ledger_on_unmounted_disk_is_not_begun_anew(untracked: Repo, tmp_path: Path) -> None:
    """A new ledger at the empty mount point would take the events that only the spool has."""
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
    output = run_in_namespaces("-rm", script, untracked).splitlines()
    assert all("mount or restore it" in line for line in output[:4])
    lines = [json.loads(line) for line in output if line.startswith("{")]
    assert {line["subject"]: line["agent"] for line in lines} == {"before": "claude-code", "meanwhile": "claude-code"}


@needs_namespaces
@pytest.mark.whole
def test_reports_with_read_only_git_directory(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    script = """
        mount --bind .git .git && mount -o remount,bind,ro .git
        for command in log status verify; do "$@" $command --json; done
    """
    output = run_in_namespaces("-rm", script, repo).splitlines()
    log, status, verdict = map(json.loads, output[:3])
    assert (log["agent"], status["agent_name"], verdict["ok"]) == ("claude-code", "claude-code", True)


def test_foreign_folder_is_refused_and_unchanged(repo: Repo, tmp_path: Path) -> None:
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


def test_ledger_with_newer_schema_is_refused(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    ledger = Ledger(repo.ledger_path)
    with ledger.write() as transaction:
        transaction.put_meta("schema", 99)
    repo.commit("feat: two", env=AGENT)
    wait_for_recorders(repo.folder.parent)
    done = repo.run("sync")
    assert done.returncode == 1
    assert f"schema 99; this one knows schema {len(migrations.STEPS)}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(repo.waiting_events()) == 1
    # Written with lmdb itself, because the ledger refuses to open a newer schema.
    with lmdb.open(str(ledger.path), max_dbs=20) as environment, environment.begin(write=True) as raw:
        raw.put(b"schema", str(len(migrations.STEPS)).encode(), db=environment.open_db(b"meta", txn=raw))
    repo.tracker("sync")
    repo.assert_recorded_by_agent(2)
