"""Suggested bugs in the ledger: what they add to totals, their decisions, their order of arrival."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.entry_strategies import BUGS, DECISIONS, EVIDENCE, LIVENESS, OUTCOMES, SUGGESTIONS
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, agent_evidence, agent_totals, differences, flush, total
from tests.program import sized
from tracker.errors import EntryRefused, TrackerError
from tracker.feedback_records import BugRecord
from tracker.ledger import Ledger, entries, tables
from tracker.ledger.computed_entries import OutcomeEntry
from tracker.ledger.entry_checks import check
from tracker.lineage import contributions
from tracker.lineage.sums import SIZES
from tracker.model import Oid
from tracker.outcome_records import OutcomeRecord

PROJECT, OID = PROJECTS[0], OIDS[3]


@pytest.fixture
def recorded(tmp_path: Path) -> Ledger:
    """A ledger with the example commits, the fourth by codex."""
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [*BASE, entries.EvidenceEntry(PROJECT, OID, agent_evidence("codex"), "")])
    return ledger


def suggestion(note: str = "x", time: int = 5, by: str = "opencode", oid: Oid = OID) -> entries.SuggestionEntry:
    return entries.SuggestionEntry("codex", PROJECT, oid, note, "", time, by)


def decision(what: entries.SuggestionDecision, time: int = 9, by: str = "opencode") -> entries.SuggestionDecisionEntry:
    return entries.SuggestionDecisionEntry(PROJECT, OID, by, what, time, "a person")


def bugs_in(ledger: Ledger) -> list[BugRecord]:
    with ledger.read() as snapshot:
        return [record for _, record in snapshot.scan(tables.BUGS)]


def trouble(ledger: Ledger) -> int:
    """Return the number of commits, of whatever size, that were in trouble."""
    return sum(total(ledger, f"trouble_{size}") for size in SIZES)


def test_suggestion_adds_nothing_until_it_is_confirmed(recorded: Ledger) -> None:
    before = agent_totals(recorded)
    flush(recorded, [suggestion()])
    assert [bug.state for bug in bugs_in(recorded)] == ["suggested"]
    assert agent_totals(recorded) == before
    flush(recorded, [decision("confirmed")])
    assert [(bug.state, bug.confirmed_by) for bug in bugs_in(recorded)] == [("charged", "a person")]
    assert total(recorded, "bugs") == 1
    flush(recorded, [entries.BugWithdrawalEntry(PROJECT, OID, 10)])
    assert [bug.state for bug in bugs_in(recorded)] == ["withdrawn"]
    assert agent_totals(recorded) == before
    assert differences(recorded) == []


def test_dismissed_suggestion_stays_and_a_new_one_may_follow(recorded: Ledger) -> None:
    before = agent_totals(recorded)
    flush(recorded, [suggestion("first")])
    flush(recorded, [decision("dismissed")])
    flush(recorded, [suggestion("second", 11)])
    assert [(bug.note, bug.state) for bug in bugs_in(recorded)] == [("first", "dismissed"), ("second", "suggested")]
    with pytest.raises(TrackerError, match="no decision"):
        flush(recorded, [decision("open")])  # two open ones at once
    assert agent_totals(recorded) == before
    assert differences(recorded) == []


@pytest.mark.parametrize("what", ["confirmed", "dismissed"])
def test_decision_taken_back_opens_the_suggestion_again(what: entries.SuggestionDecision, recorded: Ledger) -> None:
    flush(recorded, [suggestion()])
    before = bugs_in(recorded), agent_totals(recorded)
    flush(recorded, [decision(what)])
    flush(recorded, [decision("open", 10)])
    assert ([bug._replace(changes=0) for bug in bugs_in(recorded)], agent_totals(recorded)) == before
    assert [bug.changes for bug in bugs_in(recorded)] == [2]
    assert differences(recorded) == []


def test_one_open_suggestion_for_each_agent_and_commit(recorded: Ledger) -> None:
    flush(recorded, [suggestion("old", 5), suggestion("new", 6), suggestion("other", 7, by="claude-code")])
    flush(recorded, [suggestion("older", 4)])
    assert sorted((bug.suggested_by, bug.note) for bug in bugs_in(recorded)) == [
        ("claude-code", "other"),
        ("opencode", "new"),
    ]
    assert differences(recorded) == []


def test_decision_without_an_open_suggestion_changes_nothing(recorded: Ledger) -> None:
    flush(recorded, [suggestion()])
    with pytest.raises(TrackerError, match="has no suggested bug by claude-code"):
        flush(recorded, [decision("confirmed", by="claude-code")])
    with pytest.raises(TrackerError, match="could be withdrawn"):
        flush(recorded, [entries.BugWithdrawalEntry(PROJECT, OID, 10)])
    assert [bug.state for bug in bugs_in(recorded)] == ["suggested"]


def test_suggestion_follows_a_correction_and_keeps_its_commit(recorded: Ledger) -> None:
    flush(recorded, [suggestion()])
    correction = agent_evidence("opencode")[0]._replace(signal="correction", name="0000000100")
    flush(recorded, [entries.EvidenceEntry(PROJECT, OID, (correction,), "")])
    assert [(bug.agent, bug.state) for bug in bugs_in(recorded)] == [("opencode", "suggested")]
    flush(recorded, [entries.ForgetEntry(PROJECT, OID)])
    with recorded.read() as snapshot:
        assert (PROJECT, OID) in {(bug.project, bug.oid) for _, bug in snapshot.scan(tables.BUGS)}
        assert snapshot.count(tables.COMMITS) == len(PROJECTS) * len(OIDS)
    flush(recorded, [decision("confirmed")])
    assert total(recorded, "bugs") == 1
    assert differences(recorded) == []


def test_suggestion_blames_no_outcome(recorded: Ledger) -> None:
    flush(recorded, [OutcomeEntry(PROJECT, OID, OutcomeRecord(landed_at=1, added=3, aged=3))])
    assert trouble(recorded) == 0
    flush(recorded, [suggestion()])
    assert trouble(recorded) == 0
    flush(recorded, [decision("confirmed")])
    assert trouble(recorded) == 1
    assert differences(recorded) == []


def test_verify_names_suggestions_that_cannot_be(recorded: Ledger) -> None:
    flush(recorded, [suggestion(), suggestion(by="claude-code")])
    with recorded.write() as transaction:
        (first, _), (second, bug) = transaction.scan(tables.BUGS)
        transaction.put(tables.BUGS, second, bug._replace(suggested_by="opencode"))
    assert [text for text in differences(recorded) if "has 2 open suggestions by opencode" in text]
    with recorded.write() as transaction:
        transaction.put(tables.BUGS, first, bug._replace(suggested_by="", confirmed_at=3))
    found = differences(recorded)
    assert [text for text in found if "was confirmed, and no agent suggested it" in text]
    assert [text for text in found if "totals" in text]  # it holds now, and was never added


@settings(max_examples=sized(25, 12), deadline=None)
@given(st.lists(SUGGESTIONS, max_size=8), st.randoms())
def test_order_and_repetition_of_suggestions_do_not_matter(
    given_ones: list[entries.SuggestionEntry], chance: Any
) -> None:
    shuffled = [*given_ones, *chance.sample(given_ones, len(given_ones) // 2)]
    chance.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder:
        at_once, one_by_one = (Ledger(Path(folder) / name) for name in ("a", "b"))
        flush(at_once, [*BASE, *given_ones])
        flush(one_by_one, BASE)
        for one in shuffled:
            flush(one_by_one, [one])
        assert sorted(bugs_in(at_once), key=str) == sorted(bugs_in(one_by_one), key=str)
        assert differences(at_once) == differences(one_by_one) == []


WITHDRAWALS = st.builds(
    entries.BugWithdrawalEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS), time=st.integers(0, 9)
)


@settings(max_examples=sized(60, 10), deadline=None)
@given(st.lists(SUGGESTIONS | DECISIONS | BUGS | WITHDRAWALS | EVIDENCE | LIVENESS | OUTCOMES, max_size=16))
def test_totals_hold_whatever_is_decided(changes: list[entries.Entry]) -> None:
    """A change that is refused changes nothing; each other one leaves totals that follow from the bugs that hold."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        flush(ledger, BASE)
        for change in changes:
            before = bugs_in(ledger), agent_totals(ledger)
            try:
                flush(ledger, [change])
            except TrackerError:
                assert (bugs_in(ledger), agent_totals(ledger)) == before
            assert differences(ledger) == []
        holding = Counter(bug.agent for bug in bugs_in(ledger) if any(contributions.bug_amount(bug)))
        assert total(ledger, "bugs") == holding.total()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (suggestion(by=""), "needs the agent"),
        (suggestion(note="\x1b[31m"), "control characters"),
        (suggestion(time=-1), "is not a time"),
        (decision("confirmed", by=""), "needs the agent"),
        (decision("confirmed", time=1 << 60), "is not a time"),
        (suggestion(oid=Oid("123")), "full object name"),
    ],
)
def test_unusable_suggestions_are_refused(entry: entries.Entry, reason: str) -> None:
    with pytest.raises(EntryRefused, match=reason):
        check(entry)
