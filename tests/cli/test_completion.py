"""Completion in bash, zsh and fish: commands, options, and names from the ledger."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.completing_shells import BASH, HAS_BASH_COMPLETION, SHELLS, Shell
from tests.program import TRACKER, run_process, sized
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


@pytest.fixture
def named(repo: Repo) -> Repo:
    """A repository with two agents, two models, a branch and a tag."""
    repo.commit("feat: one", options=["--trailer", "Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>"])
    repo.commit("feat: two", env={"CLAUDECODE": "1"})
    repo.git("branch", "topic/long-name")
    repo.git("tag", "v1.0")
    repo.tracker("sync")
    return repo


LINES = [
    ("agent-tracker recom", ["recommend"]),
    ("agent-tracker log --summ", ["log", "--summary"]),
    ("agent-tracker log --agent cod", ["log", "--agent", "codex"]),
    ("agent-tracker log --agent=cod", ["log", "--agent=codex"]),
    ("agent-tracker log --model openai/", ["log", "--model", "openai/gpt-5.2-codex"]),
    ("agent-tracker log --model gpt", ["log", "--model", "gpt-5.2-codex"]),
    ("agent-tracker log --project rep", ["log", "--project", "repo"]),
    ("agent-tracker status cla", ["status", "claude-code"]),
    ("agent-tracker reinstate cla", ["reinstate", "claude-code"]),
    ("agent-tracker explain top", ["explain", "topic/long-name"]),
    ("agent-tracker backfill top", ["backfill", "topic/long-name"]),
    ("agent-tracker grade v1.0 --user exc", ["grade", "v1.0", "--user", "excellence"]),
    ("agent-tracker explain v1.0..topic/l", ["explain", "v1.0..topic/long-name"]),
    ("agent-tracker report --by mont", ["report", "--by", "month"]),
    ("agent-tracker --no-p", ["--no-pager"]),
    ("agent-tracker help recom", ["help", "recommend"]),
    ("git agent-tracker log --agent cod", ["log", "--agent", "codex"]),
    ("git-agent-tracker log --agent cod", ["log", "--agent", "codex"]),
]


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_names_and_words(named: Repo, tmp_path: Path, shell: Shell) -> None:
    wrong = {}
    for line, words in LINES[:: sized(1, 6)]:
        if line.startswith("git ") and shell is BASH and not HAS_BASH_COMPLETION:
            continue  # without it bash does not complete the words of git
        found = shell.complete(named, line, tmp_path / "shell")
        if found != words:
            wrong[line] = found
    assert wrong == {}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.whole
def test_tab_completes_the_name_of_a_commit(named: Repo, tmp_path: Path, shell: Shell) -> None:
    oid = named.head("HEAD~1")
    assert shell.complete(named, f"agent-tracker explain {oid[:6]}", tmp_path / "shell") == ["explain", oid[:10]]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.whole
def test_a_name_with_spaces_and_signs_is_one_word(named: Repo, tmp_path: Path, shell: Shell) -> None:
    other = Repo.make(tmp_path / "two words; $(x)", named.environment)
    other.commit()
    other.tracker("init")
    assert shell.complete(named, "agent-tracker log --project two", tmp_path / "shell") == [
        "log", "--project", "two words; $(x)"
    ]  # fmt: skip


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.whole
def test_folders_are_completed_by_the_shell(named: Repo, tmp_path: Path, shell: Shell) -> None:
    (named.path / "inner").mkdir()
    for line in ("log -C inn", "backfill --discover inn", "backfill inn"):
        words = shell.complete(named, f"agent-tracker {line}", tmp_path / "shell")
        assert [word.rstrip("/") for word in words] == [*line.split()[:-1], "inner"]


def asked(repo: Repo, *words: str, cwd: Path | None = None, shell: str = "fish") -> list[str]:
    """Return the values in the program's answer; assert that nothing else is printed."""
    env = repo.environment | {"_AGENT_TRACKER_COMPLETE": shell}
    done = run_process(["--", *words], cwd or repo.path, env)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split("\t")[1] for line in done.stdout.splitlines()]


def files_below(*folders: Path) -> dict[Path, tuple[int, int]]:
    """Return size and time of each file, and each folder."""
    paths = [path for folder in folders for path in folder.rglob("*")]
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


NAMED = (
    ["log", "--agent", ""],
    ["log", "--model", ""],
    ["log", "--project", ""],
    ["explain", "4"],
    ["explain", "4..5"],
)


@pytest.mark.whole
def test_without_a_ledger_there_is_nothing_and_nothing_is_made(untracked: Repo, tmp_path: Path) -> None:
    before = files_below(tmp_path)
    for words in NAMED[:: sized(1, 2)]:
        assert asked(untracked, *words) == []
        assert asked(untracked, *words, cwd=tmp_path) == []
        assert asked(untracked, *words[:1], "--ledger", str(tmp_path / "no-ledger"), *words[1:]) == []
    assert files_below(tmp_path) == before


def test_nothing_is_written_where_there_is_a_ledger(named: Repo, tmp_path: Path) -> None:
    named.commit("feat: not recorded yet")
    ledger = named.ledger_path / "lock.mdb"
    before = files_below(tmp_path)
    assert asked(named, "log", "--agent", "") == ["claude-code", "codex"]
    after = files_below(tmp_path)
    for files in (before, after):
        files.pop(ledger, None)  # LMDB's table of readers
    assert after == before


def test_only_names_that_the_command_takes_are_offered(named: Repo, tmp_path: Path) -> None:
    named.commit("chore: three", env={"GIT_AUTHOR_NAME": "dependabot[bot]", "GIT_AUTHOR_EMAIL": "support@github.com"})
    named.commit("feat: four")
    named.commit("feat: five", options=["--trailer", "Assisted-by: gpt-5.2"])
    other = Repo.make(tmp_path / "other", named.environment)
    other.commit(options=["--trailer", "Co-authored-by: Cursor <cursoragent@cursor.com>"])
    other.tracker("init")
    for repo in (named, other):
        repo.tracker("backfill")
    makers = ["claude-code", "codex", "cursor", "dependabot", "person", "unknown-agent", "unmarked"]
    assert asked(named, "log", "--agent", "") == makers
    assert asked(named, "attribute", "HEAD", "--agent", "") == [one for one in makers if one != "unmarked"]
    assert asked(named, "reinstate", "") == ["claude-code", "codex", "cursor"]
    assert asked(named, "recommend", "--why", "c") == [
        "claude-code", "claude-code with unknown model", "codex", "codex with gpt-5.2-codex"
    ]  # fmt: skip
    assert "cursor" in asked(named, "recommend", "--everywhere", "--why", "c")
    assert asked(named, "recommend", "--by", "model", "--why", "gpt-5.2-") == ["gpt-5.2-codex"]
    for name in asked(named, "recommend", "--why", ""):
        assert named.run("recommend", "--why", name).returncode == 0
    for name in makers[:: sized(1, 3)]:
        assert named.run("log", "--everywhere", "--agent", name).returncode == 0


@pytest.mark.whole
def test_wrong_settings_a_damaged_ledger_and_a_mistyped_line_are_silent(named: Repo) -> None:
    named.git("config", "agent-tracker.mode", "nonsense")
    assert asked(named, "log", "--agent", "cod") == ["codex"]
    assert asked(named, "no-such-command", "--agent", "cod") == []
    (named.ledger_path / "data.mdb").write_bytes(b"no ledger" * 1000)
    assert asked(named, "log", "--agent", "cod") == []


def test_the_words_of_hooks_are_not_run(named: Repo) -> None:
    """The program's entrance gives ``hook`` and ``guard`` to the recorder before anything else."""
    before = named.waiting_events()
    for name in ("hook", "guard"):
        assert "log" in asked(named, name, "")
    assert named.waiting_events() == before


def test_completing_a_command_imports_no_command() -> None:
    code = (
        "import os, sys; os.environ['_AGENT_TRACKER_COMPLETE'] = 'bash'\n"
        "from tracker.__main__ import main; main(['--', 'l']); print(*sys.modules)"
    )
    done = subprocess.run([TRACKER[0], "-I", "-c", code], capture_output=True, text=True, check=True)
    assert "plain\tlog\t" in done.stdout
    assert not {name for name in done.stdout.split() if name.startswith(("tracker.cli.commands.", "rich", "lmdb"))}


def test_an_unknown_shell_is_refused(untracked: Repo) -> None:
    done = untracked.run("completion", "tcsh")
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
