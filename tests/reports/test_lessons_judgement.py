"""Judgement of commits by their records, and the order of lessons."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.model import Oid, ProjectId
from tracker.outcome_records import OutcomeRecord
from tracker.records import Carried, CommitStanding
from tracker.reports.lessons.judgement import judge_commit
from tracker.reports.lessons.lesson import Lesson, best, ordered
from tracker.reports.lessons.task_words import MOST_WORDS, expression, searchable, words_of_task
from tracker.reports.lessons.word_index import Texts, search

OTHER = Oid("b" * 40)
GOOD = CommitStanding(live=True, user_grade=2, user_graded_at=1)
KEPT = OutcomeRecord(landed_at=0, added=4, changes=((0, 4), (20, -1)))


@pytest.mark.parametrize(
    ("standing", "outcome", "verdict", "reasons"),
    [
        (CommitStanding(), None, "ungraded", ["not graded"]),
        (GOOD, None, "worked", ["graded good by the user"]),
        (GOOD._replace(agent_grade=-1), None, "worked", ["graded good by the user"]),
        (GOOD._replace(user_grade=1), None, "ungraded", ["graded neutral by the user"]),
        (GOOD, KEPT, "worked", ["graded good by the user", "3 of its 4 lines left"]),
        (GOOD, KEPT._replace(blamed_by=(OTHER,)), "avoid",
         ["graded good by the user", "bbbbbbbbbb says that it fixes this commit", "3 of its 4 lines left"]),
        (GOOD, KEPT._replace(reverted_by=OTHER), "avoid",
         ["graded good by the user", "reverted by bbbbbbbbbb", "3 of its 4 lines left"]),
        (GOOD._replace(reverted=True), KEPT._replace(reverted_by=OTHER, again_by=OTHER), "worked",
         ["graded good by the user", "reverted, and done again by bbbbbbbbbb", "3 of its 4 lines left"]),
        (GOOD._replace(reverted=True), KEPT, "avoid",
         ["graded good by the user", "reverted", "3 of its 4 lines left"]),
        (CommitStanding(reverted=True), None, "avoid", ["reverted"]),
        (CommitStanding(carried=(Carried("user", 2, OTHER, "changed"),)), None, "worked",
         ["graded good by the user, in an earlier version"]),
        (CommitStanding(carried=(Carried("user", 2, OTHER, "squashed"),)), None, "ungraded",
         ["made of commits that were graded one by one"]),
    ],
)  # fmt: skip
def test_each_reason_is_a_record_in_words(
    standing: CommitStanding, outcome: OutcomeRecord | None, verdict: str, reasons: list[str]
) -> None:
    judged = judge_commit(standing, outcome, has_bug=False)
    assert (judged.verdict, [*judged.reasons]) == (verdict, reasons)


def lesson(title: str, relevance: float, similarity: float = 0.0, **fields: object) -> Lesson:
    blank = Lesson(
        "worked", "commit", ProjectId("0" * 32), "p", OTHER, "claude-code", None, 0, title, (), (), (), None, None,
        similarity, relevance,
    )  # fmt: skip
    return blank._replace(**fields)  # type: ignore[arg-type]


def test_more_similar_projects_come_first_and_far_less_near_lessons_are_left_out() -> None:
    every = [lesson("a", 8, 0.2), lesson("b", 4, 1.0), lesson("c", 5, 0.6), lesson("d", 1, 1.0), lesson("e", 7, 0.6)]
    assert [one.title for one in ordered(every, 5)] == ["b", "e", "c", "a"]
    assert [one.title for one in ordered(every, 2)] == ["b", "e"]


def test_list_without_anything_near_is_empty_beside_a_near_one() -> None:
    assert [one.title for one in ordered([lesson("a", 10, kind="avoid"), lesson("b", 0.4)], 5)] == ["a"]
    assert [one.title for one in ordered([lesson("a", 10, kind="avoid"), lesson("b", 0.6)], 5)] == ["b", "a"]


def test_among_equals_the_newest_comes_first() -> None:
    assert [one.title for one in ordered([lesson("old", 1), lesson("new", 1, time=5)], 5)] == ["new", "old"]


def test_best_have_one_to_avoid_beside_what_worked() -> None:
    every = [lesson("1", 9), lesson("2", 8), lesson("3", 7), lesson("bad", 1, kind="avoid")]
    assert [one.title for one in best(every, 3)] == ["1", "bad", "2"]
    assert [one.title for one in best(every[:2], 3)] == ["1", "2"]
    assert best([], 3) == []


@given(st.text())
@example("\ud800 OR \0")
@example('"')
@example("\u0897")
def test_any_text_can_be_looked_for(task: str) -> None:
    words = words_of_task(task)
    hits = search([Texts("", task), Texts("subject", "", "note")], words)
    assert all(hit.relevance > 0 for hit in hits)
    if task.isascii() and words:
        assert hits[0].place == 0


def test_words_are_few_distinct_and_say_something() -> None:
    assert words_of_task("Fix the parser, fix THE Parser!") == ("fix", "parser")
    assert words_of_task("parseCartTotals in cart_totals") == ("parsecarttotals", "parse", "cart", "totals")
    assert words_of_task("解析器") == ("解 析", "析 器")
    assert words_of_task("\0\udcff") == words_of_task("\u0301") == words_of_task("") == ()
    assert len(words_of_task(" ".join(f"w{number}" for number in range(10_000)))) == MOST_WORDS


def test_expression_quotes_every_word_and_lengthens_long_ones() -> None:
    assert expression(("or", "near", "解 析")) == '"or" OR "near"* OR "解 析"'


def test_indexed_text_has_the_parts_of_identifiers_and_no_surrogates() -> None:
    assert searchable("the HTTPServer\x00of\udcffparse_cart") == "the httpserver http server of parse_cart"
    assert searchable("API修正") == "api 修 正 "
    assert len(searchable("x" * 100_000)) == 10_000
