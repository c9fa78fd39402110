"""Read rewrites from the reflogs of HEADs: amends, and commits that a rebase squashed into others."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tracker.git import Repository
from tracker.git.reflog import ReflogAction, ReflogEntry
from tracker.model import Oid, Pair

_MELDS: Final[frozenset[ReflogAction]] = frozenset({"rebase-squash", "rebase-fixup"})
_REPLACES: Final[frozenset[ReflogAction]] = _MELDS | frozenset({"rebase-reword", "amend"})


def links_from_amends(repository: Repository, missing: set[Oid], is_known: Callable[[Oid], bool]) -> list[Pair]:
    """Return links from missing commits to their amended versions, by the reflogs of HEADs.

    Versions in between that are not known are skipped. Raises RepositoryError.
    """
    amended: dict[Oid, list[Oid]] = defaultdict(list)
    for entry in repository.head_reflogs():
        if entry.action == "amend":
            amended[entry.old].append(entry.new)
    pairs: list[Pair] = []
    for old in sorted(missing & amended.keys()):
        seen, waiting = {old}, [*amended[old]]
        while waiting:
            new = waiting.pop()
            if new in seen:
                continue
            seen.add(new)
            if is_known(new):
                pairs.append(Pair(old, new, "reflog"))
            else:
                waiting += amended.get(new, ())
    return pairs


def links_from_melds(repository: Repository, left: Sequence[Oid], new_only: Sequence[Oid]) -> list[Pair]:
    """Return links for commits that a rebase squashed into others, if there are as many as it took such steps.

    The reflog shows the result of each step but not which commit it melded; the commits that are left over are assigned
    in order. Raises RepositoryError.
    """
    gained = set(new_only)
    for entries in repository.head_reflogs_by_worktree():
        results = _meld_results(entries, gained)
        if len(results) == len(left):
            return [Pair(old, new, "reflog") for old, new in zip(left, results, strict=True)]
    return []


def _meld_results(entries: Iterable[ReflogEntry], gained: set[Oid]) -> list[Oid]:
    """Return for each squash or fixup step of the newest rebase, in order, the final commit that it went into.

    ``entries``: newest first. Empty when one of the steps ended in a commit that was not gained.
    """
    became: dict[Oid, Oid] = {}
    results: list[Oid] = []
    is_inside = False
    for entry in entries:
        action = entry.action
        if action == "rebase-finish":
            if is_inside:
                break
            is_inside = True
        elif is_inside and action == "rebase-start":
            break
        elif is_inside and action in _REPLACES:
            became[entry.old] = became.get(entry.new, entry.new)
            if action in _MELDS:
                results.append(became[entry.old])
    return results[::-1] if gained.issuperset(results) else []
