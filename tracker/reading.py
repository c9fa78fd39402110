"""What every command that reads does first: bring the project at hand up to date, then read."""

from collections.abc import Mapping

from tracker import config, terminal
from tracker.errors import LedgerUnavailable, NotTracked, RepositoryError
from tracker.ledger import Ledger
from tracker.model import ProjectId
from tracker.reconcile import reconcile
from tracker.repository import Repository
from tracker.session import open_session


def prepare(path: str, flags: Mapping[str, str | None], *, required: bool) -> tuple[Ledger, ProjectId | None]:
    """The ledger to read, and the project at ``path``, None when there is none and none is required.

    A ledger that cannot be written now can perhaps still be read: that what waits is missing is said, once.
    Raises NotTracked and RepositoryError when a project is required, ConfigError.
    """
    try:
        session = open_session(Repository.find(path), flags)
        session.files.id()
    except (NotTracked, RepositoryError):
        if required:
            raise
        settings = config.resolve(flags, {})
        return Ledger(settings.ledger, settings.size_limit), None
    try:
        notices = reconcile(session).notices
    except LedgerUnavailable as error:
        notices = (str(error),)
    for notice in notices:
        terminal.warn(terminal.harmless(notice))
    return session.ledger, session.files.id()
