"""Whatever a server answers, commands end with figures or with one sentence."""

import contextlib
import random
from collections.abc import Sequence
from typing import Any, Final

import pytest

from tests.program import sized
from tests.team.conftest import SECRET, Organisation
from tracker.cli import report_formats
from tracker.cli.recommendation_lines import lines, page_of_a_file
from tracker.reports.prices import Prices
from tracker.reports.set_ups.as_json import recommendation_as_json
from tracker.reports.set_ups.groups import groups_of
from tracker.reports.set_ups.recommendation import recommend
from tracker.reports.set_ups.set_up import By
from tracker.reports.set_ups.words import Circumstances
from tracker.team.figures import Asked, read_figures
from tracker.team.packing import GRADES_BITS
from tracker.team.server import Server, ServerUnavailable
from tracker.team.team_file import Team

_LARGE: Final = (0, 1, 5, 100, 10**6, 10**12, (1 << 53) - 1)
_WRONG: Final = (-1, 1 << 62, True, "7", b"7", 1.5, float("nan"), float("inf"), [1], {"a": 1}, (), None)
_TEXTS: Final = ("codex", "claude-code", "", "\x1b[31m", "\udcff", "x" * 500)


class Lying(Server):
    """A server whose answers are made by chance. ``wrong``: how likely a value is of no right type."""

    def __init__(self, chance: random.Random, wrong: float) -> None:
        super().__init__(Team("acme", "host=/nowhere", SECRET, ()))
        self._chance = chance
        self._wrong = wrong

    def read(self, statement: str, parameters: Sequence[object], most: int) -> list[tuple[object, ...]]:
        """Return rows of about the right form."""
        listed = statement.split("SELECT min(schema_version), ", 1)[1].split(", packed", 1)[0].split(", sum(", 1)[0]
        groups = ["schema_version", *listed.split(", ")]
        make = self._cell if "float8" in statement else self._row
        return [self._spoiled([*map(self._group, groups), *make()]) for _ in range(self._chance.choice([0, 1, 2, 8]))]

    def _group(self, name: str) -> object:
        values: dict[str, tuple[object, ...]] = {
            "schema_version": (1,),
            "project": (b"p" * 8, b"q" * 8, b""),
            "instructions": (None, b"i" * 8),
        }
        return self._chance.choice(values.get(name, (*_TEXTS, *([None] if name != "agent" else []))))

    def _row(self) -> list[object]:
        packed = self._chance.getrandbits(52) & ~0b111110 | self._chance.choice([0, 1, 2]) << 2
        commits = self._chance.choice((1, 5, 100, 10**6, 1 << 28))
        return [packed, commits, *(self._chance.choice((None, *_LARGE)) for _ in range(10))]

    def _cell(self) -> list[object]:
        reals = (None, 0.0, 1e-300, 1.0, 50.0, 1e15)
        return [self._chance.choice(one) for one in (_LARGE, reals, _LARGE, reals)]

    def _spoiled(self, row: list[object]) -> tuple[object, ...]:
        return tuple(self._chance.choice(_WRONG) if self._chance.random() < self._wrong else one for one in row)


@pytest.mark.parametrize("wrong", [0.0, 0.02])
def test_whatever_is_answered_ends_in_figures_or_one_sentence(wrong: float) -> None:
    told = 0
    for seed in range(sized(3000, 150)):
        chance = random.Random(seed)
        by: By = chance.choice(["set-up", "agent", "model", "version", "instructions"])
        asked = Asked(by, also=chance.choice([(), ("project",), ("month",)]))
        with contextlib.suppress(ServerUnavailable):
            found = read_figures(Lying(chance, wrong), asked)
            _show(found.rows, recommend(found.rows, chance.choice([None, "grades", "kept"]), found.cells), by)
            told += 1
    assert told > 20


def _show(rows: Any, found: Any, by: By) -> None:
    here = Circumstances(place="the team", projects=2, is_computed=True, first_known=None)
    assert [*lines(found, here, Prices({}), page_of_a_file())]
    recommendation_as_json(found, here)
    groups = groups_of(rows, by, {}, "commits")
    report_formats.csv_text(by, groups)
    [*report_formats.markdown(by, groups)]


class TwoKinds(Server):
    """A server that answers with commits of one set-up and two kinds of task, of which half had to be mended.

    ``commits``: of each row. ``rows``: how often it answers with each.
    """

    def __init__(self, commits: int, rows: int) -> None:
        super().__init__(Team("acme", "host=/nowhere", SECRET, ()))
        self._rows = rows
        self._commits = commits

    def read(self, statement: str, parameters: Sequence[object], most: int) -> list[tuple[object, ...]]:
        """Return the rows; one of them has a few commits more than the others."""
        if "float8" in statement:
            return []
        found = []
        for kind, is_mended in [(0, False), (0, True), (1, False), (1, True)]:
            packed = kind << 2 | (0b100000011 if is_mended else 0b11) << 6 + GRADES_BITS
            commits = self._commits + (10 if is_mended and not kind else 0)
            found.append((1, "codex", "a", packed, commits, *[0] * 10))
        return found * self._rows


def test_as_many_commits_as_a_team_can_have_are_compared() -> None:
    found = read_figures(TwoKinds((1 << 30) - 10, 1), Asked())
    assert recommend(found.rows, None, found.cells).trust.review == ()


@pytest.mark.parametrize(("commits", "rows"), [(0, 1), (1 << 30, 1), ((1 << 52) + 12345, 1), (1 << 52, 16)])
def test_no_commits_and_more_than_a_team_can_have_are_refused(commits: int, rows: int) -> None:
    """The chance test would take minutes for them, or find no number."""
    with pytest.raises(ServerUnavailable, match="sent what is no figure"):
        read_figures(TwoKinds(commits, rows), Asked())


@pytest.mark.parametrize("value", ["repeat('1', 5000)::jsonb", "(repeat('[', 2000) || repeat(']', 2000))::jsonb"])
def test_what_no_value_can_be_made_of_ends_in_one_sentence(acme: Organisation, value: str) -> None:
    with Server(acme.team()) as server:
        with pytest.raises(ServerUnavailable, match="sent what is no figure"):
            server.read(f"SELECT {value}", (), 1)
        assert server.read("SELECT 1", (), 1) == [(1,)]


def test_an_organisation_of_two_columns_is_no_organisation() -> None:
    class Two(Server):
        def read(self, statement: str, parameters: Sequence[object], most: int) -> list[tuple[object, ...]]:
            return [("acme", "x")]

    with pytest.raises(ServerUnavailable, match="sent what is no figure"):
        Two(Team("acme", "host=/nowhere", SECRET, ())).check_organisation()
