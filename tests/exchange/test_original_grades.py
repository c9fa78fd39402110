"""Grades of the original: each statement once, in whatever order its rows are imported."""

import json
import shutil
from datetime import datetime, timedelta
from io import BytesIO
from itertools import permutations
from pathlib import Path

import pytest

from tests.exchange.original_rows import ZERO, activity, agent, commit, flat, grade, reasons, retrospective, write
from tests.exchange.random_ledgers import exported
from tests.ledger.example_ledger import differences
from tests.support import Repo, one
from tracker.exchange.import_events import import_events
from tracker.exchange.original.import_rows import import_rows
from tracker.ledger import Ledger
from tracker.project.project import user_catalogue


def test_a_grade_that_was_given_again_is_the_last_word_again(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    days = [f"2026-02-2{day}T15:00:00.000Z" for day in (1, 2, 3)]
    rows = [grade(oid, value, at, reason="user") for value, at in zip((2, -1, 2), days, strict=True)]
    file = write(tmp_path / "rows.jsonl", rows)
    assert json.loads(repo.tracker("import", "--json", str(file)))["changed"] == {"grade": 3}
    assert repo.line(oid)["grades"]["user"] == 2
    write(file, [*rows, retrospective(oid, 1, 2, timestamp=days[2])])
    grown = json.loads(repo.tracker("import", "--json", str(file)))
    assert grown["changed"] == {"retrospective": 1, "grade": 2}  # the agent's, and the user's with its words
    assert repo.tracker("grade", oid).count("å ä ö 日本") == 1
    assert json.loads(repo.tracker("import", "--json", str(file)))["changed"] == {}


def test_grades_of_one_second_are_as_many_as_were_given(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    later = ZERO.replace(".000Z", ".001Z")
    rows = [grade(oid, 2), grade(oid, 2, later), grade(oid, 2, agent_id="codex"), grade(oid, 2, task="again")]
    file = write(tmp_path / "rows.jsonl", rows)
    result = json.loads(repo.tracker("import", "--json", str(file)))
    assert (result["changed"], result["not_needed"]) == ({"grade": 3}, 1)
    assert ["says the same as the row" in reason for reason in reasons(result)] == [True]
    before = exported(repo.ledger())
    assert json.loads(repo.tracker("import", "--json", str(file)))["changed"] == {}
    assert exported(repo.ledger()) == before
    assert repo.json("verify")["ok"]


def test_equal_entries_of_two_accounts_of_an_agent_are_named(repo: Repo, tmp_path: Path) -> None:
    other = activity() | {"key": "opencode:web:2026-02-23T15:00:00Z"}
    result = json.loads(repo.tracker("import", "--json", str(write(tmp_path / "rows.jsonl", [activity(), other]))))
    assert (result["changed"], len(reasons(result)), result["not_needed"]) == ({"activity": 1}, 1, 1)


@pytest.mark.parametrize("seconds", [-40, -1, 0, 1, 40, 90])
def test_the_order_of_imports_does_not_matter(repo: Repo, tmp_path: Path, seconds: int) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    at = (datetime.fromisoformat(ZERO) + timedelta(seconds=seconds, milliseconds=1)).isoformat()
    alone = [grade(oid, 2, at), grade(oid, 5, at, reason="user"), grade(oid, 5, at, reason="user", agent_id="codex")]
    old = write(tmp_path / "old.jsonl", flat([agent(total_commits=1), *alone, commit(oid)]))
    new = write(tmp_path / "new.jsonl", [agent(), commit(oid), *alone, retrospective(oid, 2, 5), activity()])
    told = write(tmp_path / "told.jsonl", [retrospective(oid, 2, 5)])
    whole = tmp_path / "whole.jsonl"
    whole.write_bytes(new.read_bytes() + old.read_bytes())
    found = set()
    for number, files in enumerate(([old, new], [new, old], [whole], [old, told, new], [told, new, old], [new, new])):
        place = tmp_path / f"ledger-{number}"
        shutil.copytree(repo.ledger_path, place)
        for file in files:
            import_rows(Ledger(place), file.read_bytes().splitlines(), user_catalogue())
        found.add(exported(Ledger(place)))
        assert not differences(Ledger(place))
    grades = [event for event in map(json.loads, one(found).splitlines()) if event["type"] == "grade"]
    assert len(grades) == (3 if seconds < 60 else 5)
    assert {event.get("note") for event in grades} >= {"smooth", "å ä ö 日本"}


def test_a_grade_between_two_equal_ones_keeps_them_apart(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    times = [f"2026-02-23T15:00:{second}.000Z" for second in ("10", "20")]
    rows = [retrospective(oid, 2, 5), grade(oid, -1, times[0], reason="user"), grade(oid, 5, times[1], reason="user")]
    for file in (rows, rows[::-1]):
        repo.tracker("import", str(write(tmp_path / "rows.jsonl", file)))
        assert repo.line(oid)["grades"] == {"agent": 2, "user": 5}


def test_ledgers_that_imported_different_rows_hold_the_same_when_they_are_joined(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    times = [f"2026-02-23T15:00:{second}.250Z" for second in ("10", "20", "30")]
    alone = [grade(oid, value, at, reason="user") for value, at in zip((5, -1, 5), times, strict=True)]
    parts = [[alone[0], alone[2]], [retrospective(oid, 2, 5)], [alone[1]]]
    ledgers = []
    for number, rows in enumerate([*parts, [row for part in parts for row in part]]):
        shutil.copytree(repo.ledger_path, tmp_path / f"ledger-{number}")
        ledgers.append(Ledger(tmp_path / f"ledger-{number}"))
        import_rows(ledgers[-1], write(tmp_path / "rows.jsonl", rows).read_bytes().splitlines(), user_catalogue())
    *some, whole = map(exported, ledgers)
    for order in permutations(range(3)):
        place = tmp_path / "-".join(map(str, order))
        shutil.copytree(ledgers[order[0]].path, place)
        for number in order[1:]:
            import_events(Ledger(place), BytesIO(some[number]))
        assert exported(Ledger(place)) == whole
        assert not differences(Ledger(place))


def test_abbreviated_names_in_rows_are_looked_up(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    short = oid[:9]
    rows = [commit(short), commit(oid[:5]), grade(short, 5, reason="user"), retrospective(short, 2, 5)]
    result = json.loads(repo.tracker("import", "--json", str(write(tmp_path / "rows.jsonl", rows)), code=1))
    assert result["changed"] == {"attribution": 1, "grade": 2, "retrospective": 1}
    assert [f"its commit {oid[:5]} is not recorded" in reason for reason in reasons(result)] == [True]
    rows = [commit(oid), grade(oid, 5, reason="user"), retrospective(oid, 2, 5)]
    assert json.loads(repo.tracker("import", "--json", str(write(tmp_path / "rows.jsonl", rows))))["changed"] == {}
