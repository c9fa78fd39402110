"""Names of the refs through which events are shared. Pure but for the ledger's key."""

from pathlib import Path

from tracker.exchange.events import SCHEMA
from tracker.ledger.key import seal
from tracker.ledger.user_key import name_of
from tracker.model import ProjectId
from tracker.project.share_files import OURS, THEIRS


def writer_of(ledger: Path, project: ProjectId) -> str:
    """Return the name of the writer for a ledger and project; nobody else can tell which repositories are one user's.

    Raises OSError when the ledger's key cannot be read.
    """
    return seal(ledger, "writer", project.encode())


def means_of_reading(key: bytes | None) -> str:
    """Return a text that is another one where more or other events can be used.

    That is so with another key of the user, and with a program that knows a newer schema. What was read by other means
    is read again.
    """
    return f"{name_of(key) if key else ''} {SCHEMA}"


def own_ref(writer: str) -> str:
    """Return the ref of a writer."""
    return f"{OURS}{writer}"


def fetched_ref(remote: str, writer: str) -> str:
    """Return the ref in which a writer's events are after a fetch."""
    return f"{THEIRS}{remote}/{writer}"
