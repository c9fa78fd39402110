"""``config set`` of what guards the user: a person may change it, an agent may not, and ``doctor`` names who did."""

from pathlib import Path

import pytest

from tests.cli.test_config import user_file
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

GUARDS = (
    ["ledger", "~/other.lmdb"],
    ["user-needs-terminal", "false"],
    ["allow-env-files", "true"],
    ["share-notes", "true"],
    ["--user", "policy.level-step", "3"],
)


class TestGuards:
    @pytest.mark.parametrize("words", GUARDS, ids=lambda words: words[-2])
    def test_an_agent_cannot_change_what_guards_the_user(self, repo: Repo, tmp_path: Path, words: list[str]) -> None:
        for place in (repo.path, tmp_path) if words[0] == "--user" else (repo.path,):
            for command in (["set", *words], ["unset", *words[:-1]]):
                done = repo.run("config", *command, cwd=place, env={"CLAUDECODE": "1"})
                assert done.returncode == 1
                assert "is the user's decision, and claude-code runs this command" in done.stderr
        assert repo.git("config", "--local", "--get-regexp", "^agent-tracker", code=1) == ""
        assert not user_file(repo).exists()

    @pytest.mark.parametrize("words", GUARDS, ids=lambda words: words[-2])
    def test_a_person_can(self, repo: Repo, words: list[str]) -> None:
        assert "is set to" in repo.person("config", "set", *words)

    def test_doctor_names_a_change_that_no_person_made(self, repo: Repo) -> None:
        repo.person("init", "--guard")
        repo.tracker("config", "set", "allow-env-files", "true")
        assert "a change of allow-env-files, by unknown" in repo.tracker("doctor", code=1)
        repo.person("init")
        repo.person("config", "set", "allow-env-files", "false")
        assert "a change of" not in repo.run("doctor").stdout

    def test_an_agent_may_change_the_others(self, repo: Repo) -> None:
        repo.tracker("config", "set", "mode", "sync", env={"CLAUDECODE": "1"})

    def test_the_file_that_is_changed_is_the_one_that_guards(self, repo: Repo, tmp_path: Path) -> None:
        elsewhere = {"XDG_CONFIG_HOME": str(tmp_path / "other")}
        repo.tracker("config", "set", "--user", "allow-env-files", "true", env=elsewhere)
        assert user_file(repo).read_text() == "allow-env-files = true\n"
        assert not (tmp_path / "other").exists()
