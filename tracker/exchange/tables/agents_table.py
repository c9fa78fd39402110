"""The table of agents, bots and people, with the scores of those that have one."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final, NamedTuple

from tracker import keys, scoring
from tracker.exchange.tables.table import Column, Source, Table
from tracker.ledger.tables import (
    ACTIVITIES,
    AGENT_TOTALS,
    AGENTS,
    BUGS,
    REINSTATEMENTS,
    RETROSPECTIVES,
    STANDINGS,
)
from tracker.ledger.totals import score_of
from tracker.lineage.sums import NOTHING, add, by_column
from tracker.model import Kind


class AgentRow(NamedTuple):
    """An agent, a bot or people. ``columns``: its sums over the exported projects. ``score``: over all projects."""

    name: str
    kind: Kind
    columns: dict[str, int]
    score: scoring.Score | None

    def count(self, name: str) -> int:
        """Return the sum of a column over local and fetched commits."""
        return self.columns[name] + self.columns.get(f"fetched_{name}", 0)


def _rows(source: Source) -> Iterator[AgentRow]:
    wanted = _named_in_projects(source)
    for key, record in source.snapshot.scan(AGENTS):
        if wanted is None or record.name in wanted:
            is_scored = scoring.is_scored(record.kind, record.name)
            score = score_of(source.snapshot, record.name, source.policy) if is_scored else None
            yield AgentRow(record.name, record.kind, _sums(source, key), score)


def _named_in_projects(source: Source) -> set[str] | None:
    """Return the agents that commits of the exported projects, and what was said there, name; None for all."""
    if source.projects is None:
        return None
    said: tuple[Any, ...] = (BUGS, RETROSPECTIVES, ACTIVITIES, REINSTATEMENTS)
    found = {one.agent for table in said for _, one in source.snapshot.scan(table) if one.project in source.projects}
    for project in source.projects:
        found |= {standing.agent for _, standing in source.snapshot.scan(STANDINGS, keys.project(project))}
    return found


def _sums(source: Source, agent_key: bytes) -> dict[str, int]:
    total = NOTHING
    for _, record in source.snapshot.scan(AGENT_TOTALS, agent_key):
        if source.has(record.project):
            total = add(total, record.sums)
    return dict(by_column(total))


def _count(name: str) -> Callable[[AgentRow], int]:
    return lambda row: row.count(name)


def _score(name: str) -> Callable[[AgentRow], Any]:
    read = attrgetter(name)
    return lambda row: None if row.score is None else read(row.score)


AGENTS_TABLE: Final = Table[AgentRow](
    "agents",
    "Who made commits; counts are of the exported projects, scores of all projects by the user's policy.",
    (
        Column("agent", "text", "its name; human for people and unmarked commits", attrgetter("name"), required=True),
        Column("kind", "text", "agent, bot or human, as of its newest commit", attrgetter("kind"), required=True),
        Column("commits", "integer", "commits that count, fetched ones too", _count("commits"), required=True),
        Column("insertions", "integer", "lines that they add", _count("insertions"), required=True),
        Column("deletions", "integer", "lines that they remove", _count("deletions"), required=True),
        Column("pushes", "integer", "pushes that ended at one of its commits", _count("pushes"), required=True),
        Column("reverts", "integer", "commits that were reverted", _count("reverts"), required=True),
        Column("bugs", "integer", "bugs that move its score", _count("bugs"), required=True),
        Column(
            "waiting_user", "integer", "commits that wait for the user's grade", _count("waiting_user"), required=True
        ),
        Column(
            "waiting_agent", "integer", "commits that wait for its own grade", _count("waiting_agent"), required=True
        ),
        Column("skill_points", "integer", "how far it may be trusted; null without a score", _score("skill_points")),
        Column("experience_points", "integer", "for live local commits and pushes", _score("experience_points")),
        Column("level", "integer", "level that its experience gives", _score("level")),
        Column("communication_score", "integer", "60 plus the grades of both raters", _score("communication_score")),
        Column("trust_tier", "text", "range of its skill points", _score("trust_tier")),
        Column("communication_tier", "text", "range of its communication score", _score("communication_tier")),
        Column("halted", "boolean", "no skill point is left: it must stop", _score("halted")),
    ),
    key=("agent",),
    rows=_rows,
    indexes=(("kind",),),
)
