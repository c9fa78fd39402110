"""The offer of ``init``: install us in the hosts of agents that the user works with, after one question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli import output

if TYPE_CHECKING:
    from tracker.hosts.host_table import Host
    from tracker.project.project import Project


def offer_hosts(project: Project, *, wanted: bool | None, may_ask: bool) -> list[str]:
    """Install us in the hosts that the user has used and that lack us, if that is ``wanted``, or a person says so.

    ``may_ask``: ask a person at a terminal where nothing says it. Returns a sentence for each thing done; one that
    cannot be done is named.
    """
    from tracker.cli.first_minute import answers_yes, is_person

    if wanted is False or not (wanted or may_ask):
        return []
    missing = _without_us()
    if not missing:
        return []
    if not wanted:
        if not is_person(project):
            return []
        names = ", ".join(host.display for host in missing)
        output.paragraph(
            f"agent-tracker can add hooks and a status line to your own settings of {names}: agents there then see"
            " their standing and are asked to grade their commits, in every repository that it tracks."
        )
        if not answers_yes(project, "Add them?", default=False):
            return ["'agent-tracker hosts install' adds them later."]
    return _install(missing)


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
    from tracker.cli.host_installation import Choices, install_all
    from tracker.hosts.install import place_of_user

    found = [*install_all(hosts, place_of_user(), Choices())]
    back = [] if all(one.failed for one in found) else ["'agent-tracker hosts uninstall' takes all of it back."]
    return [*(line for one in found for line in one.lines), *back]
