"""Find the claims that commits were rewritten into others, from every source.

Sources: the list of post-rewrite and git's own list of a rebase (the hook puts it into its event), the reflogs of HEADs
and branches, the maps of tools that rewrite history, squash and rebase merges found by content, and what the ledger
knows of commits that git no longer has. Each of them can be wrong, so a claim says how contents and authors compare,
and ``lineage.links`` decides what holds.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from typing import NamedTuple

from tracker.git import Repository
from tracker.git.reflog import COPIED, ReflogAction
from tracker.history import reflogs, squash_merges
from tracker.history.changes import Changes
from tracker.history.cherry_picks import picked_back
from tracker.history.claims import OldClaim, make_claims
from tracker.history.ledger_queries import facts_of
from tracker.history.made_here import commits_made_here
from tracker.history.merge_search import SearchInput
from tracker.history.move_links import DatedPair
from tracker.history.recorded_state import RecordedState
from tracker.history.replacements import Replacements
from tracker.history.rewrite_lists import claims_of_lists
from tracker.history.tool_maps import ToolMap
from tracker.history.vanished import claims_of_map, claims_of_vanished
from tracker.ledger import Ledger
from tracker.model import Event, Oid
from tracker.rewrite_records import ReflogRecord


class Rewrites(NamedTuple):
    """The claims that were found, and the records of the reflogs that were followed for them."""

    claims: Sequence[OldClaim]
    reflogs: Sequence[ReflogRecord]


class Sources(NamedTuple):
    """Inputs of the search for rewrites beside the repository and the ledger.

    ``events``: those of this reconcile. ``tool_map``: a map that was not read before, else None. ``elsewhere``: the
    commits that came from elsewhere. ``fetched``: the new commits that others made. ``copies``: originals keyed by
    copy.
    """

    events: Sequence[Event]
    tool_map: ToolMap | None
    elsewhere: Container[Oid]
    fetched: frozenset[Oid]
    copies: Mapping[Oid, Oid]


def find_rewrites(
    repository: Repository, ledger: Ledger, known: RecordedState, changes: Changes, sources: Sources
) -> Rewrites:
    """Return every claim that can be made now. Raises RepositoryError and the LedgerUnavailable errors."""
    return _RewriteSearch(repository, ledger, known, changes, sources).rewrites()


class _RewriteSearch(NamedTuple):
    """The search of one reconcile."""

    repository: Repository
    ledger: Ledger
    known: RecordedState
    changes: Changes
    sources: Sources

    def rewrites(self) -> Rewrites:
        """Return the claims from all sources, and the records of the reflogs."""
        repository, known, changes, sources = self.repository, self.known, self.changes, self.sources
        made = self._made_here()
        copies = frozenset(oid for oid, action in made.items() if action in COPIED)
        followed = reflogs.follow(repository, known, changes.reflogs, changes.tips, sources.elsewhere, copies)
        claims = claims_of_lists(repository, self.ledger, known.project_id, sources.events, sources.tool_map)
        claims += make_claims(repository, followed.pairs, lambda _: False)
        claims += self._claims_without_objects({one.old for one in claims})
        begun = reflogs.squash_merges_begun(known, sources.events)
        claims += make_claims(repository, self._squash_merges(made, begun, claims), lambda _: False)
        return Rewrites(claims, reflogs.with_squash_merges(followed.records, known, begun))

    def _made_here(self) -> dict[Oid, ReflogAction]:
        """Return the commits that a hook or a reflog shows as made here, each with its action.

        Only those of new reflog entries if no commit became reachable.
        """
        seen: dict[Oid, ReflogAction] = {
            event.head: "commit" for event in self.sources.events if event.hook == "post-commit" and event.head
        }
        if self.changes.newly_reachable:
            return seen | commits_made_here(self.repository)
        return seen | dict(self.changes.reflogs.made)

    def _claims_without_objects(self, claimed: Collection[Oid]) -> list[OldClaim]:
        """Return claims about recorded commits that a tool rewrote, by its map, else by what the ledger knows of them.

        ``claimed``: the commits of which it is known already what they became.
        """
        changes, tool_map = self.changes, self.sources.tool_map
        pairs = tool_map.pairs if tool_map else ()
        wanted = {old for old, _ in pairs} | ({*changes.died} if changes.has_pruned else set())
        if not wanted:
            return []
        with self.ledger.read() as snapshot:
            records = facts_of(snapshot, self.known.project_id, wanted)
        claims: list[OldClaim] = []
        if tool_map:
            named = {*changes.fresh, *changes.unreachable}
            claims += claims_of_map(self.repository, pairs, records, named, tool_map.time)
        known_ones = {*claimed, *(one.old for one in claims)}
        gone = {oid: records[oid] for oid in changes.died if oid in records and oid not in known_ones}
        existing = self.repository.existing_commits(gone)
        gone = {oid: record for oid, record in gone.items() if oid not in existing}
        if changes.has_pruned and gone and changes.fresh:
            claims += claims_of_vanished(self.repository, gone, changes.fresh)
        return claims

    def _squash_merges(
        self, made_here: Mapping[Oid, ReflogAction], begun: Sequence[Oid], claims: Sequence[OldClaim]
    ) -> list[DatedPair]:
        """Return links of squash and rebase merges into new commits that no other source says were made of others."""
        repository, ledger, changes, sources = self.repository, self.ledger, self.changes, self.sources
        moved = picked_back(repository, ledger, self.known.project_id, changes, sources.copies)
        replacements = Replacements(repository, ledger, self.known.project_id, changes, claims, sources.fetched, moved)
        # A merge may have been amended or reset away before anybody looked.
        new = [*(changes.newly_reachable or changes.fresh), *changes.unreachable]
        replacing = {one.claim.new for one in claims}
        candidates = squash_merges.candidate_commits(
            repository, [oid for oid in new if oid not in replacing], made_here
        )
        wanted = SearchInput(candidates, {*begun}, replacements.times)
        found = squash_merges.find_squash_merges(repository, self.known, changes, wanted)
        times = {one.commit.oid: one.commit.committer.time for one in candidates}
        return [DatedPair(pair, times[pair.new]) for pair in found]
