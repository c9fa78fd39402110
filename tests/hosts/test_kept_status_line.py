"""The user's own status line, whatever became of the settings and of ours: it is never lost, and never runs itself."""

import json
from pathlib import Path

import pytest

from tests.hosts.installed import CLAUDE, MINE, PROGRAM, add, change, loaded, put
from tracker.hosts.install import Place, install, state_of, uninstall


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


@pytest.mark.parametrize("line", [{"type": "static", "text": "x"}, None, "text", 7])
def test_status_line_without_a_command_stays(place: Place, line: object) -> None:
    path = put(CLAUDE, place, json.dumps({"statusLine": line}))
    before = path.read_bytes()
    assert "stays as it is" in " ".join(add(CLAUDE, place))
    assert add(CLAUDE, place) == []
    assert loaded(path)["statusLine"] == line
    uninstall(CLAUDE, place, PROGRAM)
    assert path.read_bytes() == before


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
