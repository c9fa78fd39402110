"""Link commits that a rebase squashed into others, by the squash and fixup steps in the reflogs of HEADs."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from tracker.git import ReflogEntry, Repository
from tracker.git.reflog import ReflogAction
from tracker.model import MELD, Oid, Pair

_MELDS: Final[frozenset[ReflogAction]] = frozenset({"rebase-squash", "rebase-fixup"})
_REPLACES: Final[frozenset[ReflogAction]] = _MELDS | frozenset({"amend"})
_ENDS: Final[frozenset[ReflogAction]] = _MELDS | frozenset({
    "rebase-finish", "rebase-pick", "rebase-reword", "rebase-edit", "rebase-merge", "rebase-continue",
})  # fmt: skip
"""Last actions of a rebase in the reflog of a HEAD. A branch moves before ``rebase-finish`` is there, which a detached
HEAD never gets."""


def links_from_melds(repository: Repository, lost: Sequence[Oid], gained: Collection[Oid], tip: Oid) -> list[Pair]:
    """Return links for commits that the rebase which ended at ``tip`` squashed into others.

    The reflog shows the result of each step but not which commit it melded. The commits that are ``lost`` otherwise,
    oldest first, are assigned in order if there are as many as such steps; else there are no links.
    """
    gained = set(gained)
    for entries in repository.reflogs.of_every_head():
        results = _meld_results(entries, gained, tip)
        if len(results) == len(lost):
            return [Pair(old, new, MELD) for old, new in zip(lost, results, strict=True)]
    return []


def _meld_results(entries: Iterable[ReflogEntry], gained: Collection[Oid], tip: Oid) -> list[Oid]:
    """Return for each squash or fixup step of the newest rebase that ended at ``tip`` the final commit it went into.

    ``entries``: newest first. The results are in the order of the steps; none if a step ended in a commit that was not
    gained.
    """
    became: dict[Oid, Oid] = {}
    results: list[Oid] = []
    is_inside = False
    for entry in entries:
        action = entry.action
        if not is_inside and (entry.new != tip or action not in _ENDS):
            continue
        if is_inside and action in {"rebase-start", "rebase-finish"}:
            break
        is_inside = True
        if action in _REPLACES:
            became[entry.old] = became.get(entry.new, entry.new)
            if action in _MELDS:
                results.append(became[entry.old])
    return results[::-1] if all(oid in gained for oid in results) else []
