"""``agent-tracker outcomes`` as a user sees it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.program import TRACKER
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


def lines(repo: Repo) -> list[dict[str, object]]:
    return [json.loads(line) for line in repo.tracker("outcomes", "--json").splitlines()]


def test_each_commit_as_json(repo: Repo) -> None:
    one = repo.commit("feat: one", file="a.txt", text="first line of it\nsecond line of it\n", env=CLAUDE_CODE)
    fix = repo.commit("fix: two", file="a.txt", text="first line of it\nanother line of it\n")
    found = {line["oid"]: line for line in lines(repo)}
    assert found.keys() == {one, fix}
    assert (found[one]["agent"], found[one]["lines_added"]) == ("claude-code", 2)
    assert (found[one]["fixed_by"], found[one]["fixed_lines"]) == (fix, 1)
    assert found[one]["lines_kept"] == {"14": 1, "30": 1, "90": 1}  # the commits of these tests are years old
    assert found[fix]["reverted_by"] is None


def test_young_commits_are_neither_good_nor_bad(repo: Repo) -> None:
    repo.write("a.txt", "a line\n")
    repo.git("add", "a.txt")
    repo.git("commit", "-q", "-m", "feat: now", env={"GIT_COMMITTER_DATE": "", "GIT_AUTHOR_DATE": ""})
    assert [line["lines_kept"] for line in lines(repo)] == [{"14": None, "30": None, "90": None}]
    row = repo.tracker("outcomes").splitlines()[1].split("\t")
    assert row == ["person or unmarked", "1", "0", "0", "0", "0", "-", "-", "-", "1"]


def test_definitions_are_printed_beside_the_figures(repo: Repo) -> None:
    repo.commit("feat: one")
    said = repo.tracker("outcomes")
    assert "Reverted: a later commit says" in said
    assert "Kept: lines that it added and that are still there at that age" in said


def test_only_columns_that_are_shown_are_explained(repo: Repo) -> None:
    repo.commit("feat: one")
    terminal = repo.at_terminal(*TRACKER, "outcomes", env={"COLUMNS": "60"})
    assert terminal.finish() == 0
    assert "again" not in terminal.shown.splitlines()[0]
    assert "Again:" not in terminal.shown
    assert "Reverted: a later commit says" in terminal.shown


def test_nothing_to_show(untracked: Repo) -> None:
    untracked.tracker("init")
    assert untracked.tracker("outcomes") == "No commit has landed yet: there is no default branch with a commit.\n"


def test_history_that_is_not_recorded(untracked: Repo) -> None:
    untracked.commit("feat: before")
    untracked.tracker("init")
    assert "run 'agent-tracker backfill'" in untracked.tracker("outcomes")
    untracked.tracker("backfill")
    headings, row, *_ = untracked.tracker("outcomes").splitlines()
    assert headings.startswith("who\tlanded\treverted")
    assert row.startswith("person or unmarked\t1\t")


def test_repository_that_is_not_tracked(untracked: Repo) -> None:
    untracked.commit("feat: one")
    done = untracked.run("outcomes")
    assert done.returncode == 1
    assert "is not tracked" in done.stderr


def test_missing_object_is_said_in_one_line(repo: Repo) -> None:
    repo.commit("feat: one", file="a.txt")
    blob = repo.head("HEAD:a.txt")
    repo.commit("feat: two", file="a.txt")
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    done = repo.run("outcomes")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "an object is missing or damaged" in done.stderr


@pytest.mark.whole
def test_shallow_clone(repo: Repo, tmp_path: Path) -> None:
    """Git shows all lines of the commit at which it begins, and they are no work of that commit."""
    for number in range(4):
        repo.commit(f"feat: {number}", file=f"{number}.txt", text=f"the text of the number {number}\n")
    clone = Repo.make(tmp_path / "shallow", repo.environment)
    clone.git("fetch", "-q", "--depth=2", f"file://{repo.path}", "main")
    clone.git("reset", "-q", "--hard", "FETCH_HEAD")
    clone.tracker("init", "--hooks", "none", "--ledger", str(tmp_path / "other"))
    clone.tracker("backfill")
    assert [line["lines_added"] for line in lines(clone)] == [0, 1]
    clone.git("fetch", "-q", "--deepen=1", f"file://{repo.path}", "main")
    clone.tracker("backfill")
    assert [line["lines_added"] for line in lines(clone)] == [0, 1, 1]


def test_clock_in_the_future_changes_no_later_commit(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: far", env={"GIT_COMMITTER_DATE": "@4070908800 +0000"})
    later = repo.commit("feat: later", file="a.txt")
    assert [line["age_days"] for line in lines(repo) if line["oid"] == later] == [0]


@pytest.mark.whole
def test_two_at_once_count_each_line_once(repo: Repo) -> None:
    for number in range(30):
        repo.commit(f"feat: {number}", file="a.txt", text=f"line {number} of it\nanother line\n")
    repo.tracker("sync")
    command = [*TRACKER, "outcomes"]
    both = [subprocess.Popen(command, cwd=repo.path, env=repo.environment, stdout=subprocess.PIPE) for _ in range(2)]
    for process in both:
        process.communicate()
    assert [process.returncode for process in both] == [0, 0]
    assert sum(int(str(line["lines_added"])) for line in lines(repo)) == 31
    assert repo.json("verify")["ok"]


@pytest.mark.whole
def test_partial_clone_says_how_to_get_what_it_leaves_out(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one")
    repo.git("config", "uploadpack.allowFilter", "true")
    place = tmp_path / "partial"
    repo.git("clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repo.path}", str(place))
    partial = repo.at(place)
    partial.tracker("init", "--hooks", "none", "--no-backfill")
    partial.tracker("backfill")
    done = partial.run("outcomes")
    assert done.returncode == 1
    assert "git fetch --refetch --no-filter" in done.stderr
    partial.git("fetch", "--refetch", "--no-filter")
    assert "landed" in partial.tracker("outcomes")
