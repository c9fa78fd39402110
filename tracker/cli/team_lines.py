"""The output of ``team status`` and ``team recommend``."""

from collections.abc import Sequence
from typing import Any, Final

from tracker.cli import output, recommendation_lines
from tracker.cli.team_facts import Opened, TeamFacts
from tracker.reports.prices import Prices
from tracker.reports.set_ups.recommendation import Recommendation, recommend
from tracker.team.events import Event
from tracker.team.outbox import Waiting
from tracker.team.server import described
from tracker.text import listed, number_of, printable

SCHEMA: Final = 1
NOT_SENT: Final = ("names", "addresses", "notes", "subjects", "messages", "paths", "branches")
"""Things that no event holds."""
_PSEUDONYMS: Final = ("subject", "author", "project", "instructions")


def status_as_json(opened: Opened, waiting: Sequence[Waiting]) -> dict[str, Any]:
    """Return what ``team status --json`` prints."""
    last = opened.outbox.last_time()
    return {
        "schema": SCHEMA,
        "org": opened.team.org,
        "server": described(opened.team.server),
        "repositories": opened.team.repositories,
        "projects": sorted(opened.sources.names[one] for one in opened.sources.addresses),
        "not_sent_projects": opened.sources.others,
        "away_projects": opened.sources.away,
        "waiting": len(waiting),
        "last_push": last,
        "example": event_as_json(waiting[0].event) if waiting else None,
        "never_sent": NOT_SENT,
    }


def event_as_json(event: Event) -> dict[str, Any]:
    """Return an event as it is sent, with its pseudonyms in hex."""
    return {
        name: value.hex() if name in _PSEUDONYMS and isinstance(value, bytes) else value
        for name, value in event._asdict().items()
    }


def print_status(opened: Opened, waiting: Sequence[Waiting]) -> None:
    """Print what waits, where it goes, of which projects, and one row as an example."""
    found = status_as_json(opened, waiting)
    output.paragraph(f"Team {opened.team.org}, server {found['server']}.")
    wait = f"{number_of(len(waiting), 'event')} {'waits' if len(waiting) == 1 else 'wait'}"
    last = f"last push {output.moment(found['last_push'])}" if found["last_push"] else "nothing was pushed yet"
    output.paragraph(f"{wait}; {last}." + (" 'agent-tracker team push' sends them." if waiting else ""))
    _print_projects("Sent are the agents, models and outcomes of the commits of", found["projects"])
    chosen = f", since no remote of theirs begins with {' or '.join(opened.team.repositories)}"
    _print_projects("Nothing is sent of", found["not_sent_projects"], chosen)
    _print_projects("Not there now, so what they have waits:", found["away_projects"])
    output.paragraph(f"Never sent: {listed(NOT_SENT)} (docs/team.md).")
    if waiting:
        output.say("")
        output.say("One event, with all that is sent of a commit:")
        for name, value in found["example"].items():
            output.say(printable(f"  {name:<13} {'' if value is None else value}".rstrip()))


def _print_projects(begin: str, names: Sequence[str], end: str = "") -> None:
    if names:
        output.paragraph(printable(f"{begin} {listed(names)}{end}."))


def found_of(facts: TeamFacts, measure: Any = None) -> Recommendation:
    """Return the recommendation for the figures of a team."""
    return recommend(facts.figures.rows, measure, facts.figures.cells)


def print_recommendation(facts: TeamFacts, found: Recommendation) -> None:
    """Print the recommendation for people."""
    if not facts.figures.rows:
        print_nothing(facts)
        return
    page = recommendation_lines.page_of_terminal()
    recommendation_lines.print_lines(recommendation_lines.lines(found, facts.here, Prices({}), page))


def print_nothing(facts: TeamFacts) -> None:
    """Say that the server shows no commit, and what to do."""
    time_of = " of that time" if facts.here.is_part else ""
    place = printable(f"{facts.here.place}{time_of}")
    output.paragraph(f"The server shows your role no commit of {place}: 'agent-tracker team push' sends yours.")
