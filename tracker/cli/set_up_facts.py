"""The facts that ``recommend`` and ``report`` show: the rows of set-ups, and the circumstances in which they hold."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.cli import output
from tracker.cli.dates import month_typed, parse_range
from tracker.cli.fresh_profiles import refresh_profile
from tracker.cli.open_project import WRITE_DEADLINE, OpenedLedger, open_ledger
from tracker.cli.read_costs import read_costs
from tracker.cli.user_prices import user_prices
from tracker.errors import TrackerError, error_sentence
from tracker.ledger import Snapshot
from tracker.ledger.tables import LIFETIMES, OUTCOME_RUNS, PROJECTS
from tracker.model import AGES, DAY, ProjectId
from tracker.outcome_records import OutcomesRunRecord
from tracker.outcomes.catch_up import MOST_READ, state_of
from tracker.outcomes.compute import compute
from tracker.project.project import Project
from tracker.reports.counted_elsewhere import counted_elsewhere
from tracker.reports.known_names import agent_named, projects_named
from tracker.reports.page.numbers import date_of
from tracker.reports.prices import Prices
from tracker.reports.project_similarity import SimilarProject
from tracker.reports.set_ups.commits import commits_of
from tracker.reports.set_ups.figures import Figures
from tracker.reports.set_ups.groups import rows_of
from tracker.reports.set_ups.priced_rows import priced_rows
from tracker.reports.set_ups.read_sums import Scope, SetUpReader, SetUpRow
from tracker.reports.set_ups.set_up import By
from tracker.reports.set_ups.words import Circumstances
from tracker.text import printable

_PATIENCE: Final = 2.0
"""Seconds to wait for another process that computes outcomes."""

TOO_MANY: Final = (
    f"more than {MOST_READ} commits are not in the outcomes yet: run 'agent-tracker outcomes' to compute them."
)


class Asked(NamedTuple):
    """The figures that a user asks for.

    ``since``, ``until``: dates, of which the months count. ``everywhere``: of all projects. ``project``: of the one of
    this name. ``agent``: its name. ``author``: a part of the name or address of commits' authors.
    """

    by: By
    since: str | None = None
    until: str | None = None
    everywhere: bool = False
    project: str | None = None
    agent: str | None = None
    author: str | None = None


class Facts(NamedTuple):
    """The rows that were asked for. ``names``: those of all projects. ``prices``: the user's.

    ``opened``: the ledger, and the project at hand; outside of a repository there is none, and all are shown.
    """

    opened: OpenedLedger
    asked: Asked
    scope: Scope
    rows: list[SetUpRow]
    here: Circumstances
    names: dict[ProjectId, str]
    prices: Prices

    @property
    def months(self) -> str | None:
        """A sentence that says which months count where only some do."""
        first, last = (
            f"{one // 12:04}-{one % 12 + 1:02}" if one else "" for one in (self.scope.first, self.scope.last)
        )
        if not first and not last:
            return None
        span = f"from {first} to {last}" if first and last else f"from {first} on" if first else f"up to {last}"
        return f"Whole months count: {'of ' + first if first == last else span}."

    @property
    def by(self) -> By:
        """The sort of set-ups."""
        return self.asked.by


def gather(path: str, ledger: str | None, asked: Asked, *, quiet: bool) -> Facts:
    """Record what is new at ``path``, bring outcomes and costs up to date, and read the totals.

    ``quiet``: print no progress. Raises UsageError for what is no date or project, and what opening a project raises.
    """
    times = parse_range(asked.since, asked.until)
    first, last = (None if one is None else month_typed(one) for one in times)
    opened = open_ledger(path, ledger, WRITE_DEADLINE, everywhere=asked.everywhere or asked.project is not None)
    project, own = opened.project, opened.project_id
    are_too_many = not bring_computed_up_to_date(opened, quiet=quiet)
    prices = user_prices(project.recording_places if project else None)
    asked = asked._replace(everywhere=asked.everywhere or project is None)
    with opened.ledger.read(begin=False) as snapshot:
        names = {keys.project_of(key): one.name for key, one in snapshot.scan(PROJECTS)}
        scope = Scope(_projects(snapshot, asked, own), first, last)
        if asked.agent is not None:
            asked = asked._replace(agent=agent_named(snapshot, opened.catalogue, asked.agent))
        rows = _rows(snapshot, opened, asked, scope, prices)
        here = _circumstances(snapshot, rows, scope, names, _place(asked, names, own))
    if project is not None and not rows:
        here = here._replace(has_history=bool(project.repository.tips()))
    if are_too_many and any(row.set_up.is_agent for row in rows):
        output.warn(TOO_MANY)
    return Facts(opened, asked, scope, rows, here, names, prices)


def bring_computed_up_to_date(opened: OpenedLedger, *, quiet: bool) -> bool:
    """Compute the outcomes and read the costs that are missing of the project at hand, if its commits are recorded.

    Return False if they are too many to compute the outcomes now. ``quiet``: print no progress.
    """
    if opened.project is None or not opened.is_current:
        return True
    is_quick = _bring_outcomes_up_to_date(opened.project, quiet=quiet)
    read_costs(opened.project)
    return is_quick


def with_projects(facts: Facts, similar: Sequence[SimilarProject]) -> Facts:
    """Return the facts of a project and of similar ones together. Raises what reading the ledger raises."""
    own = facts.scope.projects or frozenset()
    scope = facts.scope._replace(projects=own | {one.project for one in similar})
    with facts.opened.ledger.read(begin=False) as snapshot:
        rows = _rows(snapshot, facts.opened, facts.asked, scope, facts.prices)
        here = _circumstances(snapshot, rows, scope, facts.names, facts.here.place)._replace(similar=tuple(similar))
    return facts._replace(scope=scope, rows=rows, here=here)


def _bring_outcomes_up_to_date(project: Project, *, quiet: bool) -> bool:
    """Compute the outcomes that are missing; return False if they are too many to do it now.

    Where they cannot be computed or written, one warning says so: what is recorded can be shown all the same.
    """
    try:
        state = state_of(project)
        if state.is_due and state.is_quick:
            with output.progress("Outcomes", quiet=quiet) as progress:
                computed = compute(project, progress, _PATIENCE)
            refresh_profile(project, computed.branch)
    except (TrackerError, OSError) as error:
        output.warn(printable(f"the outcomes are not up to date: {error_sentence(error)}"))
        return True
    return state.is_quick


def _projects(snapshot: Snapshot, asked: Asked, own: ProjectId | None) -> frozenset[ProjectId] | None:
    """Return the projects that are asked for, None for all. Raises TrackerError if there is none of the name."""
    if asked.project is not None:
        return projects_named(snapshot, asked.project)
    return None if asked.everywhere or own is None else frozenset([own])


def _place(asked: Asked, names: dict[ProjectId, str], own: ProjectId | None) -> str:
    return asked.project or ("all projects" if asked.everywhere or own is None else names.get(own, own))


def _rows(snapshot: Snapshot, opened: OpenedLedger, asked: Asked, scope: Scope, prices: Prices) -> list[SetUpRow]:
    """Return the totals, or the sums of commits for filters by which no totals are kept.

    Those of a project in which no commit counts are left out: a clone may hold bugs of commits that count elsewhere.
    """
    reader = SetUpReader(snapshot, opened.catalogue, asked.by)
    if asked.agent is None and asked.author is None:
        rows = [*reader.rows(scope), *priced_rows(snapshot, reader, scope, prices)]
        counting = {row.project for row in rows if Figures(row.sums).commits}
        return [row for row in rows if row.project in counting]
    part = (asked.author or "").lower()
    chosen = (
        one
        for one in commits_of(snapshot, reader, scope, prices=prices)
        if asked.agent in {None, one.commit.standing.agent}
        and part in f"{one.commit.facts.author_name} <{one.commit.facts.author_email}>".lower()
    )
    return rows_of(chosen, lambda one: keys.month(one.commit.facts.authored_at))


def _circumstances(
    snapshot: Snapshot, rows: list[SetUpRow], scope: Scope, names: Mapping[ProjectId, str], place: str
) -> Circumstances:
    projects = {row.project for row in rows}
    runs = {one: run for one in projects if (run := snapshot.get(OUTCOME_RUNS, keys.project(one)))}
    computed = {one for one, run in runs.items() if run.computed_at}
    return Circumstances(
        place=place,
        projects=len(projects),
        is_computed=bool(computed),
        first_known=_first_known(snapshot, runs, scope),
        elsewhere=counted_elsewhere(snapshot, scope.projects or ()),
        is_part=scope.first is not None or scope.last is not None,
        uncomputed=tuple(sorted(names.get(one, one) for one in projects - computed)),
    )


def _first_known(snapshot: Snapshot, runs: dict[ProjectId, OutcomesRunRecord], scope: Scope) -> str | None:
    """Return the date on which it is known what became of the first commit of an agent that is young now."""
    days = [
        day
        for _, row in snapshot.scan(LIFETIMES)
        if row.project in runs and row.kind == "agent" and scope.has(row.project, row.month)
        for day, _ in row.going
        if day * DAY + AGES[0] * DAY > runs[row.project].computed_at
    ]
    return date_of(min(days) + AGES[0] + 1) if days else None
