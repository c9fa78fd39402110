"""Pushes to a bare repository, at a terminal and without one, in which the hint may be shown."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.agent_environments import CLAUDE_CODE
from tests.shell import run_shell
from tests.support import Repo

HINT: Final = re.compile(
    r"^(?:\d+ commits wait|1 commit waits|100 or more commits wait) for your grade: .*$", re.MULTILINE
)
DAY: Final = 24 * 60 * 60


def line(number: int) -> list[str]:
    """Return what a push shows for a number of commits, as ``hints`` returns it."""
    waiting = "1 commit waits" if number == 1 else f"{number} commits wait"
    return [f"{waiting} for your grade: agent-tracker review"]


def add_remote(repo: Repo) -> Repo:
    """Give a repository a bare one to push to, and return that."""
    path = repo.path.parent / "bare.git"
    bare = Repo.make(path, repo.environment, "--bare")
    repo.git("remote", "add", "origin", f"file://{path}")
    return bare


def agent_commits(repo: Repo, number: int = 1) -> None:
    """Have an agent make commits, and record them, whether or not our hooks run."""
    message = "feat: by an agent\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
    for _ in range(number):
        repo.git("commit", "-q", "--allow-empty", "-m", message, env=CLAUDE_CODE)
    repo.tracker("sync")
    repo.settle()


def push(
    repo: Repo, *options: str, code: int = 0, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
) -> str:
    """Push all branches at a terminal, as a person does; return what it showed. ``before``: words before git's."""
    terminal = repo.at_terminal(*before, "git", "push", *options, "origin", "--all", env=env)
    ended = terminal.finish()
    assert ended == code, terminal.shown
    return terminal.shown


def hints(shown: str) -> list[str]:
    return HINT.findall(shown)


def push_by_script(repo: Repo, code: int = 0, env: Mapping[str, str] | None = None) -> str:
    """Push without a terminal; return both outputs."""
    done = subprocess.run(
        ["git", "push", "origin", "--all"],
        cwd=repo.path, env=repo.environment | dict(env or {}), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    return done.stdout


def hint_files(repo: Repo) -> list[str]:
    """Return the names of the files for the hint, without the hook's own."""
    return sorted(path.name for path in repo.folder.glob("push-hint-*"))


def pass_a_day(repo: Repo) -> None:
    """Make the files for the hint a day older."""
    for path in (*repo.folder.glob("push-hint-*"), repo.folder / "push-hinted"):
        if path.exists():
            make_older(path)


def make_older(path: Path) -> None:
    before = path.stat().st_mtime_ns
    os.utime(path, ns=(before - DAY * 10**9, before - DAY * 10**9))


def add_file(repo: Repo, folder: str = ".") -> None:
    """Commit a file of which git-lfs keeps the content, as an agent."""
    (repo.path / folder).mkdir(exist_ok=True)
    run_shell(repo, f"cd {folder} && git lfs track '*.bin'")
    repo.write(f"{folder}/a.bin", b"\0" * 5000)
    repo.git("add", "-A")
    assert repo.git("cat-file", "-p", f":{folder}/a.bin".replace("./", "")).startswith("version https://git-lfs")
    agent_commits(repo)


def stored(bare: Repo) -> list[int]:
    """Return the sizes of the contents that the remote has."""
    return [path.stat().st_size for path in bare.path.glob("lfs/objects/*/*/*")]
