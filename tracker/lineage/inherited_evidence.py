"""Evidence that a commit inherits from the commits it was rewritten or cherry-picked from. Pure."""

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Final

from tracker import attribution
from tracker.attribution import combine
from tracker.lineage.graph import Family, Member, ordered
from tracker.lineage.makers import OwnEvidence
from tracker.model import Evidence, Oid
from tracker.records import CommitFacts, CommitStanding, RecordedCommit

_OUTSIDE_THE_COMMIT: Final = frozenset(
    {
        "correction", "withdrawal", "user", "process", "environment", "host", "terminal", "config", "branch",
        "session", "record",
    }
)  # fmt: skip
"""Signals from outside the commit, known only when the original was made. A changed commit or a copy has trailers and
addresses itself. One with the same patch keeps its maker whatever became of its message, and a squash has one author
and a message of its own."""

_AUTHOR: Final = slice(CommitFacts._fields.index("author_name"), CommitFacts._fields.index("author_offset") + 1)
"""The fields of facts that give the author and the author time."""


def evidence_of(family: Family, own: Mapping[Oid, OwnEvidence]) -> dict[Oid, tuple[Evidence, ...]]:
    """Return the evidence of each commit, its own that counts and what it inherits along links and copies, by oid.

    Commits are taken in the order of inheritance, each once; only those in a cycle, which copies can close, are taken
    again until nothing changes. ``combine`` bounds what a commit holds, so the work grows with the number of links.
    """
    held = {oid: combine((), own[oid].counting) for oid in family}
    heirs = {oid: _heirs(oid, family) for oid in family}
    order = ordered(family, lambda oid: (heir for heir, _ in heirs[oid]))
    places = {oid: place for place, oid in enumerate(order)}
    received: dict[Oid, set[Evidence]] = {oid: set() for oid in family}
    waiting, done = [*range(len(order))], set[Oid]()
    while waiting:
        old = order[heappop(waiting)]
        joined = combine(held[old], received[old]) if received[old] else held[old]
        received[old].clear()
        if old in done and joined == held[old]:
            continue
        done.add(old)
        held[old] = joined
        for new, kind in heirs[old]:
            if new in done and not received[new]:
                heappush(waiting, places[new])
            received[new].update(one._replace(inherited=True) for one in joined if _is_inheritable(one, kind))
    return held


def _heirs(oid: Oid, family: Family) -> list[tuple[Oid, str]]:
    """Return the commits of the family that inherit from a commit, with the kind of the link, or ``copy``.

    A merge among the parts of a squash passes nothing on: who merged made none of the work.
    """
    member = family[oid]
    is_merge = len(member.holdings[0][1].parents) > 1
    heirs: list[tuple[Oid, str]] = [
        (link.new, link.kind)
        for link in member.links
        if link.new in family and not (is_merge and link.kind == "squashed")
    ]
    return heirs + [(copy, "copy") for copy in member.copies if _is_faithful(member, family.get(copy))]


def all_evidence(commit: RecordedCommit) -> tuple[Evidence, ...]:
    """Return the evidence that a commit is attributed by, its own and what it inherits, strongest first."""
    facts, standing = commit
    return combine(own_in_project(facts, standing), standing.other_evidence)


def own_in_project(facts: CommitFacts, standing: CommitStanding) -> list[Evidence]:
    """Return the evidence in the facts of one project that a commit is attributed by."""
    moments = attribution.evidence_of_moments(facts.moments, is_rewritten=False) if standing.has_moments else ()
    return [*(one for one in facts.evidence if one not in standing.set_aside), *moments]


def _is_faithful(original: Member, copy: Member | None) -> bool:
    """Return True if a copy has its original's author and date, as cherry-pick keeps them.

    The line that ``cherry-pick -x`` adds to a message proves nothing: anybody can write it.
    """
    if copy is None:
        return False
    one, other = original.holdings[0][1], copy.holdings[0][1]
    return one[_AUTHOR] == other[_AUTHOR]


def _is_inheritable(evidence: Evidence, kind: str) -> bool:
    """Return True if evidence passes along a link of ``kind``, or to a ``copy``."""
    if attribution.is_report(evidence):
        return False  # it would speak of this user's work
    if kind in {"same", "squashed"}:
        return evidence.signal != "committer"
    return evidence.inherited or evidence.signal in _OUTSIDE_THE_COMMIT
