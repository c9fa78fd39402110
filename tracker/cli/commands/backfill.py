"""``backfill``: record existing history, preview that, or take earlier backfills back; of one repository or many."""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.core import ParameterSource

from tracker.cli.command import Command
from tracker.cli.completed_names import folders_and_revisions, places
from tracker.cli.options import json_option, repository_options
from tracker.errors import UsageError


@click.command(
    "backfill",
    cls=Command,
    examples=(
        "agent-tracker backfill --dry-run",
        "agent-tracker backfill --since 2025-01-01 main release-1.2",
        "agent-tracker backfill --discover ~/src ~/projects/greeter",
    ),
)
@click.argument("words", nargs=-1, metavar="[PATH|REV]...", shell_complete=folders_and_revisions)
@click.option(
    "--discover",
    "folders",
    multiple=True,
    metavar="FOLDER",
    shell_complete=places("dir"),
    help="Every repository below this folder; can be repeated. Not searched: hidden folders, those of package managers,"
    " symbolic links, and the inside of a clone.",
)
@click.option("--since", metavar="DATE", help="Only commits committed from this date on.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--undo", is_flag=True, help="Take back what backfills recorded; graded commits stay.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Processes of git at a time. Default: as many as there are processors.",
)
@repository_options
@json_option
@click.pass_context
def command(
    context: click.Context,
    *,
    words: Sequence[str],
    folders: Sequence[str],
    since: str | None,
    dry_run: bool,
    undo: bool,
    jobs: int | None,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Record existing history: all of it, or what revisions reach.

    A word that is a folder is a repository, any other one a revision; with -C all are revisions. Without either it is
    the repository at hand, which must be tracked.

    Repositories that are named or discovered are tracked without hooks first; 'agent-tracker init' adds the hooks. One
    that fails is named at the end and does not stop the others; the exit code is 1 then.
    """
    from tracker.cli.backfill_runs import Wishes, backfill_each, backfill_here
    from tracker.cli.dates import parse_since
    from tracker.cli.named_repositories import check_revisions, choose, read_words

    is_named = context.get_parameter_source("path") is not ParameterSource.DEFAULT
    begin = parse_since(since)
    found = read_words(words, folders, only_revisions=is_named)
    if undo and (found.revisions or since):
        raise UsageError("--undo takes back every backfill of a repository: leave out revisions and --since.")
    if found.revisions and not is_named:
        check_revisions(found.revisions, found.paths[0] if found.paths else path)
    wishes = Wishes(found.revisions, begin, dry_run, undo, jobs, ledger, json)
    if not found.paths and not folders:
        backfill_here(path, wishes)
        return 0
    return backfill_each(choose(found, folders, quiet=json), wishes)
