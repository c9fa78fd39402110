"""Grades of sessions: the last of each rater on each session counts."""

from tests.lineage.families import HERE, THERE
from tracker.feedback_records import RetrospectiveRecord
from tracker.lineage.session_grades import session_amounts
from tracker.lineage.sums import by_column
from tracker.model import GradeValue


def retrospective(
    time: int, agent_grade: GradeValue | None = None, user_grade: GradeValue | None = None, session: str = "session-1"
) -> RetrospectiveRecord:
    return RetrospectiveRecord(
        "codex", session, "", agent_grade, user_grade, 60, 60, "", time, project=HERE, is_session=True
    )


def columns(*retrospectives: RetrospectiveRecord) -> list[str]:
    """Return the columns to which the retrospectives add 1, sorted."""
    return sorted(
        name for _, row in session_amounts(retrospectives) for name, value in by_column(row).items() if value == 1
    )


def test_last_grade_of_each_rater_counts() -> None:
    assert columns(retrospective(1, 5, 2), retrospective(2, -1), retrospective(3)) == ["agent_bad", "user_good"]


def test_last_grade_is_by_time_and_within_a_second_by_place() -> None:
    assert columns(retrospective(9, 5), retrospective(1, -1)) == ["agent_excellence"]
    first, second = retrospective(9, 5), retrospective(9, -1)._replace(place=1)
    assert columns(first, second) == columns(second, first) == ["agent_bad"]


def test_sessions_agents_and_projects_are_graded_apart() -> None:
    first = retrospective(1, 5)
    others = [retrospective(2, 5, session="session-2"), first._replace(agent="opencode"), first._replace(project=THERE)]
    assert columns(first, *others) == ["agent_excellence"] * 4


def test_retrospectives_of_commits_add_nothing() -> None:
    assert columns(retrospective(1, 5)._replace(is_session=False)) == []


def test_account_is_that_of_the_last_grade() -> None:
    (account, _), *others = session_amounts([retrospective(1, 5), retrospective(1_700_000_000, 2)])
    assert (account.agent, account.project, account.month) == ("codex", HERE, 2023 * 12 + 10)
    assert others == []
