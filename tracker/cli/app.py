"""The command line: the list of commands, their exit codes, and the handling of errors.

Exit codes: 0 done, 1 a known error in one line, 2 wrong usage, 3 a defect (its traceback is in a log file),
130 interrupted.
"""

import os
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

import click

from tracker import __version__
from tracker.errors import TrackerError, error_sentence
from tracker.text import printable

_MODULES: Final = {
    "activity": "tracker.cli.commands.activity",
    "attribute": "tracker.cli.commands.attribute",
    "backfill": "tracker.cli.commands.backfill",
    "bug": "tracker.cli.commands.bug",
    "doctor": "tracker.cli.commands.doctor",
    "explain": "tracker.cli.commands.explain",
    "grade": "tracker.cli.commands.grade",
    "init": "tracker.cli.commands.init",
    "log": "tracker.cli.commands.log",
    "reattribute": "tracker.cli.commands.reattribute",
    "reinstate": "tracker.cli.commands.reinstate",
    "retro": "tracker.cli.commands.retro",
    "review": "tracker.cli.commands.review",
    "status": "tracker.cli.commands.status",
    "sync": "tracker.cli.commands.sync",
    "uninstall": "tracker.cli.commands.uninstall",
    "verify": "tracker.cli.commands.verify",
}
"""The module of each command, by the command's name. Each defines ``command``."""


class _CommandsOnDemand(MutableMapping[str, click.Command]):
    """The commands by name. A command's module is imported when the command is first looked up.

    A mapping, and not a subclass of click's Group, because Group itself reads its mapping for the list of names and
    for suggestions after a typing error.
    """

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = import_module(_MODULES[name]).command
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)

    def __setitem__(self, name: str, command: click.Command) -> NoReturn:
        raise TypeError("commands are listed in _MODULES")

    def __delitem__(self, name: str) -> NoReturn:
        raise TypeError("commands are listed in _MODULES")


@click.group(
    commands=_CommandsOnDemand(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="agent-tracker %(version)s")
def commands() -> None:
    """Keep a private, local ledger of which coding agent made which commit, and how well it went."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Raises nothing: every error becomes a sentence and an exit code."""
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
    except BrokenPipeError:
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
