"""Real sessions of six agents: every number of every commit, of what came after, and of the session."""

from pathlib import Path
from typing import Any

import pytest

from tests.costs.stores import AGENTS, commits_of, divided, events_of, expected, place, sample
from tracker.cost_records import CostRecord
from tracker.costs import opencode
from tracker.costs.apportion import SessionCommit, apportion
from tracker.costs.events import Cut, Forked, Step
from tracker.costs.read_session import root_session
from tracker.costs.timeline import Timeline
from tracker.model import Oid

NO_CACHE_WRITE = {"gemini", "qwen"}
"""Stores without such a number; the expected 0 is unknown to us."""

each_host = pytest.mark.parametrize("host", AGENTS)


@pytest.fixture
def home(host: str, tmp_path: Path) -> Path:
    return sample(host, tmp_path)


def numbers(host: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return expected numbers in the names and units of the record."""
    usd = said["usd"]
    return {
        "calls": said["calls"],
        "subagent_calls": said["subagent_calls"],
        "input": said["input"],
        "cache_read": said["cache_read"],
        "cache_write": None if host in NO_CACHE_WRITE and said["calls"] else said["cache_write"],
        "output": said["output"],
        "reasoning": said["reasoning"],
        "models": said["models"],
        "usd": None if usd is None else round(usd * 1_000_000),
    }


def of_record(record: CostRecord) -> dict[str, Any]:
    fields = ("calls", "subagent_calls", "input", "cache_read", "cache_write", "output", "reasoning", "usd")
    return {**{field: getattr(record, field) for field in fields}, "models": dict(record.models)}


@each_host
def test_numbers_of_each_commit(host: str, home: Path) -> None:
    found = divided(host, home).commits
    said = expected(host)["commits"]
    assert [*found] == [one["sha"] for one in said]
    for one in said:
        record = found[one["sha"]]
        assert of_record(record) == numbers(host, one), one["short"]
        assert record.found_by == one["how"]
        assert (record.span_ms, record.active_ms) == (round(one["span_s"] * 1000), round(one["active_s"] * 1000))
        assert (record.read_at, record.unknown, record.credits) == (7, "", None)


@each_host
def test_numbers_after_the_last_commit_and_of_the_session(host: str, home: Path) -> None:
    found, said = divided(host, home), expected(host)
    assert of_record(found.rest) == numbers(host, said["after_last_commit"])
    assert of_record(found.session) == numbers(host, said["session"])
    stated = said.get("session_usd")
    if host != "claude-edges":  # the sample does not say
        assert found.stated_usd == (None if stated is None else round(stated * 1_000_000))


@each_host
def test_moment_at_which_each_commit_is_cut(host: str, home: Path) -> None:
    timeline = Timeline.of(events_of(host, home))
    known = {one.oid: one for one in commits_of(host)}
    for one in expected(host)["commits"]:
        shown = [time for name, time in timeline.shown if one["sha"].startswith(name)]
        assert (shown[0] if shown else known[one["sha"]].end) == round(one["time"] * 1000)
        assert bool(shown) == (one["how"] == "id")


@each_host
def test_remarks_on_each_commit(host: str, home: Path) -> None:
    """Nothing is missing but the call that makes a title in OpenCode, and the first commit has what was before."""
    flags = [record.flags for record in divided(host, home).commits.values()]
    if host == "claude-edges":
        assert flags == [("first",), (), ("shared",), ("shared",), (), ()]
    else:
        assert flags == [("at_least", "first") if host == "opencode" else ("first",), ()]


@each_host
def test_order_in_which_events_arrive_does_not_matter(host: str, home: Path) -> None:
    events = events_of(host, home)
    assert apportion(events[::-1], commits_of(host), 7) == divided(host, home)


@each_host
def test_moment_with_fractions_cuts_as_the_id_does(host: str, home: Path) -> None:
    """A hook's moment lies between the call that orders the commit and the result of its tool."""
    events = events_of(host, home)
    times = dict(Timeline.of(events).shown)
    moments = [(one.oid, time) for one in commits_of(host) for name, time in times.items() if one.oid.startswith(name)]
    nameless = [Step(event.time) if isinstance(event, Cut) else event for event in events]
    found = apportion(nameless, [SessionCommit(oid, time, is_exact=True) for oid, time in moments], 7).commits
    by_id = divided(host, home).commits
    assert found == {oid: by_id[oid]._replace(found_by="time") for oid, _ in moments}


FORKS = {
    "claude": ("1bfce372-bf4d-419d-bb7b-4d88f698b65e", 1),
    "codex": ("01a22294-4e1d-7eb3-895c-c987913b0c82", 1),
    "codex-older": ("01a22294-4e1d-7eb3-895c-c987913b0c82", 1),
    "opencode": ("ses_ddd6c3fbdffedA1mIV83XRvdXv", 1),
}
"""The fork in a sample, and how many calls are its own."""


@pytest.mark.parametrize("host", FORKS)
def test_fork_has_its_own_calls_only(host: str, home: Path) -> None:
    fork, calls = FORKS[host]
    events = events_of(host, home, fork)
    found = apportion(events, [], 7)
    assert found.session.calls == calls
    assert found.session.subagent_calls == 0
    assert Forked() in events
    assert found.stated_usd is None
    later = SessionCommit(Oid("a" * 40), 1_795_900_000_000, is_exact=True)
    assert apportion(events, [later], 7).commits[later.oid].flags == ("first", "forked")


def test_claude_session_read_without_its_siblings_is_the_same(tmp_path: Path) -> None:
    """The fork's file beside it changes nothing."""
    home = sample("claude", tmp_path)
    before = divided("claude", home)
    (home / ".claude/projects/-home-dev-claude" / f"{FORKS['claude'][0]}.jsonl").unlink()
    assert divided("claude", home) == before


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("codex", "01a22292-6b35-7230-9a63-9ee94e023118"),
        ("copilot", "5d09a0ea-6e41-4097-91da-3ec1e9e1ca8f"),
        ("opencode", "ses_ddd6d75eeffewlUO7i2N88333U"),
    ],
)
def test_id_of_a_subagent_leads_to_its_session(host: str, own: str, home: Path) -> None:
    session = expected(host)["session_id"]
    assert root_session(AGENTS[host], place(home), own) == session
    assert root_session(AGENTS[host], place(home), session) == session
    assert events_of(host, home, own) == events_of(host, home)


def test_session_of_opencode_is_found_by_the_commit(tmp_path: Path) -> None:
    """The fork shows the same commits at the same times, as copies."""
    home = sample("opencode", tmp_path)
    said = expected("opencode")
    one = said["commits"][1]
    arguments = (said["repository"], one["sha"], one["committer_time"] * 1000)
    assert opencode.session_of_commit(place(home), *arguments) == said["session_id"]
    assert opencode.session_of_commit(place(home), "/home/dev/other", *arguments[1:]) is None
    assert opencode.session_of_commit(place(home), arguments[0], "f" * 40, arguments[2]) is None
    assert opencode.session_of_commit(place(home), *arguments[:2], arguments[2] + 3_600_000) is None
