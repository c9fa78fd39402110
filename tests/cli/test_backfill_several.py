"""``backfill`` of several repositories: one after the other, each once, whatever happens in one of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import program
from tests.git_wrapper import wrap_git
from tests.program import TRACKER, WITHOUT_OVERRIDE
from tests.support import Repo

ROOT = Path(__file__).parents[2]


class Folder:
    """A folder of repositories, from which the program is run."""

    def __init__(self, path: Path, environment: dict[str, str]) -> None:
        path.mkdir()
        self.path = path
        self.environment = environment

    def make(self, name: str, commits: int = 2) -> Repo:
        repo = Repo.make(self.path / name, self.environment)
        for number in range(commits):
            repo.commit(f"feat: {number} of {name}", env={"GIT_AUTHOR_NAME": name})
        return repo

    def run(self, *arguments: str, words: tuple[str, ...] = TRACKER) -> subprocess.CompletedProcess[str]:
        if words == TRACKER:
            return program.run(arguments, self.path, self.environment)
        return subprocess.run(
            [*words, *arguments], cwd=self.path, env=self.environment, capture_output=True, text=True, check=False
        )

    def backfill(self, *arguments: str, code: int = 0) -> tuple[list[str], list[str]]:
        """Run the command; return the lines of its output and of its errors."""
        done = self.run("backfill", *arguments)
        assert done.returncode == code, done
        return done.stdout.splitlines(), done.stderr.splitlines()

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.backfill(*arguments, "--json", code=code)[0][0])


@pytest.fixture
def folder(tmp_path: Path, environment: dict[str, str]) -> Folder:
    return Folder(tmp_path / "src", environment)


def test_named_and_discovered_ones_are_recorded_once_each(folder: Folder) -> None:
    one, two = folder.make("one"), folder.make("two", 3)
    two.git("worktree", "add", "-q", str(folder.path / "linked"))
    assert folder.backfill("linked", "two", "--discover", ".", "--discover", "one")[0] == [
        "linked: Tracked without hooks. 3 commits were recorded.",
        "one: Tracked without hooks. 2 commits were recorded.",
        "2 repositories: 5 commits were recorded.",
    ]
    for repo in (one, two):
        repo.assert_recorded()
        assert not (repo.path / ".git" / "hooks" / "post-commit").exists()
    assert folder.backfill("one", "two")[0] == [
        "one: Nothing is missing: all 2 commits are recorded already.",
        "two: Nothing is missing: all 3 commits are recorded already.",
        "2 repositories: Nothing is missing: all 5 commits are recorded already.",
    ]


def test_a_preview_changes_nothing(folder: Folder) -> None:
    one = folder.make("one")
    folder.make("two")
    assert folder.backfill("--discover", ".", "--dry-run")[0] == [
        "one: Would be tracked without hooks. 2 commits would be recorded.",
        "two: Would be tracked without hooks. 2 commits would be recorded.",
        "2 repositories: 4 commits would be recorded.",
    ]
    assert not one.folder.exists()


def test_taking_back(folder: Folder) -> None:
    one, two = folder.make("one"), folder.make("two")
    folder.backfill("one")
    assert folder.backfill("--discover", ".", "--undo", "--dry-run")[0][0] == "one: 2 commits would be taken back."
    assert folder.backfill("--discover", ".", "--undo")[0] == [
        "one: 2 commits were taken back.",
        "two: No commit is taken back.",
        "2 repositories: 2 commits were taken back.",
    ]
    assert one.log() == []
    assert not two.folder.exists()


def test_options_apply_to_each_repository(folder: Folder, tmp_path: Path) -> None:
    repos = [folder.make("one", 4), folder.make("two", 4)]
    date = repos[0].git("log", "-1", "--format=%cI", "HEAD~1").strip()
    folder.backfill("one", "two", "--since", date, "--jobs", "1", "--ledger", str(tmp_path / "other.lmdb"))
    assert [len(repo.log()) for repo in repos] == [2, 2]
    assert {repo.ledger_path for repo in repos} == {tmp_path / "other.lmdb"}
    assert "no date" in folder.backfill("one", "two", "--since", "gibberish", code=2)[1][0]
    assert "leave out revisions" in folder.backfill("one", "two", "--since", date, "--undo", code=2)[1][0]


def test_one_that_fails_is_named_at_the_end_and_stops_no_other(folder: Folder) -> None:
    folder.make("one")
    wrong = folder.make("two")
    wrong.git("config", "agent-tracker.mode", "nonsense")
    (folder.path / "plain").mkdir()
    (folder.path / "notes.txt").write_text("")
    last = folder.make("zoo")
    said, errors = folder.backfill("notes.txt", "plain", "one", "two", "zoo", code=1)
    assert [line.partition(":")[0] for line in said] == ["one", "zoo", "2 repositories"]
    assert errors[0] == "agent-tracker: 3 of 5 repositories are not done, with the reason:"
    assert errors[1] == "agent-tracker: notes.txt: it is a file, and no folder of a repository."
    assert errors[2].startswith("agent-tracker: plain: ")
    assert "is not inside a git repository" in errors[2]
    assert errors[3].startswith("agent-tracker: two: ")
    assert "agent-tracker.mode" in errors[3]
    last.assert_recorded()
    assert not wrong.folder.exists()


def test_a_single_one_that_fails_is_one_line(folder: Folder) -> None:
    (folder.path / "plain").mkdir()
    said, errors = folder.backfill("plain", code=1)
    assert said == []
    assert len(errors) == 1
    assert "is not inside a git repository" in errors[0]


def test_a_ledger_that_cannot_be_used_begins_nothing(folder: Folder, tmp_path: Path) -> None:
    repos = [folder.make("one"), folder.make("two")]
    (tmp_path / "file").write_text("")
    errors = folder.backfill("one", "two", "--ledger", str(tmp_path / "file" / "ledger"), code=1)[1]
    assert len(errors) == 3
    assert not any(repo.folder.exists() for repo in repos)


def test_json_is_one_object_for_several_and_as_before_for_the_one_at_hand(folder: Folder) -> None:
    one = folder.make("one")
    (folder.path / "plain").mkdir()
    said = folder.json("one", "plain", code=1)
    assert {name: said[name] for name in ("schema", "dry_run", "left")} == {"schema": 1, "dry_run": False, "left": []}
    first, second = said["repositories"]
    numbers = {"recorded": 2, "already_known": 0, "spooled": 0, "set_aside": 0, "claims": 0, "notices": []}
    assert first == {"path": "one", "newly_tracked": True, **numbers}
    assert second.keys() == {"path", "error"}
    assert one.json("backfill") == {"schema": 1, "dry_run": False, **numbers, "recorded": 0, "already_known": 2}
    taken = folder.json("one", "--undo")["repositories"]
    assert taken == [{"path": "one", "newly_tracked": False, "forgotten": 2, "kept": 0}]
    assert folder.json("--discover", "plain", code=1)["repositories"] == []


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs util-linux")
def test_folders_that_cannot_be_read_are_said_once(folder: Folder) -> None:
    folder.make("one")
    for name in ("closed", "shut"):
        (folder.path / name).mkdir()
        (folder.path / name).chmod(0)
    done = folder.run("backfill", "--discover", ".", words=(*WITHOUT_OVERRIDE, *TRACKER))
    for name in ("closed", "shut"):
        (folder.path / name).chmod(0o700)
    assert done.returncode == 0, done
    assert done.stdout == "one: Tracked without hooks. 2 commits were recorded.\n"
    assert done.stderr == (
        "agent-tracker: 2 folders left out: closed (Permission denied) and shut (Permission denied).\n"
    )


def test_names_from_outside_are_printed_harmlessly(folder: Folder) -> None:
    for name in ("\x1b[31mred\n", os.fsdecode(b"x\xff")):
        Repo.make(folder.path / name, folder.environment).commit()
    said, errors = folder.backfill("--discover", ".")
    assert errors == []
    assert len(said) == 3
    assert all(line.isprintable() for line in said)
    assert len(folder.json("--discover", ".")["repositories"]) == 2


@pytest.mark.whole
def test_shallow_and_partial_clones_fetch_nothing(folder: Folder, tmp_path: Path) -> None:
    origin = Repo.make(tmp_path / "origin", folder.environment)
    for number in range(5):
        origin.commit(f"feat: {number}", file="a.txt")
    origin.git("config", "uploadpack.allowFilter", "true")
    clones = []
    for name, options in {
        "blobless": ["--filter=blob:none"],
        "treeless": ["--filter=tree:0"],
        "shallow": ["--depth=2"],
    }.items():
        origin.git("clone", "-q", *options, f"file://{origin.path}", str(folder.path / name))
        clones.append(origin.at(folder.path / name))
    before = [repo.git("count-objects", "-v") for repo in clones]
    for arguments in (("--dry-run",), (), ("--undo",), ("--jobs", "3")):
        folder.backfill("--discover", ".", *arguments)
    assert [repo.git("count-objects", "-v") for repo in clones] == before
    assert [len(repo.log()) for repo in clones] == [5, 5, 2]
    shutil.rmtree(origin.path)
    assert folder.backfill("--discover", ".")[1] == []


@pytest.fixture
def git_that_stops(folder: Folder, tmp_path: Path) -> str:
    """Return a PATH whose git compares a part of the commits of ``b-long`` and then waits, until the program ends.

    So Ctrl-C always comes before the backfill has ended.
    """
    stops = '"$real" "$@" | { head -c 100000; while kill -0 $PPID 2>/dev/null; do sleep 0.1; done; }'
    script = f'case "$PWD $*" in *b-long*--numstat*) {stops}; exit ;; esac'
    return wrap_git(tmp_path / "slow", folder.environment, script)["PATH"]


def test_ctrl_c_keeps_what_is_written_and_names_what_is_left(folder: Folder, git_that_stops: str) -> None:
    first = folder.make("a-first")
    long = Repo.make(folder.path / "b-long", folder.environment)
    long.import_commits(4_000, files=True)
    folder.make("c-last")
    variables = {"COLUMNS": "80", "GIT_PROGRESS_DELAY": "0", "PATH": git_that_stops}
    terminal = first.at(folder.path).at_terminal(*TRACKER, "backfill", "--discover", ".", env=variables)
    terminal.expect("Backfill 2 of 3, b-long")
    terminal.expect("/4,000")
    terminal.press("\x03")
    assert terminal.finish() == 130
    assert terminal.ended_in_first_modes
    said = terminal.shown.replace("\r", "\n").splitlines()
    assert "a-first: Tracked without hooks. 2 commits were recorded." in said
    place = next(number for number, line in enumerate(said) if "2 of 3 repositories are left" in line)
    assert said[place + 1 :] == ["agent-tracker: b-long", "agent-tracker: c-last"]
    assert long.json("verify")["ok"]
    folder.backfill("--discover", ".")
    assert len(long.log()) == 4_000


@pytest.mark.whole
def test_the_script_is_the_same_command(folder: Folder) -> None:
    one = folder.make("one")
    script = (sys.executable, "-I", str(ROOT / "scripts" / "backfill.py"))
    assert folder.run("--dry-run", "one", words=script).stdout.startswith("one: Would be tracked without hooks.")
    assert not one.folder.exists()
    (folder.path / "none").mkdir()
    done = folder.run("one", "none", words=script)
    assert done.returncode == 1
    assert "not inside a git repository" in done.stderr
    assert "2 commits were recorded." in done.stdout
    assert "2 commits were taken back." in folder.run("--undo", "one", words=script).stdout
    assert "Usage:" in folder.run(words=script).stdout
