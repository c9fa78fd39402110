"""Find out if a host will run our hooks: one of them, Codex, runs none that its user has not trusted.

Codex keeps the trusted hooks in its config.toml, each with the digest of its text, by file, event and place
(``hooks.state."FILE:EVENT:ELEMENT:HOOK"``). Only the user
decides that, in the host itself; here it is read, never written. If the text of a hook was changed since, only Codex
can tell.
"""

import os
import tomllib
from typing import Final, Literal, NamedTuple

from tracker.files import read_regular
from tracker.hosts.host_table import Host
from tracker.hosts.install import Place, State
from tracker.hosts.user_folders import user_path

_LARGEST: Final = 4 << 20
_OWN_NAMES: Final = {"before-tool": "pre_tool_use", "after-tool": "post_tool_use", "session-start": "session_start",
                     "stop": "stop"}  # fmt: skip


class Trust(NamedTuple):
    """The trust of a user in our hooks of a host. ``kind``: ``not trusted`` if one of them is not.

    ``missing``: the number of hooks that are not trusted.
    """

    kind: Literal["not needed", "trusted", "not trusted", "unknown"]
    missing: int = 0


def trust_of(host: Host, state: State, place: Place) -> Trust:
    """Return if the user has trusted our hooks in a host, as far as its files in the user's home tell."""
    hooks = state.present.hooks
    if host.agent != "codex" or not hooks or state.settings is None:
        return Trust("not needed")
    path = user_path(".codex/config.toml", place.home, place.environment)
    try:
        found = tomllib.loads(read_regular(path, _LARGEST).decode("utf-8"))
    except FileNotFoundError:
        return Trust("not trusted", len(hooks))
    except (OSError, ValueError):
        return Trust("unknown")
    table = found.get("hooks")
    states = table.get("state") if isinstance(table, dict) else None
    trusted = {key for key, one in states.items() if _is_trusted(one)} if isinstance(states, dict) else set()
    files = {str(state.settings), os.path.realpath(state.settings)}
    wanted = [{f"{file}:{_OWN_NAMES[one.event]}:{one.element}:{one.hook}" for file in files} for one in hooks]
    missing = sum(not (names & trusted) for names in wanted)
    return Trust("not trusted", missing) if missing else Trust("trusted")


def _is_trusted(state: object) -> bool:
    """Return True if a hook was trusted, and not switched off since."""
    return isinstance(state, dict) and bool(state.get("trusted_hash")) and state.get("enabled") is not False


def next_step(host: Host, state: State, place: Place) -> str | None:
    """Return the sentence about what the user has to do in a host after an installation; None for nothing."""
    if trust_of(host, state, place).kind == "not trusted":
        return "Codex runs no hook that you have not trusted: start codex, type /hooks, and trust ours."
    return "Restart it if it is running: it reads its settings when it starts." if host.agent == "copilot-cli" else None
