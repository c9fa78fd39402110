"""The comparison over a year of many people: every commit is counted once, also where projects are sampled."""

import pytest

from tests.program import sized
from tests.team.conftest import Organisation
from tests.team.year_of_events import fill
from tracker.reports.set_ups.recommendation import recommend
from tracker.team import figures
from tracker.team.figures import Asked, TeamFigures, read_figures
from tracker.team.server import Server


def read(acme: Organisation) -> TeamFigures:
    with Server(acme.team()) as server:
        return read_figures(server, Asked())


def test_every_commit_of_a_year_is_counted_once(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    with acme.postgres.connect() as connection:
        commits = fill(connection, acme.name, sized(3_650_000, 9_000))
        connection.execute("ANALYZE agent_tracker.events")
    whole = read(acme)
    found = recommend(whole.rows, None, whole.cells)
    assert sum(one.commits for one in found.figures.values()) == commits
    assert sum(one.commits for set_up, one in found.figures.items() if not set_up.is_agent) == pytest.approx(
        commits / 5, rel=0.1
    )
    assert len(found.agents) == 16
    assert found.measure == "grades"
    assert found.verdict.leaders
    monkeypatch.setattr(figures, "MOST_SAMPLED", commits // 4)
    part = read(acme)
    assert part.cells.sampled <= 0.5
    assert part.rows == whole.rows
    goods = [sum(one.good for one in cells.by_measure["kept"]) for cells in (part.cells, whole.cells)]
    assert goods[0] / part.cells.sampled == pytest.approx(goods[1] / whole.cells.sampled, rel=0.15)
