"""Families of commits in memory: the pure rules of lineage are tested without a ledger."""

from collections.abc import Sequence
from typing import Final

from tests.ledger.example_ledger import commit_facts
from tests.lineage.claims import OTHER_PART, Wanted, claims_for
from tracker.lineage import FamilyView, Holding, family_of
from tracker.lineage.graph import Family
from tracker.lineage.read_family import read_family
from tracker.model import Oid, ProjectId, RewriteKind
from tracker.records import CommitFacts
from tracker.rewrite_records import Claim

HERE: Final = ProjectId("aa" * 16)
THERE: Final = ProjectId("bb" * 16)
A, B, C, D, E = (Oid(f"{number:040x}") for number in range(1, 6))


class CommitGraph(FamilyView):
    """Commits, rewrite links, cherry-picks and reverts of several projects."""

    def __init__(self) -> None:
        self._records: dict[Oid, list[Holding]] = {}
        self._wanted: list[Wanted] = []
        self.away: set[ProjectId] = set()
        self.elsewhere: set[ProjectId] = set()
        self.tracked: dict[ProjectId, int] = {}

    def commit(self, oid: Oid, *, project: ProjectId = HERE, live: bool = True, **fields: object) -> "CommitGraph":
        """Add a project's facts of a commit; ``fields``: those of ``CommitFacts`` that differ from the default."""
        record = commit_facts(1, live=live)
        for name, value in fields.items():
            record = record._replace(**{name: value})  # type: ignore[arg-type]
        self._records.setdefault(oid, []).append((project, record))
        return self

    def rewrite(self, old: Oid, new: Oid, kind: RewriteKind, *, is_refused: bool = False) -> "CommitGraph":
        """Add claims from which a link of this kind follows, later than the claims that were added before.

        ``is_refused``: the link would close a cycle, so that it must not follow.
        """
        self._wanted.append(Wanted(old, new, kind, is_refused))
        if kind == "squashed" and OTHER_PART not in self._records:
            self.commit(OTHER_PART, live=False, origin="fetched")
        return self

    def family(self) -> Family:
        """Return all commits as a family; fail if not exactly the wanted links follow from the claims."""
        family = read_family(self._records, self)
        found = {(old, link.new, link.kind) for old, one in family.items() for link in one.all_links}
        wanted = {(old, new, kind) for old, new, kind, is_refused in self._wanted if not is_refused}
        assert {link for link in found if link[0] != OTHER_PART} == wanted
        return family

    def holdings(self, oid: Oid) -> Sequence[Holding]:
        return self._records.get(oid, [])

    def claims(self, oid: Oid) -> Sequence[Claim]:
        return [claim for old, claim in claims_for(self._wanted) if old == oid]

    def predecessors(self, oid: Oid) -> Sequence[Oid]:
        return [old for old, claim in claims_for(self._wanted) if claim.new == oid]

    def copies(self, oid: Oid) -> Sequence[Oid]:
        return [copy for copy, record in self._all() if record.copy_of == oid]

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        return [reverter for reverter, record in self._all() if oid in record.reverts]

    def is_away(self, project: ProjectId) -> bool:
        return project in self.away

    def is_elsewhere(self, project: ProjectId) -> bool:
        return project in self.elsewhere

    def first_seen(self, project: ProjectId) -> int:
        return self.tracked.get(project, 0)

    def family_of(self, oid: Oid) -> set[Oid]:
        return family_of(oid, self)

    def _all(self) -> list[tuple[Oid, CommitFacts]]:
        return [(oid, record) for oid, holdings in self._records.items() for _, record in holdings]
