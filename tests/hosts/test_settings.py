"""Hooks in a host's settings: merged into what is there, and taken out again byte for byte."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.hosts.installed import PROGRAM, add, put
from tests.support import Repo
from tracker.errors import TrackerError
from tracker.hosts.host_table import HOSTS, Host
from tracker.hosts.install import Place, state_of, uninstall
from tracker.hosts.settings_files import SETTINGS
from tracker.hosts.trust import trust_of

USERS: Final = {
    "comments": '{\n  // mine\n  "model": "opus", // the big one\n  "hooks": {\n    "PostToolUse": [\n'
    '      {"matcher": "Edit", "hooks": [{"type": "command", "command": "fmt"}]}\n    ]\n  }\n}\n',
    "one line": '{"a": 1}',
    "empty object": "{}",
    "empty object on lines": "{\n}\n",
    "only a comment": "{\n  // nothing yet\n}\n",
    "trailing commas": '{\n\t"a": [1, 2,],\n\t"hooks": {},\n}\n',
    "carriage returns": '{\r\n  "a": 1\r\n}\r\n',
    "byte order mark": '\ufeff{\n  "a": 1\n}\n',
    "a block comment": '{\n  "a": 1 /* one\n  and more */\n}\n',
    "own status line": '{\n  "statusLine": {"type": "command", "command": "echo \\"mine\\"", "padding": 0},\n'
    '  "ui": {"statusLine": {"type": "command", "command": "echo theirs"}}\n}\n',
    "empty file": "",
}
WITH_SETTINGS: Final = [host for host in HOSTS if host.agent in SETTINGS]


def files_below(*folders: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.mark.few(20)
@pytest.mark.parametrize("text", USERS.values(), ids=USERS)
@pytest.mark.parametrize("host", WITH_SETTINGS, ids=lambda host: host.agent)
def test_settings_are_as_they_were(place: Place, host: Host, text: str) -> None:
    path = put(host, place, text)
    before = files_below(place.home)
    add(host, place)
    assert state_of(host, place).events == ("before-tool", "after-tool", "session-start")
    assert path.read_bytes() != before[str(path)]
    uninstall(host, place, PROGRAM)
    assert files_below(place.home) == before
    assert not place.folder.exists()


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.agent)
def test_home_without_the_host_is_as_it_was(place: Place, host: Host) -> None:
    add(host, place)
    assert state_of(host, place).is_installed
    uninstall(host, place, PROGRAM)
    assert list(place.home.iterdir()) == []


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.agent)
def test_second_installation_changes_nothing(place: Place, host: Host) -> None:
    add(host, place)
    before = files_below(place.home, place.folder)
    assert add(host, place) == []
    assert files_below(place.home, place.folder) == before


@pytest.mark.few(20)
@pytest.mark.parametrize("text", USERS.values(), ids=USERS)
@pytest.mark.parametrize("host", WITH_SETTINGS, ids=lambda host: host.agent)
def test_what_the_user_changed_meanwhile_stays(place: Place, host: Host, text: str) -> None:
    path = put(host, place, text)
    add(host, place)
    changed = path.read_text(encoding="utf-8-sig").rstrip().removesuffix("}").rstrip().rstrip(",")
    path.write_text(f'{changed},\n  "added": {{"by": "me"}}\n}}\n', encoding="utf-8")
    uninstall(host, place, PROGRAM)
    left = path.read_text(encoding="utf-8")
    assert "agent-tracker" not in left
    assert '"by": "me"' in left
    for piece in ("// mine", "// the big one", "// nothing yet", "and more */", 'echo \\"mine\\"', '"matcher": "Edit"'):
        assert (piece in left) == (piece in text)


def test_settings_that_are_rewritten_by_the_host(place: Place) -> None:
    """Hosts write their settings anew, with other blanks and without comments."""
    host = next(host for host in HOSTS if host.agent == "claude-code")
    path = put(host, place, '{"model": "opus", "statusLine": {"type": "command", "command": "echo mine"}}')
    add(host, place)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=4), encoding="utf-8")
    uninstall(host, place, PROGRAM)
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "model": "opus", "statusLine": {"type": "command", "command": "echo mine"},
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"[1]",
        b'{"a" 1}',
        b"not json",
        b'{"hooks": []}',
        b'{"hooks": {"PreToolUse": 7}}',
        b'{"a": "\xe9"}',
        b"{}\0",
    ],
)
def test_settings_that_cannot_be_read_are_left_alone(place: Place, text: bytes) -> None:
    host = next(host for host in HOSTS if host.agent == "claude-code")
    path = put(host, place, "")
    path.write_bytes(text)
    with pytest.raises(TrackerError, match="cannot be read as JSON"):
        add(host, place)
    assert path.read_bytes() == text
    uninstall(host, place, PROGRAM)
    assert path.read_bytes() == text


def test_status_line_of_the_user_is_kept_for_each_settings_file(place: Place, tmp_path: Path) -> None:
    host = next(host for host in HOSTS if host.agent == "claude-code")
    places = [place, *(place._replace(environment={"CLAUDE_CONFIG_DIR": str(tmp_path / name)}) for name in "ab")]
    texts = []
    for number, one in enumerate(places):
        folder = Path(one.environment.get("CLAUDE_CONFIG_DIR", place.home / ".claude"))
        folder.mkdir()
        path = folder / "settings.json"
        path.write_text(json.dumps({"statusLine": {"type": "command", "command": f"echo {number}"}}), encoding="utf-8")
        texts.append((path, path.read_text(encoding="utf-8")))
        add(host, one)
    project = tmp_path / "project"
    project.mkdir()
    add(host, place._replace(project=project))
    uninstall(host, place._replace(project=project), PROGRAM)
    assert list(project.iterdir()) == []
    changed = texts[0][0]
    changed.write_text(changed.read_text(encoding="utf-8").replace("{", '{"x": 1, ', 1), encoding="utf-8")
    uninstall(host, place, PROGRAM)
    assert json.loads(changed.read_text(encoding="utf-8"))["statusLine"]["command"] == "echo 0"
    assert [path.read_text(encoding="utf-8") for path, _ in texts[1:]] == [text for _, text in texts[1:]]
    assert not place.folder.exists()


def test_link_to_nothing_is_as_it_was(place: Place) -> None:
    host = next(host for host in HOSTS if host.agent == "codex")
    path = place.home / ".codex" / "hooks.json"
    path.parent.mkdir()
    path.symlink_to(place.home / "dotfiles" / "hooks.json")
    add(host, place)
    assert (place.home / "dotfiles" / "hooks.json").is_file()
    uninstall(host, place, PROGRAM)
    assert (path.is_symlink(), path.exists(), (place.home / "dotfiles").exists()) == (True, False, False)


@pytest.mark.parametrize("agent", ["opencode", "claude-code", "amp"])
def test_files_are_recognised_without_a_memory_of_them(place: Place, agent: str) -> None:
    host = next(host for host in HOSTS if host.agent == agent)
    add(host, place)
    (place.folder / "written.json").unlink()
    uninstall(host, place, PROGRAM)
    assert [path for path in place.home.rglob("*") if path.is_file() and b"agent-tracker" in path.read_bytes()] == []


def test_hooks_that_were_switched_off_are_not_trusted(place: Place) -> None:
    host = next(host for host in HOSTS if host.agent == "codex")
    add(host, place)
    events = ("pre_tool_use", "post_tool_use", "session_start")
    path = place.home / ".codex" / "hooks.json"
    for state, expected in (('trusted_hash = "sha256:1"', "trusted"), ("", "not trusted"),
                            ('trusted_hash = "sha256:1"\nenabled = false', "not trusted")):  # fmt: skip
        tables = [f'[hooks.state."{path}:{event}:0:0"]\n{state}\n' for event in events]
        (path.parent / "config.toml").write_text("\n".join(tables), encoding="utf-8")
        assert trust_of(host, state_of(host, place), place).kind == expected


def test_link_to_settings_stays_a_link(place: Place) -> None:
    host = next(host for host in HOSTS if host.agent == "gemini-cli")
    kept = place.home / "dotfiles.json"
    kept.write_text("{}\n", encoding="utf-8")
    path = place.home / SETTINGS[host.agent].user
    path.parent.mkdir()
    path.symlink_to(kept)
    add(host, place)
    assert path.is_symlink()
    uninstall(host, place, PROGRAM)
    assert (path.is_symlink(), kept.read_text(encoding="utf-8")) == (True, "{}\n")


@pytest.mark.parametrize("host", WITH_SETTINGS, ids=lambda host: host.agent)
def test_command_does_nothing_where_the_script_is_gone(place: Place, host: Host) -> None:
    """A shell that does not find its file ends with code 2, by which some hosts refuse a tool."""
    add(host, place)
    text = json.loads((place.home / SETTINGS[host.agent].user).read_text(encoding="utf-8"))
    lines = commands_in(text)
    assert len(lines) >= 3
    place.script.unlink()
    for line in lines:
        done = subprocess.run(["sh", "-c", line], input=b"{}", capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def commands_in(value: Any) -> list[str]:
    if isinstance(value, list):
        return [line for one in value for line in commands_in(one)]
    if not isinstance(value, dict):
        return []
    own = [one for name, one in value.items() if name in {"command", "bash"} and isinstance(one, str)]
    return own + [line for one in value.values() for line in commands_in(one)]


def test_file_of_ours_that_was_changed_stays(place: Place) -> None:
    host = next(host for host in HOSTS if host.agent == "opencode")
    add(host, place)
    plugin = place.home / ".config" / "opencode" / "plugin" / "agent-tracker.js"
    plugin.write_text(f"{plugin.read_text(encoding='utf-8')}// mine\n", encoding="utf-8")
    assert any("stays" in line for line in uninstall(host, place, PROGRAM))
    assert plugin.exists()


def test_plugin_of_somebody_else_is_not_replaced(place: Place) -> None:
    host = next(host for host in HOSTS if host.agent == "opencode")
    plugin = place.home / ".config" / "opencode" / "plugin" / "agent-tracker.js"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("// mine\n", encoding="utf-8")
    with pytest.raises(TrackerError, match="was not written by agent-tracker"):
        add(host, place)
    assert plugin.read_text(encoding="utf-8") == "// mine\n"


def test_commands(repo: Repo) -> None:
    home = Path(repo.environment["HOME"])
    for folder in (".claude", ".codex", ".gemini"):
        (home / folder).mkdir()
    before = files_below(home)
    found = [json.loads(line) for line in repo.tracker("hosts", "--json").splitlines()]
    names = {one["host"]: one["installed"] for one in found if one["host"] in {"claude-code", "codex", "gemini-cli"}}
    assert names == {"claude-code": False, "codex": False, "gemini-cli": False}
    said = repo.tracker("hosts", "install", "claude-code", "codex", "gemini")
    assert "Codex runs no hook that you have not trusted" in said
    found = [json.loads(line) for line in repo.tracker("hosts", "--json").splitlines()]
    assert {one["host"]: one["trust"] for one in found if one["installed"]} == {
        "claude-code": "not needed", "codex": "not trusted", "gemini-cli": "not needed",
    }  # fmt: skip
    assert "not trusted" in repo.tracker("hosts")
    repo.tracker("hosts", "uninstall")
    ours = str(repo.ledger_path.parent)
    assert {path: text for path, text in files_below(home).items() if not path.startswith(ours)} == {
        path: text for path, text in before.items() if not path.startswith(ours)
    }
    assert repo.tracker("hosts", "uninstall") == "Nothing of agent-tracker was there.\n"


def test_unknown_host(repo: Repo) -> None:
    done = repo.run("hosts", "install", "emacs")
    assert done.returncode == 2
    assert "no host is called 'emacs'" in done.stderr


def test_in_a_project(repo: Repo) -> None:
    repo.tracker("hosts", "install", "claude-code", "opencode", "--project")
    assert (repo.path / ".claude" / "settings.json").is_file()
    assert (repo.path / ".opencode" / "plugin" / "agent-tracker.js").is_file()
    assert "statusLine" not in (repo.path / ".claude" / "settings.json").read_text(encoding="utf-8")
    repo.tracker("hosts", "uninstall", "--project")
    assert sorted(path.name for path in repo.path.iterdir()) == [".agent", ".git"]
