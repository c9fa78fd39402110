"""``sync``: record what is new, wait until it is recorded, and print how much it was."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.text import printable

SCHEMA: Final = 1


@click.command(
    "sync",
    cls=Command,
    examples=("agent-tracker sync",),
)
@repository_options
@json_option
def command(*, path: str, ledger: str | None, json: bool) -> int:
    """Record what is new now, and say what was recorded.

    It ends when everything is recorded.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_at, read_what_others_shared
    from tracker.cli.read_costs import read_costs
    from tracker.cli.recorded_sentences import recorded_sentence
    from tracker.recording.reconcile import reconcile
    from tracker.recording.unseen_commits import testify

    project = open_at(path, ledger, WRITE_DEADLINE)
    testify(project)
    with output.progress("Recording", quiet=json) as progress:
        outcome = reconcile(project, progress, look_around=True)
    read_costs(project)
    read_what_others_shared(project)
    for notice in outcome.notices:
        output.warn(printable(notice))
    if json:
        output.print_json({"schema": SCHEMA, **outcome._asdict()})
        return 0
    output.say(recorded_sentence(outcome))
    return 0
