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

_SUMMARIES: Final = {
    "activity": "Add a line to an agent's journal; without a task, show the newest lines.",
    "attribute": "State who made commits, which overrides all other evidence; or withdraw that.",
    "backfill": "Record existing history: everything reachable, or what the revisions reach.",
    "bug": "Charge a bug to the agent that made a commit; without one, list the bugs, and reverts that may be some.",
    "doctor": "Check that commits are recorded here; each finding names its repair. Exit code 1 when there is one.",
    "explain": "Print all evidence of who made a commit, the confidence of each, and why one decided.",
    "grade": "Grade commits (HEAD when none is named), or show how they were graded when no grade is given.",
    "init": "Track a repository: from now on its commits are recorded. Safe to repeat.",
    "lessons": "Find earlier work near a task: what worked, what to avoid, and what was noted of it.",
    "log": "List the recorded commits, newest first: who made each, how that is known, grades and changes.",
    "outcomes": "Work out what became of the commits: kept, reverted, fixed again; show it for each agent and model.",
    "recommend": "Say which set-up to use next, how sure that is, and why: set-ups compared on your own work.",
    "reattribute": "Read the evidence of all recorded commits again, with the catalogue as it is now.",
    "reinstate": "End the halt of an agent, as the user, with a plan.",
    "report": "Show the figures of each set-up, agent, model, project, kind of work or month.",
    "retro": "Look back on a commit or session; without one, show the newest retrospectives.",
    "review": "Walk through the commits that wait for the user's grade, newest first, one key each.",
    "status": "Show where an agent stands: the named one, else the one that asks, else the maker of the last commit.",
    "sync": "Record what is new now, wait for it, and say what was recorded.",
    "uninstall": "Take back everything that init did in a repository. The ledger stays.",
    "verify": "Recompute all totals from the facts and compare, with git too. Exit code 1 when anything differs.",
}
"""The first sentence of each command's help, by the command's name.

They are here as well, so that the list of commands is shown without importing all of them: half of its time. The module
of a command has the command's name.
"""


class _CommandsOnDemand(MutableMapping[str, click.Command]):
    """The commands by name. A command's module is imported when the command is first looked up.

    A mapping, and not a subclass of click's Group, because Group itself reads its mapping for the list of names and
    for suggestions after a typing error.
    """

    def __getitem__(self, name: str) -> click.Command:
        if name not in _SUMMARIES:
            raise KeyError(name)
        command: click.Command = import_module(f"tracker.cli.commands.{name}").command
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_SUMMARIES)

    def __len__(self) -> int:
        return len(_SUMMARIES)

    def __setitem__(self, name: str, command: click.Command) -> NoReturn:
        raise TypeError("commands are listed in _SUMMARIES")

    def __delitem__(self, name: str) -> NoReturn:
        raise TypeError("commands are listed in _SUMMARIES")


class _Commands(click.Group):
    """The group of all commands."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands with their summaries, as click does, without importing the commands."""
        listed = {name: click.Command(name, help=summary) for name, summary in _SUMMARIES.items()}
        click.Group(commands=listed).format_commands(ctx, formatter)


@click.group(
    cls=_Commands,
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
