"""Branches whose work came back as other commits: squashed or rebased by a host's button, or by ``merge --squash``.

Such a branch has not moved, so nothing that looks at moved branches sees it. What tells is content, and only of a whole
branch: a part of it that turns up elsewhere is a backport. In doubt nothing is linked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.git import Repository, messages
from tracker.git.reflog import ReflogAction
from tracker.history.changes import BEFORE, BRANCH, Known, Survey
from tracker.model import CONTENT, Commit, Oid, Pair, Signature

_MOST_ARRIVED: Final = 10_000
_MOST_BRANCHES: Final = 64
_MOST_COMMITS: Final = 500
_MOST_MERGES: Final = 200
"""Bounds of one search: commits that came in, branches looked at (the newest), commits of one, merges worked out."""

_MOST_PREFIXES: Final = 20
"""How far back a branch is looked at for what was handed in before more was added to it."""

_MOST_PATHS: Final = 5
"""Paths of a commit made here that are compared before anything that costs more."""

_SQUASH_MESSAGE: Final = "Squashed commit of the following:"
"""How the message begins that ``merge --squash`` proposes (builtin/merge.c)."""


class Arrival(NamedTuple):
    """A new commit that may hold the work of a branch. ``here``: it was made in this repository, by a plain commit."""

    commit: Commit
    here: bool


def arrivals(
    repository: Repository, fresh: Sequence[Oid], told: set[Oid], made_here: Mapping[Oid, ReflogAction]
) -> list[Arrival]:
    """Those of the fresh commits that may be a branch's work: no merges, nothing replayed here, no declared copies.

    ``told``: new commits whose origin is known. ``made_here``: the commits that a reflog saw made, with the action.
    """
    wanted = [oid for oid in fresh if oid not in told]
    if not wanted or len(wanted) > _MOST_ARRIVED:
        return []
    return [
        Arrival(commit, commit.oid in made_here)
        for commit in repository.commits(wanted)
        if len(commit.parents) == 1
        and made_here.get(commit.oid, "commit") == "commit"
        and not messages.picked_from(commit.message)
    ]


def find(
    repository: Repository,
    known: Known,
    found: Survey,
    arrived: Sequence[Arrival],
    squashes_begun: set[Oid],
    unreplaced: Callable[[Iterable[Oid]], set[Oid]],
) -> list[Pair]:
    """The commits of branches that came back in others, as pairs of old and new.

    ``squashes_begun``: where a squash merge was begun here. ``unreplaced`` tells which commits are recorded, or are
    about to be, as this user's, and stand for themselves still.
    """
    if not arrived:
        return []
    gaining = _gaining(known, found)
    branches = _branches(repository, known, found, arrived, gaining)
    if all(one.here and one.commit.parents[0] not in squashes_begun for one in arrived):
        branches = _sharing(repository, arrived, branches)
    if not branches:
        return []
    search = _Search(repository, arrived, squashes_begun, unreplaced)
    pairs: list[Pair] = []
    for gained in gaining:
        for tip, unique in repository.beyond(branches, [gained]).items():
            pairs += search.look(gained, tip, unique)
    return pairs


def _gaining(known: Known, found: Survey) -> list[Oid]:
    """Where the branches and HEADs stand that moved or came."""
    return sorted(
        {oid for name, oid in found.tips.items() if known.tips.get(name) != oid and not name.startswith(BEFORE)}
    )


def _branches(
    repository: Repository, known: Known, found: Survey, arrived: Sequence[Arrival], gaining: Sequence[Oid]
) -> list[Oid]:
    """Where branches stand, or stood when one looked last, or before they were deleted with what they held.

    What a hook saw made and nothing reaches any more may have been a branch between two looks. The default branch is
    where work lands; what another one has of it is a backport.
    """
    default = repository.default_branches()
    places = [*known.tips.items(), *found.tips.items()]
    tips = {oid for name, oid in places if name.startswith(BRANCH) and name not in default}
    tips |= {*known.departed, *found.phantoms}
    tips -= {one.commit.parents[0] for one in arrived}  # where the branch that gained them stood has nothing of its own
    tips -= {*gaining} if len(gaining) == 1 else set()
    newest = sorted(repository.commits(sorted(tips)), key=lambda commit: (-commit.committer.time, commit.oid))
    return [commit.oid for commit in newest[:_MOST_BRANCHES]]


def _sharing(repository: Repository, arrived: Sequence[Arrival], branches: Sequence[Oid]) -> list[Oid]:
    """The branches that hold one of the files that a commit changed as that commit left it.

    Of what was made here, with no sign of a squash merge, no other is worth a closer look.
    """
    if not branches:
        return []
    changes = repository.changes([one.commit.oid for one in arrived])
    asked = [
        (one.commit, path)
        for one in arrived
        if one.commit.oid in changes
        for path in changes[one.commit.oid].paths[:_MOST_PATHS]
    ]
    left = repository.blobs([(commit.oid, path) for commit, path in asked])
    before = repository.blobs([(commit.parents[0], path) for commit, path in asked])
    theirs = repository.blobs([(tip, path) for tip in branches for _, path in asked])

    def shares(tip: Oid) -> bool:
        return any(
            (blob := left.get((commit.oid, path))) != before.get((commit.parents[0], path))
            and blob == theirs.get((tip, path))
            and tip != commit.oid
            for commit, path in asked
        )

    return [tip for tip in branches if shares(tip)]


class _Search:
    """One search, with what it found out so far."""

    def __init__(
        self,
        repository: Repository,
        arrived: Sequence[Arrival],
        squashes_begun: set[Oid],
        unreplaced: Callable[[Iterable[Oid]], set[Oid]],
    ) -> None:
        self._repository = repository
        self._arrived = {one.commit.oid: one for one in arrived}
        self._begun = squashes_begun
        self._unreplaced = unreplaced
        self._changed = {oid: change.paths for oid, change in repository.changes([*self._arrived]).items()}
        self._trees = repository.trees([*self._arrived, *(one.commit.parents[0] for one in arrived)])
        self._merges = 0
        self._linked: set[Oid] = set()
        self._patches: dict[Oid, str | None] = {}

    def look(self, gaining: Oid, tip: Oid, unique: Sequence[Oid]) -> list[Pair]:
        """What of a branch, which alone has the commits ``unique``, came back in one that gained commits."""
        if not unique or len(unique) > _MOST_COMMITS:
            return []
        left = self._unreplaced(unique) - self._linked
        commits = [commit for commit in self._repository.commits(unique) if commit.oid in left]
        plain = [commit for commit in commits if len(commit.parents) < 2]
        if not plain:
            return []
        here = {*self._repository.walk([gaining], [tip])}
        came = [one for oid, one in self._arrived.items() if oid in here]
        pairs = self._as_copies(plain, came) or self._as_squash(tip, unique, commits, came)
        self._linked |= {pair.old for pair in pairs}
        return pairs

    # -- copies of every commit ----------------------------------------------------------------------------------

    def _as_copies(self, plain: Sequence[Commit], came: Sequence[Arrival]) -> list[Pair]:
        """A host's rebase: each commit has a copy, with its author, date and subject, else with its patch."""
        foreign = [one.commit for one in came if not one.here]
        if len(foreign) < len(plain):
            return []
        by_author = {_identity(commit): commit.oid for commit in foreign}
        by_patch: dict[str, Oid] = {}
        patches: Mapping[Oid, str | None] = {}
        if not all(_identity(commit) in by_author for commit in plain):
            patches = self._patch_ids([commit.oid for commit in [*foreign, *plain]])
            by_patch = {patch: commit.oid for commit in foreign if (patch := patches.get(commit.oid))}
        copies = [by_patch.get(patches.get(commit.oid) or "") or by_author.get(_identity(commit)) for commit in plain]
        if None in copies or len(set(copies)) < len(plain):
            return []
        if not patches and not self._do_the_same(plain, [commit for commit in foreign if commit.oid in copies]):
            return []
        return [Pair(old.oid, new, CONTENT) for old, new in zip(plain, copies, strict=True) if new]

    def _do_the_same(self, plain: Sequence[Commit], copies: Sequence[Commit]) -> bool:
        """Whether commits that have the authors and dates of others, which anybody can write, have their content too.

        They do when they leave what a merge of the others would, also where a conflict of lines nearby changed patches.
        """
        if self._trees.get(copies[-1].oid) == self._repository.merged_tree(copies[0].parents[0], plain[-1].oid):
            return True
        patches = self._patch_ids([commit.oid for commit in [*copies, *plain]])
        return {patches.get(commit.oid) for commit in copies} == {patches.get(commit.oid) for commit in plain}

    def _patch_ids(self, oids: Sequence[Oid]) -> Mapping[Oid, str | None]:
        """The patches of commits, each worked out once however many branches there are."""
        missing = [oid for oid in oids if oid not in self._patches]
        self._patches |= dict.fromkeys(missing) | self._repository.patch_ids(missing)
        return self._patches

    # -- all in one ----------------------------------------------------------------------------------------------

    def _as_squash(
        self, tip: Oid, unique: Sequence[Oid], commits: Sequence[Commit], came: Sequence[Arrival]
    ) -> list[Pair]:
        """One commit with the tree that merging the branch, or what was handed in of it, would have given."""
        changes = {oid: {*change.paths} for oid, change in self._repository.changes(unique).items()}
        pairs: list[Pair] = []
        left = [*commits]
        for one, holding in self._squashes(tip, unique, came, {path for paths in changes.values() for path in paths}):
            within = {*self._repository.walk([holding], one.commit.parents)}
            changed = self._changed[one.commit.oid]
            olds = [
                old
                for old in left
                if old.oid in within and (not changes.get(old.oid) or not changes[old.oid].isdisjoint(changed))
            ]
            if self._is_landing(one, olds, whole=holding == tip):
                pairs += [Pair(old.oid, one.commit.oid, CONTENT) for old in olds]
                left = [old for old in left if old not in olds]
        return pairs

    def _squashes(
        self, tip: Oid, unique: Sequence[Oid], came: Sequence[Arrival], paths: set[str]
    ) -> list[tuple[Arrival, Oid]]:
        """The commits that hold a branch, each with the tip of what it holds of it, in the order they were made."""
        candidates = [
            one for one in came if (changed := self._changed.get(one.commit.oid)) and paths.issuperset(changed)
        ]
        found = {one.commit.oid: tip for one in candidates if self._holds(one.commit, tip)}
        earlier = [oid for oid in reversed(unique) if oid != tip][:_MOST_PREFIXES]
        for one in candidates:
            if one.commit.oid not in found:
                part = next((oid for oid in earlier if self._holds(one.commit, oid)), None)
                found |= {one.commit.oid: part} if part else {}
        return [(one, found[one.commit.oid]) for one in candidates if one.commit.oid in found]

    def _is_landing(self, one: Arrival, olds: Sequence[Commit], *, whole: bool) -> bool:
        """Whether it is more than a copy of one commit.

        One that was made here needs a sign of it, and of a part of a branch it has another author or date than that.
        """
        if len(olds) != 1:
            return bool(olds)
        begun = one.commit.parents[0] in self._begun or one.commit.message.startswith(_SQUASH_MESSAGE)
        return (not one.here or begun) and (whole or olds[0].author != one.commit.author)

    def _holds(self, commit: Commit, tip: Oid) -> bool:
        tree, before = self._trees.get(commit.oid), self._trees.get(commit.parents[0])
        if tree is None or tree == before or self._merges >= _MOST_MERGES:
            return False
        self._merges += 1
        return self._repository.merged_tree(commit.parents[0], tip) == tree


def _identity(commit: Commit) -> tuple[Signature, str]:
    """What a host's rebase keeps of a commit. Scripts make many with one author and date, so that is not enough."""
    return commit.author, commit.message.split("\n", 1)[0]
