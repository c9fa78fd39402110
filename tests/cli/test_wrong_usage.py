"""Wrong usage of every command: one sentence and an exit code."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import Repo, recorders, sized
from tracker.git import Repository
from tracker.project.project import open_project
from tracker.recording.reconcile import refresh_status

pytestmark = pytest.mark.recorded_later


class TestWrongUsage:
    @pytest.mark.parametrize(
        "arguments",
        [["nonsense"], ["log", "--nonsense"], ["log", "-n", "-3"], ["uninstall", "a", "b"], ["status", "a", "b"]],
    )
    def test_it_is_two(self, repo: Repo, arguments: list[str]) -> None:
        assert repo.run(*arguments).returncode == 2

    def test_closed_and_full_outputs_are_one_sentence_at_most(self, repo: Repo) -> None:
        repo.commit("feat: one")
        repo.settle()
        program = f"'{sys.executable}' -I -m tracker"
        for line, code, said in (
            ("sync 2>&-", 0, ""),
            ("sync >&-", 0, ""),
            ("log --json >/dev/full", 1, "No space left on device"),
            ("log >/dev/full", 1, "No space left on device"),
        ):
            done = subprocess.run(
                ["sh", "-c", f"{program} {line}"], cwd=repo.path, env=repo.environment, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.returncode == code, (line, done)
            assert said in done.stderr
            assert len(done.stderr.splitlines()) == bool(said)

    @pytest.mark.whole
    def test_a_folder_that_is_gone(self, repo: Repo, tmp_path: Path) -> None:
        (tmp_path / "gone").mkdir()
        for command, code in (("hook post-commit", 0), ("log", 1), ("init", 1), ("doctor", 1)):
            script = (
                f"cd '{tmp_path}/gone' && rmdir '{tmp_path}/gone' && exec '{sys.executable}' -I -m tracker {command}"
            )
            done = subprocess.run(
                ["sh", "-c", script], env=repo.environment, capture_output=True, text=True, check=False
            )
            (tmp_path / "gone").mkdir()
            assert done.returncode == code, (command, done)
            assert len(done.stderr.splitlines()) == (code != 0)

    @pytest.mark.parametrize("name", ["spool", "mode", "ledger", "status.lock", "set-aside", "baseline"])
    @pytest.mark.parametrize("kind", ["file", "folder"])
    def test_what_stands_in_the_way_in_the_repository(self, repo: Repo, name: str, kind: str) -> None:
        repo.commit("feat: one")
        repo.settle()
        place = repo.folder / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        place.mkdir() if kind == "folder" else place.write_text("")
        for command in ("sync", "log", "status", "verify", "doctor", "init", "uninstall"):
            done = repo.run(command)
            assert done.returncode in {0, 1}, (command, done)
            assert "Traceback" not in done.stderr
            assert "defect" not in done.stderr

    def test_nothing_given_shows_help(self, repo: Repo) -> None:
        assert "Usage: agent-tracker" in repo.run().stdout + repo.run().stderr

    def test_a_hook_is_never_an_error(self, repo: Repo, tmp_path: Path) -> None:
        for arguments in (["hook"], ["hook", "x", "--git-dir"], ["hook", "y", "--git-dir", "/nowhere"]):
            done = repo.run(*arguments, cwd=tmp_path)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        done = repo.run("hook", "--pre-commit", "post-commit", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.whole
def test_uninstall_is_final_for_recorders_at_work(repo: Repo) -> None:
    """A recorder that was started just before writes nothing after, wherever it was at that moment."""
    for number in range(sized(12, 4)):
        repo.tracker("init")
        repo.commit(f"feat: {number}", file="one.txt")
        time.sleep(0.03 * (number % 5))
        repo.tracker("uninstall")
        while recorders(repo.path / ".git"):
            time.sleep(0.02)
        assert repo.git("status", "--porcelain", "--ignored") == ""
        assert not [path for path in (repo.path / ".git").iterdir() if "agent-tracker" in path.name]


def test_a_status_file_is_not_written_once_the_project_is_gone(repo: Repo) -> None:
    repo.commit()
    repo.settle()
    project = open_project(Repository.discover(repo.path), {})
    project_id = project.files.id()
    (repo.path / ".agent" / "status.json").unlink()
    project.files.remove_id()
    refresh_status(project, project_id)
    assert not (repo.path / ".agent" / "status.json").exists()
