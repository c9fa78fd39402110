"""Sources of evidence outside git's own history that could not be read: each then gives no evidence, and is named.

Other tools' notes, refs and files and agents' session logs are written by other programs, and some of them are merely
pulled. Whatever they hold may add evidence; it may not stop recording.
"""

import contextlib
from collections.abc import Iterator

from tracker.errors import LedgerUnavailable, Superseded, TrackerError, error_sentence


class UnreadSources:
    """The sources of one reconcile. ``tried``: the names of all; ``failed``: reasons of those that cannot be read."""

    def __init__(self) -> None:
        self.tried: set[str] = set()
        self.failed: dict[str, str] = {}

    @contextlib.contextmanager
    def reading(self, source: str) -> Iterator[None]:
        """Read a source inside the block, which ends at the first error. Raises only what concerns the ledger."""
        self.tried.add(source)
        try:
            yield
        except (LedgerUnavailable, Superseded):
            raise
        except (TrackerError, OSError) as error:
            self.failed[source] = error_sentence(error)
        except Exception as error:  # noqa: BLE001 - another program's data may have any form
            self.failed[source] = f"it is not of a form that agent-tracker knows ({error})."
