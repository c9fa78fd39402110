"""The state of sharing in one project, for ``agent-tracker share``."""

from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.ledger.user_key import read_user_key
from tracker.project.project import Project
from tracker.project.share_files import Seen
from tracker.sharing.places import means_of_reading, writer_of
from tracker.sharing.send import unsent


class Writer(NamedTuple):
    """Another writer: its name, and what was read of its ref."""

    name: str
    seen: Seen


class ShareState(NamedTuple):
    """The state of sharing. ``remote``: None if the project does not share. ``writer``: the name of this one.

    ``waiting``: events that the next push sends, None where that cannot be found out. ``failure``: time in seconds and
    sentence of the last push that did not go well, unless a later one did.
    """

    remote: str | None
    writer: str
    waiting: int | None
    writers: list[Writer]
    failure: tuple[int, str] | None


def share_state(project: Project) -> ShareState:
    """Return the state of sharing in a project. Raises TrackerError and OSError."""
    files = project.files.sharing
    remote = files.remote()
    writer = writer_of(project.ledger.path, project.files.id())
    if remote is None:
        return ShareState(None, writer, 0, [], None)
    key = read_user_key(project.ledger.path)
    seen = files.seen(means_of_reading(key)) if key else {}
    writers = [Writer(ref.rpartition("/")[2], one) for ref, one in seen.items()]
    waiting: int | None = None
    try:
        waiting = unsent(project, remote)
    except TrackerError:  # the last failure, or doctor, says why
        waiting = None
    return ShareState(remote, writer, waiting, writers, files.failure())
