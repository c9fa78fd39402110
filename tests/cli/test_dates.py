"""Dates of options: a day to its end, and what git reads as a date."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests import program
from tests.cli.refusals import refused
from tests.support import Repo
from tracker.cli.dates import parse_since, parse_until
from tracker.errors import UsageError

pytestmark = pytest.mark.recorded_later

DAY = timedelta(days=1)
COMMIT_DATES = ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")


def local(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_days_are_whole() -> None:
    assert parse_since("2026-11-24") == local("2026-11-24T00:00:00")
    assert parse_until("2026-11-24") == local("2026-11-24T23:59:59")
    assert parse_until("20261124") == local("2026-11-24T23:59:59")
    assert (parse_since(None), parse_until(None)) == (None, None)


@pytest.mark.parametrize("parse", [parse_since, parse_until])
def test_moments_are_themselves(parse: type) -> None:
    assert parse("2026-11-24T13:00") == local("2026-11-24T13:00")
    assert parse("2026-11-24T13:00+01:00") == 1795521600


def test_days_in_words_are_whole() -> None:
    yesterday = datetime.now().astimezone() - DAY
    midnight = yesterday.replace(hour=0, minute=0, second=0, microsecond=0)
    assert parse_since("yesterday") == int(midnight.timestamp())
    assert parse_until("yesterday") == int((midnight + DAY).timestamp()) - 1
    assert parse_until("today") == int((midnight + 2 * DAY).timestamp()) - 1
    monday = datetime.fromtimestamp(parse_since("last monday") or 0).astimezone()
    assert (monday.weekday(), monday.hour, monday.minute) == (0, 0, 0)
    assert parse_since("Monday") == parse_since("last monday")


@pytest.mark.parametrize(
    ("text", "ago"),
    [("2.weeks", timedelta(weeks=2)), ("2 weeks ago", timedelta(weeks=2)), ("3.hours", timedelta(hours=3))],
)
def test_times_as_git_reads_them(text: str, ago: timedelta) -> None:
    before = time.time()
    found = parse_since(text)
    assert found is not None
    assert before - 1 <= found + ago.total_seconds() <= time.time() + 1
    assert parse_until(text) in {found, found + 1}


def test_years_and_months_are_whole() -> None:
    assert (parse_since("2026"), parse_until("2026")) == (local("2026-01-01T00:00:00"), local("2026-12-31T23:59:59"))
    assert (parse_since("2026-08"), parse_until("2026-08")) == (
        local("2026-08-01T00:00:00"), local("2026-08-31T23:59:59"),
    )  # fmt: skip
    assert parse_until("2026-12") == local("2026-12-31T23:59:59")


def test_an_end_before_its_beginning_is_refused(repo: Repo) -> None:
    for command in ("log", "report"):
        refusal = refused(repo, command, "--since", "2026-11", "--until", "2026-08", code=2)
        assert "--until 2026-08 is before --since 2026-11" in refusal


def test_now_is_a_moment() -> None:
    before = int(time.time())
    assert before <= (parse_until("now") or 0) <= time.time()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "yesterdya",
        "never",
        "all",
        "2026-13-01",
        "20261301",
        "2026-13",
        "08",
        "10",
        "1.5",
        "2026-W12",
        "2026-W12-1",
        "x\ny",
        "--all",
        "\x1b[1m",
    ],
)
def test_what_is_no_date(text: str) -> None:
    for parse in (parse_since, parse_until):
        with pytest.raises(UsageError, match="is no date"):
            parse(text)


@pytest.mark.whole
def test_until_a_day_has_that_day(repo: Repo) -> None:
    for hour in ("09:00:00", "23:59:59"):
        date = f"2020-05-04T{hour}"
        repo.commit(f"feat: {hour}", env={"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date})
    repo.settle()
    assert len(repo.log("--until", "2020-05-04")) == 2
    assert len(repo.log("--since", "2020-05-04", "--until", "2020-05-04")) == 2
    assert repo.log("--until", "2020-05-03") == []
    assert repo.log("--since", "yesterday") == []
    assert "is no date" in refused(repo, "log", "--since", "soon", code=2)


def test_outside_of_a_repository(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one")
    repo.settle()
    outside = tmp_path / "outside"
    outside.mkdir()
    assert len(repo.at(outside).log("--everywhere", "--until", "yesterday")) == 1


@pytest.mark.whole
def test_dates_are_shown_in_the_time_zone_in_which_they_are_asked_for(repo: Repo) -> None:
    """The evening of one day in UTC is the next morning in Tokyo."""
    repo.git(
        "commit", "-q", "--allow-empty", "-m", "feat: one", env=dict.fromkeys(COMMIT_DATES, "2026-08-17T20:00:00+0000")
    )
    repo.settle()
    for zone, day in (("Asia/Tokyo", "2026-08-18"), ("UTC", "2026-08-17"), ("America/New_York", "2026-08-17")):
        words = ["log", "--since", day, "--until", day]
        done = program.run_process(words, repo.path, repo.environment | {"TZ": zone})
        assert day in done.stdout, done
    done = program.run_process(["log", "--since", "2026-08-18"], repo.path, repo.environment | {"TZ": "UTC"})
    assert "feat: one" not in done.stdout
