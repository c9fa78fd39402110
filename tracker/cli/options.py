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

since_option: Final = click.option(
    "--since", metavar="DATE", help="Only commits authored in or after the month of this date (ISO 8601)."
)

until_option: Final = click.option(
    "--until", metavar="DATE", help="Only commits authored in or before the month of this date (ISO 8601)."
)


def repository_options(function: F) -> F:
    """Add the options ``-C`` and ``--ledger`` (parameters ``path`` and ``ledger``) to a command."""
    return path_option(ledger_option(function))


def table_options(function: F) -> F:
    """Add ``--sort``, ``-n`` and ``--html`` of commands that print the figures of set-ups as a table."""
    html = click.option(
        "--html",
        "file",
        metavar="FILE",
        shell_complete=places("file"),
        help="Write the whole comparison as one HTML file that loads nothing from a network.",
    )
    number = click.option(
        "-n", "most", metavar="NUMBER", default=20, show_default=True, type=click.IntRange(min=0),
        help="Lines; 0 for all.",
    )  # fmt: skip
    order = click.option(
        "--sort", "order", type=click.Choice(("commits", "good", "well", "name")), default="commits",
        show_default=True,
        help="By number of commits, by the share graded good, by the share that went well, or by name.",
    )  # fmt: skip
    return order(number(html(function)))
