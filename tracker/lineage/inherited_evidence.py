"""Evidence that a commit inherits from the commits it was rewritten or cherry-picked from. Pure."""

from collections import deque
from typing import Final

from tracker.attribution import combine
from tracker.lineage.graph import Family, Member
from tracker.model import Evidence, Oid
from tracker.records import CommitFacts, RecordedCommit

_OUTSIDE_THE_COMMIT: Final = frozenset(
    {
        "correction", "withdrawal", "user", "process", "environment", "terminal", "config", "branch", "session",
        "record",
    }
)  # fmt: skip
"""Signals from outside the commit, known only when the original was made. A rewritten commit or a copy has trailers and
addresses itself; a squash does not, because it has one author and its own message."""

_AUTHOR: Final = slice(CommitFacts._fields.index("author_name"), CommitFacts._fields.index("author_offset") + 1)
"""The fields of facts that give the author and the author time."""


def evidence_of(family: Family) -> dict[Oid, tuple[Evidence, ...]]:
    """Return the evidence of each commit, its own and what it inherits along links and copies, by oid."""
    held = {oid: member.evidence for oid, member in family.items()}
    waiting = deque(family)
    while waiting:
        old = waiting.popleft()
        heirs: list[tuple[Oid, str]] = [(link.new, link.kind) for link in family[old].links]
        heirs += [(copy, "same") for copy in family[old].copies if _is_faithful(family[old], family.get(copy))]
        for new, kind in heirs:
            passed_on = [one._replace(inherited=True) for one in held[old] if _is_inheritable(one, kind)]
            joined = combine(held[new], passed_on) if new in held else ()
            if new in held and joined != held[new]:
                held[new] = joined
                waiting.append(new)
    return held


def all_evidence(commit: RecordedCommit) -> tuple[Evidence, ...]:
    """Return the evidence that a commit is attributed by: its own, then what it inherits; strongest first of each."""
    facts, standing = commit
    return combine(facts.evidence, standing.other_evidence) if standing.other_evidence else facts.evidence


def _is_faithful(original: Member, copy: Member | None) -> bool:
    """Return True if a copy has its original's author and date, as cherry-pick keeps them.

    The line that ``cherry-pick -x`` adds to a message proves nothing: anybody can write it.
    """
    if copy is None:
        return False
    one, other = original.holdings[0][1], copy.holdings[0][1]
    return one[_AUTHOR] == other[_AUTHOR]


def _is_inheritable(evidence: Evidence, kind: str) -> bool:
    """Return True if evidence passes along a link of ``kind``."""
    if kind == "squashed":
        return evidence.signal != "committer"
    return evidence.inherited or evidence.signal in _OUTSIDE_THE_COMMIT
