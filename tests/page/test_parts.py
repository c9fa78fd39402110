"""The parts of the page by themselves: the vendored library, numbers, periods, curves, and which grades count."""

import hashlib
import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from tests.page.made_pages import NOW, commit
from tracker.comparison.survival import Lifetime, survival_curve
from tracker.model import DAY, Oid
from tracker.records import Carried
from tracker.reports.page.activity import activity_of
from tracker.reports.page.commit_list import BECAME, SEVERAL, grade_number
from tracker.reports.page.document import vendored
from tracker.reports.page.lifetimes import LONGEST, curve_of
from tracker.reports.page.numbers import date_of, percent, span
from tracker.reports.set_ups.set_up import SetUp

ROOT = Path(__file__).parents[2]
CODEX = SetUp(("codex", "gpt"), is_agent=True)


class TestVendored:
    def test_library_is_the_one_that_is_described(self) -> None:
        code = files("tracker.reports.page").joinpath("vendor/plot.js").read_bytes()
        assert hashlib.sha256(code).hexdigest() == vendored()["sha256"]
        assert b"\r" not in code  # a parser of HTML would change it, and so its hash
        assert b"\x00" not in code

    def test_versions_are_those_of_the_lock_file(self) -> None:
        lock = json.loads((ROOT / "scripts" / "charts" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        for one in vendored()["packages"]:
            locked = lock[f"node_modules/{one['name']}"]
            assert (one["version"], one["integrity"]) == (locked["version"], locked["integrity"])
        assert lock["node_modules/esbuild"]["version"] == vendored()["esbuild"]

    def test_licence_of_every_package_is_there(self) -> None:
        text = files("tracker.reports.page").joinpath("vendor/LICENSES.txt").read_text(encoding="utf-8")
        packages = vendored()["packages"]
        assert {one["license"] for one in packages} <= {"ISC", "MIT", "BSD-3-Clause"}
        for one in packages:
            assert f"{one['name']} {one['version']}\n" in text

    @pytest.mark.parametrize("folder", ["scripts/charts", "tests/browser"])
    def test_lock_files_name_no_host(self, folder: str) -> None:
        assert "://" not in (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")


class TestColours:
    """Colours of page.css against their ground, by the contrast of WCAG 2.2."""

    @pytest.fixture(params=[0, 1], ids=["light", "dark"])
    def colours(self, request: pytest.FixtureRequest) -> dict[str, str]:
        text = files("tracker.reports.page").joinpath("page.css").read_text(encoding="utf-8")
        blocks = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
        assert len(blocks) == 2
        return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", blocks[request.param]))

    def test_words_and_marks_stand_out(self, colours: dict[str, str]) -> None:
        ground = colours["ground"]
        assert {name for name in ("ink", "muted", "accent") if contrast(colours[name], ground) < 4.5} == set()
        assert {name for name in colours if name.startswith("colour-") and contrast(colours[name], ground) < 3} == set()
        assert {
            name for name in colours if name.startswith("shade-") and contrast(colours["ink"], colours[name]) < 4.5
        } == set()
        assert contrast(colours["ink"], colours["accent-pale"]) >= 4.5


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


class TestNumbers:
    @pytest.mark.parametrize(
        ("share", "text"),
        [
            (0, "0 %"),
            (0.004, "0.4 %"),
            (0.1, "10 %"),
            (0.756, "76 %"),
            (0.963, "96.3 %"),
            (1, "100 %"),
            (None, "\u2013"),
        ],
    )
    def test_percent(self, share: float | None, text: str) -> None:
        assert percent(share).replace("\u00a0", " ") == text

    @pytest.mark.parametrize(
        ("interval", "text"),
        [
            ((0.78, 0.911), "78 to 91"),
            ((0.0, 0.021), "0.0 to 2.1"),
            ((0.012, 0.13), "1 to 13"),
            ((0.9, 1), "90 to 100"),
        ],
    )
    def test_both_ends_of_an_interval_have_as_many_decimals(self, interval: tuple[float, float], text: str) -> None:
        assert span(interval) == text


class TestActivity:
    TODAY = 20_000

    def test_weeks_begin_on_monday_and_have_no_gap(self) -> None:
        found = activity_of({(CODEX, self.TODAY): 2, (CODEX, self.TODAY - 15): 1}, self.TODAY)
        assert (found.unit, list(found.counts[CODEX])) == ("week", [1, 0, 2])
        assert all(period.first.weekday() == 0 and (period.last - period.first).days == 6 for period in found.periods)
        assert found.periods[-1].first <= date.fromisoformat(date_of(self.TODAY)) <= found.periods[-1].last

    @pytest.mark.parametrize(("days", "unit"), [(700, "week"), (800, "month"), (3600, "month"), (9000, "year")])
    def test_longer_periods_where_there_are_too_many_weeks(self, days: int, unit: str) -> None:
        found = activity_of({(CODEX, self.TODAY): 1, (CODEX, self.TODAY - days): 1}, self.TODAY)
        assert found.unit == unit
        assert len(found.periods) <= 121
        assert (found.counts[CODEX][0], found.counts[CODEX][-1], sum(found.counts[CODEX])) == (1, 1, 2)
        ends = zip(found.periods, found.periods[1:], strict=False)
        assert all((following.first - period.last).days == 1 for period, following in ends)

    def test_dates_in_the_future_are_left_out_and_counted(self) -> None:
        found = activity_of({(CODEX, self.TODAY): 1, (CODEX, self.TODAY + 2): 3, (CODEX, 2_932_896): 1}, self.TODAY)
        assert (found.undated, len(found.periods)) == (4, 1)
        assert activity_of({(CODEX, 2_932_896): 1}, self.TODAY).periods == []


class TestCurves:
    def test_curve_is_that_of_kaplan_and_meier_while_ten_commits_are_followed(self) -> None:
        lives = [Lifetime(day, removed=day % 3 == 0) for day in range(1, 31)]
        curve = curve_of(lives)
        assert (curve.last, curve.commits) == (21, 30)  # on day 21 there are the ten of days 21 to 30
        assert [*curve.steps] == [point for point in survival_curve(lives) if point.at_risk >= 10]
        point = curve.at(20)
        assert point is not None
        assert (point.kept, point.at_risk) == (curve.steps[-2].kept, 11)
        assert curve.at(22) is None

    def test_nine_commits_have_no_curve_and_none_is_longer_than_a_year(self) -> None:
        assert curve_of([Lifetime(100, removed=False, number=9)]).last == -1
        long = curve_of([Lifetime(2000, removed=False, number=10)])
        assert (long.last, long.steps) == (LONGEST, [])
        assert long.at(180) is not None


class TestGrades:
    def test_own_grade_goes_first_then_those_of_squashed_commits(self) -> None:
        plain = commit(CODEX, 1, user_grade=5)
        assert (grade_number(plain, "user"), grade_number(plain, "agent")) == (4, 0)
        parts = tuple(Carried("user", 2, Oid(f"{number:040x}"), "squashed") for number in (7, 8))
        squashed = plain._replace(commit=plain.commit._replace(standing=plain.commit.standing._replace(
            user_grade=None, carried=parts)))  # fmt: skip
        assert grade_number(squashed, "user") == SEVERAL

    def test_grades_of_fetched_commits_move_no_figure(self) -> None:
        one = commit(CODEX, 1, user_grade=5)
        fetched = one._replace(commit=one.commit._replace(facts=one.commit.facts._replace(origin="fetched")))
        assert grade_number(fetched, "user") == 0


def test_commit_that_has_not_landed_became_nothing() -> None:
    assert not any(became.holds(commit(CODEX, 1)) for became in BECAME.values())
    assert NOW // DAY > 20_000
