"""Decide which of a commit's own evidence speaks of its maker. Pure.

Who only changes a commit's message, author or date does not become its maker: with the same patch the maker of the
version before it is the maker of this one too.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.attribution import attribute, evidence_of_moments, has_agent_at_work, is_report
from tracker.lineage.graph import Family, Member
from tracker.lineage.links import LIKENESS
from tracker.model import HUMAN, Evidence, Oid

_STATED: Final = frozenset({"correction", "withdrawal", "user", "record"})
"""Signals that speak of the commit itself, whoever changed it last."""
_CIRCUMSTANCES: Final = frozenset({"process", "environment", "host", "terminal", "config", "branch", "session"})
"""Signals of the moment of a commit."""


class OwnEvidence(NamedTuple):
    """The own evidence of a commit that counts; what does not: of its moments (``has_moments``), and ``set_aside``."""

    counting: tuple[Evidence, ...]
    has_moments: bool
    set_aside: tuple[Evidence, ...]


def own_evidence(family: Family, landed: Collection[Oid] = ()) -> dict[Oid, OwnEvidence]:
    """Return the own evidence of each commit of a family that counts, keyed by commit.

    ``landed``: commits that were fetched and are this user's work, of which reports of others say nothing.
    """
    before = _previous_versions(family)
    origins = _origins(before)
    rewritten = {link.new for member in family.values() for link in member.links}
    moments = {
        oid: evidence_of_moments(member.moments, is_rewritten=oid in rewritten) for oid, member in family.items()
    }
    found: dict[Oid, OwnEvidence] = {}
    for oid, member in family.items():
        reports = _reports_on_own_work(member, is_landed=oid in landed)
        if oid not in before:
            evidence = (*(one for one in member.evidence if one not in reports), *moments[oid])
            found[oid] = OwnEvidence(evidence, has_moments=True, set_aside=reports)
            continue
        origin = origins[oid]
        aside = {*reports} | {one for one in member.evidence if one.signal in _CIRCUMSTANCES}
        if has_agent_at_work(moments[oid]) and family[origin].moments:
            aside |= _marks_of_others(member, family[before[oid]], [*family[origin].evidence, *moments[origin]])
        counting = tuple(one for one in member.evidence if one not in aside)
        found[oid] = OwnEvidence(
            counting, has_moments=False, set_aside=tuple(one for one in member.evidence if one in aside)
        )
    return found


def _reports_on_own_work(member: Member, *, is_landed: bool) -> tuple[Evidence, ...]:
    """Return what other people's machines said of a commit that is this user's work."""
    reports = tuple(one for one in member.evidence if is_report(one))
    is_own = reports and (is_landed or any(facts.origin == "local" for _, facts in member.holdings))
    return reports if is_own else ()


def _previous_versions(family: Family) -> dict[Oid, Oid]:
    """Return for each commit that has a previous version with the same patch that version; of several the least.

    Where nobody saw the rewrite, a version that was committed later is not the previous one.
    """
    before: dict[Oid, Oid] = {}
    for oid, member in family.items():
        for link in member.links:
            if link.kind == "same" and link.new in family:
                is_seen = link.source not in {*LIKENESS, "copy"}
                if is_seen or _committed_at(member) <= _committed_at(family[link.new]):
                    before[link.new] = min(oid, before.get(link.new, oid))
    return before


def _committed_at(member: Member) -> int:
    return member.holdings[0][1].committed_at


def _origins(before: Mapping[Oid, Oid]) -> dict[Oid, Oid]:
    """Return the first of the versions that each commit had. Links form no cycle (``links.resolve``)."""
    origins: dict[Oid, Oid] = {}
    for oid in before:
        versions, first = [], oid
        while first in before and first not in origins:
            versions.append(first)
            first = before[first]
        origins |= dict.fromkeys(versions, origins.get(first, first))
    return origins


def _marks_of_others(member: Member, previous: Member, origin: Sequence[Evidence]) -> set[Evidence]:
    """Return the marks that a version has, its previous one had not, and that name another than the maker.

    An agent adds marks of its own to every message that it writes, also where it changes nothing else.
    """
    maker = attribute(origin).agent if has_agent_at_work(origin) else HUMAN
    known = {(one.signal, one.name, one.agent) for one in previous.evidence}
    return {
        one
        for one in member.evidence
        if one.signal not in _STATED
        and one.agent not in {None, maker}
        and (one.signal, one.name, one.agent) not in known
    }
