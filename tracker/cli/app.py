"""The command line: parse, dispatch to one command, turn errors into exit codes. Knows the commands, not their work.

Exit codes: 0 done, 1 a known error in one line, 2 wrong usage, 3 a defect (traceback in a log file), 130 interrupted.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from tracker import __version__
from tracker.errors import TrackerError, UsageError, error_sentence
from tracker.text import printable


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
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
        # Whoever read our output has closed it (head, a pager): no error, and nothing more to say.
        _close_output()
        return 0
    except OSError as error:
        sys.stderr.write(f"agent-tracker: {printable(error_sentence(error), ' ')}\n")
        _close_output()
        return 1
    except Exception:  # noqa: BLE001 - a defect is kept whole, and the user gets one line
        sys.stderr.write(f"agent-tracker: this is a defect; its details are in {_keep_traceback()}\n")
        return 3
    return result if isinstance(result, int) else 0


def _close_output() -> None:
    """What is still buffered would fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _keep_traceback() -> Path:
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


def _common(function: Callable[..., int]) -> Callable[..., int]:
    """The options that every command has."""
    repository = click.option(
        "-C", "path", default=".", metavar="PATH", show_default=True, help="The repository to work in, as with git."
    )
    ledger = click.option("--ledger", metavar="PATH", help="The ledger to use instead of the configured one.")
    return repository(ledger(function))


def _common_values(options: dict[str, Any]) -> tuple[str, dict[str, str | None], bool]:
    """Take out of a command's options what every command has: the repository's path, the flags, whether JSON."""
    return options.pop("path"), {"ledger": options.pop("ledger")}, options.pop("json")


_json = click.option("--json", is_flag=True, help="Print JSON, with a schema version.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="agent-tracker %(version)s")
def commands() -> None:
    """Keep a private, local ledger of which coding agent made which commit, and how well it went."""


@commands.command()
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--ledger", metavar="PATH", help="The ledger to use instead of the configured one.")
@click.option(
    "--hooks",
    type=click.Choice(["native", "config", "pre-commit", "none"]),
    default="native",
    show_default=True,
    help="Write git hooks, name them in git's configuration (git 2.54), print what the pre-commit framework needs,"
    " or nothing.",
)
@click.option(
    "--instructions/--no-instructions",
    default=None,
    help="Tell agents in AGENTS.md (or CLAUDE.md) to read the status file and to grade their work, or take that out"
    " again. Without either the files are left as they are.",
)
@click.option(
    "--guard/--no-guard",
    default=None,
    help="Have a hook before each commit refuse those of halted agents, and environment files from any agent; or no"
    " more. Remembered.",
)
@_json
def init(**options: Any) -> int:
    """Track a repository: from now on its commits are recorded. Safe to repeat."""
    from tracker.cli.commands import init as command

    path, ledger = options.pop("path"), options.pop("ledger")
    return command.run(path, {"ledger": ledger}, **options)


@commands.command()
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--ledger", metavar="PATH", help="The ledger to use instead of the configured one.")
@click.option("--force", is_flag=True, help="Also when waiting events cannot be recorded first.")
def uninstall(path: str, ledger: str | None, force: bool) -> int:  # noqa: FBT001
    """Take back everything that init did in a repository. The ledger stays."""
    from tracker.cli.commands import uninstall as command

    return command.run(path, {"ledger": ledger}, force=force)


@commands.command()
@_common
@_json
def sync(path: str, ledger: str | None, json: bool) -> int:  # noqa: FBT001
    """Record what is new now, wait for it, and say what was recorded."""
    from tracker.cli.commands import sync as command

    return command.run(path, {"ledger": ledger}, json=json)


@commands.command()
@click.argument("revisions", nargs=-1, metavar="[REV]...")
@click.option("--since", metavar="DATE", help="Only commits committed after this date, as git reads dates.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--undo", is_flag=True, help="Take back what backfills recorded here; graded commits stay.")
@_common
@_json
def backfill(**options: Any) -> int:
    """Record existing history: everything reachable, or what the revisions reach."""
    from tracker.cli.commands import backfill as command

    path, ledger, revisions = options.pop("path"), options.pop("ledger"), options.pop("revisions")
    return command.run(path, {"ledger": ledger}, revisions, **options)


@commands.command()
@click.argument("agent", required=False)
@_common
@_json
def status(agent: str | None, path: str, ledger: str | None, json: bool) -> int:  # noqa: FBT001
    """Show where the current agent stands, or the named one."""
    from tracker.cli.commands import status as command

    return command.run(path, {"ledger": ledger}, agent, json=json)


@commands.command()
@click.option("--agent", metavar="NAME", help="Only commits by this agent.")
@click.option("--model", metavar="NAME", help="Only commits by this model.")
@click.option("--project", metavar="NAME", help="Only commits of this project; implies --everywhere.")
@click.option("--since", metavar="DATE", help="Only commits from this date on (ISO 8601).")
@click.option("--until", metavar="DATE", help="Only commits up to this date (ISO 8601).")
@click.option("-n", "most", type=click.IntRange(min=0), metavar="NUMBER", help="At most this many.")
@click.option("--all", "include_dead", is_flag=True, help="Also commits that no branch reaches any more.")
@click.option("--everywhere", is_flag=True, help="Of all projects, not only of the one at hand.")
@click.option("--summary", is_flag=True, help="A line for each agent and model instead of one for each commit.")
@_common
@_json
def log(**options: Any) -> int:
    """List the recorded commits, newest first: who made each, how that is known, grades and changes."""
    return _log(**options)


def _log(
    *,
    agent: str | None,
    model: str | None,
    project: str | None,
    since: str | None,
    until: str | None,
    most: int | None,
    include_dead: bool,
    everywhere: bool,
    summary: bool,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    from tracker.cli.commands import log as command

    store, here = _reading(path, ledger, required=not (everywhere or project))
    filters = command.Filters(
        project=None if everywhere or project else here,
        project_name=project,
        agent=agent,
        model=model,
        since=None if since is None else command.moment(since),
        until=None if until is None else command.moment(until),
        include_dead=include_dead,
        most=most,
    )
    return (command.summarize if summary else command.run)(store, filters, json=json)


@commands.command()
@click.argument("revisions", nargs=-1, metavar="[REV]...")
@click.option(
    "--agent",
    "--agent-grade",
    "agent",
    metavar="GRADE",
    help="The agent's grade of its own work: bad, neutral, good or excellence.",
)
@click.option(
    "--user",
    "--user-grade",
    "user",
    metavar="GRADE",
    help="The user's grade. Either may be 'none', to take the last one back.",
)
@click.option("--task", default="", metavar="TEXT", help="What was to be done.")
@click.option("--agent-note", default="", metavar="TEXT", help="Why the agent says so.")
@click.option("--user-note", default="", metavar="TEXT", help="Why the user says so.")
@click.option("--pending", is_flag=True, help="For the next commit that is made in this work tree.")
@_common
@_json
def grade(**options: Any) -> int:
    """Grade commits (HEAD when none is named), or show how they were graded when no grade is given."""
    from tracker.cli.commands import grade as command

    path, flags, json = _common_values(options)
    revisions = options.pop("revisions")
    return command.run(path, flags, revisions, command.Said(**options), json=json)


@commands.command()
@click.option("--agent", metavar="NAME", help="Only commits by this agent.")
@click.option("-n", "most", type=click.IntRange(min=1), metavar="NUMBER", help="At most this many.")
@_common
def review(agent: str | None, most: int | None, path: str, ledger: str | None) -> int:
    """Walk through the commits that wait for the user's grade, newest first, one key each."""
    from tracker.cli.commands import review as command

    return command.run(path, {"ledger": ledger}, agent, most)


@commands.command()
@click.argument("revision", required=False, metavar="[REV]")
@click.option("--note", default="", metavar="TEXT", help="What is wrong.")
@click.option("--evidence", default="", metavar="TEXT", help="What shows it: an issue, a test, a fixing commit.")
@click.option("--undo", is_flag=True, help="Take back the last bug that was charged for the commit.")
@_common
@_json
def bug(**options: Any) -> int:
    """Charge a bug to the agent that made a commit; without one, list the bugs, and reverts that may be some."""
    from tracker.cli.commands import bug as command

    path, ledger, revision = options.pop("path"), options.pop("ledger"), options.pop("revision")
    return command.run(path, {"ledger": ledger}, revision, **options)


@commands.command()
@click.argument("agent", metavar="AGENT")
@click.option("--plan", default="", metavar="TEXT", help="What shall be different from now on.")
@_common
@_json
def reinstate(agent: str, plan: str, path: str, ledger: str | None, json: bool) -> int:  # noqa: FBT001
    """End the halt of an agent, as the user, with a plan."""
    from tracker.cli.commands import reinstate as command

    return command.run(path, {"ledger": ledger}, agent, plan, json=json)


@commands.command()
@click.argument("revision", required=False, metavar="[REV]")
@click.option("--session", "session_id", metavar="ID", help="A session without a commit: research, exploration.")
@click.option("--agent", metavar="NAME", help="Whose session it was, where no agent runs this command.")
@click.option("--task", default="", metavar="TEXT", help="What was to be done.")
@click.option(
    "--notes", "--note", "notes", default="", metavar="TEXT", help="What went well, what went wrong, what was learnt."
)
@click.option("--agent-grade", metavar="GRADE", help="The agent's grade: bad, neutral, good or excellence.")
@click.option("--user-grade", metavar="GRADE", help="The user's grade.")
@click.option("-n", "most", default=20, show_default=True, type=click.IntRange(min=1), help="List at most this many.")
@_common
@_json
def retro(**options: Any) -> int:
    """Look back on a commit or session; without one, show the newest retrospectives."""
    from tracker.cli.commands import retro as command

    path, flags, json = _common_values(options)
    revision, most = options.pop("revision"), options.pop("most")
    return command.run(path, flags, revision, command.Said(**options), most, json=json)


@commands.command()
@click.option("--agent", metavar="NAME", help="Whose journal, where no agent runs this command.")
@click.option("--task", default="", metavar="TEXT", help="What was to be done.")
@click.option("--actions", default="", metavar="TEXT", help="What was done.")
@click.option("--outcome", default="", metavar="TEXT", help="What came of it.")
@click.option("--decisions", default="", metavar="TEXT", help="What was decided, and why.")
@click.option("-n", "most", default=20, show_default=True, type=click.IntRange(min=1), help="List at most this many.")
@_common
@_json
def activity(**options: Any) -> int:
    """Add a line to an agent's journal; without a task, show the newest lines."""
    from tracker.cli.commands import activity as command

    path, flags, json = _common_values(options)
    agent, most = options.pop("agent"), options.pop("most")
    return command.run(path, flags, agent, command.Said(**options), most, json=json)


@commands.command()
@click.argument("revisions", nargs=-1, required=True, metavar="REV...")
@click.option("--agent", metavar="NAME", help="Who made them: an agent of the catalogue, a name of your own, or human.")
@click.option("--model", metavar="NAME", help="With which model.")
@click.option("--note", default="", metavar="TEXT", help="Why; kept with the correction.")
@click.option("--undo", is_flag=True, help="Take back the last correction of each.")
@click.option(
    "--rule",
    metavar="KIND",
    help="Also make a rule of the commit's address, branch or trailer:KEY, for all commits with the same sign.",
)
@_common
@_json
def attribute(**options: Any) -> int:
    """Say who made commits, which wins over every other sign; or take that back."""
    from tracker.cli.commands import attribute as command

    path, flags, json = _common_values(options)
    revisions = options.pop("revisions")
    return command.run(path, flags, revisions, command.Word(**options), json=json)


@commands.command()
@click.argument("revisions", nargs=-1, metavar="[REV]...")
@_common
@_json
def explain(revisions: tuple[str, ...], path: str, ledger: str | None, json: bool) -> int:  # noqa: FBT001
    """Print every sign of who made a commit, how sure each is, and why one of them won."""
    from tracker.cli.commands import explain as command

    return command.run(path, {"ledger": ledger}, revisions, json=json)


@commands.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@_common
@_json
def reattribute(dry_run: bool, path: str, ledger: str | None, json: bool) -> int:  # noqa: FBT001
    """Read the evidence of all recorded commits again, with the catalogue as it is now."""
    from tracker.cli.commands import reattribute as command

    return command.run(path, {"ledger": ledger}, dry_run=dry_run, json=json)


@commands.command()
@_common
@_json
def verify(path: str, ledger: str | None, json: bool) -> int:  # noqa: FBT001
    """Recompute all totals from the recorded facts and compare, with git too. Exit code 1 when anything differs."""
    from tracker.cli.commands import verify as command
    from tracker.git import Repository

    store, here = _reading(path, ledger, required=False)
    return command.run(store, Repository.named(path) if here else None, json=json)


@commands.command()
@_common
@_json
def doctor(path: str, ledger: str | None, json: bool) -> int:  # noqa: FBT001
    """Check that commits are recorded here; each finding says what mends it. Exit code 1 when there is one."""
    from tracker.cli.commands import doctor as command

    return command.run(path, {"ledger": ledger}, json=json)


def _reading(path: str, ledger: str | None, *, required: bool) -> Any:
    """The ledger, brought up to date with the repository at ``path`` where that is tracked, and its project."""
    from tracker.cli import open_project

    if not Path(path).exists():
        raise UsageError(f"there is no {path}.")
    return open_project.prepare(path, {"ledger": ledger}, required=required)
