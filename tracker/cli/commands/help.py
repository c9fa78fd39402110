"""``help``: the list of commands, or the help of one, as ``--help`` shows them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.command import Command

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _commands(context: click.Context, parameter: click.Parameter, typed: str) -> "list[CompletionItem[str]]":
    del parameter
    root = context.find_root()
    return root.command.shell_complete(root, typed)


@click.command(
    "help",
    cls=Command,
    examples=("agent-tracker help", "agent-tracker help log        # the same as: agent-tracker log --help"),
)
@click.argument("words", nargs=-1, metavar="[COMMAND]...", shell_complete=_commands)
@click.pass_context
def command(context: click.Context, *, words: Sequence[str]) -> int:
    """Show this list, or the help of a command."""
    place = context.find_root()
    for word in words:
        group = place.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"'{place.command_path}' has no commands of its own.", place)
        name, found, _ = group.resolve_command(place, [word])
        if found is not None:
            place = click.Context(found, parent=place, info_name=name)
    output.say(place.command.get_help(place))
    return 0
