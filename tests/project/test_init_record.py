"""The record of `init`: a project without it, or with one that does not count, and who has it written again."""

from pathlib import Path

import pytest

from tests.doctor import findings
from tests.feedback.output import CLAUDE
from tests.support import Repo, one
from tracker.project import init_record
from tracker.project.files import ProjectFiles
from tracker.project.setting_values import account_home
from tracker.project.trusted_settings import recording_places, setting_places

OUR_BOT = '[[agent]]\nname = "our-bot"\nkind = "agent"\nvariables = [{ name = "OUR_BOT", confidence = "high" }]\n'


@pytest.fixture
def files(repo: Repo) -> ProjectFiles:
    return ProjectFiles(repo.path / ".git")


def remove_record(files: ProjectFiles) -> None:
    """Leave a project as a version left it that recorded nothing."""
    init_record.path(files).unlink()


@pytest.mark.whole
def test_without_a_record_commits_are_recorded_by_the_users_catalogue(repo: Repo, files: ProjectFiles) -> None:
    catalogue = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "agents.toml"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(OUR_BOT)
    repo.tracker("init")  # the hooks keep the variables that the catalogue names
    remove_record(files)
    repo.commit("feat: by a bot", env={"OUR_BOT": "1"})
    assert repo.line()["agent"] == "our-bot"


@pytest.mark.whole
def test_without_a_record_events_reach_the_ledger_that_the_users_configuration_names(
    repo: Repo, files: ProjectFiles, tmp_path: Path
) -> None:
    remove_record(files)
    repo.git("config", "--global", "agent-tracker.ledger", str(tmp_path / "chosen.lmdb"))
    repo.commit("feat: later")
    repo.settle()
    assert repo.json("doctor", code=1)["facts"]["ledger"] == str(tmp_path / "chosen.lmdb")
    assert repo.waiting_events() == []


def test_without_a_record_the_settings_that_guard_come_from_the_accounts_home(repo: Repo, files: ProjectFiles) -> None:
    remove_record(files)
    assert setting_places(files) == {"HOME": str(account_home())}
    assert recording_places(files) == init_record.present_places()
    finding = one(findings(repo))
    assert finding["what"].startswith(f"{init_record.path(files)} is not there, so protected settings are read")
    assert finding["mend"].endswith("at a terminal: agent-tracker init")


@pytest.mark.parametrize("change", ["key=", "seal=", "env.HOME=", "guard=", "by="])
def test_record_without_a_line_counts_as_none(repo: Repo, files: ProjectFiles, change: str) -> None:
    path = init_record.path(files)
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith(change)))
    assert init_record.read(files) is None
    assert "init-record" in one(findings(repo))["what"]


def test_only_a_person_has_a_missing_record_written_again(repo: Repo, files: ProjectFiles) -> None:
    remove_record(files)
    for env in (CLAUDE, {}):
        assert "only a person at a terminal has it written again" in repo.tracker("init", env=env)
        assert init_record.read(files) is None
    repo.person("init")
    assert findings(repo) == []


def test_agent_cannot_choose_another_ledger_by_removing_the_record(
    repo: Repo, files: ProjectFiles, tmp_path: Path
) -> None:
    remove_record(files)
    repo.git("config", "agent-tracker.ledger", str(tmp_path / "own.lmdb"))
    assert "recording into another ledger is the user's decision" in repo.run("init", env=CLAUDE).stderr
    assert files.ledger_path() == str(repo.ledger_path)


def test_record_of_a_ledger_that_was_begun_again_does_not_count(repo: Repo, files: ProjectFiles) -> None:
    (repo.ledger_path / "key").unlink()
    assert "the key of the ledger" in one(findings(repo))["what"]
    repo.commit("feat: later")
    repo.settle()
    assert "not sealed with the ledger's key" in one(findings(repo))["what"]


def test_unconfirmed_change_is_named_until_a_person_runs_init(repo: Repo, files: ProjectFiles) -> None:
    repo.person("init", "--guard")
    repo.tracker("init", "--no-guard")
    for env in (CLAUDE, {}):
        repo.tracker("init", env=env)
        found = one(findings(repo))
        assert found["what"].startswith("no person at a terminal has confirmed: disabling the guard, by unknown")
        assert found["mend"] == (
            "at a terminal: 'agent-tracker init' accepts it, and 'agent-tracker init --guard' undoes it"
        )
    said = repo.person("init")
    assert "Accepted from now on: disabling the guard, by unknown (no terminal, no agent found)." in said
    assert findings(repo) == []
    assert repo.json("doctor")["facts"]["guard"] == "off"
    assert "Accepted" not in repo.person("init")


def test_unconfirmed_change_is_undone_by_a_person_who_runs_init_with_the_option(repo: Repo) -> None:
    repo.person("init", "--guard")
    repo.tracker("init", "--no-guard")
    assert "Accepted" not in repo.person("init", "--guard")
    assert findings(repo) == []
    assert repo.json("doctor")["facts"]["guard"] == "on"


def test_unconfirmed_change_of_a_setting_names_how_it_is_undone(repo: Repo) -> None:
    repo.person("init", "--guard")
    repo.tracker("config", "set", "allow-env-files", "true")
    found = one(findings(repo))
    assert found["what"].startswith("no person at a terminal has confirmed: a change of allow-env-files, by unknown")
    assert found["mend"].endswith("to undo it, set the setting back first, with 'agent-tracker config'")


def test_doctor_shows_who_ran_the_first_init_and_what_it_recorded(untracked: Repo, tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    untracked.tracker("init", env=CLAUDE | {"HOME": str(tmp_path / "agents")})
    facts = untracked.json("doctor")["facts"]
    assert facts["init_by"] == "claude-code"
    assert facts["guarding_settings_in"] == str(tmp_path / "agents")
    assert facts["processes"] == "not read, by AGENT_TRACKER_PROCESSES at init"
    (tmp_path / "agents").rmdir()
    assert f"read from {tmp_path / 'agents'}, the home directory" in one(findings(untracked))["what"]


def test_mark_that_has_the_hook_read_no_processes_is_named(repo: Repo, files: ProjectFiles) -> None:
    (files.folder / "no-processes").unlink()
    assert "something changed whether the guard reads processes" in one(findings(repo))["what"]
