"""The rows of bugs in one write transaction: those of an agent are read once, and found by their commit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tracker import keys
from tracker.ledger.tables import BUGS, Transaction
from tracker.model import Oid

if TYPE_CHECKING:
    from tracker.feedback_records import BugRecord

    ByCommit = defaultdict[Oid | None, dict[bytes, BugRecord]]


class BugRows:
    """Bugs by agent and commit. All changes of the table in the transaction go through it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._agents: dict[str, ByCommit] = {}

    def of_commit(self, agent: str, oid: Oid | None) -> list[tuple[bytes, BugRecord]]:
        """Return the bugs of an agent's commit, in whichever project they were reported, in the order of recording.

        With None those that are about no commit.
        """
        return sorted(self._of(agent)[oid].items())

    def has_any(self, agent: str, oid: Oid) -> bool:
        """Return True if there is a bug of an agent's commit, in whatever state."""
        return bool(self._of(agent).get(oid))

    def put(self, key: bytes, bug: BugRecord) -> None:
        """Write a bug. Raises as ``Transaction.put``."""
        self._transaction.put(BUGS, key, bug)
        if bug.agent in self._agents:
            self._agents[bug.agent][bug.oid][key] = bug

    def remove(self, key: bytes, bug: BugRecord) -> None:
        """Delete a bug."""
        self._transaction.delete(BUGS, key)
        if bug.agent in self._agents:
            self._agents[bug.agent][bug.oid].pop(key, None)

    def _of(self, agent: str) -> ByCommit:
        if agent not in self._agents:
            by_commit: ByCommit = defaultdict(dict)
            for key, bug in self._transaction.scan(BUGS, keys.agent(agent)):
                by_commit[bug.oid][key] = bug
            self._agents[agent] = by_commit
        return self._agents[agent]
