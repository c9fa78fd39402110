"""The list of hosts for people and as JSON: which are here, and what of ours each has."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tracker.cli import output, tables
from tracker.hosts.found_hosts import found_agents, is_found
from tracker.hosts.host_table import HOSTS, Host
from tracker.hosts.install import UNTRIED, Place, state_of
from tracker.hosts.trust import trust_of

SCHEMA: Final = 1
_TABLE: Final = tables.Layout(
    (tables.fixed("host"), tables.text("installed", 20, 60), tables.text("settings", 12, 40)), left_out=("settings",)
)


def print_hosts(place: Place, project: Path | None, *, json: bool) -> None:
    """Print a line for each host that is here, or has something of ours.

    ``project``: a worktree whose own settings are shown too, where they have something of ours.
    """
    found = [one for host in HOSTS if (one := _as_json(host, place))["found"] or one["installed"]]
    if project is not None:
        here = place._replace(project=project)
        found += [one for host in HOSTS if (one := _as_json(host, here))["installed"]]
    if json:
        for one in found:
            output.print_json(one)
        return
    known = {host.agent for host in HOSTS}
    others = [agent for agent in found_agents(place.home, place.environment) if agent not in known]
    if not found and not others:
        output.say("No host was found: 'agent-tracker hosts install HOST' installs agent-tracker in it all the same.")
        return
    rows = [(one["host"], _installed(one), _short(one, place)) for one in found]
    rows += [(agent, "needs nothing" if agent == "aider" else "not supported", "") for agent in others]
    tables.print_table(_TABLE, rows)
    for sentence in _sentences(found, place):
        output.paragraph(sentence)


def _sentences(found: Sequence[dict[str, Any]], place: Place) -> Iterator[str]:
    """Yield what is left to do: settings that a host does not read, hooks that are not trusted, hosts without us."""
    for one in found:
        if one["fault"]:
            yield f"{one['host']} reads nothing of {_short(one, place)} as it is: {one['fault']}."
        if missing := one["untrusted"]:
            are = "is" if missing == 1 else "are"
            yield f"{missing} of {one['hooks']} hooks of {one['host']} {are} not trusted: start codex, type /hooks."
    if missing_in := [one["host"] for one in found if not one["installed"] and not one["fault"]]:
        yield f"'agent-tracker hosts install' installs agent-tracker in {', '.join(missing_in)} too."


def _installed(one: dict[str, Any]) -> str:
    if not one["installed"]:
        return "no"
    parts = (
        "yes",
        "in this project" if one["project"] else "",
        "unread" if one["fault"] else "",
        "" if one["trust"] == "not needed" else "trust unknown" if one["trust"] == "unknown" else one["trust"],
        "untried" if one["host"] in UNTRIED else "",
        "status line" if one["status_line"] else "",
        "asks at stop" if "stop" in one["events"] else "",
    )
    return ", ".join(part for part in parts if part)


def _short(one: dict[str, Any], place: Place) -> str:
    """Return the file that tells a host of us, with ``~`` for the home."""
    path = one["settings"] or next(reversed(one["files"]), "")
    home = f"{place.home}{os.sep}"
    return f"~{os.sep}{path.removeprefix(home)}" if path.startswith(home) else path


def _as_json(host: Host, place: Place) -> dict[str, Any]:
    state = state_of(host, place)
    trust = trust_of(host, state, place)
    return {
        "schema": SCHEMA,
        "host": host.agent,
        "found": is_found(host.agent, place.home, place.environment),
        "installed": state.is_installed,
        "events": list(state.events),
        "settings": str(state.settings) if state.settings else None,
        "files": [str(path) for path in state.files],
        "trust": trust.kind,
        "untrusted": trust.missing,
        "hooks": len(state.present.hooks),
        "status_line": state.present.status_line == "ours",
        "fault": state.present.fault or None,
        "project": place.of_project or None,
    }
