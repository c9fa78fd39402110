"""The command line: the list of commands, their exit codes, and the handling of errors.

Exit codes: 0 done, 1 a known error in one line, 2 wrong usage, 3 a defect (its traceback is in a log file),
130 interrupted.
"""

import os
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tracker import __version__
from tracker.cli import completion
from tracker.cli.command_list import GROUPS, SUMMARIES
from tracker.errors import TrackerError, error_sentence
from tracker.text import printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _CommandsOnDemand(MutableMapping[str, click.Command]):
    """The commands by name. A command's module is imported when the command is first looked up.

    A mapping, and not a subclass of click's Group, because Group itself reads its mapping for the list of names and
    for suggestions after a typing error.
    """

    def __getitem__(self, name: str) -> click.Command:
        if name not in SUMMARIES:
            raise KeyError(name)
        module = f"{name}_" if iskeyword(name) else name  # no module can be called import
        command: click.Command = import_module(f"tracker.cli.commands.{module}").command
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(SUMMARIES)

    def __len__(self) -> int:
        return len(SUMMARIES)

    def __setitem__(self, name: str, command: click.Command) -> NoReturn:
        raise TypeError("commands are listed in command_list.py")

    def __delitem__(self, name: str) -> NoReturn:
        raise TypeError("commands are listed in command_list.py")


class _OutputClosed(Exception):
    """The reader of standard output has closed it."""


class _Commands(click.Group):
    """The group of all commands."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Raises _OutputClosed in place of BrokenPipeError, which click would end with code 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _OutputClosed from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands with their summaries, in groups, without importing the commands."""
        del ctx
        widest = max(map(len, SUMMARIES))
        for title, summaries in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<{widest}}", summary) for name, summary in summaries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """Return the commands and options that begin so, without importing the commands."""
        from click.shell_completion import CompletionItem

        fitting = ((name, summary) for name, summary in SUMMARIES.items() if name.startswith(incomplete))
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=summary) for name, summary in fitting), *options]


@click.group(
    cls=_Commands,
    commands=_CommandsOnDemand(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="agent-tracker %(version)s")
@click.option("--no-pager", is_flag=True, help="Show long output without a pager.")
def commands(*, no_pager: bool) -> None:
    """Keep a private, local ledger of which coding agent made which commit, and how well it went."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Raises nothing: every error becomes a sentence and an exit code."""
    if completion.is_asked():
        return _complete(arguments)
    try:
        result = commands.main(args=list(arguments), prog_name="agent-tracker", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except TrackerError as error:
        sys.stderr.write(f"agent-tracker: {printable(str(error), ' ')}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, _OutputClosed):
        # The reader of our output (head, a pager) has closed it, which is no error.
        _discard_output()
        return 0
    except OSError as error:
        sys.stderr.write(f"agent-tracker: {printable(error_sentence(error), ' ')}\n")
        _discard_output()
        return 1
    except Exception:  # noqa: BLE001 - a defect is kept whole, and the user gets one line
        sys.stderr.write(f"agent-tracker: this is a defect of agent-tracker; its details are in {_log_traceback()}\n")
        return 3
    return result if isinstance(result, int) else 0


def _complete(arguments: Sequence[str]) -> int:
    """Answer the completion script of a shell. Whatever goes wrong, the user is typing and sees nothing of it."""
    try:
        lines = completion.answer(commands, os.environ[completion.VARIABLE], arguments[1:])
    except (TrackerError, OSError, click.ClickException):
        return 0
    except Exception:  # noqa: BLE001 - a defect is kept
        _log_traceback()
        return 0
    click.echo("".join(f"{line}\n" for line in lines), nl=False)
    return 0


def _discard_output() -> None:
    """Redirect standard output to the null device: flushing its buffer at exit would fail a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _log_traceback() -> Path:
    """Append the traceback of the current exception to the log of defects, and return that log's path."""
    import traceback

    import platformdirs

    from tracker.files import append_log

    path = platformdirs.user_state_path("agent-tracker") / "defects.log"
    text = f"agent-tracker {__version__}, Python {sys.version}\n{sys.argv}\n{traceback.format_exc()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        append_log(path, text)
    except OSError:
        sys.stderr.write(text)
    return path
