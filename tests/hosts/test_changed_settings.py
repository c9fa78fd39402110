"""Settings that the user changed after ours were put in: what is theirs stays, and nothing of theirs is lost."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.hosts.installed import PROGRAM, add, host_of, put
from tracker.errors import TrackerError
from tracker.hosts.install import Place, state_of, uninstall
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
    assert "take that out by hand" in said
    assert str(kept) in said
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
    left = loaded(path)
    assert "hooks" not in left
    kept = places[0].folder / next((one.name for one in places[0].folder.glob("status-line-*")), "none")
    assert left == MINE or kept.read_text(encoding="utf-8") == "echo MINE\n"


def test_settings_that_were_deleted_bring_no_old_status_line_back(place: Place) -> None:
    path = put(CLAUDE, place, json.dumps(MINE))
    add(CLAUDE, place)
    path.unlink()
    uninstall(CLAUDE, place, PROGRAM)
    assert not place.folder.exists()
    add(CLAUDE, place)
    change(path, "{", '{"model": "opus", ')
    uninstall(CLAUDE, place, PROGRAM)
    assert loaded(path) == {"model": "opus"}


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
        assert trust_of(CODEX, state_of(CODEX, place)) == expected


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
