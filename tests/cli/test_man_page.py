"""The man page: real man shows it without a warning, git finds it, and a wheel puts it where man looks."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.cli.test_examples import COMMANDS
from tests.cli.test_pager import on_path
from tests.support import Repo
from tracker.cli.command import Command
from tracker.project.settings import OPTIONS

ROOT = Path(__file__).parents[2]
PAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
    "shared-data"
]

needs_man = pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation, with what the wheel puts into it beside the package."""
    place = tmp_path_factory.mktemp("prefix")
    for source, target in PAGES.items():
        (place / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / source, place / target)
    return place


def shown(prefix: Path, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a command that shows a page, and return the page as plain text; nothing may be on standard error."""
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(prefix),
        "MANPATH": str(prefix / "share" / "man"),
        "MANWIDTH": "80",
        "LC_ALL": "C.UTF-8",
        "MAN_KEEP_FORMATTING": "",
        "MANPAGER": "cat",
        **(env or {}),
    }
    done = subprocess.run(words, cwd=cwd or prefix, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


@needs_man
def test_man_shows_all_commands_without_a_warning(prefix: Path) -> None:
    page = shown(prefix, "man", "--warnings", "agent-tracker")
    flat = " ".join(page.replace("\u2010\n", "").split())
    for name, command in COMMANDS.items():
        assert f"agent-tracker {name} [OPTIONS]" in flat
        for example in command.examples if isinstance(command, Command) else ():
            assert f"\n       {example}\n" in page
    for option in OPTIONS:
        assert f"agent-tracker.{option.git_key}" in page.lower()
        assert option.variable is None or option.variable in page
    assert max(map(len, page.splitlines())) <= 80


@needs_man
def test_both_names_have_the_page(prefix: Path) -> None:
    assert shown(prefix, "man", "git-agent-tracker") == shown(prefix, "man", "agent-tracker")


@needs_man
def test_git_shows_it_for_help_of_the_command(repo: Repo, prefix: Path, tmp_path: Path) -> None:
    page = shown(prefix, "man", "agent-tracker")
    env = repo.environment | {**on_path(tmp_path / "bin"), "MANPATH": str(prefix / "share" / "man")}
    for words in (["git", "agent-tracker", "--help"], ["git", "help", "agent-tracker"]):
        assert shown(prefix, *words, cwd=repo.path, env=env) == page


def test_the_page_is_where_pip_puts_it() -> None:
    assert set(PAGES.values()) == {"share/man/man1/agent-tracker.1", "share/man/man1/git-agent-tracker.1"}
    assert all((ROOT / source).is_file() for source in PAGES)
