"""Contributions of commits, bugs and reinstatements to the totals, and the calibration of an agent's grades."""

from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.example_ledger import commit_facts
from tests.lineage.families import HERE, THERE, A, B
from tracker import keys
from tracker.feedback_records import BugRecord, ReinstatementRecord
from tracker.lineage import contributions
from tracker.lineage.contributions import Calibration
from tracker.lineage.sums import NOTHING, SUMS, Sums, add, by_column, sums
from tracker.records import Carried, CommitFacts, CommitStanding, RecordedCommit

FACTS = commit_facts(2, live=True, agent="codex")
STANDING = CommitStanding(live=True, counted=True, agent="codex", kind="agent")
BUG = BugRecord("codex", HERE, A, "it broke", "", 1_700_000_000)
ROWS = st.lists(st.integers(0, 2**40), min_size=len(SUMS) - 3, max_size=len(SUMS)).map(tuple)


def contribution(facts: CommitFacts = FACTS, standing: CommitStanding = STANDING) -> dict[str, int]:
    """Return the columns that a commit adds to."""
    return columns(contributions.contribution(RecordedCommit(facts, standing)))


def columns(row: Sums) -> dict[str, int]:
    """Return the columns that are not 0."""
    return {name: value for name, value in by_column(row).items() if value}


@given(ROWS, ROWS)
def test_addition_is_commutative_and_subtraction_undoes_it(left: Sums, right: Sums) -> None:
    assert add(left, right) == add(right, left)
    assert add(add(left, right), right, -1) == add(left, NOTHING)


def test_row_written_before_a_column_was_added_counts_as_0_there() -> None:
    assert add((1, 2), sums(reinstatements=3)) == sums(commits=1, files=2, reinstatements=3)


class TestCommits:
    def test_local_commit_adds_its_diff_statistics_and_outcomes(self) -> None:
        assert contribution(standing=STANDING._replace(published=True, reverted=True)) == {
            "commits": 1, "files": 2, "insertions": 20, "deletions": 2, "pushes": 1, "reverts": 1,
            "waiting_user": 1, "waiting_agent": 1,
        }  # fmt: skip

    def test_fetched_commit_adds_nothing_that_moves_a_score(self) -> None:
        standing = STANDING._replace(published=True, reverted=True, user_grade=5)
        assert contribution(FACTS._replace(origin="fetched"), standing) == {
            "fetched_commits": 1, "fetched_files": 2, "fetched_insertions": 20, "fetched_deletions": 2,
            "fetched_reverts": 1, "fetched_user_excellence": 1,
        }  # fmt: skip

    def test_landed_commit_counts_as_local(self) -> None:
        assert contribution(FACTS._replace(origin="fetched"), STANDING._replace(landed=True))["commits"] == 1

    def test_unknown_diff_statistics_add_nothing(self) -> None:
        facts = FACTS._replace(files=None, insertions=None, deletions=None)
        assert contribution(facts) == {"commits": 1, "waiting_user": 1, "waiting_agent": 1}

    def test_only_agents_commits_without_a_firm_grade_wait(self) -> None:
        provisional = STANDING._replace(carried=(Carried("user", 2, A, "changed"),))
        assert contribution(standing=provisional)["waiting_user"] == 1
        assert "waiting_user" not in contribution(standing=STANDING._replace(user_grade=1))
        assert "waiting_user" not in contribution(standing=STANDING._replace(kind="human", agent="human"))
        same = STANDING._replace(carried=(Carried("user", 2, A, "same"),))
        assert "waiting_user" not in contribution(standing=same)

    def test_account_has_the_canonical_model_and_the_month_of_authoring(self) -> None:
        standing = STANDING._replace(model="GPT-5.2", model_id="openai/gpt-5.2")
        account = contributions.account(HERE, RecordedCommit(FACTS, standing))
        assert (account.model, account.month) == ("openai/gpt-5.2", keys.month(FACTS.authored_at))


class TestGrades:
    SQUASH = STANDING._replace(
        carried=(
            Carried("agent", 5, A, "squashed"),
            Carried("user", 2, A, "squashed"),
            Carried("user", -1, B, "squashed"),
        )
    )

    def test_own_grade_goes_before_a_carried_one(self) -> None:
        standing = STANDING._replace(user_grade=5, carried=(Carried("user", 1, A, "changed"),))
        assert contributions.grade(standing, "user") == (5, False)

    def test_carried_grade_is_provisional_unless_the_content_is_the_same(self) -> None:
        changed, same = (STANDING._replace(carried=(Carried("user", 1, A, kind),)) for kind in ("changed", "same"))
        assert contributions.grade(changed, "user") == (1, True)
        assert contributions.grade(same, "user") == (1, False)

    def test_squash_has_the_grades_of_its_parts_and_no_single_one(self) -> None:
        assert contributions.grade(self.SQUASH, "user") == (None, False)
        assert contributions.grades(self.SQUASH) == [("agent", 5), ("user", 2), ("user", -1)]

    def test_both_grades_of_a_commit_are_counted_as_a_pair(self) -> None:
        row = contribution(standing=STANDING._replace(agent_grade=5, user_grade=-1))
        assert (row["agent_excellence"], row["user_bad"], row["agent_excellence_user_bad"]) == (1, 1, 1)

    def test_pairs_of_a_squash_are_those_of_its_parts(self) -> None:
        row = contribution(standing=self.SQUASH)
        assert {name for name in row if name.startswith("agent_") and "_user_" in name} == {
            "agent_excellence_user_good"
        }


def test_calibration_compares_the_grades_of_each_pair_in_steps() -> None:
    row = sums(agent_good_user_good=2, agent_excellence_user_bad=1, agent_neutral_user_good=3, user_bad=9)
    assert contributions.calibration(row) == Calibration(pairs=6, equal=2, agent_higher=1, agent_lower=3, gap=0)


class TestBugsAndReinstatements:
    COMMIT = RecordedCommit(FACTS, STANDING._replace(model_id="openai/gpt-5.2"))

    def test_charged_bug_takes_agent_and_account_of_the_commit(self) -> None:
        bug = contributions.charged(BUG._replace(agent="somebody"), {HERE: self.COMMIT})
        assert contributions.bug_account(bug) == contributions.account(HERE, self.COMMIT)

    def test_bug_without_commit_is_in_the_month_of_its_report(self) -> None:
        assert contributions.bug_account(BUG._replace(oid=None)).month == keys.month(BUG.time)

    def test_only_bugs_of_local_commits_that_hold_count(self) -> None:
        assert columns(contributions.bug_amount(BUG)) == {"bugs": 1}
        assert contributions.bug_amount(BUG._replace(withdrawn_at=9)) == NOTHING
        fetched = self.COMMIT._replace(facts=FACTS._replace(origin="fetched"))
        assert contributions.bug_amount(contributions.charged(BUG, {HERE: fetched})) == NOTHING

    def test_bug_is_in_the_account_of_the_project_in_which_its_commit_counts(self) -> None:
        fetched = self.COMMIT._replace(facts=FACTS._replace(origin="fetched"))
        counted = self.COMMIT._replace(standing=self.COMMIT.standing._replace(counted=True))
        other = fetched._replace(standing=fetched.standing._replace(counted=False))
        bug = contributions.charged(BUG, {HERE: other, THERE: counted})
        assert contributions.bug_account(bug) == contributions.account(THERE, counted)
        assert bug.project == HERE
        assert columns(contributions.bug_amount(bug)) == {"bugs": 1}
        assert contributions.charged(bug, {HERE: other}).counted_in is None
        assert contributions.charged(BUG, {}) == BUG

    def test_reinstatement_adds_the_skill_points_that_it_gave(self) -> None:
        record = ReinstatementRecord("codex", HERE, 3, "test first", 1_700_000_000, "")
        assert columns(contributions.reinstatement_amount(record)) == {"reinstatements": 3}
        assert contributions.reinstatement_account(record).agent == "codex"
