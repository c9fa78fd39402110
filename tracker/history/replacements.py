"""Tell when commits were replaced: by the claims of this reconcile, and by those that the ledger has.

A merge holds the commits that a branch had when it was merged, whatever the branch became later and whenever somebody
looks. So a commit is not searched for in merges that are younger than its replacement.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from tracker import keys
from tracker.git import Repository
from tracker.history.changes import Changes
from tracker.history.claims import OldClaim
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.commits import claims_about, find_commit
from tracker.ledger.tables import COMMITS
from tracker.lineage import reach, resolve
from tracker.model import CONTENT, Oid, ProjectId
from tracker.rewrite_records import Claim

NEVER: Final = 1 << 62
"""The time of what did not happen."""


class Replacements:
    """The times at which this user's commits were replaced by others.

    ``changes`` and ``claims``: of this reconcile. ``fetched``: its commits that others made. ``moved``: times at which
    commits lived again as copies, in seconds. Making one raises RepositoryError.
    """

    def __init__(
        self,
        repository: Repository,
        ledger: Ledger,
        project_id: ProjectId,
        changes: Changes,
        claims: Iterable[OldClaim],
        fetched: Collection[Oid],
        moved: Mapping[Oid, int],
    ) -> None:
        self._ledger = ledger
        self._project_id = project_id
        self._fetched = fetched
        self._moved = moved
        self._new = {*changes.fresh, *changes.unreachable}
        self._reached = {*changes.fresh, *changes.newly_reachable}
        self._gone = {*changes.unreachable, *changes.died}
        self._claims: dict[Oid, list[Claim]] = defaultdict(list)
        for one in claims:
            self._claims[one.old].append(one.claim)
        oids = {oid for old, about in self._claims.items() for oid in (old, *(claim.new for claim in about))}
        self._made = {commit.oid: commit.committer.time for commit in repository.commits(sorted(oids))}

    def times(self, oids: Iterable[Oid]) -> dict[Oid, int]:
        """Return the commits that this user made, each with the time in seconds at which it was replaced.

        ``NEVER`` for a commit that was not replaced, or that is live when nothing of what replaced it is. Raises the
        LedgerUnavailable errors.
        """
        with self._ledger.read() as snapshot:
            own = [oid for oid in oids if self._is_own(oid, snapshot)]
            claims = self._claims_from(own, snapshot)
            links = resolve(claims)
            successors = {old: [link.new for link in about if link.kind != "dropped"] for old, about in links.items()}
            return {
                oid: min(self._time(oid, claims, successors, snapshot), self._copied_at(oid, snapshot)) for oid in own
            }

    def _is_own(self, oid: Oid, snapshot: Snapshot) -> bool:
        """Return True if this user made a commit that is recorded or about to be."""
        if oid in self._new:
            return oid not in self._fetched
        facts = snapshot.get(COMMITS, keys.commit(self._project_id, oid))
        return facts is not None and facts.origin == "local"

    def _is_live(self, oid: Oid, snapshot: Snapshot) -> bool:
        """Return True unless a commit is known to be reachable no more."""
        if oid in self._gone or oid in self._reached:
            return oid not in self._gone
        facts = snapshot.get(COMMITS, keys.commit(self._project_id, oid))
        return facts is None or facts.live

    def _claims_from(self, oids: Iterable[Oid], snapshot: Snapshot) -> dict[Oid, list[Claim]]:
        """Return all claims about commits and about what they became, keyed by old commit."""
        found: dict[Oid, list[Claim]] = {}
        waiting = [*oids]
        while waiting:
            oid = waiting.pop()
            if oid not in found:
                found[oid] = [*claims_about(snapshot, oid), *self._claims.get(oid, ())]
                waiting += [claim.new for claim in found[oid]]
        return found

    def _time(
        self,
        oid: Oid,
        claims: Mapping[Oid, Sequence[Claim]],
        successors: Mapping[Oid, Sequence[Oid]],
        snapshot: Snapshot,
    ) -> int:
        """Return the time of the first claim that holds.

        Of a commit that is dead like its successors, those from merges do not count: it may be merged once more.
        """
        direct = {*successors.get(oid, ())}
        later = reach(oid, lambda one: successors.get(one, ()))
        counting = [claim for claim in claims[oid] if claim.new in direct]
        if not any(self._is_live(one, snapshot) for one in later):
            if self._is_live(oid, snapshot):
                return NEVER
            counting = [claim for claim in counting if claim.source != CONTENT]
        return min((self._replaced_at(oid, claim, snapshot) for claim in counting), default=NEVER)

    def _replaced_at(self, old: Oid, claim: Claim, snapshot: Snapshot) -> int:
        """Return the time at which the new commit was made; for one that is older than ``old`` that of the claim."""
        before, after = (self._made_at(oid, snapshot) for oid in (old, claim.new))
        return claim.time if before is None or after is None or after < before else after

    def _made_at(self, oid: Oid, snapshot: Snapshot) -> int | None:
        """Return the committer time of a commit, None if nothing is known of it."""
        facts = None if oid in self._made else snapshot.get(COMMITS, keys.commit(self._project_id, oid))
        return facts.committed_at if facts else self._made.get(oid)

    def _copied_at(self, oid: Oid, snapshot: Snapshot) -> int:
        """Return the committer time of the copy that took a dead commit's place; ``NEVER`` if there is none."""
        commit = find_commit(snapshot, self._project_id, oid)
        heirs = [link.new for link in commit.standing.links if link.source == "copy"] if commit else []
        copies = (snapshot.get(COMMITS, keys.commit(self._project_id, heir)) for heir in heirs)
        return min((copy.committed_at for copy in copies if copy), default=self._moved.get(oid, NEVER))
