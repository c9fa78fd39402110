"""Lines that are no events, or that the ledger cannot take: none of them stops an import, and none is lost."""

import hashlib
import io
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from tests.exchange.random_ledgers import exported, make_ledger
from tracker.exchange.event_lines import line_of
from tracker.exchange.events import BugEvent, GradeEvent, ProjectEvent
from tracker.exchange.import_events import import_events
from tracker.exchange.value_types import Place, Second, Word
from tracker.ledger import Ledger
from tracker.model import Oid, ProjectId


def lines(*texts: str | bytes) -> bytes:
    return b"".join((text.encode() if isinstance(text, str) else text) + b"\n" for text in texts)


def changed(line: bytes, **fields: object) -> bytes:
    """Return an event with other fields, and with the id that they have."""
    content = orjson.loads(line) | fields
    del content["id"]
    digest = hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return orjson.dumps({"id": digest, **content}, option=orjson.OPT_SORT_KEYS)


PROJECT: Final = line_of(
    ProjectEvent(ProjectId("c" * 32), Word("shop"), (Place("/shop/.git"),), "sha1", Second(1), Second(2))
).strip()
GRADE: Final = line_of(GradeEvent(ProjectId("a" * 32), Oid("1" * 40), "user", 1_700_000_000, 5)).strip()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (GRADE[:-9], "it is not JSON"),
        (b"\xff\xfe\x00binary", "it is not JSON"),
        (b"[]", "it is no event"),
        (b'{"db":"","key":"agent:x","value":{}}', "it is no event"),
        (GRADE.replace(b'"grade":5', b'"grade":2'), "its id is not the digest of its content"),
        (changed(GRADE, schema=2), "it has schema 2"),
        (changed(GRADE, type="revenge"), "its type is not known"),
        (changed(GRADE, grade=7), "grade: it is none of -1, 1, 2, 5"),
        (changed(GRADE, grade=True), "grade: it is none of -1, 1, 2, 5"),
        (changed(GRADE, note=[]), "note: a text is missing"),
        (changed(GRADE, oid="HEAD"), "oid: it has not the form of Oid"),
        (changed(GRADE, project="../../etc"), "project: it has not the form of ProjectId"),
        (changed(GRADE, time="now"), "time: a whole number is missing"),
        (changed(GRADE, extra=1), "the field 'extra' is not known"),
        (changed(GRADE, note=""), "it has another form"),
        (changed(GRADE), "neither in the file nor recorded here"),
        (b'{"schema":1,"type":"grade","note":"' + b"x" * 3_000_000 + b'"}', "an event takes at most"),
        (b"[" * 100_000, "it is not JSON"),
        (b'{"schema":1,"type":"grade","note":' + b"[" * 900 + b"]" * 900 + b"}", "it is nested too deeply"),
        (changed(PROJECT, paths=[]), "a project has a path"),
        (changed(PROJECT, paths=["a\0b"]), "paths: it has not the form of Place"),
        (changed(PROJECT, paths=["shop/.git"]), "paths: it has not the form of Place"),
        (changed(PROJECT, name="x" * 2000), "name: it has not the form of Word"),
        (changed(PROJECT, last_seen=1 << 63), "last_seen: it has not the form of Second"),
        (changed(GRADE, place=1 << 40), "place: it has not the form of Changes"),
        (changed(line_of(BugEvent(ProjectId("a" * 32), 7)).strip()), "a bug has a commit or an agent"),
    ],
)
def test_what_cannot_be_used_is_kept_aside_with_its_reason(tmp_path: Path, bad: bytes, reason: str) -> None:
    source = exported(make_ledger(tmp_path / "first", 3)).splitlines()
    second = Ledger(tmp_path / "second")
    found = import_events(second, io.BytesIO(lines(*source[:3], bad, b"", *source[3:])))
    assert (found.aside, exported(second).splitlines()) == (1, source)
    assert found.place is not None
    kept = orjson.loads(found.place.read_bytes())
    assert reason in kept["reason"]
    assert kept["line"][:20] == bad.decode("utf-8", "backslashreplace")[:20]


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "\x1b[31mred"},
        {"speaker": "a\x07bell"},
        {"note": "x" * 5000},
        {"time": -5},
        {"time": 1 << 60},
    ],
)
def test_feedback_is_checked_as_if_it_were_given_here(tmp_path: Path, fields: dict[str, Any]) -> None:
    ledger = make_ledger(tmp_path / "first", 3)
    before = exported(ledger)
    grade = next(line for line in before.splitlines() if b'"type":"grade"' in line)
    found = import_events(ledger, io.BytesIO(lines(changed(grade, **fields))))
    assert (found.aside, found.new, exported(ledger)) == (1, {}, before)


def test_a_carriage_return_between_values_does_not_cut_a_line(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    found = import_events(ledger, io.BytesIO(lines(GRADE.replace(b",", b",\r", 1))))
    assert (found.events, found.aside) == (0, 1)


def test_a_record_that_becomes_too_large_stops_no_other_event(tmp_path: Path) -> None:
    source = exported(make_ledger(tmp_path / "first", 3)).splitlines()
    commit = orjson.loads(next(line for line in source if b'"type":"commit"' in line))
    large = [
        changed(orjson.dumps(commit), moments=[{"event": f"{number}{letter * 700_000}"}])
        for number, letter in enumerate("ab")
    ]
    second = Ledger(tmp_path / "second")
    found = import_events(second, io.BytesIO(lines(*source[:5], *large, *source[5:])))
    assert found.aside == 1
    assert found.place is not None
    assert "a record takes at most" in orjson.loads(found.place.read_bytes())["reason"]
    assert len(exported(second).splitlines()) == len(source)
