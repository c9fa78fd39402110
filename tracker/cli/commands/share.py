"""``share``: what this user's machines share through the repository, and whom this one trusts."""

from __future__ import annotations

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import CommandGroup
from tracker.cli.options import json_option, repository_options
from tracker.errors import TrackerError, UsageError, error_sentence
from tracker.text import number_of, printable

SCHEMA: Final = 1
_TURN_ON: Final = "'agent-tracker init --share' turns that on."


@click.group(
    "share",
    cls=CommandGroup,
    invoke_without_command=True,
    examples=("agent-tracker share", "agent-tracker share key"),
)
@repository_options
@json_option
@click.pass_context
def command(context: click.Context, *, path: str, ledger: str | None, json: bool) -> int:
    """Show what your machines share through the repository.

    'agent-tracker init --share' turns it on: from then on events are pushed after your own pushes, and come with your
    fetches (docs/sharing.md). Your machines believe each other when they have the same key.
    """
    if context.invoked_subcommand is not None:
        return 0
    from tracker.cli.open_project import open_current
    from tracker.cli.share_lines import as_json, print_state
    from tracker.sharing.state import share_state

    state = share_state(open_current(path, ledger))
    if json:
        output.print_json({"schema": SCHEMA, **as_json(state)})
    else:
        print_state(state)
    return 0


@command.command("key", examples=("agent-tracker share key",))
@repository_options
def key_command(*, path: str, ledger: str | None) -> int:
    """Print the key of your machines.

    'agent-tracker share trust' on another machine asks for it. Who has it can give grades in your name: show it to
    nobody.
    """
    from tracker.cli.share_key import own_key
    from tracker.sharing.key_words import words_of

    key, notices = own_key(path, ledger)
    output.say(words_of(key))
    for notice in notices:
        output.warn(notice)
    return 0


@command.command("trust", examples=("agent-tracker share trust",))
@repository_options
def trust_command(*, path: str, ledger: str | None) -> int:
    """Trust the machines that have a key.

    It is asked for, or read from standard input, and replaces the key of this machine's ledger. What was shared under
    another key is shared again with the next push.
    """
    from tracker.cli.share_key import take_key

    for sentence in take_key(path, ledger):
        output.paragraph(sentence)
    return 0


@command.command("push", examples=("agent-tracker share push",))
@repository_options
def push_command(*, path: str, ledger: str | None) -> int:
    """Send what waits now, and say how it went."""
    from tracker.cli.open_project import WRITE_DEADLINE, open_current
    from tracker.project.share_files import UNSEALED
    from tracker.sharing.send import NotSent, send

    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    remote = project.shared_remote
    if remote is None:
        raise UsageError(UNSEALED if project.files.sharing.has_mark() else f"this project shares nothing: {_TURN_ON}")
    if not project.is_own_ledger:
        raise UsageError(f"{printable(str(project.ledger.path))} is not the ledger that this repository records into.")
    try:
        number = send(project, remote, asks=True)
    except NotSent as error:
        raise TrackerError(f"nothing was sent: {error_sentence(error)}") from error
    output.say(printable(f"{number_of(number, 'event')} sent to {remote}." if number else f"{remote} has every event."))
    return 0


@command.command("sent", examples=("agent-tracker share sent | jq .type",))
@repository_options
def sent_command(*, path: str, ledger: str | None) -> int:
    """Print what this machine shares: its events as JSON lines, oldest first.

    Everybody who can read the repository can read them, once they were pushed (docs/sharing.md).
    """
    from tracker.cli.open_project import open_current
    from tracker.sharing.sent_events import sent_events

    for event in sent_events(open_current(path, ledger)):
        output.print_json(event)
    return 0
