"""The command line: each command is found under its name, and imported only when it is called."""

import ast
import subprocess
import sys

import click
import pytest

from tracker import __version__
from tracker.cli import app, command_list


def test_each_command_is_found_under_its_own_name() -> None:
    assert {name: command.name for name, command in app.commands.commands.items()} == {
        name: name for name in app.commands.commands
    }


def test_a_command_imports_no_other_command() -> None:
    code = "import sys; from tracker.cli import app; app.main(['log', '--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = {name for name in done.stdout.split() if name.startswith("tracker.cli.commands.")}
    assert imported == {"tracker.cli.commands.log"}


def test_help_of_a_command_imports_nothing_that_only_running_it_needs() -> None:
    """One process shows the help of all commands, so a module is found with the first command that imports it."""
    code = """
import sys
before, imported = {*sys.modules}, {}
from tracker import __version__
from tracker.cli import app, command_list
for name in app.commands.commands:
    assert app.main([name, "--help"]) == 0
    imported[name] = {*sys.modules} - before
    before = {*sys.modules}
print(imported)
"""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    imported: dict[str, set[str]] = ast.literal_eval(done.stdout.splitlines()[-1])
    assert {name: {*filter(_is_heavy, modules)} for name, modules in imported.items()} == {
        name: set() for name in app.commands.commands
    }


def _is_heavy(module: str) -> bool:
    """Return True for other libraries than click, and for rooms other than ``cli``."""
    top, *below = module.split(".")
    if top == "tracker":
        return below[:1] not in ([], ["cli"], ["errors"], ["model"], ["text"])
    return top in {"lmdb", "orjson", "pygit2", "rich", "platformdirs", "subprocess", "sqlite3", "tomllib"}


def test_the_list_of_commands_is_fixed() -> None:
    with pytest.raises(TypeError):
        app.commands.add_command(click.Command("other"))
    with pytest.raises(TypeError):
        del app.commands.commands["log"]


def test_a_typing_error_is_answered_with_the_name_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["lgo"]) == 2
    assert "log" in capsys.readouterr().err


def test_the_list_of_commands_shows_the_summary_of_each_command() -> None:
    """The summaries are written a second time in the list, so that it imports no command."""
    real = {name: command.get_short_help_str(200) for name, command in app.commands.commands.items()}
    assert {name: f"{summary.removesuffix('.')}." for name, summary in real.items()} == command_list.SUMMARIES


def test_every_summary_is_shown_whole_at_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert app.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) < 80
    assert "..." not in shown.replace("[ARGS]...", "")
    lines = {line.strip() for line in shown.splitlines()}
    for title, summaries in command_list.GROUPS.items():
        assert f"{title}:" in lines
        for name, summary in summaries.items():
            assert f"{name:<11}  {summary}" in lines
            assert len(summary) <= command_list.WIDEST_SUMMARY


@pytest.mark.parametrize("words", [["help"], ["help", "log"], ["help", "help"]], ids=" ".join)
def test_help_of_a_command_is_that_of_its_option(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(words) == 0
    told = capsys.readouterr().out
    assert app.main([*words[1:], "--help"]) == 0
    assert capsys.readouterr().out == told
    assert told.startswith("Usage: agent-tracker")


def test_help_of_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["help", "stauts"]) == 2
    assert "'status'" in capsys.readouterr().err
    assert app.main(["help", "log", "deeper"]) == 2
    assert "'agent-tracker log' has no commands of its own" in capsys.readouterr().err


def test_an_unknown_option_is_answered_with_the_one_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["log", "--agnet", "codex"]) == 2
    assert "'--agent'" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([option]) == 0
    assert capsys.readouterr().out == f"agent-tracker {__version__}\n"
