"""The buffer of entries: refusals entry by entry, and one transaction for all that is left."""

from pathlib import Path

import pytest

from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_facts, commit_in, contents, differences, flush
from tests.lineage.claims import claim
from tracker.errors import LedgerFull, LedgerUnavailable, Superseded, TrackerError
from tracker.ledger import Ledger, entries
from tracker.ledger.buffer import EntryBuffer, buffer_of, write_feedback
from tracker.model import Evidence, Oid, ProjectId

PROJECT = PROJECTS[0]


def test_failed_flush_changes_nothing_and_keeps_the_entries(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", size_limit=1 << 20)
    flush(ledger, BASE)
    before = contents(ledger)
    buffer = EntryBuffer()
    for number in range(3000):
        buffer.add(entries.CommitEntry(PROJECT, Oid(f"{number:040x}"), commit_facts(number % 7, live=True)))
    with pytest.raises(LedgerFull, match="size limit"):
        buffer.flush(ledger)
    assert len(buffer) == 3000
    assert contents(ledger) == before
    buffer.flush(Ledger(tmp_path / "ledger", size_limit=64 << 20))
    assert differences(ledger) == []


def test_refused_entry_does_not_stop_the_others(tmp_path: Path) -> None:
    buffer = EntryBuffer()
    bad: list[entries.Entry] = [
        entries.TipEntry(PROJECT, "refs/heads/\ud800", OIDS[0]),
        entries.TipEntry(ProjectId("short"), "refs/heads/main", OIDS[0]),
        entries.TipEntry(PROJECT, "refs/heads/main", Oid("nonsense")),
        entries.GradeEntry(PROJECT, OIDS[0], "user", 7, "", "", 1, "test"),  # type: ignore[arg-type]
        entries.GradeEntry(PROJECT, OIDS[0], "user", 1, "x" * 5000, "", 1, "test"),
        entries.ClaimEntry(OIDS[0], claim(OIDS[0])),
    ]
    assert [buffer.add(entry) for entry in [*bad, *BASE]] == [False] * len(bad) + [True] * len(BASE)
    assert [refused.entry for refused in buffer.refused] == bad
    assert all(refused.reason for refused in buffer.refused)
    ledger = Ledger(tmp_path / "ledger")
    assert buffer.flush(ledger).recorded == 10
    assert differences(ledger) == []


def corrections(first: int) -> tuple[Evidence, ...]:
    """Return statements of the user, which are always kept, of more than half of what a record may take."""
    return tuple(
        Evidence("correction", f"{number:010}", "x" * 4000, "codex", "agent", None, "high", speaker="the user")
        for number in range(first, first + 150)
    )


def evidence_entry(oid: Oid, evidence: tuple[Evidence, ...]) -> entries.EvidenceEntry:
    return entries.EvidenceEntry(PROJECT, oid, evidence, "post-commit")


def test_evidence_that_makes_a_known_commit_too_large_is_set_aside_and_the_rest_is_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [*BASE, evidence_entry(OIDS[0], corrections(0))])
    too_much = evidence_entry(OIDS[0], corrections(150))
    buffer = buffer_of([too_much, entries.PushEntry(PROJECT, OIDS[0]), evidence_entry(OIDS[1], corrections(0))])
    buffer.flush(ledger, advance=(PROJECT, 0))
    assert [refused.entry for refused in buffer.refused] == [too_much]
    assert "takes at most" in buffer.refused[0].reason
    assert commit_in(ledger, OIDS[0]).facts.pushed
    for oid in OIDS[:2]:
        assert {*corrections(0)} == {one for one in commit_in(ledger, oid).facts.evidence if one.signal == "correction"}
    assert differences(ledger) == []


def test_generation_advances_also_when_every_entry_is_set_aside(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [*BASE, evidence_entry(OIDS[0], corrections(0))])
    buffer = buffer_of([evidence_entry(OIDS[0], corrections(150))])
    buffer.flush(ledger, advance=(PROJECT, 0))
    buffer.add(entries.LivenessEntry(PROJECT, OIDS[0], live=True))
    buffer.flush(ledger, advance=(PROJECT, 1))
    assert commit_in(ledger, OIDS[0]).facts.live


def test_feedback_that_makes_a_commit_too_large_raises_and_nothing_is_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [*BASE, evidence_entry(OIDS[0], corrections(0))])
    before = contents(ledger)
    both: list[entries.Entry] = [evidence_entry(OIDS[0], corrections(150)), entries.PushEntry(PROJECT, OIDS[1])]
    with pytest.raises(TrackerError, match=r"^nothing was recorded: it takes \d+ bytes"):
        write_feedback(ledger, both)
    assert contents(ledger) == before


def test_flush_of_an_outdated_generation_is_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, BASE)
    first, second = EntryBuffer(), EntryBuffer()
    for buffer in (first, second):
        buffer.add(entries.LivenessEntry(PROJECT, OIDS[0], live=True))
    first.flush(ledger, advance=(PROJECT, 0))
    with pytest.raises(Superseded):
        second.flush(ledger, advance=(PROJECT, 0))
    assert differences(ledger) == []


def test_rehearsed_flush_returns_the_changes_and_writes_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, BASE)
    before = contents(ledger)
    buffer = buffer_of([entries.LivenessEntry(PROJECT, OIDS[0], live=True)])
    flushed = buffer.flush(ledger, rehearse=True)
    now_live = [change.oid for change in flushed.changed if change.now.facts.live and not change.before.facts.live]
    assert now_live == [OIDS[0]]
    assert contents(ledger) == before


def test_refused_feedback_raises_its_reason_and_nothing_is_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, BASE)
    before = contents(ledger)
    bugs = [entries.BugEntry("codex", PROJECT, OIDS[0], note, "", 1) for note in ("it broke", "\x1b[31mred")]
    with pytest.raises(TrackerError, match=r"^nothing was recorded: the note contains control characters"):
        write_feedback(ledger, bugs)
    assert contents(ledger) == before


def test_feedback_asks_to_repeat_the_command_when_the_ledger_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("no folder", encoding="utf-8")
    with pytest.raises(LedgerUnavailable, match=r"^nothing was recorded, repeat the command later: "):
        write_feedback(Ledger(tmp_path / "ledger"), [entries.BugEntry("codex", PROJECT, OIDS[0], "it broke", "", 1)])
