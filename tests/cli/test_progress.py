"""Progress bars: what they show at a terminal, and that the progress of long work is told in small, rising steps."""

import itertools
import sys
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tracker.cli.progress_bar import progress_bar
from tracker.git import Repository
from tracker.history.recorded_state import read_recorded_state
from tracker.outcomes.compute import compute
from tracker.project.project import Project, open_project
from tracker.recording import backfill
from tracker.recording.reattribute import reattribute
from tracker.reports import verify

COMMITS = 1200


@pytest.fixture
def long(untracked: Repo) -> Repo:
    """A tracked repository with older commits, more than are read together."""
    untracked.import_commits(COMMITS, files=True)
    untracked.tracker("init")
    return untracked


class Told:
    """The progress that was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    def __call__(self, done: int, expected: int) -> None:
        self.steps.append((done, expected))

    def assert_even(self, largest: int) -> None:
        """Assert that all commits were counted, upwards, with at most ``largest`` of them at once."""
        done = [0, *(done for done, _ in self.steps)]
        assert done[-1] == COMMITS
        assert {expected for _, expected in self.steps} == {COMMITS}
        gains = [after - before for before, after in itertools.pairwise(done)]
        assert min(gains) >= 0
        assert max(gains) <= largest


def project_of(repo: Repo) -> Project:
    return open_project(Repository.discover(repo.path), {})


@pytest.mark.whole
def test_the_progress_of_long_work_is_told_in_small_steps(long: Repo) -> None:
    project = project_of(long)
    recorded, computed, read, checked = Told(), Told(), Told(), Told()
    backfill.backfill(project, [], None, recorded)
    recorded.assert_even(20)
    compute(project_of(long), computed)
    computed.assert_even(40)
    reattribute(project_of(long), read, rehearse=True)
    read.assert_even(500)
    with project.ledger.read() as snapshot:
        assert read_recorded_state(snapshot, project.files.id()).record is not None
        assert [*verify.differences(snapshot, checked)] == []
    checked.assert_even(20)


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (40, ("100%", "/s", "left")),
        (80, ("━", "1,200/1,200", "commits/s", "left")),
        (120, ("━", "1,200/1,200", "commits/s", "left")),
        (12, ("100%",)),
    ],
)
@pytest.mark.whole
def test_a_bar_shows_rate_and_time_left_on_one_line(long: Repo, columns: int, shown: tuple[str, ...]) -> None:
    terminal = long.at_terminal(*TRACKER, "backfill", env={"COLUMNS": str(columns), "GIT_PROGRESS_DELAY": "0"})
    assert terminal.finish() == 0
    lines = terminal.shown.replace("\r", "\n").splitlines()
    assert any(line.startswith(f"{COMMITS} commits were recorded") for line in lines)
    bars = [line for line in lines if line.startswith("Backfill"[:5])]
    assert max(map(len, bars)) < columns
    assert [part for part in shown if part not in bars[-1]] == []


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("columns", "label"), [(40, "Backfill 2 of 2, t"), (80, "Backfill 2 of 2, two"), (120, "Backfill 2 of 2, two")]
)
@pytest.mark.whole
def test_a_bar_says_which_repository_of_how_many(long: Repo, tmp_path: Path, columns: int, label: str) -> None:
    first = Repo.make(tmp_path / "one", long.environment)
    first.commit()
    long.path.rename(tmp_path / "two [red] words")
    terminal = first.at_terminal(
        *TRACKER, "backfill", ".", "../two [red] words", env={"COLUMNS": str(columns), "GIT_PROGRESS_DELAY": "0"}
    )
    assert terminal.finish() == 0
    bars = [line for line in terminal.shown.replace("\r", "\n").splitlines() if line.startswith("Backfill 2")]
    assert all(label in bar and len(bar) < columns for bar in bars)
    assert "100%" in bars[-1] if columns == 40 else "1,200/1,200" in bars[-1]


@pytest.mark.parametrize("command", ["backfill", "outcomes", "verify", "sync", "reattribute"])
def test_there_is_no_bar_where_standard_error_is_no_terminal(long: Repo, command: str) -> None:
    assert long.run(command).stderr == ""


@pytest.mark.parametrize(
    ("words", "bars"),
    [
        (["verify"], ["Reading the ledger ", "Verifying ", " 1,200/1,200 "]),
        (["doctor", "--deep"], ["Checking "]),
        (["doctor", "--all"], ["Checking "]),
    ],
    ids=" ".join,
)
@pytest.mark.whole
def test_long_looks_at_the_ledger_show_their_progress(long: Repo, words: list[str], bars: list[str]) -> None:
    long.tracker("backfill")
    terminal = long.at_terminal(*TRACKER, *words, env={"COLUMNS": "100", "GIT_PROGRESS_DELAY": "0"})
    assert terminal.finish() == 0
    assert [bar for bar in bars if bar not in terminal.shown] == []


@pytest.mark.parametrize("words", [["verify", "--quick"], ["doctor"]], ids=" ".join)
def test_quick_looks_show_none(long: Repo, words: list[str]) -> None:
    terminal = long.at_terminal(*TRACKER, *words, env={"GIT_PROGRESS_DELAY": "0"})
    assert terminal.finish() == 0
    assert "━" not in terminal.shown


@pytest.mark.whole
def test_short_work_shows_no_bar(long: Repo) -> None:
    assert "Backfill" not in long.person("backfill"), "the tests' delay is a day"


def test_the_bar_appears_when_the_delay_has_passed(long: Repo) -> None:
    """The block goes on until its own bar is seen."""
    code = (
        "import sys\nfrom tracker.cli.output import progress\n"
        "with progress('Reading') as advance:\n    advance(1, 2)\n    input()\nprint('ended')"
    )
    terminal = long.at_terminal(sys.executable, "-c", code, env={"GIT_PROGRESS_DELAY": "1"})
    terminal.expect("1/2")
    terminal.press("\n")
    terminal.expect("ended")
    assert terminal.finish() == 0


@pytest.mark.whole
def test_the_rate_has_the_unit_of_what_is_counted(long: Repo) -> None:
    code = (
        "import itertools, threading\nfrom tracker.cli.output import progress\nended = threading.Event()\n"
        "def work(advance):\n    for done in itertools.count(1):\n        advance(done, 10**6)\n"
        "        if ended.wait(0.05):\n            return\n"
        "with progress('Reading', unit='records') as advance:\n"
        "    worker = threading.Thread(target=work, args=(advance,))\n    worker.start()\n    input()\n"
        "    ended.set()\n    worker.join()"
    )
    terminal = long.at_terminal(sys.executable, "-c", code, env={"GIT_PROGRESS_DELAY": "0", "COLUMNS": "100"})
    terminal.expect(" records/s")
    terminal.press("\n")
    assert terminal.finish() == 0


def test_the_rate_of_work_that_stands_still_is_empty(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_PROGRESS_DELAY", "0")
    with progress_bar("Reading") as advance:
        advance(0, 10)
    assert "commits/s" not in capsys.readouterr().err
