"""The state of sharing in one project, for ``agent-tracker share``."""

from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.ledger.user_key import read_user_key
from tracker.project.project import Project
from tracker.project.share_files import Seen
from tracker.sharing.places import means_of_reading, writer_of
from tracker.sharing.send import sees_every_branch, unsent


class Writer(NamedTuple):
    """Another writer: its name, and what was read of its ref."""

    name: str
    seen: Seen


class ShareState(NamedTuple):
    """The state of sharing. ``remote``: None if the project does not share. ``writer``: the name of this one.

    ``waiting``: events that the next push sends, None where that cannot be found out. ``failure``: time in seconds and
    sentence of the last push that did not go well, unless a later one did. ``has_key``: the key is there.
    ``is_unsealed``: there is a mark that the project shares, which does not count (``Project.shared_remote``).
    ``sees_every_branch``: what the remote has of any branch shows here, so ``waiting`` counts all of it.
    """

    remote: str | None
    writer: str
    waiting: int | None
    writers: list[Writer]
    failure: tuple[int, str] | None
    has_key: bool
    is_unsealed: bool = False
    sees_every_branch: bool = True


def share_state(project: Project) -> ShareState:
    """Return the state of sharing in a project. Raises TrackerError and OSError."""
    files = project.files.sharing
    remote = project.shared_remote
    writer = writer_of(project.ledger.path, project.files.id())
    if remote is None:
        return ShareState(None, writer, 0, [], None, has_key=True, is_unsealed=files.has_mark())
    key = read_user_key(project.ledger.path)
    seen = files.seen(means_of_reading(project.ledger, key))
    writers = [Writer(name, one) for ref, one in seen.items() if (name := ref.rpartition("/")[2]) != writer]
    waiting: int | None = None
    try:
        waiting = unsent(project, remote)
    except TrackerError:  # the last failure, or doctor, says why
        waiting = None
    return ShareState(
        remote,
        writer,
        waiting,
        writers,
        files.failure(),
        key is not None,
        sees_every_branch=sees_every_branch(project, remote),
    )
