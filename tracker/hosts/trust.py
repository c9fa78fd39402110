"""Find out if a host will run our hooks: one of them, Codex, runs none that its user has not trusted.

Codex keeps the trusted hooks in its config.toml, each with the digest of its text, by file, event and place
(``hooks.state."FILE:EVENT:ELEMENT:HOOK"``). Only the user
decides that, in the host itself; here it is read, never written. If the text of a hook was changed since, only Codex
can tell.
"""

import os
import tomllib
from typing import Final, Literal

from tracker.files import read_regular
from tracker.hosts.host_table import Host
from tracker.hosts.install import State

Trust = Literal["not needed", "trusted", "not trusted", "unknown"]
_LARGEST: Final = 4 << 20
_OWN_NAMES: Final = {"before-tool": "pre_tool_use", "after-tool": "post_tool_use", "session-start": "session_start",
                     "stop": "stop"}  # fmt: skip


def trust_of(host: Host, state: State) -> Trust:
    """Return if the user has trusted our hooks in a host, as far as its files tell."""
    if host.agent != "codex" or not state.is_installed or state.settings is None:
        return "not needed"
    path = state.settings.with_name("config.toml")
    try:
        found = tomllib.loads(read_regular(path, _LARGEST).decode("utf-8"))
    except FileNotFoundError:
        return "not trusted"
    except (OSError, ValueError):
        return "unknown"
    hooks = found.get("hooks")
    states = hooks.get("state") if isinstance(hooks, dict) else None
    trusted = {key for key, one in states.items() if _is_trusted(one)} if isinstance(states, dict) else set()
    files = {str(state.settings), os.path.realpath(state.settings)}
    wanted = [{f"{file}:{_OWN_NAMES[one.event]}:{one.element}:{one.hook}" for file in files} for one in state.hooks]
    return "trusted" if all(names & trusted for names in wanted) else "not trusted"


def _is_trusted(state: object) -> bool:
    """Return True if a hook was trusted, and not switched off since."""
    return isinstance(state, dict) and bool(state.get("trusted_hash")) and state.get("enabled") is not False
