"""The guard's refusal of environment files in commits by agents."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE, OPENCODE, UNKNOWN_AGENT
from tests.hooks.guarded_commits import ACCEPTED, Attempt, attempt
from tests.support import Repo


def stage(repo: Repo, *names: str) -> None:
    """Write files and add them to the index."""
    for name in names:
        repo.write(name, "SECRET=1\n")
    repo.git("add", "-f", "--", *names)


class TestNewFiles:
    def test_refusal_names_them_but_no_templates(self, guarded: Repo) -> None:
        stage(guarded, ".env", "a/.Env.local", "a\x1b[31m/.env", ".env.example", "a/.env.dist", ".envrc")
        assert attempt(guarded, env=OPENCODE) == Attempt(
            1,
            "agent-tracker: opencode may not commit environment files (.env, a?[31m/.env, a/.Env.local): leave them"
            " out, or the user allows them with 'git config agent-tracker.allowEnvFiles true'.\n",
        )

    def test_unknown_agent_is_refused(self, guarded: Repo) -> None:
        stage(guarded, ".env")
        assert attempt(guarded, env=UNKNOWN_AGENT).code == 1

    def test_templates_are_accepted(self, guarded: Repo) -> None:
        stage(guarded, ".env.example", "a/.env.dist", ".envrc")
        assert attempt(guarded, env=OPENCODE) == ACCEPTED

    def test_person_is_accepted(self, guarded: Repo) -> None:
        stage(guarded, ".env", "a/.Env.local")
        assert attempt(guarded) == ACCEPTED


class TestTrackedFiles:
    @pytest.fixture
    def tracked(self, guarded: Repo) -> Repo:
        """The guarded repository, with an environment file in git and one more file in the index."""
        stage(guarded, ".env")
        assert attempt(guarded) == ACCEPTED
        guarded.write("plain", "x\n")
        guarded.git("add", "plain")
        return guarded

    def test_unstaged_change_is_accepted(self, tracked: Repo) -> None:
        tracked.write(".env", "SECRET=2\n")
        assert attempt(tracked, env=OPENCODE) == ACCEPTED

    @pytest.mark.parametrize("arguments", [("-a",), (".env",), ("--include", ".env")], ids=" ".join)
    def test_change_that_the_commit_itself_adds_is_refused(self, tracked: Repo, arguments: tuple[str, ...]) -> None:
        tracked.write(".env", "SECRET=2\n")
        assert "(.env)" in attempt(tracked, *arguments, env=OPENCODE).output

    def test_renaming_to_an_environment_file_is_refused(self, tracked: Repo) -> None:
        assert attempt(tracked, env=OPENCODE) == ACCEPTED
        (tracked.path / "a").mkdir()
        tracked.git("mv", "plain", "a/.env.prod")
        tracked.git("rm", "-q", "--cached", ".env")
        assert "(a/.env.prod)" in attempt(tracked, env=OPENCODE).output, "the deleted one is not named"

    def test_deletion_is_accepted(self, tracked: Repo) -> None:
        tracked.git("rm", "-q", "--cached", ".env")
        assert attempt(tracked, env=OPENCODE) == ACCEPTED


def test_merged_file_is_accepted_and_one_added_to_the_merge_is_refused(guarded: Repo) -> None:
    guarded.commit("feat: base", file="plain", text="base\n")
    guarded.git("switch", "-q", "-c", "side")
    stage(guarded, "c/.env")
    guarded.commit("feat: theirs", file="plain", text="theirs\n")
    guarded.git("switch", "-q", "main")
    guarded.commit("feat: ours", file="plain", text="ours\n")
    guarded.git("merge", "-q", "side", code=1)
    guarded.git("add", "plain")
    stage(guarded, "d/.env")
    assert "(d/.env)" in attempt(guarded, "--no-edit", env=OPENCODE).output
    guarded.git("rm", "-q", "--cached", "d/.env")
    assert attempt(guarded, "--no-edit", env=OPENCODE) == ACCEPTED


class TestSetting:
    @pytest.mark.parametrize(("value", "code"), [("true", 0), ("yes", 0), ("no", 1)])
    def test_git_configuration_allows_them(self, guarded: Repo, value: str, code: int) -> None:
        guarded.git("config", "agent-tracker.allowEnvFiles", value)
        stage(guarded, ".env")
        assert attempt(guarded, env=OPENCODE).code == code

    def test_user_configuration_allows_them(self, guarded: Repo) -> None:
        settings = Path(guarded.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text("allow-env-files = true\n")
        stage(guarded, ".env")
        assert attempt(guarded, env=OPENCODE) == ACCEPTED

    def test_invalid_setting_allows_none(self, untracked: Repo) -> None:
        """An agent could write one."""
        untracked.tracker("init", "--guard")
        untracked.git("config", "agent-tracker.mode", "bogus")
        stage(untracked, ".env")
        assert attempt(untracked, "-a", env=CLAUDE_CODE).code == 1
