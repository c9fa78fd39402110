"""``glance`` writes nothing anywhere, and shows its table at a terminal of any width."""

import subprocess
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tests.unchanged import STRACE, changed, listing, writing_calls

pytestmark = pytest.mark.recorded_later

CLAUDE = "Co-authored-by: Claude Opus 4.5 <noreply@anthropic.com>"


@pytest.fixture
def history(untracked: Repo) -> Repo:
    untracked.commit("feat: one")
    for number in range(3):
        untracked.commit(f"fix: {number}\n\n{CLAUDE}")
    untracked.git("notes", "--ref=ai", "add", "-m", "a note", "HEAD")
    untracked.write("file-left.txt", "not committed\n")
    (untracked.path / ".git" / "index").touch()  # git would write it again after a look at the files
    return untracked


def places(repo: Repo, tmp_path: Path) -> tuple[Path, ...]:
    """Return the folders that a program could write to: the repository, home with XDG's folders, the temporary one."""
    (tmp_path / "temporary").mkdir()
    repo.environment["TMPDIR"] = str(tmp_path / "temporary")
    return repo.path, tmp_path / "home", tmp_path / "temporary"


@pytest.mark.parametrize("arguments", [(), ("--json",), ("--since", "2001-01-01")])
def test_nothing_is_created_or_changed(history: Repo, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folders = places(history, tmp_path)
    before = listing(*folders)
    words = [*TRACKER, "glance", *arguments]
    done = subprocess.run(words, cwd=history.path, env=history.environment, capture_output=True, text=True, check=True)
    assert "claude-code" in done.stdout
    assert done.stderr == ""
    assert changed(before, listing(*folders)) == []


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("tracked", [False, True])
def test_no_system_call_writes(history: Repo, tmp_path: Path, tracked: bool) -> None:
    places(history, tmp_path)
    if tracked:
        history.tracker("init")
        history.settle()
    assert writing_calls(["glance"], history.path, history.environment, tmp_path / "trace") == []
    assert writing_calls(["init"], history.path, history.environment, tmp_path / "trace")  # would be seen


@pytest.mark.whole
def test_a_bare_clone_of_a_tracked_repository_stays_as_it_is(history: Repo, tmp_path: Path) -> None:
    history.tracker("init")
    history.settle()
    clone = history.clone(tmp_path / "bare", "--bare")
    folders = (*places(history, tmp_path), clone.path)
    before = listing(*folders)
    assert "claude-code" in clone.tracker("glance")
    assert changed(before, listing(*folders)) == []


@pytest.mark.parametrize(
    ("columns", "headings"),
    [
        (60, "who model commits share"),
        (80, "who model commits share last"),
        (100, "who model kind commits share first last"),
        (140, "who model kind commits share first last"),
    ],
)
def test_the_table_fits(history: Repo, columns: int, headings: str) -> None:
    history.commit("fix: x\n\nCo-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>")
    history.commit("fix: y\n\nAssisted-by: codex:gpt-5.2")
    shown = history.person("glance", env={"COLUMNS": str(columns)})
    table = shown.split("\n\n")[1].splitlines()
    assert table[0].split() == headings.split()
    assert max(map(len, table)) <= columns
    assert all(set("█▌▎") & set(line) for line in table[1:])
    row = next(line for line in table if line.startswith("claude-code"))
    assert row.split()[2:4] == (["agent", "3"] if columns >= 100 else ["3", "50%"])


@pytest.mark.whole
def test_bars_need_an_encoding_that_has_them(history: Repo) -> None:
    words = [TRACKER[0], *TRACKER[2:], "glance"]  # isolated, Python would not read the variable
    terminal = history.at_terminal(*words, env={"COLUMNS": "140", "PYTHONIOENCODING": "ascii"})
    assert terminal.finish() == 0
    assert "75%  ###############" in terminal.shown
    assert "75%  ###############" in history.person("glance", env={"COLUMNS": "140", "LC_ALL": "C"})
