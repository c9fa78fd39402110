"""Contribution of what became of a commit to the totals."""

import pytest

from tests.ledger.example_ledger import commit_facts
from tests.lineage.families import A, B
from tracker.ledger.lifetimes import lifetime
from tracker.lineage.outcome_amounts import outcome_amount
from tracker.lineage.sums import by_column
from tracker.model import DAY
from tracker.outcome_records import OutcomeRecord
from tracker.records import CommitStanding, RecordedCommit

FACTS = commit_facts(2, live=True, agent="codex")
COMMIT = RecordedCommit(FACTS, CommitStanding(live=True, counted=True, agent="codex", kind="agent"))
KEPT = OutcomeRecord(5 * DAY, 10, ((0, 10), (20, -4)), aged=2)
"""Of ten lines four were removed at the age of twenty days; it is at least thirty days old."""


def amount(outcome: OutcomeRecord, commit: RecordedCommit = COMMIT, *, is_charged: bool = False) -> dict[str, int]:
    row = by_column(outcome_amount(commit, outcome, is_charged=is_charged))
    return {column: value for column, value in row.items() if value}


def test_old_commit_adds_its_lines_at_each_age_that_it_has_reached() -> None:
    assert amount(KEPT) == {
        "landed": 1, "settled_small": 1, "well_small": 1,
        "old_14": 1, "half_14": 1, "added_14": 10, "kept_14": 10,
        "old_30": 1, "half_30": 1, "added_30": 10, "kept_30": 6,
    }  # fmt: skip


def test_young_commit_is_neither_good_nor_bad() -> None:
    assert amount(KEPT._replace(aged=0)) == {"landed": 1, "young": 1}


@pytest.mark.parametrize(
    ("outcome", "column"),
    [
        (KEPT._replace(reverted_by=B), "taken_back"),
        (KEPT._replace(fixed_by=B), "fixed"),
        (KEPT._replace(blamed_by=(B,)), "blamed"),
    ],
)
def test_commit_that_was_taken_back_fixed_or_blamed_is_trouble(outcome: OutcomeRecord, column: str) -> None:
    found = amount(outcome)
    assert (found[column], found["trouble_small"], found.get("well_small")) == (1, 1, None)


def test_revert_after_the_first_age_is_counted_but_no_trouble() -> None:
    late = KEPT._replace(reverted_by=B, reverted_at=KEPT.landed_at + 15 * DAY)
    found = amount(late)
    assert (found["taken_back"], found.get("settled_reverted"), found["well_small"]) == (1, None, 1)


def test_charged_bug_and_bad_grade_of_the_user_are_trouble() -> None:
    assert amount(KEPT, is_charged=True)["trouble_small"] == 1
    graded = COMMIT._replace(standing=COMMIT.standing._replace(user_grade=-1))
    assert amount(KEPT, graded)["trouble_small"] == 1


def test_commit_of_which_half_the_lines_are_gone_did_not_go_well_but_is_no_trouble() -> None:
    lost = KEPT._replace(changes=((0, 10), (3, -6)))
    assert amount(lost).get("well_small") is amount(lost).get("trouble_small") is None


def test_merge_adds_nothing() -> None:
    merge = COMMIT._replace(facts=FACTS._replace(parents=(A, B)))
    assert amount(KEPT, merge) == {}
    assert lifetime(merge, KEPT) is None


@pytest.mark.parametrize(("lines", "size"), [(30, "small"), (31, "medium"), (300, "medium"), (301, "large")])
def test_size_counts_added_and_removed_lines(lines: int, size: str) -> None:
    sized = COMMIT._replace(facts=FACTS._replace(insertions=lines - 10, deletions=10))
    assert amount(KEPT, sized)[f"settled_{size}"] == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (((0, 10),), ("going", 5)),
        (((0, 10), (20, -5)), ("going", 5)),
        (((0, 10), (20, -6), (25, 6)), ("ended", 20)),
        (((0, 4),), ("ended", 0)),
        ((), ("ended", 0)),
        (((3, 10),), ("ended", 0)),
    ],
)
def test_commit_lives_until_fewer_than_half_of_its_lines_are_left(
    changes: tuple[tuple[int, int], ...], expected: tuple[str, int]
) -> None:
    assert lifetime(COMMIT, KEPT._replace(changes=changes)) == expected
