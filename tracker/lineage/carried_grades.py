"""Grades that a commit carries from other commits of its group, or from its own trailer. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


Sources = Mapping[Oid, Sequence[tuple[Oid, RewriteKind]]]
"""For each commit, the commits whose grades it can carry, and the kind of rewrite between them."""

Grades = Mapping[Oid, Mapping[Rater, HeldGrade]]
"""For each commit, the grades that hold, by rater."""


def sources_of(family: Family) -> Sources:
    """Return for each commit its predecessors, and its successors by a ``same`` rewrite."""
    sources: dict[Oid, list[tuple[Oid, RewriteKind]]] = defaultdict(list)
    for oid, member in family.items():
        for link in member.links:
            sources[link.new].append((oid, link.kind))
            if link.kind == "same":
                sources[oid].append((link.new, "same"))
    return sources


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


def carried_grades(oid: Oid, family: Family, sources: Sources, grades: Grades) -> tuple[Carried, ...]:
    """Return the grades that a commit carries, for the raters who did not grade the commit itself.

    Along ``same`` links the rater's last grade carries over; along ``changed`` links it does so until the commit is
    graded; a squash carries the grades of all its parts. A grade of a later version replaces that of an earlier one.
    The grade in the commit's own trailer is carried from itself.
    """
    carried: list[Carried] = []
    for rater in RATERS:
        own = grades[oid].get(rater)
        if own is not None:
            if own.declared:
                carried.append(Carried(rater, own.grade, oid, "same"))
            continue
        found = _nearest_graded(oid, rater, family, sources, grades)
        found = {one: kind for one, kind in found.items() if not _has_later_version(one, found, family)}
        single = [one for one, kind in found.items() if kind != "squashed"]
        if single:
            single = [max(single, key=lambda one: (grades[one][rater].time, grades[one][rater].grade, one))]
        carried += [Carried(rater, grades[one][rater].grade, one, found[one]) for one in single or sorted(found)]
    return tuple(carried)


def _nearest_graded(oid: Oid, rater: Rater, family: Family, sources: Sources, grades: Grades) -> dict[Oid, RewriteKind]:
    """Return the nearest graded sources of a commit, each with the weakest rewrite kind on the best path to it."""
    found: dict[Oid, RewriteKind] = {}
    best: dict[Oid, int] = {oid: 0}
    waiting = [oid]
    while waiting:
        reached = waiting.pop()
        for source, kind in sources.get(reached, ()):
            rank = max(best[reached], SURVIVING.index(kind))
            if source not in family or best.get(source, len(SURVIVING)) <= rank:
                continue
            best[source] = rank
            if rater in grades[source]:
                found[source] = SURVIVING[rank]
            else:
                waiting.append(source)
    return found


def _has_later_version(oid: Oid, others: Iterable[Oid], family: Family) -> bool:
    """Return True if one of ``others`` is a later version of ``oid``."""
    return not reach(oid, successors_in(family)).isdisjoint(others)
