"""Our parts that a host's settings file has. Pure."""

from typing import NamedTuple

from tracker.hosts import chained_status_line
from tracker.hosts.host_table import Event


class Installed(NamedTuple):
    """A hook of ours in a settings file: the number of its element in the list of the event, and its own in that."""

    event: Event
    element: int
    hook: int


class Present(NamedTuple):
    """Our parts of a settings file. ``fault``: why the host reads nothing of it, in words; empty if it reads it."""

    hooks: tuple[Installed, ...] = ()
    status_line: chained_status_line.Kind = "none"
    fault: str = ""

    @property
    def events(self) -> tuple[Event, ...]:
        """The events at which the host calls us."""
        return tuple(dict.fromkeys(one.event for one in self.hooks))

    @property
    def keeps_status_line(self) -> bool:
        """True if an installation that is not told otherwise has a status line: a first one, or one that had it."""
        return not self.hooks or self.status_line not in ("none", "the user's")
