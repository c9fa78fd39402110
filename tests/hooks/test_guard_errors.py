"""Errors of the guard: they let the commit through, with one sentence the first time."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE, OPENCODE
from tests.hanging import not_hanging
from tests.hooks.guarded_commits import ACCEPTED, REFUSED, attempt, ledger_folder
from tests.hooks.interpreters import replace_interpreter, run_before_program
from tests.support import Repo
from tracker.hooks import guard
from tracker.ledger import Ledger


def assert_accepted_with_one_notice(repo: Repo, reason: str) -> None:
    """Assert that commits by the halted agent are made, and that one line says why, the first time only."""
    first = attempt(repo, env=CLAUDE_CODE)
    assert first.code == 0, first
    assert first.output.startswith("agent-tracker: the guard could not check this commit and let it through: ")
    assert first.output.endswith(". This is shown once.\n")
    assert reason in first.output
    assert len(first.output.splitlines()) == 1
    assert attempt(repo, env=CLAUDE_CODE) == ACCEPTED


# -- ledgers that cannot be read -------------------------------------------------------------------------------------


def files_of(ledger: Path) -> dict[str, bytes] | None:
    """Return the content of the ledger's files except those of its locks, or None if there is no ledger."""
    if not ledger.exists():
        return None
    return {
        str(path.relative_to(ledger)): path.read_bytes() if path.is_file() else b""
        for path in sorted(ledger.rglob("*"))
        if path.name not in {"writer.lock", "lock.mdb", "suspect"}
    }


def remove(ledger: Path) -> None:
    shutil.rmtree(ledger)


def overwrite(ledger: Path) -> None:
    (ledger / "data.mdb").write_bytes(b"no ledger\n" * 10_000)


def truncate(ledger: Path) -> None:
    os.truncate(ledger / "data.mdb", 5000)


def empty(ledger: Path) -> None:
    os.truncate(ledger / "data.mdb", 0)


def remove_data(ledger: Path) -> None:
    (ledger / "data.mdb").unlink()


def replace_data_with_folder(ledger: Path) -> None:
    (ledger / "data.mdb").unlink()
    (ledger / "data.mdb").mkdir()


def replace_with_file(ledger: Path) -> None:
    shutil.rmtree(ledger)
    ledger.write_text("mine")


def replace_with_foreign_folder(ledger: Path) -> None:
    shutil.rmtree(ledger)
    ledger.mkdir()
    (ledger / "thesis.txt").write_text("mine")


def write_newer_schema(ledger: Path) -> None:
    with Ledger(ledger).write() as transaction:
        transaction.put_meta("schema", 99)


DAMAGES: Final[tuple[Callable[[Path], None], ...]] = (
    remove,
    overwrite,
    truncate,
    empty,
    remove_data,
    replace_data_with_folder,
    replace_with_file,
    replace_with_foreign_folder,
    write_newer_schema,
)


class TestUnreadableLedger:
    @pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
    def test_commit_is_accepted_and_the_ledger_left_as_it_is(
        self, guarded: Repo, tmp_path: Path, damage: Callable[[Path], None]
    ) -> None:
        ledger = ledger_folder(guarded)
        shutil.copytree(ledger, tmp_path / "whole")
        damage(ledger)
        before = files_of(ledger)
        assert_accepted_with_one_notice(guarded, "schema 99" if damage is write_newer_schema else str(ledger))
        assert files_of(ledger) == before
        # With the ledger back, the guard refuses again, and would show another error.
        shutil.rmtree(ledger) if ledger.is_dir() else ledger.unlink(missing_ok=True)
        shutil.copytree(tmp_path / "whole", ledger)
        assert attempt(guarded, env=OPENCODE) == ACCEPTED
        assert not (guarded.folder / "guard-blind").exists()
        assert attempt(guarded, env=CLAUDE_CODE) == REFUSED

    def test_pipe_in_the_ledger_does_not_block_the_commit(self, guarded: Repo) -> None:
        """Opening a pipe as a file would wait for a writer, without a limit."""
        ledger = ledger_folder(guarded)
        (ledger / "created").unlink()
        os.mkfifo(ledger / "created")
        guarded.write(".env", "x")
        guarded.git("add", "-A")
        refusal, notice = attempt(guarded, env=CLAUDE_CODE).output.splitlines()
        assert "may not commit environment files (.env)" in refusal, "the other rule still applies"
        assert notice.startswith("agent-tracker: the guard could not check all of this commit: ")
        assert "it is not a regular file" in notice
        guarded.git("rm", "-q", "--cached", ".env")
        assert attempt(guarded, env=CLAUDE_CODE) == ACCEPTED

    @pytest.fixture
    def suspended_writer(self, guarded: Repo) -> Iterator[None]:
        """Another process in a write transaction, suspended."""
        code = (
            "import sys, time; from pathlib import Path; from tracker.ledger import Ledger\n"
            "with Ledger(Path(sys.argv[1])).write(): print('in', flush=True); time.sleep(600)"
        )
        words = [sys.executable, "-I", "-c", code, str(ledger_folder(guarded))]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(signal.SIGSTOP)
            yield
            process.kill()

    @pytest.mark.usefixtures("suspended_writer")
    def test_suspended_writer_matters_only_for_a_suspect_ledger(self, guarded: Repo) -> None:
        assert attempt(guarded, env=CLAUDE_CODE) == REFUSED
        (ledger_folder(guarded) / "suspect").touch()
        # Otherwise a slow machine may reach the guard's own limit before that of the lock.
        run_before_program(guarded, "from tracker.hooks import guard; guard._PATIENCE = 300.0", "pre-commit")
        assert_accepted_with_one_notice(guarded, "locked by process")


# -- settings and the program itself ---------------------------------------------------------------------------------


class TestSettings:
    def test_invalid_setting_lets_the_commit_through(self, guarded: Repo) -> None:
        guarded.git("config", "agent-tracker.sizeLimit", "x")
        assert_accepted_with_one_notice(guarded, "size-limit is 'x'")

    @pytest.mark.parametrize("variable", ["AGENT_TRACKER_SIZE_LIMIT", "AGENT_TRACKER_LEDGER", "AGENT_TRACKER_MODE"])
    def test_variables_have_no_effect(self, guarded: Repo, variable: str) -> None:
        """An agent can set the variables of its own environment."""
        assert attempt(guarded, env={**CLAUDE_CODE, variable: "x"}) == REFUSED


class TestProgram:
    def test_defect_is_logged_and_lets_the_commit_through(self, guarded: Repo) -> None:
        run_before_program(guarded, "from tracker.ledger import totals; totals.score_of = None", "pre-commit")
        assert_accepted_with_one_notice(guarded, "defects.log")
        assert "TypeError" in (guarded.folder / "defects.log").read_text()

    def test_failure_of_the_rule_on_environment_files_alone_is_shown_once(self, guarded: Repo) -> None:
        run_before_program(guarded, "from tracker.git import Repository; Repository.staged_paths = None", "pre-commit")
        first = attempt(guarded, env=OPENCODE)
        assert first.code == 0
        assert first.output == (
            "agent-tracker: the guard could not check this commit and let it through: the guard met a defect; details"
            f" are in {guarded.folder / 'defects.log'}. This is shown once.\n"
        )
        assert attempt(guarded, env=OPENCODE) == ACCEPTED

    @pytest.mark.parametrize(
        "script",
        ["exec /nowhere/python", "echo oops >&2; exit 1", "kill -9 $$", "exit 10"],
        ids=["not-found", "failure", "killed", "refusal-code-without-sentence"],
    )
    def test_failing_interpreter_lets_the_commit_through(self, guarded: Repo, script: str) -> None:
        replace_interpreter(guarded, script, "pre-commit")
        assert attempt(guarded, env=CLAUDE_CODE) == ACCEPTED

    def test_missing_interpreter_lets_the_commit_through(self, guarded: Repo) -> None:
        script = guarded.scripts / "pre-commit"
        script.write_text(script.read_text().replace("\npython=", "\npython=/nowhere"))
        assert attempt(guarded, env=CLAUDE_CODE) == ACCEPTED

    def test_repository_that_is_not_tracked_any_more_is_not_guarded(self, guarded: Repo) -> None:
        shutil.rmtree(guarded.folder)
        assert attempt(guarded, env=CLAUDE_CODE) == ACCEPTED


def test_git_that_gives_no_answer_does_not_keep_the_commit(
    guarded: Repo, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Git waits for a writer of a pipe that its configuration includes."""
    pipe = Path(guarded.environment["HOME"]) / "pipe"
    os.mkfifo(pipe)
    guarded.git("config", "include.path", str(pipe))
    for name, value in (guarded.environment | CLAUDE_CODE).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(guarded.path)
    monkeypatch.setattr(guard, "_LONGEST", 0.5)
    with not_hanging():
        assert guard.main(["--git-dir", str(guarded.path / ".git"), "--work-tree", str(guarded.path)]) == 0
    writer = os.open(pipe, os.O_RDWR)  # git reads to the end, and ends
    pipe.unlink()
    os.close(writer)
    shown = capfd.readouterr().out
    assert "let it through: nothing was known after 0.5 seconds." in shown
    assert "shown once" not in shown
