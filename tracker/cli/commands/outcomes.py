"""``outcomes``: work out what became of the commits, and show it for each agent and model."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.options import json_option, repository_options

if TYPE_CHECKING:
    from tracker.outcomes.compute import Computed
    from tracker.reports.outcome_sums import CommitOutcome, OutcomeSums

SCHEMA: Final = 1


@click.command("outcomes")
@repository_options
@json_option
def command(*, path: str, ledger: str | None, json: bool) -> int:
    """Work out what became of the commits: kept, reverted, fixed again; show it for each agent and model."""
    from tracker.cli.open_project import WRITE_DEADLINE, open_at
    from tracker.outcomes.compute import compute
    from tracker.recording.reconcile import reconcile
    from tracker.reports import outcome_sums

    project = open_at(path, ledger, WRITE_DEADLINE)
    reconcile(project)
    with output.progress("Outcomes", quiet=json) as progress:
        computed = compute(project, progress)
    now = int(time.time())
    with project.ledger.read() as snapshot:
        found = [*outcome_sums.read_outcomes(snapshot, project.files.id())]
    if json:
        for one in found:
            output.print_json(_line(one, now))
    else:
        _print_sums(outcome_sums.sums_by(iter(found), _set_up, now), computed)
    return 0


def _set_up(one: CommitOutcome) -> str:
    from tracker.reports.log import maker_shown

    standing = one.standing
    return f"{maker_shown(standing)} {standing.model}" if standing.model else maker_shown(standing)


def _line(one: CommitOutcome, now: int) -> dict[str, object]:
    """Return one commit as JSON. Lines at an age that it has not reached yet are null."""
    from tracker.reports.outcome_sums import AGES

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


def _print_sums(sums: Mapping[str, OutcomeSums], computed: Computed) -> None:
    from tracker.reports.outcome_sums import AGES, DEFINITIONS

    if computed.branch is None:
        output.say("No commit has landed yet: there is no default branch with a commit.")
        return
    if not sums:
        output.say(f"None of the commits of {computed.branch.name} is recorded: run 'agent-tracker backfill'.")
        return
    headings = ("who", "landed", "reverted", "again", "fixed", "blamed", *(f"kept {days} d" for days in AGES), "young")
    rows = [
        (
            who,
            *map(str, (one.landed, one.reverted, one.again, one.fixed, one.blamed)),
            *(f"{kept.kept / kept.added:.0%} of {kept.added}" if kept.added else "-" for kept in one.kept),
            str(one.pending),
        )
        for who, one in sorted(sums.items(), key=lambda item: (-item[1].landed, item[0]))
    ]
    output.table(headings, rows, "who")
    for line in DEFINITIONS:
        output.say(line)
