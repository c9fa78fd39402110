"""Branches with names that an agent's machine writes, in a history that no hook saw."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.support import Repo

DEVIN: Final = "devin/1774319384-telemetry"


@pytest.fixture
def history(tmp_path: Path, environment: dict[str, str]) -> Repo:
    """Return an untracked repository: a merged branch of Devin, an open one, and a person's of a like name."""
    repo = Repo.make(tmp_path / "history", environment)
    repo.commit("init")
    for branch in (DEVIN, "devin/fix-login"):
        repo.git("checkout", "-q", "-b", branch, "main")
        repo.commit(f"feat: on {branch}")
        repo.git("checkout", "-q", "main")
        repo.git("merge", "-q", "--no-ff", "-m", f"Merge pull request #5 from acme/{branch}", branch)
        repo.git("branch", "-q", "-D", branch)
    repo.git("checkout", "-q", "-b", "devin/1774319999-open")
    repo.commit("feat: open")
    repo.git("checkout", "-q", "main")
    return repo


def makers(repo: Repo) -> dict[str, tuple[str, str, str]]:
    return {line["subject"]: (line["agent"], line["confidence"], line["signal"]) for line in repo.log()}


EXPECTED: Final = {
    f"feat: on {DEVIN}": ("devin", "low", "branch"),
    "feat: open": ("devin", "low", "branch"),
    "feat: on devin/fix-login": ("human", "low", "none"),
    "init": ("human", "low", "none"),
}


def test_backfill_reads_branches_and_merges(history: Repo) -> None:
    history.tracker("init")
    history.tracker("backfill")
    found = makers(history)
    assert {subject: found[subject] for subject in EXPECTED} == EXPECTED
    assert {maker[0] for subject, maker in found.items() if subject.startswith("Merge")} == {"human"}
    assert f"merge={DEVIN}" in history.tracker("explain", ":/feat: on devin/1774319384")
    history.tracker("reattribute")
    assert makers(history) == found
    history.tracker("verify")


def test_glance_says_the_same(history: Repo) -> None:
    assert "devin" in history.tracker("glance")
    rows = [json.loads(line) for line in history.tracker("glance", "--json").splitlines()]
    assert {row["agent"]: row["commits"] for row in rows} == {"human or unmarked": 4, "devin": 2}


def test_reattribute_evaluates_the_branch_with_the_users_catalogue(history: Repo) -> None:
    history.tracker("init")
    history.tracker("backfill")
    places = Path(history.environment["XDG_CONFIG_HOME"]) / "agent-tracker"
    places.mkdir(parents=True, exist_ok=True)
    rules = "branches = [{ pattern = 'devin/17743', confidence = \"low\" }]\n"
    (places / "agents.toml").write_text(
        f'[[agent]]\nname = "devin"\nkind = "agent"\n\n[[agent]]\nname = "own"\nkind = "agent"\n{rules}'
    )
    history.tracker("reattribute")
    assert makers(history)[f"feat: on {DEVIN}"] == ("own", "low", "branch")
    assert makers(history)["feat: open"] == ("own", "low", "branch")


def test_stale_branch_makes_nobody_an_agent(history: Repo, tmp_path: Path) -> None:
    """The person's commits between a main that was not pulled and the agent's branch are held by origin/main."""
    clone = history.clone(tmp_path / "clone")
    for number in range(3):
        history.commit(f"feat: later {number}")
    history.git("checkout", "-q", "-b", "devin/1774320000-late")
    history.commit("feat: late")
    history.git("checkout", "-q", "main")
    clone.git("fetch", "-q")
    clone.git("checkout", "-q", "devin/1774320000-late")
    clone.tracker("init")
    clone.tracker("backfill")
    found = makers(clone)
    assert found["feat: late"] == ("devin", "low", "branch")
    assert {found[f"feat: later {number}"][0] for number in range(3)} == {"human"}


def test_branch_with_commits_of_several_authors_says_nothing(history: Repo) -> None:
    history.git("checkout", "-q", "-b", "devin/1774320000-mixed", "main")
    history.commit("feat: mixed")
    history.commit("fix: mixed", env={"GIT_AUTHOR_NAME": "Bo", "GIT_AUTHOR_EMAIL": "bo@example.com"})
    history.tracker("init")
    history.tracker("backfill")
    assert {makers(history)[subject][0] for subject in ("feat: mixed", "fix: mixed")} == {"human"}


def test_person_who_adds_to_the_branch_of_an_agent_that_signs_stays_a_person(history: Repo) -> None:
    history.git("checkout", "-q", "-b", "devin/1774320000-signed", "main")
    signed = {"GIT_AUTHOR_NAME": "devin-ai-integration[bot]"}
    signed["GIT_AUTHOR_EMAIL"] = "158243242+devin-ai-integration[bot]@users.noreply.github.com"
    history.commit("feat: signed", env=signed)
    history.commit("fix: by a person")
    history.tracker("init")
    history.tracker("backfill")
    assert makers(history)["feat: signed"][0] == "devin"
    assert makers(history)["fix: by a person"][0] == "human"


@pytest.mark.whole
def test_reattribute_reads_the_branches_as_they_are_now(history: Repo) -> None:
    history.tracker("init")
    history.tracker("backfill")
    history.git("branch", "feature", "devin/1774319999-open")  # a person goes on with it under another name
    history.tracker("reattribute")
    assert makers(history)["feat: open"][0] == "human"
    history.git("branch", "-q", "-D", "feature")
    history.tracker("reattribute")
    assert makers(history)["feat: open"][0] == "devin"
