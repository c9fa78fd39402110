"""A rater's last grade in a commit's record, and feedback on the very commit."""

import pytest

from tests.ledger.example_ledger import OIDS, agent_evidence, commit_facts
from tracker.lineage import RaterGrade, has_feedback, last_grade, with_grade
from tracker.lineage.rater_grades import grade_order
from tracker.model import RATERS, Rater
from tracker.records import Carried, CommitStanding

FACTS = commit_facts(1, live=True)
CORRECTION = agent_evidence("codex")[0]._replace(signal="correction", name="0000000100")


@pytest.mark.parametrize("rater", RATERS)
@pytest.mark.parametrize("last", [RaterGrade(10, 5), RaterGrade(10, None)], ids=["given", "withdrawn"])
def test_stored_grade_is_read_back_for_its_rater_only(rater: Rater, last: RaterGrade) -> None:
    record = with_grade(FACTS, rater, last)
    assert {one: last_grade(record, one) for one in RATERS} == {"agent": None, "user": None} | {rater: last}


def test_later_grade_goes_last_and_within_a_second_the_higher_one() -> None:
    grades = [RaterGrade(20, -1), RaterGrade(10, 5), RaterGrade(20, 2), RaterGrade(20, None)]
    assert sorted(grades, key=grade_order) == [
        RaterGrade(10, 5), RaterGrade(20, -1), RaterGrade(20, None), RaterGrade(20, 2),
    ]  # fmt: skip


def test_grades_and_own_corrections_are_feedback_on_the_commit() -> None:
    assert has_feedback((), with_grade(FACTS, "user", RaterGrade(10, 5)))
    assert has_feedback((), with_grade(CommitStanding(), "agent", RaterGrade(10, None)))
    assert has_feedback((CORRECTION,), FACTS)


def test_inherited_corrections_and_carried_grades_are_no_feedback_on_the_commit() -> None:
    assert not has_feedback((), FACTS)
    assert not has_feedback((CORRECTION._replace(inherited=True),), FACTS._replace(declared=2))
    assert not has_feedback((), CommitStanding(carried=(Carried("user", 5, OIDS[0], "same"),)))
