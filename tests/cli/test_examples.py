"""The examples in the help of the commands: each is a command line that works."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.support import Repo
from tracker.cli import app
from tracker.cli.command import Command

_WIDEST = 72
"""Characters of an example that fit at 80 columns, also in the man page."""


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its name; commands of commands too."""
    waiting: list[tuple[str, click.Command]] = [*app.commands.commands.items()]
    while waiting:
        name, command = waiting.pop(0)
        yield name, command
        if isinstance(command, click.Group):
            waiting += [(f"{name} {inner}", below) for inner, below in command.commands.items()]


def words_of(example: str) -> list[str]:
    """Return the words of the program's command line in an example: inside of ``$(…)``, or before ``|``."""
    inside = re.search(r"\$\((.*?)\)", example)
    words = shlex.split(inside[1] if inside else example, comments=True)
    return words[: words.index("|")] if "|" in words else words


COMMANDS = dict(every_command())
EXAMPLES = [
    (name, example)
    for name, command in COMMANDS.items()
    for example in (command.examples if isinstance(command, Command) else ())
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_one_to_three_examples_of_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    own = [example for command, example in EXAMPLES if command == name]
    assert 1 <= len(own) <= 3
    assert all(words_of(example)[: 1 + len(name.split())] == ["agent-tracker", *name.split()] for example in own)
    assert app.main([*name.split(), "--help"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in shown[shown.index("Examples:") + 1 :]] == own


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_every_example_can_be_parsed(name: str, example: str) -> None:
    assert len(example) <= _WIDEST
    context = app.commands.make_context("agent-tracker", words_of(example)[1:])
    rest = [*context._protected_args, *context.args]
    group: click.Group = app.commands
    while True:
        found, command, rest = group.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(found, rest, parent=context)
        rest = [*context._protected_args, *context.args]
        if not isinstance(command, click.Group) or (command.invoke_without_command and not rest):
            return
        group = command


_NEED_MORE = {
    "review", "attribute", "reinstate", "import", "merge", "restore", "share trust", "share push", "team", "team push",
    "team status", "team recommend", "team report",
}  # fmt: skip
"""Commands that need a terminal, a halted agent, a certain commit, a file, a key, a remote or a team; other tests run
them."""


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in _NEED_MORE])
def test_the_examples_of_a_command_run_one_after_the_other(
    tmp_path: Path, environment: dict[str, str], name: str
) -> None:
    repo = Repo.make(tmp_path / "shop", environment)
    repo.tracker("init")
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    for number in range(6):
        repo.commit(f"feat: {number}", env={"CODEX_THREAD_ID": "1"})
    repo.git("branch", "release-1.2", "HEAD~2")
    repo.settle()
    for command, example in EXAMPLES:
        if command == name and "~/" not in example and "| gpg" not in example:  # which takes what is no text
            repo.tracker(*words_of(example)[1:])
