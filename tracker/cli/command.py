"""Commands whose help ends with examples."""

from collections.abc import Sequence
from typing import Any

import click


class Command(click.Command):
    """A command with examples. ``examples``: whole command lines, which a test parses; a ``#`` begins a remark."""

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples after the options, each on one line that is never wrapped."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


class CommandGroup(Command, click.Group):
    """A command that has commands of its own, such as ``config``."""

    command_class = Command


def write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """Write the section of examples, if there are any."""
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
