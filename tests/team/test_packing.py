"""All that is sent of a commit adds up to the figures that its ledger has of it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.example_ledger import commit_facts
from tracker.cost_records import CostRecord
from tracker.lineage.contributions import contribution, grades
from tracker.lineage.cost_amounts import cost_amount
from tracker.lineage.outcome_amounts import outcome_amount, outcome_columns, size_class
from tracker.lineage.sums import by_column, sums, total
from tracker.model import AGES, GRADE_NAMES, GradeValue, Oid
from tracker.outcome_records import OutcomeRecord
from tracker.records import Carried, CommitStanding, RecordedCommit
from tracker.team.packing import (
    COST_BITS,
    GRADES_BITS,
    LARGEST,
    OUTCOME_BITS,
    Packed,
    columns_of,
    pack_cost,
    pack_grades,
    pack_outcome,
)

_OTHER = Oid("b" * 40)
_GRADES = st.none() | st.sampled_from([*GRADE_NAMES])
_NUMBERS = st.integers(0, 5000)
_OUTCOMES = st.none() | st.builds(
    OutcomeRecord,
    landed_at=st.just(1_700_000_000),
    added=_NUMBERS,
    changes=st.tuples(st.tuples(st.just(0), st.integers(1, 5000)), st.tuples(st.just(20), st.integers(-1, 0))),
    reverted_by=st.none() | st.just(_OTHER),
    reverted_at=st.integers(1_700_000_000, 1_700_000_000 + 30 * 86_400),
    again_by=st.none() | st.just(_OTHER),
    fixed_by=st.none() | st.just(_OTHER),
    blamed_by=st.sampled_from([(), (_OTHER,)]),
    aged=st.integers(0, len(AGES)),
)
_KNOWN = st.none() | _NUMBERS
_COSTS = st.none() | st.builds(
    CostRecord,
    calls=st.none() | st.integers(1, 50),
    subagent_calls=st.just(0),
    input=_KNOWN,
    cache_read=_KNOWN,
    cache_write=_KNOWN,
    output=_KNOWN,
    reasoning=st.none(),
    models=st.just(()),
    span_ms=st.none(),
    active_ms=_KNOWN,
    usd=_KNOWN,
    credits=st.none(),
    found_by=st.sampled_from(["id", "time"]),
    flags=st.sampled_from([(), ("at_least",)]),
    read_at=st.just(1),
)

NOT_SENT = {
    "files", "insertions", "deletions", "pushes", "reverts", "waiting_agent", "waiting_user", "cost_subagent_calls",
    *(f"cost_{name}{end}" for name in ("input", "cache_read", "cache_write", "output", "reasoning", "active_ms", "usd")
      for end in ("", "_known")),
}  # fmt: skip
"""Columns that no comparison of set-ups reads, and that are not sent."""


@given(_GRADES, _GRADES, st.booleans(), _OUTCOMES, _COSTS, st.booleans(), st.integers(0, 800), st.integers(1, 3))
def test_columns_of_packed_commits_are_those_of_the_ledger(
    agent_grade: GradeValue | None,
    user_grade: GradeValue | None,
    is_squashed: bool,
    outcome: OutcomeRecord | None,
    cost: CostRecord | None,
    is_charged: bool,
    lines: int,
    times: int,
) -> None:
    if outcome is not None:  # no more lines are kept than were added
        outcome = outcome._replace(added=max(outcome.added, outcome.changes[0][1]))
    facts = commit_facts(1, live=True)._replace(insertions=lines, deletions=0)
    carried = (Carried("user", 1, _OTHER, "squashed"), Carried("user", 1, _OTHER, "squashed")) if is_squashed else ()
    standing = CommitStanding(
        live=True, counted=True, agent="codex", kind="agent", confidence="high", signal="trailer",
        agent_grade=agent_grade, user_grade=user_grade, carried=carried,
    )  # fmt: skip
    commit = RecordedCommit(facts, standing)
    expected = total(
        [
            contribution(commit),
            outcome_amount(commit, outcome, is_charged=is_charged),
            cost_amount(commit, cost, outcome),
        ]
        * times
    )
    aged = outcome.aged if outcome else 0
    packed_cost = pack_cost(cost)
    kept = [outcome.kept(days) if outcome and place < aged else 0 for place, days in enumerate(AGES)]
    spent = [(one or 0) * times for one in packed_cost[1:]]
    group = Packed(
        times,
        pack_grades(grades(standing)),
        pack_outcome(outcome_columns(commit, outcome, is_charged=is_charged), aged, size_class(facts)),
        packed_cost.cost,
        (outcome.added if outcome and aged else 0) * times,
        (kept[0] * times, kept[1] * times, kept[2] * times),
        (spent[0], spent[1], spent[2], spent[3], spent[4], spent[5]),
    )
    found = by_column(sums(**columns_of(group)))
    differences = {name: (value, found[name]) for name, value in by_column(expected).items() if value != found[name]}
    assert {
        name for name in differences if name not in NOT_SENT and not _is_pair_of_several(name, is_squashed)
    } == set()


def _is_pair_of_several(name: str, is_squashed: bool) -> bool:
    """Pairs of grades are not sent of a commit into which several graded ones were squashed."""
    return is_squashed and "_user_" in name


@given(
    st.integers(0, (1 << GRADES_BITS) - 1),
    st.integers(0, (1 << OUTCOME_BITS) - 1),
    st.integers(0, (1 << COST_BITS) - 1),
)
def test_every_number_that_a_stranger_could_store_is_read(grades_given: int, outcome: int, cost: int) -> None:
    group = Packed(3, grades_given, outcome, cost, LARGEST, (LARGEST, 0, 1), (1, 2, 3, 4, 5, 6))
    assert all(value > 0 for value in columns_of(group).values())
    sums(**columns_of(group))
