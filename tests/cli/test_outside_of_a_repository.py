"""Outside of a repository commands that read show all projects; ``doctor --all`` and ``init`` go over many."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.reading_commands import OF_ONE_REPOSITORY, READING
from tests.support import Repo, one, sealed_home

pytestmark = pytest.mark.recorded_later

AGENT = {"CLAUDECODE": "1"}
SAID = "is not inside a git repository: all projects are shown.\n"


def make_outside(folder: Path, environment: dict[str, str]) -> Repo:
    """Return a folder in no repository, beside the projects "repo" and "second", in which an agent worked."""
    for name in ("repo", "second"):
        repo = Repo.make(folder / name, environment)
        repo.commit("feat: before")
        repo.tracker("init")
        repo.commit(f"fix: parse dates in {name}", file="dates.py", env=AGENT)
        repo.settle()
        repo.tracker("activity", "--task", f"dates of {name}", env=AGENT)
        repo.tracker("retro", "HEAD", "--notes", f"learnt in {name}", env=AGENT)
        repo.tracker("bug", "HEAD", "--note", f"wrong in {name}", env=AGENT)
        repo.tracker("outcomes")
    (folder / "outside").mkdir()
    return Repo(folder / "outside", environment)


@pytest.fixture
def outside(environment: dict[str, str], tmp_path: Path) -> Repo:
    return make_outside(tmp_path, environment)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Such a folder, for tests that only read."""
    folder = tmp_path_factory.mktemp("unchanged")
    return make_outside(folder, sealed_home(folder / "home"))


SUMS = {
    "log --summary": ("claude-code\tunknown\t2\t100%",),
    "log --project": ("in repo",),
    "report": ("claude-code with unknown model        2  ",),
    "report --everywhere": ("claude-code with unknown model,2,",),
    "recommend": ("of 2 projects together",),
    "recommend --everywhere": ('"place":"all projects"',),
    "verify": ("The ledger holds 2 commits and agrees with itself; in a project",),
}
"""Words in the output of those that add projects up, or were asked for one."""

OF_MANY = [name for name in READING if not name.startswith(OF_ONE_REPOSITORY)]


@pytest.mark.few(4)
@pytest.mark.parametrize("command", OF_MANY)
@pytest.mark.whole
def test_all_projects_are_shown(unchanged: Repo, command: str) -> None:
    done = unchanged.run(*READING[command])
    assert done.returncode == 0, done.stderr
    is_asked_for = command.startswith(("log --everywhere", "log --project", "report --every", "recommend --every"))
    assert done.stderr == ("" if is_asked_for else f"agent-tracker: {unchanged.path} {SAID}")
    for words in SUMS.get(command, ("repo", "second")):
        assert words in done.stdout
    assert ("second" in done.stdout) != (command in {*SUMS}), done.stdout


@pytest.mark.few(3)
@pytest.mark.parametrize("command", [name for name in READING if name not in {*OF_MANY, "doctor"}])
def test_what_is_about_one_repository_needs_one(unchanged: Repo, command: str) -> None:
    done = unchanged.run(*READING[command])
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not inside a git repository" in one(done.stderr.splitlines())


def test_doctor_checks_all_projects(unchanged: Repo) -> None:
    done = unchanged.run("doctor")
    assert done.returncode == 0
    assert done.stderr == f"agent-tracker: {unchanged.path} is not inside a git repository: all projects are checked.\n"
    assert "repo (" in done.stdout
    assert "second (" in done.stdout


def test_lines_name_their_projects(unchanged: Repo) -> None:
    listed = [line.split("  ") for line in unchanged.tracker("bug").splitlines() if line.startswith("  ")]
    assert [cells[2] for cells in listed] == ["claude-code in second", "claude-code in repo"]
    assert "claude-code in second on " in unchanged.tracker("retro")
    assert "claude-code in repo: dates of repo" in unchanged.tracker("activity")
    assert {line["agent"] for line in _lines(unchanged, "activity")} == {"claude-code"}
    assert len({line["project"] for line in _lines(unchanged, "retro")}) == 2


def _lines(repo: Repo, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker(*arguments, "--json").splitlines()]


@pytest.mark.whole
def test_status_shows_every_agent_over_all_projects(outside: Repo, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", outside.environment)
    repo.commit("docs: by a person")
    repo.settle()
    row = one(_lines(outside, "status"))
    assert (row["agent_name"], row["projects"], row["total_bugs"], row["halted"]) == (
        "claude-code", ["repo", "second"], 2, True
    )  # fmt: skip
    assert _lines(outside, "status", "human")[0]["skill_points"] is None
    assert outside.tracker("status", "human").splitlines()[1] == "human\t-\t-\t-\t1\t0\t0\trepo"
    done = outside.run("status", "nobody")
    assert done.returncode == 1
    assert "no agent called 'nobody' is known" in done.stderr


@pytest.mark.whole
def test_a_ledger_in_gits_configuration_is_the_one_that_is_read(outside: Repo, tmp_path: Path) -> None:
    outside.git("config", "--global", "agent-tracker.ledger", str(tmp_path / "other"))
    done = outside.run("log")
    assert done.returncode == 1
    assert f"there is no ledger at {tmp_path / 'other'}, which git config agent-tracker.ledger names" in done.stderr


@pytest.mark.whole
def test_a_repository_that_is_not_tracked_is_named(outside: Repo) -> None:
    outside.git("init", "-q")
    for command in ("log", "recommend", "review"):
        assert f"{outside.path} is not tracked: run 'agent-tracker init'" in outside.run(command).stderr
    assert "is not tracked: all projects are shown" in outside.run("lessons", "parse dates").stderr
    assert outside.run("log", "--everywhere").stderr == ""


def test_similar_projects_need_one_at_hand(unchanged: Repo) -> None:
    done = unchanged.run("recommend", "--similar")
    assert done.returncode == 2
    assert "there is none here" in done.stderr


class TestDoctorAll:
    def test_every_project_is_checked(self, unchanged: Repo) -> None:
        assert unchanged.tracker("doctor", "--all") == (
            f"repo ({unchanged.path.parent / 'repo'}) is in order.\n"
            f"second ({unchanged.path.parent / 'second'}) is in order.\n"
            "2 projects: 2 in order.\n"
        )

    def test_findings_and_missing_repositories_are_named(self, outside: Repo, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "repo", outside.environment)
        shutil.rmtree(repo.folder / "spool")
        (repo.folder / "spool").write_text("")
        (tmp_path / "second").rename(tmp_path / "moved")
        said = outside.tracker("doctor", "--all", code=1)
        assert f"repo ({repo.path}):\n! " in said
        assert f"second ({tmp_path / 'second'}) is missing.\n2 projects: 1 with findings, 1 missing.\n" in said
        states = {line["name"]: (line["state"], line["ok"]) for line in self._json(outside, code=1)}
        assert states == {"repo": ("checked", False), "second": ("missing", True)}

    @pytest.mark.whole
    def test_one_that_was_uninstalled_is_no_finding(self, outside: Repo, tmp_path: Path) -> None:
        Repo(tmp_path / "second", outside.environment).tracker("uninstall")
        assert "is not tracked any more.\n2 projects: 1 in order, 1 not tracked any more.\n" in outside.tracker(
            "doctor", "--all"
        )

    @pytest.mark.whole
    def test_one_that_cannot_be_opened_stops_none(self, outside: Repo, tmp_path: Path) -> None:
        Repo(tmp_path / "repo", outside.environment).git("config", "agent-tracker.sizeLimit", "many")
        states = {line["name"]: line["ok"] for line in self._json(outside, code=1)}
        assert states == {"repo": False, "second": True}
        assert "size-limit is 'many'" in outside.tracker("doctor", "--all", code=1)

    def test_it_works_in_a_project_too(self, unchanged: Repo) -> None:
        assert "2 projects: 2 in order." in Repo(unchanged.path.parent / "repo", unchanged.environment).tracker(
            "doctor", "--all"
        )

    @staticmethod
    def _json(repo: Repo, code: int) -> list[dict[str, Any]]:
        return [json.loads(line) for line in repo.tracker("doctor", "--all", "--json", code=code).splitlines()]


class TestInitOfMany:
    def test_all_are_tracked(self, untracked: Repo, tmp_path: Path) -> None:
        second = Repo.make(tmp_path / "second", untracked.environment)
        said = untracked.tracker("init", ".", str(second.path))
        assert [line for line in said.splitlines() if line.startswith("Tracking ")] == [
            f"Tracking {untracked.path}.", f"Tracking {second.path}."
        ]  # fmt: skip
        assert untracked.project() != second.project()

    def test_one_that_fails_is_named_at_the_end(self, untracked: Repo, tmp_path: Path) -> None:
        second = Repo.make(tmp_path / "second", untracked.environment)
        (tmp_path / "no repository").mkdir()
        done = untracked.run("init", "../nowhere", "../no repository", ".", str(second.path))
        assert done.returncode == 1
        assert untracked.folder.exists()
        assert second.folder.exists()
        first, *rest = done.stderr.splitlines()
        assert first == "agent-tracker: 2 of 4 repositories are not tracked:"
        assert [line.split(": ")[1] for line in rest] == ["../nowhere", "../no repository"]

    def test_json_has_a_line_for_each(self, untracked: Repo, tmp_path: Path) -> None:
        done = untracked.run("init", "--json", str(tmp_path / "nowhere"), ".")
        failed, tracked = map(json.loads, done.stdout.splitlines())
        assert failed["path"] == str(tmp_path / "nowhere")
        assert "there is no" in failed["error"]
        assert tracked["new"] is True
