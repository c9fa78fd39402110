"""``completion``: print the script that completes commands, options and names in a shell."""

import click

from tracker.cli import completion
from tracker.cli.command import Command


@click.command(
    "completion",
    cls=Command,
    examples=(
        'eval "$(agent-tracker completion bash)"    # in ~/.bashrc; so for zsh',
        "agent-tracker completion fish | source     # in config.fish",
    ),
)
@click.argument("shell", type=click.Choice(completion.SHELLS))
def command(*, shell: str) -> int:
    """Print the script that completes commands in your shell.

    It completes commands, options, agents, models, projects and commits, also after 'git agent-tracker'.
    """
    click.echo(completion.script(shell), nl=False)
    return 0
