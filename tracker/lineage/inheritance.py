"""What each commit of a family inherits: evidence of who made it, and grades. Pure."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tracker.attribution import combine
from tracker.lineage.graph import Family, Member, Word, forward, lateness, reach
from tracker.model import RATERS, Evidence, GradeValue, Oid, Rater, RewriteKind
from tracker.records import Carried, CommitRecord

_OF_THE_MOMENT: Final = frozenset(
    {
        "correction", "withdrawal", "user", "process", "environment", "terminal", "config", "branch", "session",
        "record",
    }
)  # fmt: skip
"""What only the moment of the original commit knew; trailers and addresses stand in its copy itself, unless that is a
squash, which has the author of one and a message of its own."""

_ORDER: Final[tuple[RewriteKind, ...]] = ("same", "changed", "squashed")
"""The kinds of rewrite that pass anything on, from the one that keeps a commit as it was."""

_AUTHOR: Final = slice(CommitRecord._fields.index("author_name"), CommitRecord._fields.index("author_offset") + 1)
"""The fields of a record that say who wrote the commit, and when."""


# -- evidence --------------------------------------------------------------------------------------------------------


def evidence(family: Family) -> dict[Oid, tuple[Evidence, ...]]:
    """The evidence of each commit with all that it inherits, followed along links and copies to the end."""
    held = {oid: member.evidence for oid, member in family.items()}
    waiting = deque(family)
    while waiting:
        old = waiting.popleft()
        heirs: list[tuple[Oid, str]] = [(link.new, link.kind) for link in family[old].links]
        heirs += [(copy, "same") for copy in family[old].copies if _is_faithful(family[old], family.get(copy))]
        for new, kind in heirs:
            passed_on = [one._replace(inherited=True) for one in held[old] if _passes(one, kind)]
            joined = combine(held[new], passed_on) if new in held else ()
            if new in held and joined != held[new]:
                held[new] = joined
                waiting.append(new)
    return held


def _is_faithful(original: Member, copy: Member | None) -> bool:
    """Whether a copy has its original's author and date, as cherry-pick keeps them: anybody can write ``-x``'s line."""
    if copy is None:
        return False
    one, other = original.holdings[0][1], copy.holdings[0][1]
    return one[_AUTHOR] == other[_AUTHOR]


def _passes(evidence: Evidence, kind: str) -> bool:
    if kind == "squashed":
        return evidence.signal != "committer"
    return evidence.inherited or evidence.signal in _OF_THE_MOMENT


# -- grades ----------------------------------------------------------------------------------------------------------

Sources = Mapping[Oid, Sequence[tuple[Oid, RewriteKind]]]
"""For each commit those whose grades speak for it, and the kind of rewrite between them."""

Words = Mapping[Oid, Mapping[Rater, Word]]
"""What each rater holds of each commit."""


def sources_of(family: Family) -> Sources:
    """For each commit those whose grades speak for it: what it replaces, and what it became without a change."""
    sources: dict[Oid, list[tuple[Oid, RewriteKind]]] = defaultdict(list)
    for oid, member in family.items():
        for link in member.links:
            sources[link.new].append((oid, link.kind))
            if link.kind == "same":
                sources[oid].append((link.new, "same"))
    return sources


def words_of(family: Family) -> dict[Oid, dict[Rater, Word]]:
    """What each rater holds of each commit: the last word, if it was not taken back, else what its trailer declares.

    A trailer that a commit has from the one that it was made of, or copied from, is no word of its own: what was said
    of that one since would be lost otherwise, and a cherry-pick be graded twice.
    """
    words = {
        oid: {rater: word for rater, word in member.said.items() if word.grade is not None}
        for oid, member in family.items()
    }
    declaring = {oid: member.declared for oid, member in family.items() if member.declared is not None}
    if declaring:
        made_of = _made_of(family)
        for oid, grade in declaring.items():
            if not any(declaring.get(old) == grade for old in made_of.get(oid, ())):
                words[oid].setdefault("agent", Word(family[oid].holdings[0][1].committed_at, grade))
    return words


def _made_of(family: Family) -> dict[Oid, set[Oid]]:
    """For each commit those that it replaced or copies; in a circle of rewrites the smallest oid is the first."""
    successors, circling = forward(family), _circling(family)
    made_of: dict[Oid, set[Oid]] = defaultdict(set)
    for oid, member in family.items():
        for link in member.links:
            if not (link.new < oid and oid in circling and oid in reach(link.new, successors)):
                made_of[link.new].add(oid)
        for copy in member.copies:
            made_of[copy].add(oid)
    return made_of


def _circling(family: Family) -> set[Oid]:
    """What is left of a family when all that no circle of rewrites leads to is taken away, one after the other."""
    successors = forward(family)
    leading = Counter(new for oid in family for new in successors(oid))
    waiting = [oid for oid in family if not leading[oid]]
    left = set(family)
    while waiting:
        gone = waiting.pop()
        left.discard(gone)
        for new in successors(gone):
            leading[new] -= 1
            if not leading[new]:
                waiting.append(new)
    return left


def carried(oid: Oid, family: Family, sources: Sources, words: Words) -> tuple[Carried, ...]:
    """The grades that a commit has from those it was made of, where a rater said nothing of the commit itself.

    Along ``same`` the last word carries over, along ``changed`` it does so until the commit is graded anew; a squash
    speaks with the grades of all that went into it. A word on a later version takes the place of that on an earlier.
    What the commit's own trailer declares it carries from itself.
    """
    carried: list[Carried] = []
    for rater in RATERS:
        own = words[oid].get(rater)
        if own is not None:
            said = family[oid].said.get(rater)
            if own.grade is not None and own != said:
                carried.append(Carried(rater, own.grade, oid, "same"))
            continue
        found = _words_behind(oid, rater, family, sources, words)
        found = {one: kind for one, kind in found.items() if not _has_later(one, found, family)}
        alone = [one for one, kind in found.items() if kind != "squashed"]
        if alone:
            alone = [max(alone, key=lambda one: (lateness(words[one][rater]), one))]
        carried += [Carried(rater, _grade(words[one][rater]), one, found[one]) for one in alone or sorted(found)]
    return tuple(carried)


def _grade(word: Word) -> GradeValue:
    assert word.grade is not None  # noqa: S101 - what was taken back is in no words
    return word.grade


def _words_behind(oid: Oid, rater: Rater, family: Family, sources: Sources, words: Words) -> dict[Oid, RewriteKind]:
    """The nearest graded commits behind one, each with the weakest kind of rewrite on the best way from there."""
    found: dict[Oid, RewriteKind] = {}
    best: dict[Oid, int] = {oid: 0}
    waiting = [oid]
    while waiting:
        here = waiting.pop()
        for source, kind in sources.get(here, ()):
            rank = max(best[here], _ORDER.index(kind))
            if source not in family or best.get(source, len(_ORDER)) <= rank:
                continue
            best[source] = rank
            if rater in words[source]:
                found[source] = _ORDER[rank]
            else:
                waiting.append(source)
    return found


def _has_later(oid: Oid, others: Iterable[Oid], family: Family) -> bool:
    """Whether one of some graded commits is a later version of ``oid``."""
    later = reach(oid, forward(family)) - {oid}
    return any(other in later and oid not in reach(other, forward(family)) for other in others)
