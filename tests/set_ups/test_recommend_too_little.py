"""``recommend`` where there is too little to compare: each time one sentence, and no error."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.set_ups.made_work import (
    CLAUDE,
    CLAUDE_NAME,
    CODEX,
    CODEX_NAME,
    GEMINI,
    PERSON,
    Work,
    make,
    tally,
)
from tests.set_ups.test_recommend import recommend, set_ups, verdict
from tests.support import Repo


class TestTooLittle:
    """Each of these is one sentence, and no error."""

    def test_nothing_recorded(self, untracked: Repo) -> None:
        untracked.tracker("init")
        assert verdict(untracked) == "Nothing is recorded of repo yet: new commits will be."

    def test_nothing_recorded_of_a_history(self, untracked: Repo) -> None:
        untracked.commit("feat: one")
        untracked.tracker("init", "--hooks", "none")
        assert verdict(untracked) == (
            "Nothing is recorded of repo yet: new commits will be, and 'agent-tracker backfill' records its history."
        )

    def test_only_people(self, untracked: Repo) -> None:
        make(untracked, [Work(PERSON, "feat", 5)])
        assert "None of the 5 recorded commits of repo is known to be an agent's" in verdict(untracked)

    def test_one_set_up(self, untracked: Repo) -> None:
        make(untracked, tally(CLAUDE, "feat", 10, 20))
        assert verdict(untracked) == (
            f"{CLAUDE_NAME} is the only set-up of an agent with commits in repo (20): there is nothing to compare it"
            " with."
        )

    def test_few_commits(self, untracked: Repo) -> None:
        make(untracked, [*tally(CLAUDE, "feat", 3, 4), *tally(CODEX, "feat", 2, 7)])
        assert "Not enough is known to compare set-ups" in verdict(untracked)

    def test_all_young_and_none_graded(self, untracked: Repo) -> None:
        make(untracked, [Work(CLAUDE, "feat", 12, age=3), Work(CODEX, "feat", 12, age=2)])
        said = verdict(untracked)
        assert said.startswith("Nothing can be said until 20")
        assert "all 24 commits of agents that landed did so less than 14 days ago" in said

    @pytest.mark.parametrize("grade", [-1, 2])
    def test_all_grades_alike(self, untracked: Repo, grade: int) -> None:
        make(untracked, [Work(CLAUDE, "feat", 12, grade=grade), Work(CODEX, "feat", 12, grade=grade)])  # type: ignore[arg-type]
        assert "no evidence of a difference" in verdict(untracked)

    def test_one_project_against_all(self, untracked: Repo) -> None:
        make(untracked, [Work(CLAUDE, "feat", 2, grade=2)])
        told = f"{CLAUDE_NAME} is the only set-up of an agent with commits in all projects (2): "
        assert verdict(untracked, "--everywhere").startswith(told)

    def test_outcomes_are_computed_where_that_is_quick(self, untracked: Repo) -> None:
        make(untracked, [Work(CLAUDE, "feat", 12), Work(CODEX, "feat", 12)], outcomes=False)
        assert recommend(untracked)["measure"] == "kept"
        assert set_ups(recommend(untracked))[CLAUDE_NAME]["of"] == 12


@pytest.mark.whole
def test_outcomes_of_a_long_history_are_not_computed_on_the_way(untracked: Repo) -> None:
    untracked.import_commits(501)
    untracked.tracker("init", "--hooks", "none")
    untracked.tracker("backfill")
    assert untracked.run("recommend").stderr == ""  # no commit of an agent has an outcome
    untracked.git("commit", "-q", "--allow-empty", "-m", f"feat: one\n\n{CLAUDE}")
    done = untracked.run("recommend")
    assert done.returncode == 0
    assert "run 'agent-tracker outcomes' to compute them" in done.stderr


def test_measure_that_was_asked_for_and_has_nothing(untracked: Repo) -> None:
    make(untracked, [Work(CLAUDE, "feat", 12), Work(CODEX, "feat", 12)])
    assert verdict(untracked, "--measure", "grades").startswith(
        "None of the 24 commits of agents is graded: grade with"
    )


def test_date_is_that_of_an_agents_commit(untracked: Repo) -> None:
    make(untracked, [Work(PERSON, "feat", 1, age=13), Work(CLAUDE, "feat", 1, age=1), Work(CODEX, "feat", 1, age=1)])
    day = datetime.now(UTC) + timedelta(days=12)
    assert verdict(untracked)[len("Nothing can be said until ") :][:10] >= day.strftime("%Y-%m-%d")


@pytest.mark.whole
def test_commits_that_count_in_another_clone_are_said_to_do_so(untracked: Repo, tmp_path: Path) -> None:
    make(untracked, [Work(CLAUDE, "feat", 3)])
    clone = untracked.clone(tmp_path / "second")
    begun = clone.tracker("init", "--hooks", "none", "--backfill")
    assert "count in repo, which holds them too: run 'agent-tracker recommend' there." in " ".join(begun.split())
    for command in ("recommend", "report", "outcomes"):
        assert "count in repo, which holds them too: run this command there" in " ".join(clone.tracker(command).split())
    done = clone.run("recommend", "--why", "claude-code")
    assert (done.returncode, "count in repo, which holds them too" in done.stderr) == (1, True)
    shown = " ".join(clone.tracker("status", "claude-code").split())
    assert "In this project nothing that counts: the commits here count in repo" in shown


def test_grades_of_fetched_commits_count(untracked: Repo, tmp_path: Path) -> None:
    """Commits of other people's agents wait for no grade, and are graded when the user asks for them."""
    for number in range(3):
        message = f"feat: {number}\n\n{CLAUDE}"
        who = {f"GIT_{one}_{what}": f"bo@{what}" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        untracked.git("commit", "-q", "--allow-empty", "-m", message, env=who)
    clone = untracked.clone(tmp_path / "clone")
    clone.tracker("init", "--hooks", "none", "--backfill")
    said = clone.tracker("recommend", "--measure", "grades")
    assert "agent-tracker review --all" in said
    clone.person("grade", "HEAD", "--user", "good")
    (row,) = [json.loads(line) for line in clone.tracker("report", "--by", "agent", "--json").splitlines()]
    assert (row["graded"]["of"], row["graded"]["good"]) == (1, 1)
    assert clone.json("status", "claude-code")["communication_score"] == 60


@pytest.mark.whole
def test_clone_with_a_commit_of_its_own_says_where_the_others_count(untracked: Repo, tmp_path: Path) -> None:
    make(untracked, [Work(CLAUDE, "feat", 3)])
    clone = untracked.clone(tmp_path / "second")
    clone.tracker("init", "--hooks", "none", "--backfill")
    sheet = clone.tracker("status")
    assert "All commits     count in repo" in sheet
    assert "backfill" not in sheet
    clone.commit("feat: own", env=CLAUDE_CODE)
    clone.tracker("sync")
    for command in ("recommend", "report", "outcomes"):
        said = " ".join(clone.tracker(command).split())
        assert "Other commits of" in said
        assert "count in repo, which holds them too: to see those, run this command there" in said
    assert "No recorded commit of second is of that time." in clone.tracker("report", "--since", "2030-01-01")


@pytest.mark.whole
def test_bug_that_a_clone_reports_counts_where_the_commit_does(untracked: Repo, tmp_path: Path) -> None:
    make(untracked, [Work(CLAUDE, "feat", 3)])
    clone = untracked.clone(tmp_path / "second")
    clone.tracker("init", "--hooks", "none", "--backfill")
    clone.person("bug", "HEAD", "--note", "wrong", "--yes")
    for command in ("recommend", "report", "outcomes"):
        assert "count in repo, which holds them too: run this command there" in " ".join(clone.tracker(command).split())
    header, row = [line.split("\t") for line in untracked.tracker("outcomes").splitlines()[:2]]
    assert (row[header.index("landed")], row[header.index("blamed")]) == ("3", "1")
    assert untracked.json("verify")["ok"]
    clone.person("bug", "HEAD", "--undo")
    assert untracked.tracker("outcomes").splitlines()[1].split("\t")[header.index("blamed")] == "0"


@pytest.mark.whole
def test_projects_whose_outcomes_were_never_computed_are_named(untracked: Repo, tmp_path: Path) -> None:
    make(untracked, [Work(CLAUDE, "feat", 3)])
    other = Repo.make(tmp_path / "other", untracked.environment)
    other.commit("feat: x", env={"CODEX_THREAD_ID": "t"})
    other.tracker("init", "--hooks", "none", "--no-backfill")
    other.tracker("backfill")
    said = "What became of the commits was never computed in other: run 'agent-tracker outcomes' there."
    for command in ("recommend", "report"):
        assert said in " ".join(untracked.tracker(command, "--everywhere").split())
    other.tracker("outcomes")
    assert said not in untracked.tracker("report", "--everywhere")


def test_time_without_commits_is_said_to_be_that(untracked: Repo) -> None:
    make(untracked, [Work(CLAUDE, "feat", 3)])
    for command in ("recommend", "report"):
        assert "No recorded commit of repo is of that time." in untracked.tracker(command, "--since", "2099")


def test_verdict_claims_nothing_of_pairs_that_are_not_compared(untracked: Repo) -> None:
    make(untracked, [Work(CODEX, "feat", 12), Work(CLAUDE, "feat", 12), Work(GEMINI, "docs", 12)])
    said = verdict(untracked)
    assert said == f"There is no evidence of a difference between {CLAUDE_NAME} and {CODEX_NAME}."
