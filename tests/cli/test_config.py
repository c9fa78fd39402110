"""``config``: every setting with its origin, and changes of settings that spoil nothing."""

import json
from pathlib import Path

import pytest

from tests.cli.test_completion import asked, files_below
from tests.support import Repo
from tracker.project.setting_changes import NAMES

pytestmark = pytest.mark.recorded_later


def user_file(repo: Repo) -> Path:
    path = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def listed(repo: Repo, *options: str, code: int = 0, env: dict[str, str] | None = None) -> dict[str, list[str]]:
    """Return the other columns of the list, by the name of the setting."""
    lines = repo.tracker("config", "list", *options, code=code, env=env).splitlines()
    assert lines[0].split("\t")[:3] == ["setting", "value", "origin"]
    return {line.split("\t")[0]: line.split("\t")[1:] for line in lines[1:]}


class TestList:
    def test_each_origin_is_named(self, repo: Repo) -> None:
        user_file(repo).write_text(
            "size-limit = 64\ncosts = false\n[policy]\nlevel-step = 12\ntrust-tiers = {expert = 12}\n"
        )
        repo.git("config", "agent-tracker.readSessions", "no")
        repo.git("config", "--global", "agent-tracker.hints", "false")
        repo.git("config", "--global", "agent-tracker.allowEnvFiles", "true")
        found = listed(repo, "--show-origin", env={"AGENT_TRACKER_MODE": "sync"})
        own, users = str(repo.path / ".git" / "config"), str(user_file(repo))
        everywhere = repo.environment["GIT_CONFIG_GLOBAL"]
        assert found == {
            "ledger": [str(repo.ledger_path), "agent-tracker init", "-"],
            "size-limit": ["64 MiB", "config.toml", users],
            "mode": ["sync", "variable", "AGENT_TRACKER_MODE"],
            "agent": ["-", "default", "-"],
            "model": ["-", "default", "-"],
            "read-sessions": ["false", "git config --local", own],
            "costs": ["false", "config.toml", users],
            "hints": ["false", "git config --global", everywhere],
            "share-notes": ["false", "default", "-"],
            "user-needs-terminal": ["true", "default", "-"],
            "allow-env-files": ["true", "git config --global", everywhere],
            "policy": ["custom-1-f1b3ae6e", "config.toml", users],
            "policy.level-step": ["12", "config.toml", users],
            "policy.trust-tiers.expert": ["12", "config.toml", users],
            "processes": ["off", "agent-tracker init", "AGENT_TRACKER_PROCESSES"],
        }

    def test_at_a_terminal_no_path_is_cut(self, repo: Repo) -> None:
        repo.git("config", "agent-tracker.mode", "sync")
        shown = repo.person("config", "list", "--show-origin", env={"COLUMNS": "40"})
        assert f"ledger: {repo.ledger_path}\n    agent-tracker init\n" in shown
        assert f"mode: sync\n    git config --local, {repo.path / '.git' / 'config'}\n" in shown

    def test_an_option_and_a_worktree_are_origins_too(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit()
        repo.git("config", "extensions.worktreeConfig", "true")
        repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
        linked = repo.at(tmp_path / "linked")
        linked.git("config", "--worktree", "agent-tracker.mode", "sync")
        assert listed(linked)["mode"] == ["sync", "git config --worktree"]
        assert listed(repo)["mode"] == ["detached", "default"]
        assert listed(repo, "--ledger", str(tmp_path / "x"))["ledger"] == [str(tmp_path / "x"), "option"]

    def test_settings_that_guard_come_from_the_places_of_init(self, repo: Repo, tmp_path: Path) -> None:
        other = tmp_path / "other" / "agent-tracker" / "config.toml"
        other.parent.mkdir(parents=True)
        other.write_text("user-needs-terminal = false\nmode = 'sync'\n")
        found = listed(repo, env={"XDG_CONFIG_HOME": str(tmp_path / "other")})
        assert found["mode"] == ["sync", "config.toml"]
        assert found["user-needs-terminal"] == ["true", "default"]

    def test_wrong_values_are_named_and_the_rest_is_listed(self, repo: Repo) -> None:
        repo.git("config", "agent-tracker.mode", "never")
        done = repo.run("config", "list")
        assert done.returncode == 1
        assert "mode is 'never' (git config agent-tracker.mode)" in done.stderr
        assert "mode\tdetached\tdefault" in done.stdout
        assert "read-sessions\tfalse\toff while a setting is wrong" in done.stdout
        repo.tracker("config", "set", "mode", "sync")
        assert repo.run("config", "list").returncode == 0

    def test_outside_a_repository(self, repo: Repo, tmp_path: Path) -> None:
        user_file(repo).write_text('mode = "sync"\n')
        assert listed(repo.at(tmp_path))["mode"] == ["sync", "config.toml"]

    def test_reading_writes_nothing(self, untracked: Repo, tmp_path: Path) -> None:
        before = files_below(tmp_path)
        listed(untracked)
        untracked.tracker("config", "get", "mode")
        assert files_below(tmp_path) == before

    def test_json(self, repo: Repo) -> None:
        one = repo.json("config", "get", "mode")
        assert one == {"schema": 1, "name": "mode", "value": "detached", "origin": "default", "place": None}


class TestGet:
    def test_each_spelling_of_a_name(self, repo: Repo) -> None:
        for name in ("size-limit", "size_limit", "sizeLimit", "agent-tracker.sizelimit", "AGENT_TRACKER_SIZE_LIMIT"):
            assert repo.tracker("config", "get", name) == "2048 MiB\n"

    def test_where_it_is_from(self, repo: Repo) -> None:
        repo.git("config", "agent-tracker.mode", "sync")
        place = repo.path / ".git" / "config"
        assert repo.tracker("config", "get", "--show-origin", "mode") == f"git config --local\t{place}\tsync\n"

    def test_one_without_a_value_is_told_by_the_exit_code(self, repo: Repo) -> None:
        assert repo.tracker("config", "get", "agent", code=1) == ""

    def test_numbers_of_the_score(self, repo: Repo) -> None:
        assert repo.tracker("config", "get", "policy.start-communication") == "60\n"
        assert repo.tracker("config", "get", "policy") == "default\n"

    @pytest.mark.parametrize(("typed", "meant"), [("moode", "mode"), ("user-terminal", "user-needs-terminal")])
    def test_an_unknown_name_is_answered_with_the_nearest(self, repo: Repo, typed: str, meant: str) -> None:
        for words in (["get", typed], ["set", typed, "x"], ["unset", typed]):
            done = repo.run("config", *words)
            assert done.returncode == 2
            assert f"there is no setting '{typed}': did you mean {meant}" in done.stderr


VALUES = {
    "ledger": "~/other.lmdb",
    "size-limit": "1 GiB",
    "mode": "sync",
    "agent": "codex",
    "model": "gpt-5",
    "policy.communication-tiers.breaking point": "2",
    "policy.communication-per-skill-point": "107",
    "policy.trust-tiers.expert": "11",
    "policy.communication-tiers.god-mode": "101",
}
"""A value for each setting that is no switch and no number that may be 7."""


class TestSet:
    @pytest.mark.parametrize("name", NAMES)
    def test_each_setting_can_be_set_and_taken_back(self, repo: Repo, name: str) -> None:
        before = repo.run("config", "get", name).stdout
        present = before.strip()
        value = VALUES.get(name) or {"true": "false", "false": "true"}.get(present) or str(int(present) + 1)
        repo.tracker("config", "set", "--user", name, value)
        shown = repo.tracker("config", "get", name).strip()
        expected = {"ledger": str(repo.ledger_path), "size-limit": "1024 MiB"}
        assert shown == expected.get(name, value), "init's own choice of the ledger is stronger than the user's file"
        repo.tracker("config", "unset", "--user", name)
        assert repo.run("config", "get", name).stdout == before

    def test_the_default_place_is_the_repository(self, repo: Repo) -> None:
        told = repo.tracker("config", "set", "read-sessions", "off")
        assert told == "read-sessions is set to off in the repository's git configuration.\n"
        assert repo.git("config", "--local", "agent-tracker.readSessions") == "off\n"
        assert "readSessions" in (repo.path / ".git" / "config").read_text()
        repo.tracker("config", "unset", "read-sessions")
        assert repo.git("config", "--local", "agent-tracker.readSessions", code=1) == ""
        assert "nothing changed" in repo.tracker("config", "unset", "read-sessions")

    def test_hooks_obey_at_once(self, repo: Repo) -> None:
        repo.tracker("config", "set", "mode", "sync")
        assert (repo.folder / "mode").read_text().strip() == "sync"
        repo.tracker("config", "unset", "mode")
        assert not (repo.folder / "mode").exists() or (repo.folder / "mode").read_text().strip() == "detached"

    def test_the_users_file_keeps_comments_and_order(self, repo: Repo) -> None:
        text = '# mine\nmode = "sync"   # wait\n\ncosts = true\n\n[policy]  # numbers\n# of levels\nlevel-step = 11\n'
        user_file(repo).write_text(text)
        user_file(repo).chmod(0o640)
        repo.tracker("config", "set", "--global", "hints", "no")
        repo.tracker("config", "set", "--user", "mode", "detached")
        repo.tracker("config", "set", "--user", "policy.level-step", "12")
        changed = user_file(repo).read_text()
        assert changed.splitlines() == [
            "# mine", 'mode = "detached"   # wait', "", "costs = true", "hints = false", "",
            "[policy]  # numbers", "# of levels", "level-step = 12",
        ]  # fmt: skip
        assert user_file(repo).stat().st_mode & 0o777 == 0o640
        repo.tracker("config", "unset", "--user", "hints")
        assert "hints" not in user_file(repo).read_text()

    def test_a_link_to_the_file_stays_one(self, repo: Repo, tmp_path: Path) -> None:
        (tmp_path / "dotfiles.toml").write_text("costs = true\n")
        user_file(repo).symlink_to(tmp_path / "dotfiles.toml")
        repo.tracker("config", "set", "--user", "costs", "false")
        assert user_file(repo).is_symlink()
        assert (tmp_path / "dotfiles.toml").read_text() == "costs = false\n"

    @pytest.mark.parametrize("text", ["mode = \n", "policy = 3\n"])
    def test_a_file_that_cannot_be_changed_stays_as_it_is(self, repo: Repo, text: str) -> None:
        user_file(repo).write_text(text)
        done = repo.run("config", "set", "--user", "policy.level-step", "3")
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert user_file(repo).read_text() == text

    def test_a_stronger_place_is_named(self, repo: Repo) -> None:
        told = repo.tracker("config", "set", "mode", "sync", env={"AGENT_TRACKER_MODE": "detached"})
        assert told.splitlines()[1] == "mode stays detached here, since AGENT_TRACKER_MODE sets it."
        told = repo.tracker("config", "set", "--user", "mode", "detached")
        assert told.splitlines()[1] == f"mode stays sync here, since {repo.path / '.git' / 'config'} sets it."

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["mode", "never"], "mode is 'never': it must be 'detached' or 'sync'"),
            (["size-limit", "9 TiB"], "size-limit is '9 TiB'"),
            (["costs", "perhaps"], "it must be true or false"),
            (["agent", " "], "it must be a name"),
            (["policy.level-step", "12"], "is read from config.toml alone: add --user"),
            (["--user", "policy.level-step", "0"], "level-step must be at least 1"),
            (["--user", "policy.level-step", "much"], "must be a whole number"),
            (["--user", "policy.trust-tiers.expert", "1"], "must rise"),
            (["policy", "12"], "name one number of the score"),
            (["processes", "off"], "AGENT_TRACKER_PROCESSES"),
        ],
    )
    def test_wrong_values_are_refused_in_one_sentence(self, repo: Repo, words: list[str], said: str) -> None:
        before = (repo.path / ".git" / "config").read_text()
        done = repo.run("config", "set", "--", *words) if words[0] != "--user" else repo.run("config", "set", *words)
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert (repo.path / ".git" / "config").read_text() == before
        assert not user_file(repo).exists()

    def test_a_negative_number_is_a_value(self, repo: Repo) -> None:
        done = repo.run("config", "set", "--user", "policy.start-communication", "-5")
        assert (done.returncode, "is '-5'" in done.stderr) == (2, True)

    def test_numbers_that_do_not_go_together_are_refused(self, repo: Repo) -> None:
        repo.tracker("config", "set", "--user", "policy.trust-tiers.expert", "20")
        repo.tracker("config", "set", "--user", "policy.trust-tiers.senior", "15")
        before = user_file(repo).read_text()
        done = repo.run("config", "unset", "--user", "policy.trust-tiers.expert")
        assert done.returncode == 2
        assert user_file(repo).read_text() == before

    def test_outside_a_repository_only_the_users_file(self, repo: Repo, tmp_path: Path) -> None:
        done = repo.run("config", "set", "mode", "sync", cwd=tmp_path)
        assert done.returncode == 1
        assert "--user" in done.stderr
        assert repo.run("config", "set", "--user", "mode", "sync", cwd=tmp_path).returncode == 0
        assert user_file(repo).read_text() == 'mode = "sync"\n'


def test_names_and_values_are_completed(repo: Repo) -> None:
    assert asked(repo, "config", "s") == ["set"]
    assert asked(repo, "config", "get", "use") == ["user-needs-terminal"]
    assert asked(repo, "config", "set", "mode", "") == ["detached", "sync"]
    assert asked(repo, "config", "set", "--user", "costs", "f") == ["false"]


def test_every_setting_is_explained(repo: Repo) -> None:
    shown = repo.tracker("config", "explain")
    names = [json.loads(line)["name"] for line in repo.tracker("config", "list", "--json").splitlines()]
    assert [line for line in shown.splitlines() if line and not line.startswith(" ")] == names
    repo.git("config", "agent-tracker.mode", "sync")
    one = repo.tracker("config", "explain", "mode")
    assert "git config agent-tracker.mode" in one
    assert "sync (git config --local)" in one
    assert "no agent may change it" in repo.tracker("config", "explain", "userNeedsTerminal")
    assert repo.run("config", "explain", "mood").returncode == 2
