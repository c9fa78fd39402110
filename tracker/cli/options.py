"""The options that several commands share. Options of one command are in that command's module."""

from collections.abc import Callable
from typing import Final, TypeVar

import click

from tracker.cli.completed_names import places

F = TypeVar("F", bound=Callable[..., object])

path_argument: Final = click.argument("path", default=".", metavar="[PATH]", shell_complete=places("dir"))
"""The repository as an argument, for the commands that start and end tracking."""

paths_argument: Final = click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=places("dir"))
"""Several repositories as arguments; none means the one around the current directory."""

path_option: Final = click.option(
    "-C",
    "path",
    default=".",
    metavar="PATH",
    show_default=True,
    help="The repository to work in, as with git.",
    shell_complete=places("dir"),
)

ledger_option: Final = click.option(
    "--ledger", metavar="PATH", shell_complete=places("dir"), help="The ledger to use instead of the configured one."
)

json_option: Final = click.option("--json", is_flag=True, help="Print JSON, with a schema version.")

list_length_option: Final = click.option(
    "-n",
    "most",
    metavar="NUMBER",
    default=20,
    show_default=True,
    type=click.IntRange(min=1),
    help="List at most this many.",
)


def repository_options(function: F) -> F:
    """Add the options ``-C`` and ``--ledger`` (parameters ``path`` and ``ledger``) to a command."""
    return path_option(ledger_option(function))
