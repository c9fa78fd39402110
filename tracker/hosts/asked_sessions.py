"""The sessions that were asked for grades at their end, so that each is asked once."""

from typing import Final

from tracker.digests import blake2b
from tracker.project.files import ProjectFiles

_NAME: Final = "asked-sessions"
_MOST: Final = 500
"""Sessions that are remembered, those asked last."""


class AskedSessions:
    """The sessions of a project that were asked. Unless a method says otherwise it raises OSError."""

    def __init__(self, files: ProjectFiles) -> None:
        self._small = files.small

    def has(self, session: str) -> bool:
        """Return True if the session was asked."""
        return _digest(session) in self._small.read(_NAME).split()

    def add(self, session: str) -> None:
        """Remember that the session is asked."""
        known = self._small.read(_NAME).split()
        self._small.write(_NAME, "".join(f"{one}\n" for one in [*known, _digest(session)][-_MOST:]))


def _digest(session: str) -> str:
    """Return what stands for a session: an id comes from outside, and may be anything."""
    return blake2b(session.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
