"""Files of ours that hosts read whole: the plugin of OpenCode, that of Goose, and the skill that several hosts read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson

from tracker import __version__
from tracker.hooks import template
from tracker.hosts.host_table import Event, Host
from tracker.hosts.settings_files import additions

SKILL_PLACE: Final = ".agents/skills/agent-tracker/SKILL.md"
"""The place of skills that is no single host's, below the home or a worktree."""
_CLAUDE_SKILL: Final = ".claude/skills/agent-tracker/SKILL.md"
SKILLS: Final = (SKILL_PLACE, _CLAUDE_SKILL)
"""Claude Code reads skills in its own folder alone."""

_PLUGINS: Final = {"opencode": "opencode.js", "amp": "amp.ts"}
"""The files of ``hooks/`` with what is special to the plugin of each host."""

_SKILL: Final = """\
---
name: agent-tracker
description: >-
  Use before you start a task, after each commit, and at the end of a session in a repository that agent-tracker tracks
  (a folder .agent with status.json). It says where you stand, finds lessons of earlier work, and takes your own grade.
---

# Where you stand, what was learnt, and your own grade

Run these commands; none of them changes the repository. If `agent-tracker` is not on the PATH, use {command}.

- `agent-tracker status`: your standing, how far you are trusted, what waits for your grade. If it says that you are
  halted, change nothing and tell the user.
- `agent-tracker lessons "what is asked"`: earlier work near a task. Heed it before you start.
- `agent-tracker grade [COMMIT] --agent GRADE --task "what was asked" --agent-note "what went well or wrong"`: grade
  your own work on each commit once, honestly: bad, neutral, good or excellence.
- `agent-tracker activity --task "what is asked"`: state a task, and get its lessons at once.
- `agent-tracker retro`: look back on a session.

Never grade as the user, and never edit `.agent/status.json`.
"""


def skill_text(command: str) -> str:
    """Return the text of the skill. ``command``: the program, for shells that do not find it by its name."""
    return _SKILL.format(command=f"`{command}`")


def plugin_of(host: Host, script: str) -> str:
    """Return the text of a host's plugin. ``script``: an expression of JavaScript for the path of our script."""
    return template.plugin_text(_PLUGINS[host.agent], host.agent, host.display, script)


def own_files(host: Host, script: Path, command: str, events: tuple[Event, ...]) -> Mapping[str, str]:
    """Return the files of ours for a host: the text of each, keyed by its path below the home or a worktree."""
    skill = skill_text(command)
    files = {SKILL_PLACE: skill}
    if host.agent == "claude-code":
        files[_CLAUDE_SKILL] = skill
    if host.agent == "opencode":
        files[".config/opencode/plugin/agent-tracker.js"] = plugin_of(host, json.dumps(str(script)))
    if host.agent == "amp":
        files[".config/amp/plugins/agent-tracker.ts"] = plugin_of(host, json.dumps(str(script)))
    if host.agent == "goose":
        hooks = {one.path[1]: [one.element] for one in additions(host, script, events)}
        folder = ".agents/plugins/agent-tracker"
        files[f"{folder}/hooks/hooks.json"] = _json({"hooks": hooks})
        files[f"{folder}/plugin.json"] = _json({"name": "agent-tracker", "version": __version__})
    return files


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
