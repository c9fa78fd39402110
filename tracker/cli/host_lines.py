"""The list of hosts for people and as JSON: which are here, and what of ours each has."""

from typing import Any, Final

from tracker.cli import output, tables
from tracker.hosts.found_hosts import found_agents, is_found
from tracker.hosts.host_table import HOSTS, Host
from tracker.hosts.install import UNTRIED, Place, state_of
from tracker.hosts.trust import Trust, trust_of

SCHEMA: Final = 1
_TABLE: Final = tables.Layout(
    (tables.fixed("host"), tables.text("installed", 20, 40), tables.text("settings", 12, 30)), left_out=("settings",)
)
_TRUST: Final[dict[Trust, str]] = {
    "not needed": "",
    "trusted": "trusted",
    "not trusted": "not trusted: start codex, type /hooks",
    "unknown": "trust unknown",
}


def print_hosts(place: Place, *, json: bool) -> None:
    """Print a line for each host that is here, or has something of ours."""
    found = [one for host in HOSTS if (one := _as_json(host, place))["found"] or one["installed"]]
    if json:
        for one in found:
            output.print_json(one)
        return
    others = [
        agent for agent in found_agents(place.home, place.environment) if agent not in {host.agent for host in HOSTS}
    ]
    if not found and not others:
        output.say("No host was found: 'agent-tracker hosts install HOST' installs it all the same.")
        return
    rows = [(one["host"], _installed(one), one["settings"] or "") for one in found]
    rows += [(agent, "needs nothing" if agent == "aider" else "not supported", "") for agent in others]
    tables.print_table(_TABLE, rows)
    if any(not one["installed"] for one in found):
        output.say("'agent-tracker hosts install' installs it in all of them.")


def _installed(one: dict[str, Any]) -> str:
    if not one["installed"]:
        return "no"
    trust = _TRUST[one["trust"]]
    untried = "untried" if one["host"] in UNTRIED else ""
    return ", ".join(part for part in ("yes", trust, untried) if part)


def _as_json(host: Host, place: Place) -> dict[str, Any]:
    state = state_of(host, place)
    return {
        "schema": SCHEMA,
        "host": host.agent,
        "found": is_found(host.agent, place.home, place.environment),
        "installed": state.is_installed,
        "events": list(state.events),
        "settings": str(state.settings) if state.settings else None,
        "files": [str(path) for path in state.files],
        "trust": trust_of(host, state),
    }
