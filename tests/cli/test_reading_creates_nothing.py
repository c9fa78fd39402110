"""No command that reads begins a ledger, marks a project, changes an id, or needs to write."""

import shutil
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.cli.reading_commands import PREVIEWS, READING, WITHOUT_LEDGER
from tests.e2e.namespaces import needs_namespaces, run_in_namespaces
from tests.program import TRACKER, WITHOUT_OVERRIDE, sized
from tests.support import Repo
from tests.unchanged import changed, listing
from tracker.ledger import Ledger
from tracker.ledger.tables import PROJECTS

pytestmark = pytest.mark.recorded_later

"""Words before a command by which root is bound by the modes of files as others are."""

of_ledgers = pytest.mark.parametrize("command", [name for name in READING if name not in WITHOUT_LEDGER])
of_all = pytest.mark.parametrize("command", READING)


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """A repository in which an agent and a person worked, with a grade, a bug and journal lines."""
    repo.commit("feat: parse dates", env={"CLAUDECODE": "1"})
    repo.commit("fix: parse dates without a year", env={"CLAUDECODE": "1"})
    repo.commit("docs: dates")
    repo.settle()
    repo.tracker("grade", "HEAD~1", "--agent", "good", env={"CLAUDECODE": "1"})
    repo.tracker("activity", "--task", "parse dates", env={"CLAUDECODE": "1"})
    repo.tracker("outcomes")
    return repo


def said_by(repo: Repo, command: str, *more: str, env: dict[str, str] | None = None) -> str:
    """Run a command that finds no ledger; return what it said."""
    done = repo.run(*READING[command], *more, env=env)
    assert done.returncode == 1, done.stdout + done.stderr
    if command != "doctor":
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stdout + done.stderr


@of_ledgers
@pytest.mark.whole
def test_a_mistyped_ledger_is_not_begun(worked: Repo, tmp_path: Path, command: str) -> None:
    place = tmp_path / "mistyped" / "ledger.lmdb"
    before = listing(tmp_path)
    for more, env, origin in (
        (("--ledger", str(place)), None, "--ledger"),
        ((), {"AGENT_TRACKER_LEDGER": str(place)}, "AGENT_TRACKER_LEDGER"),
        ((), {"GIT_CONFIG_GLOBAL": str(_git_configuration(worked, place))}, "git config agent-tracker.ledger"),
    ):
        said = said_by(worked, command, *more, env=env)
        assert str(place) in said
        assert "there is no ledger at" in said or "where there is none" in said
        assert origin in said
    (worked.path.parent / "gitconfig").unlink()
    found = [path for path in changed(before, listing(tmp_path)) if not path.endswith(("/.", "/lock.mdb"))]
    assert found == []


def _git_configuration(repo: Repo, place: Path) -> Path:
    """Write a git configuration that names a ledger, and return its path."""
    path = repo.path.parent / "gitconfig"
    own = Path(repo.environment["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
    path.write_text(f"{own}[agent-tracker]\n\tledger = {place}\n", encoding="utf-8")
    return path


@of_ledgers
def test_a_ledger_that_is_gone_is_not_begun(worked: Repo, command: str) -> None:
    shutil.rmtree(worked.ledger_path)
    said = said_by(worked, command)
    assert f"there is no ledger at {worked.ledger_path}" in said
    assert "agent-tracker sync" in said
    assert not worked.ledger_path.exists()


@of_ledgers
def test_outside_of_a_repository_no_ledger_is_begun(environment: dict[str, str], tmp_path: Path, command: str) -> None:
    outside = Repo(tmp_path / "outside", environment)
    outside.path.mkdir()
    before = listing(tmp_path)
    assert said_by(outside, command).startswith("agent-tracker: ")
    assert changed(before, listing(tmp_path)) == []


@of_all
@pytest.mark.whole
def test_no_other_project_is_marked_as_gone(worked: Repo, tmp_path: Path, command: str) -> None:
    clone = worked.clone(tmp_path / "clone")
    clone.tracker("init", "--no-backfill")
    clone.path.rename(tmp_path / "not mounted")
    worked.run(*READING[command])
    with worked.ledger().read() as snapshot:
        assert [record.away for _, record in snapshot.scan(PROJECTS)] == [False, False]


@of_ledgers
def test_nothing_is_recorded_in_another_ledger(worked: Repo, tmp_path: Path, command: str) -> None:
    other = Repo.make(tmp_path / "other", worked.environment)
    other.tracker("init", "--ledger", str(tmp_path / "other.lmdb"))
    with Ledger(tmp_path / "other.lmdb").read() as snapshot:
        before = snapshot.meta("sequence")
    done = worked.run(*READING[command], "--ledger", str(tmp_path / "other.lmdb"))
    with Ledger(tmp_path / "other.lmdb").read() as snapshot:
        assert snapshot.meta("sequence") == before
        assert snapshot.count(PROJECTS) == 1
    assert "Traceback" not in done.stderr
    if command not in {"doctor", *PREVIEWS}:
        assert "is not the ledger that this repository records into" in done.stderr.splitlines()[0]


@of_all
@pytest.mark.whole
def test_a_copy_keeps_its_id_and_records_nothing(worked: Repo, tmp_path: Path, command: str) -> None:
    shutil.copytree(worked.path, tmp_path / "copy", symlinks=True)
    copy = worked.at(tmp_path / "copy")
    before = listing(copy.path)
    with worked.ledger().read() as snapshot:
        sequence = snapshot.meta("sequence")
    done = copy.run(*READING[command])
    assert changed(before, listing(copy.path)) == []
    with worked.ledger().read() as snapshot:
        assert snapshot.meta("sequence") == sequence
    if command not in {"doctor", "glance", *PREVIEWS}:
        assert done.stderr == (
            f"agent-tracker: this repository is a copy of {worked.folder.parent}, whose records are shown:"
            " 'agent-tracker sync' makes it a project of its own.\n"
        )


class TestReadOnly:
    """Repository and home, with the ledger, cannot be written."""

    @pytest.fixture
    def closed(self, worked: Repo, tmp_path: Path) -> Iterator[Repo]:
        self.expected = {name: worked.run(*words).stdout for name, words in READING.items()}
        folders = (worked.path, tmp_path / "home")
        for folder in folders:
            subprocess.run(["chmod", "-R", "a-w", str(folder)], check=True)
        yield worked
        for folder in folders:
            subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)

    def test_by_modes(self, closed: Repo, tmp_path: Path) -> None:
        before = listing(tmp_path)
        for command, words in islice(READING.items(), None, None, sized(1, 3)):
            done = subprocess.run(
                [*WITHOUT_OVERRIDE, *TRACKER, *words],
                cwd=closed.path, env=closed.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            self._check(command, done.returncode, done.stdout, done.stderr)
        assert changed(before, listing(tmp_path)) == []

    def test_what_is_not_recorded_yet_is_left_out(self, worked: Repo, tmp_path: Path) -> None:
        worked.git("-c", "core.hooksPath=/dev/null", "checkout", "-q", "-b", "side")
        worked.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "feat: not recorded yet")
        subprocess.run(["chmod", "-R", "a-w", str(worked.ledger_path)], check=True)
        shown = [
            subprocess.run(
                [*WITHOUT_OVERRIDE, *TRACKER, *words],
                cwd=worked.path, env=worked.environment, capture_output=True, text=True, check=False,
            )
            for words in (["log"], ["explain", "HEAD"], ["verify"])
        ]  # fmt: skip
        subprocess.run(["chmod", "-R", "u+w", str(worked.ledger_path)], check=True)
        assert ["not recorded yet" in one.stdout for one in shown] == [False, False, False]
        assert [one.returncode for one in shown] == [0, 1, 0]
        assert all("may not be the newest" in one.stderr for one in shown)
        assert "Traceback" not in "".join(one.stderr for one in shown)
        assert "not recorded yet" in worked.tracker("log")

    @needs_namespaces
    @pytest.mark.parametrize("mounted", [".", "$HOME", ". $HOME"])
    @pytest.mark.whole
    def test_by_mounts(self, worked: Repo, mounted: str) -> None:
        for command, words in islice(READING.items(), None, None, sized(1, 4)):
            expected = worked.run(*words).stdout
            script = f"""
                for place in {mounted}; do mount --bind $place $place; mount -o remount,bind,ro $place; done
                cd "$PWD"; "$@" {" ".join(words)} 2>&1 || echo "code $?"
            """
            self.expected = {command: expected}
            shown = run_in_namespaces("-rm", script, worked)
            lines = [line for line in shown.splitlines(keepends=True) if "agent-tracker: " in line]
            rest = "".join(line for line in shown.splitlines(keepends=True) if line not in lines)
            assert len(lines) <= 1, shown
            if command != "doctor":
                assert rest == expected, command

    def _check(self, command: str, code: int, out: str, errors: str) -> None:
        if command == "doctor":
            assert code == 1
            assert "cannot be written" in out
            return
        assert code == 0, (command, out, errors)
        assert out == self.expected[command], command
        if command not in {"glance", *PREVIEWS}:
            assert errors.endswith("what is shown was recorded before and may not be the newest.\n"), (command, errors)
            assert len(errors.splitlines()) == 1, (command, errors)
