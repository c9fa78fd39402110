"""All commands of the program, for the documents that are generated from their help."""

from collections.abc import Iterator, Sequence

import click

from tracker.cli import app


def every_command() -> Iterator[tuple[Sequence[str], click.Command, click.Context]]:
    """Yield the program and each of its commands by name, and after a group of commands those of the group.

    With each: its words after the program's name, and a context to ask for its help.
    """
    with click.Context(app.commands, info_name="agent-tracker", **app.commands.context_settings) as context:
        yield (), app.commands, context
        yield from _below((), app.commands, context)


def _below(
    words: Sequence[str], group: click.Group, outer: click.Context
) -> Iterator[tuple[Sequence[str], click.Command, click.Context]]:
    for name in sorted(group.commands):
        command, own = group.commands[name], (*words, name)
        with click.Context(command, parent=outer, info_name=name, **command.context_settings) as context:
            yield own, command, context
            if isinstance(command, click.Group):
                yield from _below(own, command, context)
