"""Names of the refs through which events are shared, and of what they were read with."""

from pathlib import Path

from tracker.exchange.events import SCHEMA
from tracker.ledger import Ledger
from tracker.ledger.key import seal
from tracker.ledger.restored_keys import RESTORED
from tracker.ledger.user_key import name_of
from tracker.model import ProjectId
from tracker.project.share_files import OURS, THEIRS


def writer_of(ledger: Path, project: ProjectId) -> str:
    """Return the name of the writer for a ledger and project; nobody else can tell which repositories are one user's.

    Raises OSError when the ledger's key cannot be read.
    """
    return seal(ledger, "writer", project.encode())


def means_of_reading(ledger: Ledger, key: bytes | None) -> str:
    """Return a text that is another one where events that were read can be read with profit once more.

    That is so with another key of the user, with a program that knows a newer schema, and with another ledger, or one
    that was put back to an earlier state. Raises the LedgerUnavailable errors.
    """
    with ledger.read(begin=False) as snapshot:
        state, restored = snapshot.state(), snapshot.meta(RESTORED)
    return f"{name_of(key) if key else ''} {SCHEMA} {state.identity} {restored or ''}"


def own_ref(writer: str) -> str:
    """Return the ref of a writer."""
    return f"{OURS}{writer}"


def fetched_ref(remote: str, writer: str) -> str:
    """Return the ref in which a writer's events are after a fetch."""
    return f"{THEIRS}{remote}/{writer}"
