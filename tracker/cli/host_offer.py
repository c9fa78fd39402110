"""The offer of ``init``: install us in the hosts of agents that the user works with, after one question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import TrackerError, error_sentence

if TYPE_CHECKING:
    from tracker.hosts.host_table import Host
    from tracker.project.project import Project


def offer_hosts(project: Project, *, wanted: bool | None, may_ask: bool) -> list[str]:
    """Install us in the hosts that the user has used and that lack us, if that is ``wanted``, or a person says so.

    ``may_ask``: ask a person at a terminal where nothing says it. Returns a sentence for each thing done; one that
    cannot be done is named.
    """
    from tracker.cli.first_minute import answers_yes, may_be_asked

    if wanted is False or not (wanted or (may_ask and may_be_asked())):
        return []
    missing = _without_us()
    names = ", ".join(host.display for host in missing)
    question = f"{names}: show agents there their standing, and ask them to grade their commits?"
    if not missing or not (wanted or answers_yes(project, question, default=False)):
        return []
    return [*_install(missing), "'agent-tracker hosts uninstall' takes all of it back."]


def _without_us() -> list[Host]:
    """Return the hosts that the user has used and that do not call us; none for an account without a home."""
    from tracker.hosts.found_hosts import is_used
    from tracker.hosts.host_table import HOSTS
    from tracker.hosts.install import UNTRIED, place_of_user, state_of

    try:
        place = place_of_user()
    except RuntimeError:
        return []
    used = [host for host in HOSTS if host.agent not in UNTRIED and is_used(host.agent, place.home, place.environment)]
    return [host for host in used if not state_of(host, place).is_installed]


def _install(hosts: list[Host]) -> list[str]:
    from tracker.hosts.install import install, place_of_user
    from tracker.hosts.program import program_path

    place = place_of_user()
    lines: list[str] = []
    for host in hosts:
        try:
            done = install(host, place, program_path(), asks_at_stop=False, status_line=True)
        except (TrackerError, OSError) as error:
            done = [error_sentence(error)]
        lines += [f"{host.display}: {line}" for line in done]
    return lines
