"""The unit of a commit: all of its versions, and the other commits that decide what these stand for. Pure.

A family may have thousands of commits that copy or revert one. What one of them stands for follows from its own
versions, from what those were copied from, and from what reverts them, not from the other copies; so one more costs the
same however many there are. Where more than that decides, there is no unit, and the whole family is derived.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from tracker.lineage.graph import FamilyView, reach
from tracker.model import Oid

_MOST: Final = 50
"""Commits of a context; with more of them the whole family is derived."""


def versions_of(oid: Oid, view: FamilyView) -> set[Oid]:
    """Return a commit and every commit that claims of rewrites connect to it, in either direction."""

    def neighbours(one: Oid) -> Iterator[Oid]:
        yield from (claim.new for claim in view.claims(one))
        yield from view.predecessors(one)

    return {oid} | reach(oid, neighbours)


def context_of(versions: set[Oid], view: FamilyView) -> set[Oid] | None:
    """Return the other commits from which it follows what the versions of a commit stand for.

    They are the originals of copies, with all of their versions, and enough of the commits that revert one of the
    versions. None if the whole family decides: where an original is gone, a copy takes its place; and for a long chain
    of copies or reverts it is cheaper to derive all of it at once.
    """
    found, waiting = {*versions}, [*versions]
    while waiting:
        oid = waiting.pop()
        if len(found) > len(versions) + _MOST:
            return None
        if _has_moved(oid, view):
            return None
        for original in _originals(oid, view) - found:
            others = versions_of(original, view)
            waiting += others - found
            found |= others
    reverters = _reverters_of(versions, view)
    return None if reverters is None else (found | reverters) - versions


def dependents_of(versions: set[Oid], view: FamilyView) -> set[Oid]:
    """Return the commits that may stand for something else when the versions of a commit do: each of another unit."""
    found = reverted_by(versions, view)
    for oid in versions:
        found.update(view.copies(oid))
        for original in _originals(oid, view):
            # A copy may take the place of an original that is gone, or give it back.
            if not all(_is_live(one, view) for one in versions_of(original, view)):
                found.add(original)
    return found - versions


def reverted_by(versions: set[Oid], view: FamilyView) -> set[Oid]:
    """Return the commits of other units that the versions of a commit revert."""
    targets = {target for oid in versions for _, facts in view.holdings(oid) for target in facts.reverts}
    return targets - versions


def _originals(oid: Oid, view: FamilyView) -> set[Oid]:
    return {facts.copy_of for _, facts in view.holdings(oid) if facts.copy_of is not None}


def _is_live(oid: Oid, view: FamilyView) -> bool:
    return any(facts.live for _, facts in view.holdings(oid))


def _reverters_of(versions: set[Oid], view: FamilyView) -> set[Oid] | None:
    """Return commits that decide which of the versions are reverted; None if the whole family decides.

    One that is live and that nothing reverts or rewrites decides alone.
    """
    found, waiting = set[Oid](), [*versions]
    while waiting:
        oid = waiting.pop()
        reverters = view.reverters(oid)
        decisive = next((one for one in reverters if _is_decisive(one, view)), None)
        for one in reverters if decisive is None else [decisive]:
            others = versions_of(one, view) - found - versions
            if any(map(partial(_has_moved, view=view), others)):
                return None
            waiting += others
            found |= others
        if len(found) > _MOST:
            return None
    return found


def _has_moved(oid: Oid, view: FamilyView) -> bool:
    """Return True if a copy may have taken the place of a commit, or of the commit that it copies."""
    return any(not _is_live(one, view) and view.copies(one) for one in (oid, *_originals(oid, view)))


def _is_decisive(oid: Oid, view: FamilyView) -> bool:
    is_alone = not (view.claims(oid) or view.predecessors(oid) or view.reverters(oid))
    return is_alone and _is_live(oid, view) and not _has_moved(oid, view)
