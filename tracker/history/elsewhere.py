"""Commits from elsewhere: anybody can have written their author and date, so only their content is trusted."""

from collections.abc import Collection, Container

from tracker import keys
from tracker.ledger import Ledger
from tracker.ledger.tables import COMMITS
from tracker.model import Oid, ProjectId


class Elsewhere(Container[Oid]):
    """The commits that a remote has and that were not made here, new ones and recorded ones.

    ``new``: those among the commits that are not recorded yet. ``made_here``: commits that a hook or a reflog shows as
    made here. Looking up a commit may raise the LedgerUnavailable errors.
    """

    def __init__(self, ledger: Ledger, project_id: ProjectId, new: Collection[Oid], made_here: Collection[Oid]) -> None:
        self._ledger = ledger
        self._project_id = project_id
        self._made_here = made_here
        self._known = dict.fromkeys(new, True)

    def __contains__(self, oid: object) -> bool:
        if not isinstance(oid, str) or oid in self._made_here:
            return False
        if oid not in self._known:
            with self._ledger.read() as snapshot:
                facts = snapshot.get(COMMITS, keys.commit(self._project_id, Oid(oid)))
            self._known[Oid(oid)] = facts is not None and facts.origin == "fetched"
        return self._known[Oid(oid)]
