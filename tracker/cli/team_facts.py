"""The figures of a team, as ``team recommend`` and ``team report`` show them, and the outbox of ``team push``."""

from collections.abc import Mapping
from typing import NamedTuple

from tracker.cli.dates import month_typed, parse_range
from tracker.errors import LedgerUnavailable
from tracker.ledger import Ledger
from tracker.model import ProjectId
from tracker.project.project import user_catalogue
from tracker.reports.set_ups.groups import month_shown
from tracker.reports.set_ups.set_up import By
from tracker.reports.set_ups.words import Circumstances
from tracker.team.figures import Asked, TeamFigures, read_figures
from tracker.team.outbox import Outbox
from tracker.team.pseudonyms import Pseudonyms
from tracker.team.server import READING_PATIENCE, Server
from tracker.team.sources import Sources, find_sources
from tracker.team.team_file import Team, read_team, team_path

_SHOWN_DIGITS = 8
"""Digits of the pseudonym of a project that is in no ledger of the user's."""


class TeamFacts(NamedTuple):
    """The figures of a team, and the circumstances in which they hold. ``months``: a sentence on which count."""

    team: Team
    asked: Asked
    figures: TeamFigures
    here: Circumstances
    months: str | None

    @property
    def since(self) -> str | None:
        """The first month, as it is shown."""
        return None if self.asked.first is None else month_shown(self.asked.first)


class Opened(NamedTuple):
    """The user's team with the outbox of a ledger."""

    team: Team
    outbox: Outbox
    sources: Sources


def open_outbox(path: str, ledger: str | None) -> Opened:
    """Return the outbox of the ledger that applies at ``path``. Raises ConfigError and the LedgerUnavailable errors."""
    team = read_team(team_path())
    opened = _ledger(path, ledger)
    return Opened(team, Outbox(opened, team, user_catalogue()), find_sources(opened, team.repositories))


def gather_team(by: By, since: str | None, until: str | None = None, also: tuple[str, ...] = ()) -> TeamFacts:
    """Return the figures of all members. Raises ConfigError, UsageError for what is no date, ServerUnavailable."""
    first, last = (None if one is None else month_typed(one) for one in parse_range(since, until))
    asked = Asked(by, first, last, also)
    team = read_team(team_path())
    with Server(team, READING_PATIENCE) as server:
        server.check_organisation()
        figures = read_figures(server, asked)
    here = Circumstances(
        place=f"the team {team.org}",
        projects=figures.projects,
        is_computed=True,
        first_known=None,
        is_part=first is not None or last is not None,
    )
    months = None
    if here.is_part:
        span = [f"{word} {month_shown(one)}" for word, one in (("from", first), ("to", last)) if one is not None]
        months = f"Whole months count: {' '.join(span)}."
    return TeamFacts(team, asked, figures, here, months)


def project_names(facts: TeamFacts, path: str, ledger: str | None) -> Mapping[ProjectId, str]:
    """Return the names of projects by their pseudonyms: those of the user's own ledger, and digits of the others."""
    pseudonyms = {row.project for row in facts.figures.rows}
    found = {one: f"project {one[:_SHOWN_DIGITS]}" for one in pseudonyms}
    try:
        sources = find_sources(_ledger(path, ledger), facts.team.repositories)
    except LedgerUnavailable:
        return found
    names = Pseudonyms(facts.team.secret)
    own = {ProjectId(names.project(address).hex()): sources.names[one] for one, address in sources.addresses.items()}
    return {one: own.get(one, name) for one, name in found.items()}


def _ledger(path: str, ledger: str | None) -> Ledger:
    from tracker.cli.open_project import WRITE_DEADLINE, open_whole_ledger  # figures need nothing that records

    return open_whole_ledger(path, ledger, WRITE_DEADLINE)
