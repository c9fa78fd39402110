"""Imports that stay off the hook path, and git never running while the ledger is open."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo
from tracker.git import Repository, process
from tracker.ledger import Ledger
from tracker.project.project import open_project
from tracker.recording import backfill
from tracker.recording.reconcile import reconcile


def modules_imported_by(code: str, place: Path) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", script], cwd=place, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_hook_start_imports_no_heavy_module(tmp_path: Path) -> None:
    """Most recorders find the recorder's lock taken and end there, so nothing heavy is imported before."""
    code = "from tracker.__main__ import main; main(['hook', 'post-commit', '--git-dir', '.'])"
    heavy = {"lmdb", "pygit2", "orjson", "click", "rich", "platformdirs", "subprocess", "tracker.recording.reconcile"}
    assert not modules_imported_by(code, tmp_path) & heavy


def test_recording_imports_no_command_line_module(tmp_path: Path) -> None:
    code = "import tracker.recording.reconcile, tracker.recording.capture_event"
    assert not modules_imported_by(code, tmp_path) & {
        "click", "rich", "tracker.cli", "logging", "sqlite3", "tracker.reports.lessons"
    }  # fmt: skip


@pytest.fixture
def git_calls_with_open_ledger(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Watch git calls and ledger transactions; return a list that fills with the calls made inside a transaction."""
    opened: list[Ledger] = []
    calls: list[str] = []
    for name in ("read", "write"):
        original = getattr(Ledger, name)

        def watched(self: Ledger, original: Any = original) -> Any:
            context = original(self)
            enter, leave = type(context).__enter__, type(context).__exit__

            class Watched:
                def __enter__(self) -> Any:
                    value = enter(context)
                    opened.append(context)
                    return value

                def __exit__(self, *details: object) -> Any:
                    opened.remove(context)
                    return leave(context, *details)

            return Watched()

        monkeypatch.setattr(Ledger, name, watched)
    command = process.command

    def checked(git_dir: Path | None, arguments: Any, options: Any = ()) -> list[str]:
        if opened:
            calls.append(" ".join(arguments))
        return command(git_dir, arguments, options)

    monkeypatch.setattr(process, "command", checked)
    return calls


def test_no_git_runs_while_ledger_is_open(repo: Repo, git_calls_with_open_ledger: list[str]) -> None:
    """A reader that waits for git keeps LMDB from reusing pages; a writer that waits blocks all other writers."""
    repo.tracker("init", "--hooks", "none")
    for event in ("post-commit", "post-rewrite", "post-checkout"):
        (repo.path / ".git" / "hooks" / event).unlink()
    repo.commit("feat: one")
    project = open_project(Repository.discover(repo.path), {})
    assert reconcile(project).recorded == 1
    repo.git("commit", "-q", "--amend", "-m", "feat: two")
    assert reconcile(project).claims == 1
    backfill.backfill(project)
    backfill.undo(project)
    assert git_calls_with_open_ledger == []
