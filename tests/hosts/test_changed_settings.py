"""Settings that the user changed after ours were put in: what is theirs stays, and nothing of theirs is lost."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.hosts.installed import CLAUDE, CODEX, MINE, PROGRAM, add, change, host_of, loaded, put
from tests.program import TRACKER, WITHOUT_OVERRIDE
from tests.support import Repo
from tracker.errors import TrackerError
from tracker.hosts.findings import findings
from tracker.hosts.install import Place, install, state_of, uninstall
from tracker.hosts.trust import trust_of


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


def test_settings_that_cannot_be_written_are_named(repo: Repo) -> None:
    path = Path(repo.environment["HOME"]) / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_text("{}", encoding="utf-8")
    path.parent.chmod(0o555)
    words = [*WITHOUT_OVERRIDE, *TRACKER, "hosts", "install", "claude-code"]
    done = subprocess.run(words, cwd=repo.path, env=repo.environment, capture_output=True, text=True, check=False)
    path.parent.chmod(0o755)
    assert done.returncode == 1
    assert f"{path} cannot be written: Permission denied." in done.stderr
    assert path.read_text(encoding="utf-8") == "{}"


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
