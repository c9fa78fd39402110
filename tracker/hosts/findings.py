"""Find what is wrong with hosts, for ``doctor``: hooks that are not trusted, a script that is gone or cannot run."""

import os
import shlex
from collections.abc import Iterator

from tracker.hosts.host_table import HOSTS
from tracker.hosts.install import Place, state_of
from tracker.hosts.trust import trust_of
from tracker.reports.doctor import Finding


def findings(place: Place) -> Iterator[Finding]:
    """Yield what is wrong with the hosts in which we are installed."""
    for host in HOSTS:
        state = state_of(host, place)
        if not state.is_installed:
            continue
        again = f"agent-tracker hosts install {host.agent}"
        if not place.script.is_file():
            yield Finding(f"{host.display} calls {place.script}, which is not there.", again)
        elif not os.access(_interpreter(place), os.X_OK):
            yield Finding(f"{host.display} calls a Python that does not exist any more.", again)
        if state.present.fault:
            yield Finding(f"{host.display} reads nothing of {state.settings}: {state.present.fault}.", "mend that line")
        if missing := trust_of(host, state, place).missing:
            of = f"{missing} of {len(state.present.hooks)} hooks of agent-tracker {'is' if missing == 1 else 'are'} not"
            yield Finding(
                f"{host.display} runs no hooks that you have not trusted, and {of}.",
                "start codex, type /hooks, and trust them",
            )


def _interpreter(place: Place) -> str:
    """Return the interpreter that the script names; empty where it names none."""
    with place.script.open(encoding="utf-8", errors="replace") as file:
        line = next((line for line in file if line.startswith("python=")), "python=")
    return next(iter(shlex.split(line.removeprefix("python="))), "")
