"""The facts that ``recommend`` and ``report`` show: the rows of set-ups, and the circumstances in which they hold."""

from typing import NamedTuple

from tracker import keys
from tracker.cli import output
from tracker.cli.dates import parse_date
from tracker.cli.open_project import WRITE_DEADLINE, bring_up_to_date, open_tracked
from tracker.ledger import Snapshot
from tracker.ledger.tables import LIFETIMES, OUTCOME_RUNS
from tracker.model import ProjectId
from tracker.outcome_records import AGES, DAY, OutcomesRunRecord
from tracker.outcomes.catch_up import MOST_READ, state_of
from tracker.outcomes.compute import compute
from tracker.project.project import Project
from tracker.reports.log import project_name
from tracker.reports.set_ups.read_sums import Scope, SetUpReader, SetUpRow
from tracker.reports.set_ups.set_up import By
from tracker.reports.set_ups.words import Circumstances


class Facts(NamedTuple):
    """The rows of a scope. ``reader``: names the set-up of a commit as the rows do."""

    project: Project
    scope: Scope
    by: By
    rows: list[SetUpRow]
    here: Circumstances


def gather(path: str, ledger: str | None, *, by: By, since: str | None, everywhere: bool, quiet: bool) -> Facts:
    """Record what is new at ``path``, bring its outcomes up to date if that is quick, and read the totals.

    ``since``: a date, of which the month counts. ``quiet``: print no progress. Raises UsageError for what is no date,
    and what opening a project raises.
    """
    moment = parse_date(since)
    project = open_tracked(path, ledger, WRITE_DEADLINE)
    bring_up_to_date(project)
    state = state_of(project)
    if state.is_due and state.is_quick:
        with output.progress("Outcomes", quiet=quiet) as progress:
            compute(project, progress)
    elif not state.is_quick:
        output.warn(
            f"more than {MOST_READ} commits are not in the outcomes yet: run 'agent-tracker outcomes' to compute them."
        )
    scope = Scope(
        projects=None if everywhere else frozenset([project.files.id()]),
        first=None if moment is None else keys.month(moment),
    )
    with project.ledger.read() as snapshot:
        rows = [*SetUpReader(snapshot, project.catalogue, by).rows(scope)]
        here = _circumstances(snapshot, rows, project.files.id(), everywhere=everywhere)
    return Facts(project, scope, by, rows, here)


def _circumstances(snapshot: Snapshot, rows: list[SetUpRow], project: ProjectId, *, everywhere: bool) -> Circumstances:
    projects = {row.project for row in rows}
    runs = {one: run for one in projects if (run := snapshot.get(OUTCOME_RUNS, keys.project(one)))}
    return Circumstances(
        place="all projects" if everywhere else project_name(snapshot, project),
        projects=len(projects),
        is_computed=any(run.computed_at for run in runs.values()),
        first_known=_first_known(snapshot, runs),
    )


def _first_known(snapshot: Snapshot, runs: dict[ProjectId, OutcomesRunRecord]) -> str | None:
    """Return the date on which it is known what became of the first commit that is young now."""
    days = [
        day
        for _, row in snapshot.scan(LIFETIMES)
        if row.project in runs
        for day, _ in row.going
        if day * DAY + AGES[0] * DAY > runs[row.project].computed_at
    ]
    return output.moment((min(days) + AGES[0] + 1) * DAY, "%Y-%m-%d") if days else None
