"""``config``: show every setting with its origin, and change settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.command import CommandGroup
from tracker.cli.options import json_option, path_option, repository_options
from tracker.cli.pager import paged
from tracker.text import printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _names(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    from tracker.cli.completed_names import words
    from tracker.project.setting_changes import NAMES

    return words(*NAMES)(context, parameter, typed)


def _values(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    from tracker.cli import completed_names
    from tracker.project import setting_values
    from tracker.project.settings import OPTIONS

    name = str(context.params.get("name"))
    found = next((option for option in OPTIONS if option.toml_key == name), None)
    if found is None:
        return []
    if name in {"agent", "model"}:
        names = completed_names.agents if name == "agent" else completed_names.models
        return names(context, parameter, typed)
    if found.parse is setting_values.switch:
        return completed_names.words("true", "false")(context, parameter, typed)
    if name == "mode":
        return completed_names.words("detached", "sync")(context, parameter, typed)
    return completed_names.places("dir")(context, parameter, typed) if name == "ledger" else []


_name_argument = click.argument("name", metavar="NAME", shell_complete=_names)
_origin_option = click.option("--show-origin", is_flag=True, help="Also the file or variable that the value is from.")
_user_option = click.option(
    "--user",
    "--global",
    "for_user",
    is_flag=True,
    help="In your config.toml, for all repositories, instead of this repository's git configuration.",
)


@click.group(
    "config",
    cls=CommandGroup,
    examples=(
        "agent-tracker config list --show-origin",
        "agent-tracker config set mode sync",
        "agent-tracker config set --user hints false",
    ),
)
def command() -> None:
    """Show and change the settings, each with its origin.

    The settings are described in docs/settings.md.
    """


@command.command("list", examples=("agent-tracker config list", "agent-tracker config list --show-origin"))
@_origin_option
@repository_options
@json_option
def list_command(*, show_origin: bool, path: str, ledger: str | None, json: bool) -> int:
    """List every setting with its value and where that is from.

    Exit code 1 when a value is wrong.
    """
    from tracker.cli import setting_lines
    from tracker.project.setting_origins import list_settings

    listing = list_settings(setting_lines.find_repository(path), {"ledger": ledger})
    with paged():
        setting_lines.print_settings(listing, show_origin=show_origin, json=json)
    return 1 if listing.faults else 0


@command.command("get", examples=("agent-tracker config get ledger", "agent-tracker config get --show-origin mode"))
@_name_argument
@_origin_option
@repository_options
@json_option
def get_command(*, name: str, show_origin: bool, path: str, ledger: str | None, json: bool) -> int:
    """Show the value of one setting.

    Exit code 1 when it has none.
    """
    from tracker import scoring
    from tracker.cli import setting_lines
    from tracker.project.setting_changes import known_name
    from tracker.project.setting_origins import DEFAULT, Origin, Shown, list_settings, policy_numbers

    known = known_name(name)
    listing = list_settings(setting_lines.find_repository(path), {"ledger": ledger})
    numbers = policy_numbers(scoring.DEFAULT)
    unchanged = Shown(known, str(numbers.get(known, DEFAULT)), Origin(DEFAULT))
    one = next((one for one in listing.settings if one.name == known), unchanged)
    for fault in listing.faults:
        output.warn(printable(fault))
    if json:
        output.print_json(setting_lines.as_json(one))
    elif one.value is not None:
        origin = f"{one.origin.kind}\t{one.origin.where}\t" if show_origin else ""
        output.say(printable(one.value) if not show_origin else origin + printable(one.value))
    return 1 if one.value is None else 0


@command.command("explain", examples=("agent-tracker config explain", "agent-tracker config explain mode"))
@click.argument("name", required=False, metavar="[NAME]", shell_complete=_names)
@repository_options
def explain_command(*, name: str | None, path: str, ledger: str | None) -> int:
    """Say what a setting does, its values, and where it can be set.

    Without a name all settings are explained.
    """
    from tracker.cli import setting_lines
    from tracker.project.setting_changes import known_name
    from tracker.project.setting_origins import list_settings

    known = None if name is None else known_name(name)
    listing = list_settings(setting_lines.find_repository(path), {"ledger": ledger})
    with paged():
        setting_lines.print_meanings(listing, known)
    return 0


@command.command(
    "set",
    examples=(
        "agent-tracker config set mode sync",
        "agent-tracker config set --user size-limit 1GiB",
        "agent-tracker config set --user policy.start-communication 50",
    ),
    context_settings={"ignore_unknown_options": True},  # a value may be a negative number
)
@_name_argument
@click.argument("value", metavar="VALUE", shell_complete=_values)
@_user_option
@click.option("--new-name", is_flag=True, help="The agent or model is a new one, that nothing knows yet.")
@path_option
def set_command(*, name: str, value: str, for_user: bool, new_name: bool, path: str) -> int:
    """Set a setting for this repository, or with --user for all."""
    from tracker.cli import setting_lines
    from tracker.project.setting_changes import known_name

    if not new_name:
        setting_lines.check_name_is_known(path, known_name(name), value, "--new-name")
    _change(name, value, for_user=for_user, path=path)
    return 0


@command.command("unset", examples=("agent-tracker config unset mode", "agent-tracker config unset --user size-limit"))
@_name_argument
@_user_option
@path_option
def unset_command(*, name: str, for_user: bool, path: str) -> int:
    """Take a setting back, so that the next weaker one counts."""
    _change(name, None, for_user=for_user, path=path)
    return 0


def _change(name: str, value: str | None, *, for_user: bool, path: str) -> None:
    from tracker.cli import setting_lines
    from tracker.errors import UsageError
    from tracker.project.setting_changes import known_name
    from tracker.project.setting_origins import PROCESSES

    known = known_name(name)
    if known == PROCESSES:
        raise UsageError(
            "'processes' cannot be set here: 'agent-tracker init' takes it from the variable AGENT_TRACKER_PROCESSES."
        )
    if known == "policy":
        raise UsageError("name one number of the score, such as policy.level-step (docs/scoring.md has them all).")
    for line in setting_lines.change(path, known, value, for_user=for_user):
        output.say(printable(line))
