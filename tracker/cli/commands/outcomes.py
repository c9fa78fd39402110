"""``outcomes``: work out what became of the commits, and show it for each agent and model."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output, tables
from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.errors import LedgerUnavailable, error_sentence
from tracker.model import AGES
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.outcomes.default_branch import Branch
    from tracker.project.project import Project
    from tracker.reports.landed_commits import LandedCommit
    from tracker.reports.set_ups.figures import Figures, Lines

SCHEMA: Final = 1
_KEPT: Final = tuple(f"lines kept {days} d" for days in AGES)
_LAYOUT: Final = tables.Layout(
    (
        tables.text("who", pleasant=24),
        *map(tables.number, ("landed", "reverted", "again", "fixed", "blamed", *_KEPT, "young")),
    ),
    left_out=(_KEPT[2], _KEPT[1], "again", "young"),
    left_out_last=(_KEPT[0], "blamed", "fixed", "reverted"),
    is_told=True,
)


@click.command(
    "outcomes",
    cls=Command,
    examples=(
        "agent-tracker outcomes",
        "agent-tracker outcomes --json",
    ),
)
@repository_options
@json_option
def command(*, path: str, ledger: str | None, json: bool) -> int:
    """Work out what became of commits: kept, reverted, fixed.

    The result is shown for each agent and model.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, bring_up_to_date, open_tracked
    from tracker.outcomes.default_branch import default_branch
    from tracker.reports.counted_elsewhere import counted_elsewhere, elsewhere_sentence
    from tracker.reports.landed_commits import read_landed
    from tracker.reports.set_ups.figures import Figures
    from tracker.reports.set_ups.read_sums import Scope, SetUpReader, summed_by

    project = open_tracked(path, ledger, WRITE_DEADLINE, reads=True)
    branch = default_branch(project.repository)
    if bring_up_to_date(project):
        _compute(project, branch, quiet=json)
    now, project_id = int(time.time()), project.files.id()
    if json:
        with project.ledger.read() as snapshot:
            found = [*read_landed(snapshot, project_id)]
        for one in found:
            output.print_json(_line(one, now))
        return 0
    with project.ledger.read() as snapshot:
        rows = SetUpReader(snapshot, project.catalogue, "set-up").rows(Scope(frozenset([project_id])))
        sums = summed_by(rows, lambda row: row.set_up.name)
        has_commits = any(Figures(row).commits for row in sums.values())
        elsewhere = counted_elsewhere(snapshot, [project_id])
    if has_commits or not elsewhere.are_all:
        _print_sums({name: Figures(row) for name, row in sums.items()}, branch)
    if elsewhere.names:
        told = elsewhere._replace(are_all=not has_commits)
        output.paragraph(elsewhere_sentence("this project", told, "this command there"))
    return 0


def _compute(project: Project, branch: Branch | None, *, quiet: bool) -> None:
    """Bring outcomes, the profile and costs up to date; where that cannot be written, say so and go on.

    Raises RepositoryError, and TrackerError while another process computes the outcomes.
    """
    from tracker.cli.fresh_profiles import refresh_profile
    from tracker.cli.read_costs import read_costs
    from tracker.outcomes.compute import compute

    try:
        with output.progress("Outcomes", quiet=quiet) as progress:
            compute(project, progress)
    except (LedgerUnavailable, OSError) as error:
        output.warn(printable(f"the outcomes are not up to date: {error_sentence(error)}"))
        return
    refresh_profile(project, branch)
    read_costs(project)


def _line(one: LandedCommit, now: int) -> dict[str, object]:
    """Return one commit as JSON. Lines at an age that it has not reached yet are null."""
    record, age = one.record, one.age(now)
    return {
        "schema": SCHEMA,
        "oid": one.oid,
        "agent": one.standing.agent,
        "model": one.standing.model,
        "landed_at": record.landed_at,
        "age_days": age,
        "lines_added": record.added,
        "lines_kept": {str(days): record.kept(days) if age >= days else None for days in AGES},
        "reverted_by": record.reverted_by,
        "revert_found_by": record.revert_found_by or None,
        "again_by": record.again_by,
        "fixed_by": record.fixed_by,
        "fixed_lines": record.fixed_lines,
        "blamed": one.blamed,
    }


def _print_sums(figures: dict[str, Figures], branch: Branch | None) -> None:
    from tracker.reports.set_ups.definitions import definitions_of

    if branch is None:
        output.say("No commit has landed yet: there is no default branch with a commit.")
        return
    landed = {name: one for name, one in figures.items() if one.count("landed")}
    if not landed:
        name = branch.name.removeprefix("refs/heads/").removeprefix("refs/remotes/")
        output.say(f"None of the commits of {name} is recorded: run 'agent-tracker backfill'.")
        return
    columns = ("landed", "taken_back", "again", "fixed", "blamed")
    rows = [
        (
            who,
            *(str(one.count(column)) for column in columns),
            *(_kept(one.lines(days)) for days in AGES),
            str(one.count("young")),
        )
        for who, one in sorted(landed.items(), key=lambda item: (-item[1].count("landed"), item[0]))
    ]
    tables.print_table(_LAYOUT, rows)
    table = tables.Table(_LAYOUT, rows)
    for line in definitions_of(table.headings(output.room() if sys.stdout.isatty() else None)):
        output.paragraph(line)


def _kept(lines: Lines) -> str:
    return f"{lines.kept / lines.added:.0%} of {lines.added}" if lines.added else ""
