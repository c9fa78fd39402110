"""Grades that a commit carries from other commits of its group, or from its own trailer. Pure."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from tracker.lineage.graph import Family, reach, successors_in
from tracker.lineage.links import SURVIVING
from tracker.model import RATERS, GradeValue, Oid, Rater, RewriteKind
from tracker.records import Carried


class HeldGrade(NamedTuple):
    """A rater's grade of a commit that holds: given, or ``declared`` by the commit's own trailer. Time in seconds."""

    time: int
    grade: GradeValue
    declared: bool = False


Takers = Mapping[Oid, Sequence[tuple[Oid, RewriteKind]]]
"""For each commit, the commits that can carry its grades, and the kind of rewrite between them."""

Grades = Mapping[Oid, Mapping[Rater, HeldGrade]]
"""For each commit, the grades that hold, by rater."""


def carried_grades(family: Family) -> dict[Oid, tuple[Carried, ...]]:
    """Return the grades that each commit carries, for the raters who did not grade the commit itself.

    Along ``same`` links the rater's last grade carries over; along ``changed`` links it does so until the commit is
    graded; a squash carries the grades of all its parts. A grade of a later version replaces that of an earlier one.
    The grade in the commit's own trailer is carried from itself.
    """
    grades = grades_of(family)
    carried: dict[Oid, tuple[Carried, ...]] = dict.fromkeys(family, ())
    takers = _takers_of(family) if any(grades.values()) else {}
    for rater in RATERS:
        graded = {oid: held[rater] for oid, held in grades.items() if rater in held}
        for oid, one in graded.items():
            if one.declared:
                carried[oid] += (Carried(rater, one.grade, oid, "same"),)
        for oid, found in _of_earlier_versions(graded, takers, family).items():
            carried[oid] += tuple(Carried(rater, graded[one].grade, one, kind) for one, kind in found.items())
    return carried


def _takers_of(family: Family) -> Takers:
    """Return for each commit its successors, and its predecessors by a ``same`` rewrite."""
    takers: dict[Oid, list[tuple[Oid, RewriteKind]]] = defaultdict(list)
    for oid, member in family.items():
        for link in member.links:
            if link.new in family:
                takers[oid].append((link.new, link.kind))
                if link.kind == "same":
                    takers[link.new].append((oid, "same"))
    return takers


def grades_of(family: Family) -> dict[Oid, dict[Rater, HeldGrade]]:
    """Return for each commit each rater's last grade, unless withdrawn, else the grade that its trailer declares.

    A trailer does not count where a predecessor or the cherry-picked original declares the same grade: the commit has
    it from there. Otherwise it would hide later grades of that one, and a cherry-pick would be graded twice.
    """
    grades = {
        oid: {
            rater: HeldGrade(last.time, last.grade) for rater, last in member.graded.items() if last.grade is not None
        }
        for oid, member in family.items()
    }
    declared = {oid: member.declared for oid, member in family.items() if member.declared is not None}
    if declared:
        origins = _origins_of(family)
        for oid, grade in declared.items():
            if not any(declared.get(old) == grade for old in origins.get(oid, ())):
                time = family[oid].holdings[0][1].committed_at
                grades[oid].setdefault("agent", HeldGrade(time, grade, declared=True))
    return grades


def _origins_of(family: Family) -> dict[Oid, set[Oid]]:
    """Return for each commit its predecessors and the original it copies."""
    origins: dict[Oid, set[Oid]] = defaultdict(set)
    for oid, member in family.items():
        for link in member.links:
            origins[link.new].add(oid)
        for copy in member.copies:
            origins[copy].add(oid)
    return origins


def _of_earlier_versions(
    graded: Mapping[Oid, HeldGrade], takers: Takers, family: Family
) -> dict[Oid, dict[Oid, RewriteKind]]:
    """Return for each commit without a grade of a rater the commits whose grades it carries, with the kinds.

    ``graded``: the rater's grades.
    """
    found: dict[Oid, dict[Oid, RewriteKind]] = defaultdict(dict)
    for one in graded:
        for oid, kind in _carriers(one, graded, takers).items():
            found[oid][one] = kind
    successors = successors_in(family)
    later: dict[Oid, set[Oid]] = {}  # of each graded commit those of its later versions that are graded too
    for oid, sources in found.items():
        if len(sources) > 1:
            for one in sources:
                if one not in later:
                    later[one] = reach(one, successors) & graded.keys()
            found[oid] = _valid({one: kind for one, kind in sources.items() if later[one].isdisjoint(sources)}, graded)
    return found


def _valid(sources: Mapping[Oid, RewriteKind], graded: Mapping[Oid, HeldGrade]) -> dict[Oid, RewriteKind]:
    """Return the last graded of the sources that were not squashed; where all of them were, all."""
    single = [one for one, kind in sources.items() if kind != "squashed"]
    if single:
        last = max(single, key=lambda one: (graded[one].time, graded[one].grade, one))
        return {last: sources[last]}
    return {one: sources[one] for one in sorted(sources)}


def _carriers(oid: Oid, graded: Container[Oid], takers: Takers) -> dict[Oid, RewriteKind]:
    """Return the commits that have a graded one as a nearest, each with the weakest kind on the best path to it."""
    best: dict[Oid, int] = {oid: 0}
    waiting = [oid]
    while waiting:
        reached = waiting.pop()
        for taker, kind in takers.get(reached, ()):
            rank = max(best[reached], SURVIVING.index(kind))
            if taker not in graded and best.get(taker, len(SURVIVING)) > rank:
                best[taker] = rank
                waiting.append(taker)
    del best[oid]
    return {taker: SURVIVING[rank] for taker, rank in best.items()}
