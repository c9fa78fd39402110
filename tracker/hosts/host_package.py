"""Packages in hosts' own forms: a plugin of Claude Code, an extension of Gemini CLI, an npm package for OpenCode.

They hold the same script, skill and hooks that ``install`` writes, and find our program on the PATH, so that one can be
given to others. ``hosts package`` writes one into a folder; each host's own command installs it from there.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from tracker import __version__
from tracker.hosts.host_table import Event, Host, host_named
from tracker.hosts.packages import plugin_of, skill_text
from tracker.hosts.script import script_text
from tracker.hosts.settings_files import additions_for

_NAME: Final = "agent-tracker"
_ABOUT: Final = (
    "Tells agent-tracker which commits the agent makes, and the agent where it stands; asks it for its own grades."
)
_EVENTS: Final[tuple[Event, ...]] = ("before-tool", "after-tool", "session-start")
_SCRIPT: Final = "hooks/host"
_SHIM: Final = """\
#!/bin/sh
# The program agent-tracker for the shells of this host's agent: the first one on the PATH that is not this file.
own=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
IFS=:
for folder in $PATH "$HOME/.local/bin"; do
	[ -x "$folder/agent-tracker" ] || continue
	[ "$(CDPATH= cd -- "$folder" && pwd -P)" != "$own" ] && exec "$folder/agent-tracker" "$@"
done
echo "agent-tracker is not installed: uv tool install git-agent-tracker" >&2
exit 127
"""


class PackageFile(NamedTuple):
    """A file of a package."""

    text: str
    is_program: bool = False


def package_of(agent: str) -> Mapping[str, PackageFile] | None:
    """Return the files of the package of a host by their paths; None for a host that has no form of its own."""
    build = {"claude-code": _claude, "gemini-cli": _gemini, "opencode": _opencode}.get(agent)
    host = host_named(agent)
    return build(host) if build and host else None


HOW: Final[Mapping[str, str]] = {
    "claude-code": "claude plugin marketplace add {0} && claude plugin install agent-tracker@agent-tracker",
    "gemini-cli": "gemini extensions install {0}",
    "opencode": 'write "plugin": ["file://{0}"] into opencode.json',
}
"""The command by which each host installs its package from a folder."""


def _claude(host: Host) -> dict[str, PackageFile]:
    owner = {"name": _NAME}
    plugin = {"name": _NAME, "version": __version__, "description": _ABOUT, "author": owner, "license": "MIT"}
    listed = {"name": _NAME, "source": "./", "description": _ABOUT}
    market = {"name": _NAME, "owner": owner, "description": _ABOUT, "plugins": [listed]}
    return {
        ".claude-plugin/plugin.json": PackageFile(_json(plugin)),
        ".claude-plugin/marketplace.json": PackageFile(_json(market)),
        "hooks/hooks.json": PackageFile(_json({"hooks": _hooks(host, '"${CLAUDE_PLUGIN_ROOT}/hooks/host"')})),
        _SCRIPT: _script(),
        "skills/agent-tracker/SKILL.md": PackageFile(skill_text("agent-tracker")),
        "bin/agent-tracker": PackageFile(_SHIM, is_program=True),
    }


def _gemini(host: Host) -> dict[str, PackageFile]:
    extension = {"name": _NAME, "version": __version__, "description": _ABOUT}
    return {
        "gemini-extension.json": PackageFile(_json(extension)),
        "hooks/hooks.json": PackageFile(_json({"hooks": _hooks(host, '"${extensionPath}/hooks/host"')})),
        _SCRIPT: _script(),
        "skills/agent-tracker/SKILL.md": PackageFile(skill_text("agent-tracker")),
    }


def _opencode(host: Host) -> dict[str, PackageFile]:
    package = {
        "name": "opencode-agent-tracker", "version": __version__, "description": _ABOUT, "license": "MIT",
        "type": "module", "main": "index.js", "files": ["index.js", _SCRIPT], "keywords": ["opencode", "git"],
    }  # fmt: skip
    beside = f'decodeURIComponent(new URL("./{_SCRIPT}", import.meta.url).pathname)'
    return {
        "package.json": PackageFile(_json(package)),
        "index.js": PackageFile(plugin_of(host, beside)),
        _SCRIPT: _script(),
    }


def _script() -> PackageFile:
    return PackageFile(script_text("", ()).decode("utf-8", "surrogateescape"), is_program=True)


def _hooks(host: Host, file: str) -> dict[str, list[dict[str, Any]]]:
    """Return the hooks of a package. ``file``: of its script, as its host names its own folder."""
    lines = {event: f"test ! -f {file} || sh {file} {host.agent} {event}" for event in _EVENTS}
    found = [one for event, line in lines.items() for one in additions_for(host, event, line)]
    return {one.path[1]: [one.element] for one in found}


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
