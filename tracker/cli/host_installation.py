"""Installing us in hosts for the commands ``hosts install`` and ``init``: the sentences about each host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tracker.errors import TrackerError, error_sentence

if TYPE_CHECKING:
    from tracker.hosts.host_table import Host
    from tracker.hosts.install import Place


class Choices(NamedTuple):
    """The user's choices; None keeps an earlier one (``hosts.install.install``)."""

    asks_at_stop: bool | None = None
    status_line: bool | None = None


class Installed(NamedTuple):
    """The sentences about one host, a paragraph each. ``failed``: it could not be installed there."""

    host: Host
    lines: list[str]
    failed: bool = False


def install_all(hosts: Sequence[Host], place: Place, choices: Choices) -> Iterator[Installed]:
    """Install us in hosts, one after the other; what goes wrong in one does not stop the others."""
    from tracker.hosts.install import UNTRIED, install, state_of
    from tracker.hosts.program import program_path
    from tracker.hosts.trust import next_step

    for host in hosts:
        try:
            done = install(
                host, place, program_path(), asks_at_stop=choices.asks_at_stop, status_line=choices.status_line
            )
        except (TrackerError, OSError) as error:
            yield Installed(host, [f"{host.display}: {error_sentence(error)}"], failed=True)
            continue
        if done and host.agent in UNTRIED:
            done.append("By its documents only: agent-tracker was never tried with it.")
        state = state_of(host, place)
        if step := next_step(host, state, place) if done else None:
            done.append(step)
        if done and place.project is not None and state_of(host, place._replace(project=None)).is_installed:
            done.append("It is in your own settings too, so the agent reads its standing twice here.")
        yield Installed(host, [f"{host.display}: {' '.join(done)}"] if done else [])
