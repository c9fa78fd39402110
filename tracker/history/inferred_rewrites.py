"""What became of commits when no hook told: read from reflogs, then from who wrote what and when, then from content.

For every branch whose old tip is no ancestor of the new one (design, section 3, step 4). In doubt nothing is linked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tracker.git import Repository
from tracker.git.messages import first_line
from tracker.git.reflog import ReflogAction, ReflogEntry
from tracker.history.changes import BEFORE, BRANCH, Known, Survey
from tracker.model import CONTENT, Commit, Oid, Pair, Signature

_MOST_PATCHES: Final = 4000

_NO_CHANGE: Final = "no change"
"""What stands for the patch of a commit that has none."""

_MELDS: Final[frozenset[ReflogAction]] = frozenset({"rebase-squash", "rebase-fixup"})
_REPLACES: Final[frozenset[ReflogAction]] = _MELDS | frozenset({"rebase-reword", "amend"})


def from_reflogs(repository: Repository, missing: set[Oid], is_known: Callable[[Oid], bool]) -> list[Pair]:
    """What commits were amended into, by the reflogs of HEADs; versions in between that nobody saw are passed over."""
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


def find(
    repository: Repository,
    known: Known,
    found: Survey,
    told_old: set[Oid],
    told_new: set[Oid],
    copies: set[Oid],
    foreign: frozenset[Oid],
) -> list[Pair]:
    """What the branches that moved anywhere but forward, and the commits that nothing reaches any more, became.

    ``copies`` are cherry-picked or applied patches. They replace nothing, unless a branch was put onto them: a rebase
    leaves out what is there already. ``foreign`` are new commits that came from elsewhere: of those nothing but the
    content is believed.
    """
    before = {name.removeprefix(BEFORE): then for name, then in known.tips.items() if name.startswith(BEFORE)}
    moved = [
        (then, found.tips[name])
        for name, then in {**known.tips, **before}.items()
        if name.startswith(BRANCH) and found.tips.get(name, then) != then
    ]
    pairs: list[Pair] = []
    lost = {*found.died, *found.phantoms} - told_old
    gained = {*found.fresh} - told_new - copies
    for then, now in moved:
        old_only = repository.walk([then], [now])
        if not old_only:
            continue  # it moved forward
        new_only = [oid for oid in repository.walk([now], [then]) if oid not in told_new]
        left = [oid for oid in old_only if oid not in told_old]
        here = _of_branch(repository, then, now, left, new_only, foreign)
        pairs += here
        lost -= {pair.old for pair in here}
    if lost and gained:
        pairs += _matched(repository, sorted(lost), sorted(gained), foreign)
    return pairs


def _of_branch(
    repository: Repository, then: Oid, now: Oid, left: Sequence[Oid], new_only: Sequence[Oid], foreign: frozenset[Oid]
) -> list[Pair]:
    """What a branch's lost commits became among those that it gained: by authorship, as melds, or all in one."""
    pairs = _matched(repository, left, new_only, foreign)
    rest = [oid for oid in left if oid not in {pair.old for pair in pairs}]
    if not rest:
        return pairs
    return pairs + (_melded(repository, rest, new_only) or _squashed(repository, then, now, rest, new_only))


def _matched(repository: Repository, old: Sequence[Oid], new: Sequence[Oid], foreign: frozenset[Oid]) -> list[Pair]:
    """Pairs with the same author and author date; ties by subject, else none."""
    candidates: dict[Signature, list[Commit]] = defaultdict(list)
    for commit in repository.commits(new):
        candidates[commit.author].append(commit)
    pairs: list[Pair] = []
    for commit in repository.commits(old) if candidates else ():
        alike = candidates.get(commit.author, [])
        if len(alike) > 1:
            alike = [other for other in alike if first_line(other.message) == first_line(commit.message)]
        if len(alike) == 1:
            pairs.append(Pair(commit.oid, alike[0].oid, "match"))
    return _confirmed(repository, pairs, foreign)


def _confirmed(repository: Repository, pairs: Sequence[Pair], foreign: frozenset[Oid]) -> list[Pair]:
    """Those whose content agrees: scripts make many commits with one author and date, and anybody can write them.

    Of what came from elsewhere the patch must be the same; of what was made here, which may have been changed, a file
    that both touch is enough. Of a very long rewrite (filter-branch) only what was made here is believed.
    """
    if len(pairs) > _MOST_PATCHES:
        return [pair for pair in pairs if pair.new not in foreign]
    oids = sorted({oid for pair in pairs for oid in (pair.old, pair.new)})
    patches, changes = repository.patch_ids(oids), repository.changes(oids)

    def agree(pair: Pair) -> bool:
        if patches.get(pair.old, _NO_CHANGE) == patches.get(pair.new, _NO_CHANGE):
            return True
        if pair.new in foreign or pair.old not in changes or pair.new not in changes:
            return False
        return not {*changes[pair.old].paths}.isdisjoint(changes[pair.new].paths)

    return [pair for pair in pairs if agree(pair)]


def _melded(repository: Repository, left: Sequence[Oid], new_only: Sequence[Oid]) -> list[Pair]:
    """The commits that a rebase squashed into others, when there are as many as it took such steps.

    The reflog tells of each step what HEAD was made into, but not of which commit; those that are left over went into
    them in their order.
    """
    gained = set(new_only)
    for entries in repository.head_reflogs_by_worktree():
        into = _steps(entries, gained)
        if len(into) == len(left):
            return [Pair(old, new, "reflog") for old, new in zip(left, into, strict=True)]
    return []


def _steps(entries: Iterable[ReflogEntry], gained: set[Oid]) -> list[Oid]:
    """For each squash or fixup of the newest rebase, in the order they were taken, the commit that came of it at last.

    ``entries`` are the newest first. Empty when one of them came to a commit that was not gained.
    """
    became: dict[Oid, Oid] = {}
    into: list[Oid] = []
    inside = False
    for entry in entries:
        action = entry.action
        if action == "rebase-finish":
            if inside:
                break
            inside = True
        elif inside and action == "rebase-start":
            break
        elif inside and action in _REPLACES:
            became[entry.old] = became.get(entry.new, entry.new)
            if action in _MELDS:
                into.append(became[entry.old])
    return into[::-1] if gained.issuperset(into) else []


def _squashed(repository: Repository, then: Oid, now: Oid, left: Sequence[Oid], new_only: Sequence[Oid]) -> list[Pair]:
    """The commits that a branch lost without a trace, when one commit that it gained holds all that it held.

    That is the one with the tree of the old tip (``reset --soft`` and commit), or with the patch of the whole branch.
    """
    whole = repository.patch_id_between(now, then)
    changes = repository.changes([*left, *new_only[-_MOST_PATCHES:]])
    changing = [oid for oid in new_only[-_MOST_PATCHES:] if oid in changes and changes[oid].paths]
    if whole is None or not changing:
        return []  # it held nothing of its own, so that whatever has its tree says nothing
    trees = repository.trees([then, *changing])
    holders = [oid for oid in changing if trees.get(oid) == trees.get(then)]
    if not holders:
        holders = [oid for oid, patch in repository.patch_ids(changing).items() if patch == whole]
    if not holders:
        return []
    held = {*changes[holders[0]].paths}
    return [
        Pair(old, holders[0], CONTENT)
        for old in left
        if old in changes and (not changes[old].paths or not held.isdisjoint(changes[old].paths))
    ]
