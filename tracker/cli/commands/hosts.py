"""``hosts``: the programs in which agents work: which are here, and install us in them or take that back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.command import CommandGroup
from tracker.cli.completed_names import words
from tracker.cli.options import json_option, path_option
from tracker.errors import TrackerError, UsageError
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.hosts.host_table import Host
    from tracker.hosts.install import Place

SCHEMA: Final = 1

_NAMES: Final = ("claude-code", "codex", "opencode", "gemini-cli", "copilot-cli", "qwen-code", "cursor", "amp", "goose")
_hosts_argument = click.argument("names", nargs=-1, metavar="[HOST]...", shell_complete=words(*_NAMES))
_project_option = click.option(
    "--project", "for_project", is_flag=True, help="In this repository's worktree, for everybody who works in it."
)


@click.group(
    "hosts",
    cls=CommandGroup,
    invoke_without_command=True,
    examples=(
        "agent-tracker hosts",
        "agent-tracker hosts install claude-code codex",
        "agent-tracker hosts uninstall",
    ),
)
@json_option
@click.pass_context
def command(context: click.Context, *, json: bool) -> int:
    """List the programs in which agents work; install us in them.

    Such a program, a host, then tells of the commits that its agent makes, shows the agent its standing at the start of
    a session, and asks it to grade its commits.
    """
    if context.invoked_subcommand is None:
        from tracker.cli.host_lines import print_hosts

        print_hosts(_place(None), _project_at_hand(), json=json)
    return 0


@command.command(
    "install",
    examples=("agent-tracker hosts install claude-code codex", "agent-tracker hosts install gemini-cli --ask-at-stop"),
)
@_hosts_argument
@_project_option
@click.option(
    "--ask-at-stop/--no-ask-at-stop",
    default=None,
    help="At the end of a turn, ask once for grades that the agent owes. Without either it stays as it is; at first"
    " no.",
)
@click.option(
    "--status-line/--no-status-line",
    default=None,
    help="Show the agent's standing in the host's status line, behind yours. Without either it stays as it is; at first"
    " yes.",
)
@path_option
def install_command(
    *, names: Sequence[str], for_project: bool, ask_at_stop: bool | None, status_line: bool | None, path: str
) -> int:
    """Install agent-tracker in hosts: in those that are named, else in all that are found.

    Settings files stay yours: what is added is merged into them, and taken back byte for byte. Safe to repeat. The
    settings of a project have no status line of ours, and the absolute path of your agent-tracker.
    """
    from tracker.cli.host_installation import Choices, install_all

    place = _place(path if for_project else None)
    failed = False
    for one in install_all(_chosen(names, place), place, Choices(ask_at_stop, status_line)):
        failed = failed or one.failed
        for line in one.lines or [f"{one.host.display}: it has all of agent-tracker already."]:
            if one.failed:
                output.warn(printable(line))
            else:
                output.paragraph(line)
    return 1 if failed else 0


@command.command("uninstall", examples=("agent-tracker hosts uninstall", "agent-tracker hosts uninstall gemini-cli"))
@_hosts_argument
@_project_option
@path_option
def uninstall_command(*, names: Sequence[str], for_project: bool, path: str) -> int:
    """Take agent-tracker out of hosts: of those that are named, else of all."""
    from tracker.hosts import install
    from tracker.hosts.host_table import HOSTS

    place = _place(path if for_project else None)
    failed, is_any = False, False
    for host in _named(names) or HOSTS:
        try:
            done = install.uninstall(host, place, _program())
        except (TrackerError, OSError) as error:
            failed = True
            output.warn(printable(f"{host.display}: {_sentence(error)}"))
            continue
        for line in done:
            is_any = True
            output.paragraph(f"{host.display}: {line}")
    if not (is_any or failed):
        output.say("Nothing of agent-tracker was there.")
    return 1 if failed else 0


@command.command("package", examples=("agent-tracker hosts package claude-code ~/agent-tracker-plugin",))
@click.argument("name", metavar="HOST", shell_complete=words("claude-code", "gemini-cli", "opencode"))
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
def package_command(*, name: str, folder: Path) -> int:
    """Write a package in a host's own form: a plugin, an extension, an npm package.

    For claude-code, gemini-cli and opencode. Such a package finds agent-tracker on the PATH, so it can be given to
    others.
    """
    from tracker.hosts.host_package import HOW, package_of

    host = _named([name])[0]
    files = package_of(host.agent)
    if files is None:
        raise UsageError(f"there is no package for {host.display} yet: use 'agent-tracker hosts install {host.agent}'.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrackerError(f"{printable(str(folder))} is there and not empty: name another folder.")
    for path, file in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file.text, encoding="utf-8")
        place.chmod(0o755 if file.is_program else 0o644)
    output.say(
        printable(f"Wrote {len(files)} files to {folder}. To install: {HOW[host.agent].format(folder.resolve())}")
    )
    return 0


def _place(path: str | None) -> Place:
    """Return where hosts are installed: for the user, or in the worktree around a path."""
    from tracker.git import Repository
    from tracker.hosts.install import place_of_user

    project: Path | None = None
    if path is not None:
        project = Repository.from_argument(path).work_tree
        if project is None:
            raise UsageError("a bare repository has no worktree for the settings of hosts: leave out --project.")
        if _is_home(project):
            raise UsageError("this worktree is your home, where your own settings are: leave out --project.")
    return place_of_user(project)


def _project_at_hand() -> Path | None:
    """Return the worktree around the current folder, if there is one that is not the user's home."""
    from tracker.git import Repository

    try:
        found = Repository.discover(Path.cwd()).work_tree
    except (TrackerError, OSError):
        return None
    return None if found is None or _is_home(found) else found


def _is_home(folder: Path) -> bool:
    from tracker.hosts.user_folders import home_folder

    return home_folder().resolve() == folder.resolve()


def _chosen(names: Sequence[str], place: Place) -> Sequence[Host]:
    """Return the hosts to install: those that are named, else those that are found."""
    from tracker.hosts.found_hosts import found_agents
    from tracker.hosts.install import hosts_of

    chosen = _named(names) or hosts_of(found_agents(place.home, place.environment))
    if not chosen:
        raise TrackerError(f"no host was found here: name one of {', '.join(_NAMES)} to install it all the same.")
    return chosen


def _named(names: Sequence[str]) -> list[Host]:
    """Return the hosts with some names. Raises UsageError for another name."""
    from tracker.hosts.host_table import host_named

    found = {name: host_named(name) for name in names}
    unknown = [name for name, host in found.items() if host is None]
    if "aider" in unknown:
        raise UsageError("Aider needs nothing of agent-tracker: git's hook names its commits.")
    if unknown:
        raise UsageError(f"no host is called '{printable(unknown[0][:80])}': name one of {', '.join(_NAMES)}.")
    return [host for host in found.values() if host is not None]


def _program() -> str:
    from tracker.hosts.program import program_path

    return program_path()


def _sentence(error: TrackerError | OSError) -> str:
    from tracker.errors import error_sentence

    return error_sentence(error)
