"""``agent-tracker recommend`` as a user sees it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.program import TRACKER
from tests.set_ups.made_work import (
    CLAUDE,
    CLAUDE_NAME,
    CODEX,
    CODEX_NAME,
    GEMINI,
    GEMINI_NAME,
    Work,
    make,
    tally,
)
from tests.support import Repo, sealed_home
from tracker.files import FileLock

WORKED_EXAMPLE = [
    *tally(CLAUDE, "feat", 14, 20),
    *tally(CLAUDE, "fix", 6, 10),
    *tally(CLAUDE, "docs", 4, 4),
    *tally(CODEX, "feat", 5, 6),
    *tally(CODEX, "docs", 17, 18),
    *tally(GEMINI, "feat", 3, 4),
    *tally(GEMINI, "fix", 1, 5),
]
"""Good and graded commits by set-up and kind: the one that looks 21 points better had the easier work."""


def recommend(repo: Repo, *options: str) -> dict[str, Any]:
    return dict(repo.json("recommend", *options))


def set_ups(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found["set_ups"]}


def verdict(repo: Repo, *options: str) -> str:
    """Return the verdict, which is the first paragraph of the output."""
    return " ".join(repo.tracker("recommend", *options).split("\n\n")[0].split())


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The worked example, which the tests of this module only read."""
    place = tmp_path_factory.mktemp("worked")
    repo = Repo.make(place / "repo", sealed_home(place / "home"))
    make(repo, WORKED_EXAMPLE)
    return repo


def test_grades_are_adjusted_for_the_kind_of_work(worked: Repo) -> None:
    found = recommend(worked)
    assert found["measure"] == "grades"
    numbers = {
        name: (one["good"], one["of"], round(one["expected"], 1), round(one["adjusted"], 3), round(one["share"], 3))
        for name, one in set_ups(found).items()
    }
    assert numbers == {
        CLAUDE_NAME: (24, 34, 23.4, 0.765, 0.760),
        CODEX_NAME: (22, 24, 21.3, 0.772, 0.764),
        GEMINI_NAME: (4, 9, 5.4, 0.549, 0.653),
    }
    assert sorted(found["leaders"]) == [CLAUDE_NAME, CODEX_NAME]
    assert set_ups(found)[GEMINI_NAME]["is_compared"] is False


def test_verdict_is_the_first_thing_that_is_said(worked: Repo) -> None:
    said = verdict(worked)
    assert said.startswith(f"There is no evidence of a difference between {CODEX_NAME} and {CLAUDE_NAME}; ")
    assert said.endswith("more graded commits of each are needed to tell them apart.")


def test_output_shows_what_the_verdict_rests_on(worked: Repo) -> None:
    said = worked.tracker("recommend")
    assert "Compared by your own grades" in said
    assert f"Too few graded commits to compare: {GEMINI_NAME} (9)." in said
    assert "22 / 24 / 24" in said
    assert "14 of 20 70%" in said  # feat, as counted
    assert "proves no cause" in said
    for word in ("XP", "skill points", "communication score"):
        assert word not in said


def test_better_set_up_leads_and_the_others_are_named(untracked: Repo) -> None:
    make(untracked, [*tally(CLAUDE, "feat", 38, 40), *tally(CODEX, "feat", 10, 40)])
    found = recommend(untracked)
    assert found["leaders"] == [CLAUDE_NAME]
    assert set_ups(found)[CLAUDE_NAME]["beats"] == [CODEX_NAME]
    assert found["chance"] <= 0.05
    sure = "(with a probability of at least 0.9)"
    assert verdict(untracked) == f"{CLAUDE_NAME} leads: it did better than {CODEX_NAME} {sure}."


def test_without_enough_grades_it_decides_what_became_of_the_commits(untracked: Repo) -> None:
    work = [
        Work(CLAUDE, "feat", 30),
        Work(CODEX, "feat", 10),
        Work(CODEX, "feat", 10, fate="reverted"),
        Work(CODEX, "feat", 5, fate="fixed"),
        Work(CODEX, "feat", 5, fate="replaced"),
        Work(CLAUDE, "feat", 3, grade=2),
    ]
    make(untracked, work)
    found = recommend(untracked)
    assert (found["measure"], found["leaders"]) == ("kept", [CLAUDE_NAME])
    codex = set_ups(found)[CODEX_NAME]
    assert (codex["good"], codex["of"]) == (10, 30)
    assert {name: one["found"] for name, one in codex["outcomes"].items()} == {
        "reverted": 10, "fixed": 5, "blamed": 0, "half_kept_14": 15, "half_kept_30": 15, "half_kept_90": 15,
    }  # fmt: skip
    assert "you graded 3 commits, too few to decide" in " ".join(untracked.tracker("recommend").split())


def test_set_ups_that_did_different_kinds_of_work_are_not_compared(untracked: Repo) -> None:
    make(untracked, [*tally(CLAUDE, "feat", 20, 20), *tally(CODEX, "docs", 2, 20)])
    found = recommend(untracked)
    assert found["not_compared"] == [[CLAUDE_NAME, CODEX_NAME]]
    assert all(not one["beats"] for one in found["set_ups"])
    assert (
        verdict(untracked)
        == f"{CLAUDE_NAME} and {CODEX_NAME} cannot be compared, since their kinds of task are too different."
    )


def test_kind_and_size_of_work_with_most_of_the_trouble_is_named(untracked: Repo) -> None:
    work = [
        Work(CLAUDE, "docs", 40),
        Work(CLAUDE, "refactor", 10, lines=20),
        Work(CLAUDE, "refactor", 2, lines=400),
        Work(CLAUDE, "refactor", 4, lines=400, fate="reverted"),
        Work(CODEX, "docs", 12),
    ]
    make(untracked, work)
    said = " ".join(untracked.tracker("recommend").split())
    assert f"Review every refactor commit by {CLAUDE_NAME}: 4 of 16 were in trouble" in said
    trouble = "0 of 40 in trouble; upper end of the 90 % interval: 6%"
    assert f"May go without review of each commit: docs by {CLAUDE_NAME} ({trouble})" in said


def test_why_lists_the_commits_behind_the_figures(untracked: Repo) -> None:
    oids = make(
        untracked, [Work(CLAUDE, "feat", 12, grade=2), Work(CLAUDE, "feat", 1, fate="reverted"), Work(CODEX, "fix", 12)]
    )
    lines = [json.loads(line) for line in untracked.tracker("recommend", "--why", CLAUDE_NAME, "--json").splitlines()]
    assert {line["oid"] for line in lines} == {*oids[:13]}
    assert (lines[0]["oid"], lines[0]["is_trouble"], lines[0]["user_grade"]) == (oids[12], True, None)
    assert lines[0]["what_became_of_it"][0].startswith("reverted by ")
    assert oids[12][:10] in untracked.tracker("recommend", "--why", "opus 4.7")


def test_why_with_an_agent_lists_those_of_all_its_models(untracked: Repo) -> None:
    older = CODEX.replace("gpt-5.2-codex", "gpt-5.1-codex")
    oids = make(untracked, [Work(CODEX, "feat", 2), Work(older, "feat", 3), Work(CLAUDE, "fix", 2)])
    lines = [json.loads(line) for line in untracked.tracker("recommend", "--why", "codex", "--json").splitlines()]
    assert {line["oid"] for line in lines} == {*oids[:5]}
    said = untracked.tracker("recommend", "--why", "Codex")
    assert said.startswith(
        "5 commits of codex with gpt-5.1-codex and codex with gpt-5.2-codex; those that count against"
    )


def test_why_with_a_whole_name_leaves_out_agents_whose_names_begin_so(untracked: Repo) -> None:
    cloud = "Co-authored-by: Codex Cloud <codex-cloud@example.com>"
    oids = make(untracked, [Work(CODEX, "feat", 2), Work(cloud, "feat", 3)])
    untracked.person("attribute", *oids[2:], "--agent", "codex-cloud")
    lines = [json.loads(line) for line in untracked.tracker("recommend", "--why", "codex", "--json").splitlines()]
    assert {line["oid"] for line in lines} == {*oids[:2]}


@pytest.mark.parametrize(
    ("named", "code", "reason"),
    [
        ("nobody", 1, "no set-up is called 'nobody'"),
        ("e", 2, "write more of the name"),
        ("", 2, "--why needs the name of a set-up"),
        ("  ", 2, "--why needs the name of a set-up"),
    ],
)
def test_set_up_that_cannot_be_told_is_refused(worked: Repo, named: str, code: int, reason: str) -> None:
    done = worked.run("recommend", "--why", named)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr


def test_set_up_is_not_found_where_nothing_is_recorded(repo: Repo) -> None:
    done = repo.run("recommend", "--why", "codex")
    assert "Nothing is recorded of repo yet" in done.stderr


def test_agents_and_models_can_be_compared_alone(worked: Repo) -> None:
    assert {*set_ups(recommend(worked, "--by", "agent"))} == {"claude-code", "codex", "gemini-cli"}
    assert {*set_ups(recommend(worked, "--by", "model"))} == {"claude-opus-4.7", "gpt-5.2-codex", "unknown model"}


def test_calibration_of_the_agents_own_grades(untracked: Repo) -> None:
    work = [Work(CLAUDE, "feat", 15, grade=2, agent_grade=2), Work(CLAUDE, "feat", 7, grade=-1, agent_grade=5)]
    make(untracked, [*work, *tally(CODEX, "feat", 8, 12)])
    said = " ".join(untracked.tracker("recommend").split())
    assert (
        f"{CLAUDE_NAME}: of 22 commits that both of you graded, its grade was the same in 15, higher in 7. Its" in said
    )
    assert "It called 22 of them good or excellence; 7 of these you graded bad." in said


def test_date_that_is_none_is_refused(worked: Repo) -> None:
    done = worked.run("recommend", "--since", "soon")
    assert done.returncode == 2
    assert "'soon' is no date" in done.stderr


def test_since_leaves_out_older_months(untracked: Repo) -> None:
    make(untracked, [Work(CLAUDE, "feat", 12, grade=2, age=200), Work(CODEX, "feat", 12, grade=2, age=20)])
    assert {*set_ups(recommend(untracked))} == {CLAUDE_NAME, CODEX_NAME}
    recent = recommend(untracked, "--since", "2000-01-01")
    assert {*set_ups(recent)} == {CLAUDE_NAME, CODEX_NAME}


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.whole
def test_lines_fit_the_page(worked: Repo, columns: int) -> None:
    terminal = worked.at_terminal(*TRACKER, "recommend", env={"COLUMNS": str(columns)})
    assert terminal.finish() == 0
    assert max(len(line.rstrip()) for line in terminal.shown.splitlines()) <= columns


@pytest.mark.whole
def test_leader_is_said_to_beat_only_those_that_it_was_compared_with(untracked: Repo) -> None:
    """Two of the three did no kind of task in common."""
    work = [
        *tally(CLAUDE, "feat", 38, 40),
        *tally(CODEX, "feat", 14, 40),
        *tally(CODEX, "docs", 30, 40),
        *tally(GEMINI, "docs", 8, 40),
    ]
    make(untracked, work)
    found = recommend(untracked)
    assert [CLAUDE_NAME, GEMINI_NAME] in found["not_compared"]
    said = verdict(untracked)
    assert f"{CLAUDE_NAME} leads: it did better than {CODEX_NAME} (" in said
    assert f"{GEMINI_NAME} did worse than {CODEX_NAME} (" in said


def test_work_with_a_part_to_review_may_not_go_without(untracked: Repo) -> None:
    work = [
        Work(CLAUDE, "feat", 95),
        Work(CLAUDE, "feat", 1, lines=400),
        Work(CLAUDE, "feat", 4, lines=400, fate="reverted"),
        Work(CLAUDE, "docs", 30),
    ]
    make(untracked, work)
    found = recommend(untracked)
    assert [(one["kind"], one["size"]) for one in found["review"]] == [("feat", "large")]
    assert [one["kind"] for one in found["without_review"]] == ["docs"]


def test_control_characters_of_a_projects_name_stay_out_of_the_terminal(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    repo = Repo.make(tmp_path / "we\x1b[31mird", environment)
    repo.commit("feat: one")
    repo.tracker("init", "--hooks", "none", "--backfill")
    assert "\x1b" not in repo.tracker("recommend") + repo.tracker("report", "--since", "2999-01-01")


@pytest.mark.whole
def test_what_is_known_is_shown_while_another_process_computes_outcomes(untracked: Repo) -> None:
    make(untracked, [Work(CLAUDE, "feat", 12, grade=2), Work(CODEX, "feat", 12, grade=-1)])
    untracked.commit("feat: one more")
    with FileLock(untracked.folder / "outcomes.lock").hold(5) as is_held:
        assert is_held
        done = untracked.run("report", "--by", "agent")
    assert done.returncode == 0
    assert "another process is computing the outcomes" in done.stderr
    assert "claude-code" in done.stdout


@pytest.mark.whole
def test_verdict_names_few_of_many_set_ups(untracked: Repo) -> None:
    models = [f"Assisted-by: codex:gpt-5.{number}" for number in range(9)]
    work = [tally(model, "feat", 1 if number > 2 else 40, 40) for number, model in enumerate(models)]
    make(untracked, [one for some in work for one in some], outcomes=False)
    said = verdict(untracked)
    assert said.count("did worse than codex with gpt-5.0, codex with gpt-5.1 and codex with gpt-5.2 (") == 3
    assert said.endswith(" 3 more did worse than others; the table says which.")


def test_agent_that_is_not_known_has_the_same_name_everywhere(untracked: Repo) -> None:
    make(untracked, [*tally("Assisted-by: glm-4.7", "feat", 3, 3), *tally(CODEX, "feat", 3, 3)], outcomes=False)
    for command in (("log",), ("recommend",), ("report",), ("log", "--summary"), ("outcomes",)):
        said = untracked.tracker(*command, env={"COLUMNS": "140"})
        assert "unknown-agent" in said, command
        assert "an unknown agent" not in said, command
    assert "3 commits of unknown-agent with glm-4.7" in untracked.tracker("recommend", "--why", "unknown-agent")
