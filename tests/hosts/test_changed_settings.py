"""Settings that the user changed after ours were put in: what is theirs stays, and nothing of theirs is lost."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.hosts.installed import PROGRAM, add, host_of, put
from tracker.errors import TrackerError
from tracker.hosts.findings import findings
from tracker.hosts.install import Place, install, state_of, uninstall
from tracker.hosts.trust import trust_of

CLAUDE: Final = host_of("claude-code")
CODEX: Final = host_of("codex")
MINE: Final = {"statusLine": {"type": "command", "command": "echo MINE"}}


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_status_line_that_the_user_put_around_ours_is_never_run_by_ours(place: Place) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    add(CLAUDE, place)
    ours = loaded(path)["statusLine"]["command"]
    wrapped = f"({ours}) | cut -c1-80"
    change(path, json.dumps(ours)[1:-1], json.dumps(wrapped)[1:-1])
    assert add(CLAUDE, place) == []
    assert loaded(path)["statusLine"]["command"] == wrapped
    kept = next(place.folder.glob("status-line-*"))
    assert kept.read_text(encoding="utf-8") == "echo MINE\n"
    said = " ".join(uninstall(CLAUDE, place, PROGRAM))
    assert "take that out by hand. The command that was there before: echo MINE" in said
    assert kept.read_text(encoding="utf-8") == "echo MINE\n"
    assert "hooks" not in loaded(path)


def test_the_same_folder_by_two_names(place: Place, tmp_path: Path) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    before = path.read_bytes()
    (tmp_path / "link").symlink_to(path.parent)
    linked = place._replace(environment={"CLAUDE_CONFIG_DIR": str(tmp_path / "link")})
    add(CLAUDE, place)
    assert add(CLAUDE, linked) == [] or "settings.json" not in " ".join(add(CLAUDE, linked))
    uninstall(CLAUDE, place, PROGRAM)
    uninstall(CLAUDE, linked, PROGRAM)
    assert path.read_bytes() == before


@pytest.mark.parametrize("first_out", [0, 1])
def test_two_folders_of_data(place: Place, tmp_path: Path, first_out: int) -> None:
    """As when XDG_DATA_HOME differs between two shells."""
    path = put(CLAUDE, place, json.dumps(MINE))
    places = [place._replace(folder=tmp_path / name / "agent-tracker" / "hosts") for name in ("a", "b")]
    for one in places:
        add(CLAUDE, one)
    assert len(loaded(path)["hooks"]["PreToolUse"]) == 1
    assert state_of(CLAUDE, places[0]).is_installed
    for one in (places[first_out], places[1 - first_out]):
        uninstall(CLAUDE, one, PROGRAM)
    assert loaded(path) == MINE


def test_settings_that_were_deleted_bring_no_old_status_line_back(place: Place) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    add(CLAUDE, place)
    path.unlink()
    uninstall(CLAUDE, place, PROGRAM)
    add(CLAUDE, place)
    change(path, "{", '{"model": "opus", ')
    uninstall(CLAUDE, place, PROGRAM)
    assert loaded(path) == {"model": "opus"}


def test_settings_that_were_away_for_a_moment_get_their_status_line_back(place: Place) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    add(CLAUDE, place)
    path.rename(path.with_name("away"))
    uninstall(CLAUDE, place, PROGRAM)
    path.with_name("away").rename(path)
    uninstall(CLAUDE, place, PROGRAM)
    assert loaded(path) == MINE


def test_status_line_around_ours_survives_another_installation(place: Place) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    add(CLAUDE, place)
    ours = loaded(path)["statusLine"]["command"]
    change(path, json.dumps(ours)[1:-1], json.dumps(f"({ours}) | cut -c1-80")[1:-1])
    install(CLAUDE, place, PROGRAM, asks_at_stop=True, status_line=None)
    said = " ".join(uninstall(CLAUDE, place, PROGRAM))
    assert "The command that was there before: echo MINE" in said
    assert [one.read_text(encoding="utf-8") for one in place.folder.glob("status-line-*")] == ["echo MINE\n"]


@pytest.mark.parametrize(
    "own", ["my-guard --watch {0}", "my-logger --audit; test ! -f {0} || sh {0} claude-code before-tool"]
)
def test_hook_of_the_user_that_names_our_script_stays(place: Place, own: str) -> None:
    line = own.format(place.script)
    text = json.dumps({"hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": line}]}]}})
    path = put(CLAUDE, place, text)
    add(CLAUDE, place)
    change(path, "{", '{"model": "opus", ')
    uninstall(CLAUDE, place, PROGRAM)
    assert loaded(path) == {"model": "opus", **json.loads(text)}


@pytest.mark.parametrize("line", [{"type": "static", "text": "x"}, None, "text", 7])
def test_status_line_without_a_command_stays(place: Place, line: object) -> None:
    path = put(CLAUDE, place, json.dumps({"statusLine": line}))
    before = path.read_bytes()
    assert "stays as it is" in " ".join(add(CLAUDE, place))
    assert add(CLAUDE, place) == []
    assert loaded(path)["statusLine"] == line
    uninstall(CLAUDE, place, PROGRAM)
    assert path.read_bytes() == before


def test_hook_that_the_user_put_beside_ours_stays(place: Place) -> None:
    path = put(CLAUDE, place, "{}")
    add(CLAUDE, place)
    settings = loaded(path)
    own = {"type": "command", "command": "my-own"}
    settings["hooks"]["PreToolUse"][0]["hooks"].insert(0, own)
    path.write_text(json.dumps(settings, indent=2), encoding="utf-8")
    assert "before-tool" in state_of(CLAUDE, place).events
    uninstall(CLAUDE, place, PROGRAM)
    assert loaded(path) == {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [own]}]}}


def test_empty_lists_and_comments_of_the_user_stay(place: Place) -> None:
    text = '{\n  "hooks": {\n    "Stop": [],\n    "PreToolUse": [ // keep: one day\n    ]\n  },\n  "model": "opus"\n}\n'
    path = put(CLAUDE, place, text)
    add(CLAUDE, place)
    change(path, '"opus"', '"haiku"')
    uninstall(CLAUDE, place, PROGRAM)
    left = path.read_text(encoding="utf-8")
    assert "// keep: one day" in left
    assert '"Stop": []' in left
    assert "PostToolUse" not in left


@pytest.mark.parametrize("text", ["", " \n", "{}", "{ }\r\n", "\ufeff"])
def test_settings_without_ours_are_not_written(place: Place, text: str) -> None:
    path = put(CLAUDE, place, text)
    assert uninstall(CLAUDE, place, PROGRAM) == []
    assert path.read_bytes() == text.encode()


def test_lines_of_the_user_stay_as_they_were(place: Place) -> None:
    hooks = '{\n  "hooks": {\n    "Stop": [\n      {"hooks": []} // mine\n    ] // last\n  },'
    text = f'{hooks}\n  "model": "opus" // big\n}}\n'
    path = put(CLAUDE, place, text)
    add(CLAUDE, place)
    change(path, '"opus"', '"haiku"')
    uninstall(CLAUDE, place, PROGRAM)
    assert path.read_text(encoding="utf-8") == text.replace("opus", "haiku")


def test_tabs_of_the_user_are_used(place: Place) -> None:
    path = put(CLAUDE, place, '{\n\t"a": 1,\n\t"hooks": {\n\t\t"Stop": [\n\t\t\t{"x": 1}\n\t\t]\n\t}\n}\n')
    add(CLAUDE, place)
    assert [line for line in path.read_text(encoding="utf-8").splitlines() if " " in line[: -len(line.lstrip())]] == []


def test_settings_that_cannot_be_written_are_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(CLAUDE, place, "{}")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted", f"{path}.123")

    monkeypatch.setattr("tracker.hosts.user_settings.replace_users_file", refuse)
    with pytest.raises(TrackerError, match=r"settings.json cannot be written: Operation not permitted\."):
        add(CLAUDE, place)


def test_only_our_own_hooks_of_codex_count_as_trusted(place: Place) -> None:
    other = {"hooks": [{"type": "command", "command": "mine"}]}
    names = ("PreToolUse", "PostToolUse", "SessionStart")
    path = put(CODEX, place, json.dumps({"hooks": {name: [other] for name in names}}))
    add(CODEX, place)
    for number, expected in ((0, "not trusted"), (1, "trusted")):
        events = ("pre_tool_use", "post_tool_use", "session_start")
        tables = [f'[hooks.state."{path}:{event}:{number}:0"]\ntrusted_hash = "sha256:1"\n' for event in events]
        (path.parent / "config.toml").write_text("\n".join(tables), encoding="utf-8")
        assert trust_of(CODEX, state_of(CODEX, place), place).kind == expected


def test_folder_that_is_no_absolute_path_is_left_out(place: Place) -> None:
    put(CODEX, place, "{}")
    add(CODEX, place._replace(environment={"CODEX_HOME": "rel"}))
    assert state_of(CODEX, place).is_installed


def test_home_below_a_folder_called_skills(place: Place) -> None:
    home = place.home / "skills" / "ada"
    home.mkdir(parents=True)
    opencode = host_of("opencode")
    add(opencode, place._replace(home=home))
    assert state_of(opencode, place._replace(home=home)).is_installed


def test_choices_are_kept_by_a_later_installation(place: Place) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    first = " ".join(install(CLAUDE, place, PROGRAM, asks_at_stop=True, status_line=False))
    assert "At the end of a turn the agent is asked" in first
    assert install(CLAUDE, place, PROGRAM, asks_at_stop=None, status_line=None) == []
    assert loaded(path)["statusLine"] == MINE["statusLine"]
    changed = " ".join(install(CLAUDE, place, PROGRAM, asks_at_stop=False, status_line=True))
    assert "asked no more" in changed
    assert "Your status line runs first" in changed
    assert "Stop" not in loaded(path)["hooks"]
    assert install(CLAUDE, place, PROGRAM, asks_at_stop=None, status_line=None) == []
    again = " ".join(install(CLAUDE, place, PROGRAM, asks_at_stop=None, status_line=False))
    assert "Took our part of the status line out" in again
    assert loaded(path)["statusLine"] == MINE["statusLine"]


@pytest.mark.parametrize(
    ("agent", "text", "fault"),
    [
        ("claude-code", '{\n  // mine\n  "a": 1\n}\n', "line 2 has a comment"),
        ("codex", '{\n  "a": [1, 2,]\n}\n', "line 2 has a comma behind the last member"),
        ("gemini-cli", '{\n  "a": [1, 2, /* b */]\n}\n', "line 2 has a comma behind the last member"),
        ("qwen-code", '{\n  // mine\n  "a": 1\n}\n', ""),
        ("claude-code", '{"a": "// no comment, }"}', ""),
    ],
)
def test_settings_of_which_the_host_reads_nothing(place: Place, agent: str, text: str, fault: str) -> None:
    """Measured with Claude Code 2.1.332, Codex 0.171.0, Gemini CLI 0.61.0 and Qwen Code 0.24.4."""
    host = host_of(agent)
    path = put(host, place, text)
    said = " ".join(add(host, place))
    assert ("reads nothing of" in said, fault in said) == (bool(fault), True)
    assert state_of(host, place).present.fault == fault
    assert [one.what for one in findings(place) if "reads nothing" in one.what] == (
        [f"{host.display} reads nothing of {path}: {fault}."] if fault else []
    )
    uninstall(host, place, PROGRAM)
    assert path.read_text(encoding="utf-8") == text


def test_installation_in_a_project_is_not_taken_out_with_that_of_the_user(place: Place, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    here = place._replace(project=project)
    hosts = [host_of(agent) for agent in ("claude-code", "copilot-cli", "opencode")]
    for host in hosts:
        add(host, place)
        add(host, here)
    for host in hosts:
        uninstall(host, place, PROGRAM)
        assert (state_of(host, place).is_installed, state_of(host, here).is_installed) == (False, True)
    assert loaded(project / ".github" / "hooks" / "agent-tracker.json")["version"] == 1
    for host in hosts:
        uninstall(host, here, PROGRAM)
    assert list(project.iterdir()) == []
    assert not place.folder.exists()


@pytest.mark.parametrize("again", [False, True])
def test_folder_that_was_moved_and_linked(place: Place, again: bool) -> None:
    """As programs that keep settings in a repository do."""
    path = put(CLAUDE, place, json.dumps(MINE))
    before = path.read_bytes()
    add(CLAUDE, place)
    (place.home / "dotfiles").mkdir()
    path.parent.rename(place.home / "dotfiles" / "claude")
    path.parent.symlink_to(place.home / "dotfiles" / "claude")
    assert state_of(CLAUDE, place).present.status_line == "ours"
    if again:
        add(CLAUDE, place)
    uninstall(CLAUDE, place, PROGRAM)
    assert path.read_bytes() == before
    assert uninstall(CLAUDE, place, PROGRAM) == []
    assert not place.folder.exists()


def test_installation_that_fails_changes_nothing(place: Place) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    add(CLAUDE, place)
    change(path, '"hooks": {', '"hooks": {"Stop": {}, ')
    before = path.read_bytes()
    with pytest.raises(TrackerError, match="is no list: nothing was changed there"):
        install(CLAUDE, place, PROGRAM, asks_at_stop=True, status_line=None)
    assert path.read_bytes() == before
    assert state_of(CLAUDE, place).is_installed
    uninstall(CLAUDE, place, PROGRAM)
    assert loaded(path) == {"hooks": {"Stop": {}}, **MINE}


def test_hooks_of_the_user_keep_their_places(place: Place) -> None:
    """Codex knows a trusted hook by its place in the list."""
    path = put(CODEX, place, "{}")
    add(CODEX, place)
    settings = loaded(path)
    settings["hooks"]["PreToolUse"].append({"hooks": [{"type": "command", "command": "my-own"}]})
    path.write_text(json.dumps(settings), encoding="utf-8")
    install(CODEX, place, PROGRAM, asks_at_stop=True, status_line=None)
    after = loaded(path)["hooks"]
    assert after["PreToolUse"] == settings["hooks"]["PreToolUse"]
    assert len(after["Stop"]) == 1
    uninstall(CODEX, place, PROGRAM)
    assert loaded(path) == {"hooks": {"PreToolUse": settings["hooks"]["PreToolUse"][1:]}}


def test_plugin_that_asks_at_stop_goes_on_asking(place: Place) -> None:
    goose = host_of("goose")
    install(goose, place, PROGRAM, asks_at_stop=True, status_line=None)
    assert "stop" in state_of(goose, place).events
    assert install(goose, place, PROGRAM, asks_at_stop=None, status_line=None) == []
