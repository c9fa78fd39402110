"""Import of the files that agents kept by hand for the original: whatever they hold arrives or is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.original_rows import reasons
from tests.exchange.random_ledgers import exported
from tests.support import Repo

ENTRY = {
    "timestamp": "2026-02-23T18:00:00",
    "task": "Specs",
    "agent_grade": "good",
    "user_grade": "excellence",
    "agent_note": "smooth",
}


def keep(folder: Path, **files: str) -> None:
    """Write files of the original: ``status``, ``grades``, or the journal of a day."""
    names = {"status": ".agent/status.json", "grades": ".journal/communication.json"}
    for name, content in files.items():
        file = folder / names.get(name, f".journal/{name.removeprefix('day_').replace('_', '-')}.md")
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")


def imported(repo: Repo, *options: str, code: int = 0) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(repo.tracker("import", "--json", *options, str(repo.path), code=code))
    return result


def of_type(repo: Repo, kind: str) -> list[dict[str, Any]]:
    return [event for event in map(json.loads, exported(repo.ledger()).splitlines()) if event["type"] == kind]


def test_abbreviated_commits_wait_for_a_backfill_and_then_come_once(untracked: Repo) -> None:
    oid = untracked.commit("feat: specs")
    keep(
        untracked.path,
        grades=json.dumps([{"commit": oid[:7], **ENTRY}, {"commit": oid[:7].upper(), **ENTRY, "task": "Again"}]),
        status=json.dumps({"agent_name": "Core"}),
    )
    first = imported(untracked, code=1)
    assert first["changed"] == {"opening balance": 1}
    assert len(reasons(first)) == 2
    assert f"its commit {oid[:7]} is not recorded: run 'agent-tracker init --backfill' in" in reasons(first)[0]
    untracked.tracker("init", "--backfill")
    second = imported(untracked)
    assert second["changed"]["retrospective"] == 2
    assert {one["subject"] for one in of_type(untracked, "retrospective")} == {oid}
    assert not any(one.get("is_session") for one in of_type(untracked, "retrospective"))
    assert untracked.line(oid)["grades"] == {"agent": 2, "user": 5}
    before = exported(untracked.ledger())
    assert imported(untracked)["changed"] == {}
    assert exported(untracked.ledger()) == before


def test_a_session_is_what_no_commit_can_be(repo: Repo) -> None:
    keep(repo.path, grades=json.dumps([{"commit": "session of Monday", **ENTRY}, {"commit": "916aaea", **ENTRY}]))
    result = imported(repo, "--agent", "core", code=1)
    assert [one["subject"] for one in of_type(repo, "retrospective")] == ["session of Monday"]
    assert ["916aaea" in reason for reason in reasons(result)] == [True]


JOURNAL = """# Journal - 2026-02-23

## 9:05
- **Task**: Cart
- **Actions taken**: wrote tests
#42 fixed too
### Details
- **Outcome**: works
- **Outcome**: in two places

## 19:00 - M7
- **Task:** Totals

## 20:00
Only a sentence.

## 6:05 PM
* **decisions made**: Decimal

## 21:00
```
# no heading
- **Task**: no field
```

##22:00:30
- **Task**: late

## 25:00
- **Task**: never

## Afterwards
- **Task**: when?
"""


def test_what_a_journal_says_arrives_or_is_named(repo: Repo) -> None:
    keep(repo.path, day_2026_02_23=JOURNAL, day_notes="## 10:00\n- **Task**: which day?\n", day_README="Only words.\n")
    result = imported(repo, "--agent", "core", code=1)
    found = {one.get("task", ""): one for one in sorted(of_type(repo, "activity"), key=lambda one: one["time"])}
    assert [*found] == [
        "Cart",
        "",
        "Totals\nM7",
        "Only a sentence.",
        "```\n# no heading\n- **Task**: no field\n```",
        "late",
    ]
    hours = [one["time"] % 86_400 / 3600 for one in found.values()]
    assert hours == [pytest.approx(hour, abs=0.001) for hour in (9 + 1 / 12, 18 + 1 / 12, 19, 20, 21, 22 + 1 / 120)]
    assert found["Cart"]["actions"] == "wrote tests\n#42 fixed too\n### Details"
    assert found["Cart"]["outcome"] == "works\nin two places"
    assert found[""]["decisions"] == "Decimal"
    assert sorted(reasons(result)) == [
        "its heading does not begin with a time",
        "its timestamp is no time",
        "the name of its file is no date",
    ]
    assert imported(repo, "--agent", "core", code=1)["changed"] == {}


DEEP = "[" * 400 + "]" * 400
VERY_DEEP = "[" * 100_000 + "]" * 100_000

ODD = {
    "nested": f'[{{"commit": "1111111", "note": {DEEP}}}]',
    "nested beyond reading": VERY_DEEP,
    "a list of lists": f"[{DEEP}]",
    "an object": '{"commit": "1111111"}',
    "cut": '[{"commit": "111',
    "numbers": "[1, null, true]",
    "no number": '[{"commit": "s", "timestamp": "2026-02-23T18:00:00", "agent_grade": NaN}]',
    "endless": '[{"commit": "s", "timestamp": "2026-02-23T18:00:00", "agent_grade": -Infinity}]',
    "a great number": '[{"commit": "s", "timestamp": "2026-02-23T18:00:00", "score_before": 1' + "0" * 400 + "}]",
    "many digits": '[{"commit": "s", "timestamp": "2026-02-23T18:00:00", "score_before": 1' + "0" * 6000 + "}]",
    "a surrogate": '[{"commit": "\\ud800", "timestamp": "2026-02-23T18:00:00"}]',
    "a wrong commit": '[{"commit": 1111111, "timestamp": "2026-02-23T18:00:00"}]',
    "no commit": '[{"timestamp": "2026-02-23T18:00:00"}]',
    "a wrong time": '[{"commit": "s", "timestamp": 5}]',
    "an early time": '[{"commit": "s", "timestamp": "0001-01-01T00:00:00+23:59"}]',
    "a late time": '[{"commit": "s", "timestamp": "9999-12-31T23:59:59-23:59"}]',
    "wrong grades": '[{"commit": "s", "timestamp": "2026-02-23T18:00:00", "agent_grade": {}, "user_grade": []}]',
    "a wrong note": '[{"commit": "s", "timestamp": "2026-02-23T18:00:00", "agent_note": ["x"]}]',
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_content_is_named_and_stops_nothing_else(repo: Repo, odd: str) -> None:
    keep(repo.path, grades=ODD[odd], day_2026_02_23=JOURNAL.partition("## 25:00")[0])
    result = imported(repo, "--agent", "core", code=1)
    assert result["changed"] == {"activity": 6}
    assert result["aside"] == len(reasons(result)) >= 1
    assert all(reasons(result))


def test_an_odd_entry_does_not_hide_its_neighbours(repo: Repo) -> None:
    good = json.dumps({"commit": "a session", **ENTRY})
    for odd in (DEEP, '{"commit": "s", "agent_grade": NaN}', '{"commit": "\\ud800"}', "7"):
        keep(repo.path, grades=f"[{odd}, {good}]")
        result = imported(repo, "--agent", "core", code=1)
        assert len(reasons(result)) == 1
    assert len(of_type(repo, "retrospective")) == 1


@pytest.mark.parametrize(
    "status",
    [DEEP, VERY_DEEP, "[]", "7", "{", '{"agent_name": 5, "skill_points": 1}',
     f'{{"agent_name": "core", "skill_points": {DEEP}}}',
     '{"agent_name": "core", "skill_points": 1e999}', '{"agent_name": "core", "total_commits": NaN}',
     '{"agent_name": "\\ud800"}', '{"agent_name": "core", "total_commits": -1}', '{"agent_name": ":api"}'],
)  # fmt: skip
def test_an_odd_status_file_is_named(repo: Repo, status: str) -> None:
    keep(repo.path, status=status)
    done = repo.run("import", "--json", str(repo.path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "name it with --agent" in done.stderr or reasons(json.loads(done.stdout))


def test_an_odd_status_file_stops_nothing_of_a_named_agent(repo: Repo) -> None:
    keep(repo.path, status="[]", day_2026_02_23="## 18:00\n- **Task**: Cart\n")
    assert ".agent/status.json: it holds no JSON object" in repo.run("import", str(repo.path)).stderr
    result = imported(repo, "--agent", "core", code=1)
    assert (result["changed"], reasons(result)) == ({"activity": 1}, ["it holds no JSON object"])
    keep(repo.path, status='{"skill_points": 2.5}')
    assert imported(repo, "--agent", "core")["changed"] == {"opening balance": 1}
