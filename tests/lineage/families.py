"""Families of commits in memory: the pure rules of lineage are tested without a ledger."""

from collections.abc import Sequence
from typing import Final

from tests.ledger.example_ledger import commit_facts
from tracker.lineage import FamilyView, Holding, family_of
from tracker.lineage.graph import Family, read_member
from tracker.model import Oid, ProjectId, RewriteKind
from tracker.records import CommitFacts, Link

HERE: Final = ProjectId("aa" * 16)
THERE: Final = ProjectId("bb" * 16)
A, B, C, D, E = (Oid(f"{number:040x}") for number in range(1, 6))


class CommitGraph(FamilyView):
    """Commits, rewrite links, cherry-picks and reverts of several projects."""

    def __init__(self) -> None:
        self._records: dict[Oid, list[Holding]] = {}
        self._links: dict[Oid, list[Link]] = {}
        self.away: set[ProjectId] = set()

    def commit(self, oid: Oid, *, project: ProjectId = HERE, live: bool = True, **fields: object) -> "CommitGraph":
        """Add a project's facts of a commit; ``fields``: those of ``CommitFacts`` that differ from the default."""
        record = commit_facts(1, live=live)
        for name, value in fields.items():
            record = record._replace(**{name: value})  # type: ignore[arg-type]
        self._records.setdefault(oid, []).append((project, record))
        return self

    def rewrite(self, old: Oid, new: Oid, kind: RewriteKind) -> "CommitGraph":
        self._links.setdefault(old, []).append(Link(new, kind, "test"))
        return self

    def family(self, *oids: Oid) -> Family:
        """Return the commits with these oids, by default all, as a family."""
        return {oid: read_member(oid, self) for oid in oids or self._records}

    def holdings(self, oid: Oid) -> Sequence[Holding]:
        return self._records.get(oid, [])

    def links(self, oid: Oid) -> Sequence[Link]:
        return self._links.get(oid, [])

    def predecessors(self, project: ProjectId, oid: Oid) -> Sequence[Oid]:
        return [old for old, links in self._links.items() if oid in {link.new for link in links}]

    def copies(self, oid: Oid) -> Sequence[Oid]:
        return [copy for copy, record in self._all() if record.copy_of == oid]

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        return [reverter for reverter, record in self._all() if oid in record.reverts]

    def is_away(self, project: ProjectId) -> bool:
        return project in self.away

    def family_of(self, oid: Oid) -> set[Oid]:
        return family_of(oid, self)

    def _all(self) -> list[tuple[Oid, CommitFacts]]:
        return [(oid, record) for oid, holdings in self._records.items() for _, record in holdings]
