"""The part of a commit's contribution to the totals that says what became of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.lineage.contributions import grade
from tracker.lineage.sums import NOTHING, SIZES, Sums, sums
from tracker.model import AGES, DAY
from tracker.records import CommitFacts, RecordedCommit

if TYPE_CHECKING:
    from tracker.outcome_records import OutcomeRecord


def outcome_amount(commit: RecordedCommit, outcome: OutcomeRecord | None, *, is_charged: bool) -> Sums:
    """Return what the outcome of a counted commit adds to its account (``outcome_columns``)."""
    columns = outcome_columns(commit, outcome, is_charged=is_charged)
    return sums(**columns) if columns else NOTHING


def outcome_columns(commit: RecordedCommit, outcome: OutcomeRecord | None, *, is_charged: bool) -> dict[str, int]:
    """Return the columns that the outcome of a counted commit adds to. ``is_charged``: a bug was charged to it.

    None for a merge, which is no work of its own, and for a commit that has not landed.
    """
    if outcome is None or len(commit.facts.parents) > 1:
        return {}
    columns: dict[str, int] = {"landed": 1}
    is_blamed = is_charged or bool(outcome.blamed_by)
    columns["taken_back"] = outcome.reverted_by is not None
    columns["again"] = outcome.again_by is not None
    columns["fixed"] = outcome.fixed_by is not None
    columns["blamed"] = is_blamed
    columns["young"] = not outcome.aged
    if not outcome.aged:
        return columns
    kept = [outcome.kept(days) for days in AGES[: outcome.aged]]
    size = size_class(commit.facts)
    is_trouble = is_blamed or has_trouble(commit, outcome)
    columns["settled_reverted"] = was_reverted_early(outcome)
    columns["settled_fixed"] = outcome.fixed_by is not None
    columns["settled_blamed"] = is_blamed
    columns[f"settled_{size}"] = 1
    columns[f"trouble_{size}"] = is_trouble
    columns[f"well_{size}"] = not is_trouble and 2 * kept[0] >= outcome.added
    if outcome.added or any(kept):
        for days, lines in zip(AGES, kept, strict=False):
            columns[f"old_{days}"] = outcome.added > 0
            columns[f"half_{days}"] = outcome.added > 0 and 2 * lines >= outcome.added
            columns[f"added_{days}"] = outcome.added
            columns[f"kept_{days}"] = lines
    return columns


def size_class(facts: CommitFacts) -> str:
    """Return the class of a commit by the lines that it adds and removes (``SIZES``); unknown numbers count as 0."""
    lines = (facts.insertions or 0) + (facts.deletions or 0)
    return next(name for name, most in SIZES.items() if lines <= most)


def has_trouble(commit: RecordedCommit, outcome: OutcomeRecord) -> bool:
    """Return True if a commit was reverted within 14 days, fixed within seven, or graded bad by the user."""
    user_grade, _ = grade(commit.standing, "user")
    return was_reverted_early(outcome) or outcome.fixed_by is not None or user_grade == -1


def was_reverted_early(outcome: OutcomeRecord) -> bool:
    """Return True if a commit was reverted within the first of ``AGES``, so that older ones do not look worse."""
    return outcome.reverted_by is not None and outcome.reverted_at - outcome.landed_at <= AGES[0] * DAY
