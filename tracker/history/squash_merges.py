"""Detect squash and rebase merges: link a branch's commits to the merged commits that contain their changes.

A host's button or ``merge --squash`` makes them. The branch does not move then, so only content shows the merge,
and only that of a whole branch: a part of it found elsewhere is a backport. In doubt nothing is linked
(docs/rewritten-history.md).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from tracker.git import Repository, messages
from tracker.git.reflog import ReflogAction
from tracker.git.reflog_reader import BRANCHES
from tracker.history.changes import Changes
from tracker.history.merge_search import Candidate, MergeSearch, SearchInput
from tracker.history.recorded_state import RecordedState
from tracker.history.reflog_steps import steps_of_branch
from tracker.model import Oid, Pair

_MAX_CANDIDATES: Final = 10_000
"""New commits of one search; more (a first fetch of a large history) are not searched."""

_MAX_BRANCHES: Final = 64
"""Branches of one search, those with the newest commits."""

_MAX_GONE: Final = 20
"""Candidates that nothing reaches any more which are searched, the newest."""

_MAX_MERGED: Final = 20
"""Commits below new merges that are searched as tips of their own, the newest."""

_MAX_PATHS: Final = 5
"""Paths of a commit made here that are compared before more expensive comparisons."""


def candidate_commits(
    repository: Repository, fresh: Sequence[Oid], made_here: Mapping[Oid, ReflogAction]
) -> list[Candidate]:
    """Return the fresh commits that may hold a branch's work: no merges, no replayed commits, no declared copies.

    ``made_here``: commits that a reflog shows as made here, with the action. Raises RepositoryError.
    """
    if not fresh or len(fresh) > _MAX_CANDIDATES:
        return []
    return [
        Candidate(commit, commit.oid in made_here)
        for commit in repository.commits(fresh)
        if len(commit.parents) == 1
        and made_here.get(commit.oid, "commit") == "commit"
        and not messages.cherry_picked_from(commit.message)
    ]


def find_squash_merges(
    repository: Repository,
    known: RecordedState,
    changes: Changes,
    wanted: SearchInput,
) -> list[Pair]:
    """Return links from the commits of branches to the candidates that hold their work.

    Of several that hold a commit ``lineage.links`` chooses one.

    Raises RepositoryError and the LedgerUnavailable errors.
    """
    candidates = wanted.candidates
    if not candidates:
        return []
    gaining = _gaining_tips(repository, known, changes, candidates)
    branches = _branch_tips(repository, known, changes, candidates, gaining)
    if all(one.is_made_here and one.commit.parents[0] not in wanted.squash_merges_begun for one in candidates):
        branches = _sharing_a_file(repository, candidates, branches)
    if not branches:
        return []
    by_merged: dict[tuple[Oid, ...], list[Candidate]] = defaultdict(list)
    for one in candidates:
        by_merged[_default_tips(repository, changes, one.commit.committer.time)].append(one)
    search = MergeSearch(repository, wanted)
    pairs: list[Pair] = []
    for merged, some in by_merged.items():
        for gained in gaining:
            for tip, unique in repository.walk_each(branches, [gained, *merged]).items():
                pairs += search.links(gained, tip, unique, some)
    return list(dict.fromkeys(pairs))


def _default_tips(repository: Repository, changes: Changes, time: int) -> tuple[Oid, ...]:
    """Return the tips that the default branches had at a time in seconds, as far as new reflog entries show it."""
    found: list[Oid] = []
    for name in sorted(repository.default_branches() & changes.tips.keys()):
        reading = changes.reflogs.readings.get(name)
        later = [entry for entry in reading.entries if entry.time > time] if reading else []
        found.append(later[0].old if later else changes.tips[name])
    return tuple(oid for oid in found if oid.strip("0"))


def _gaining_tips(
    repository: Repository, known: RecordedState, changes: Changes, candidates: Sequence[Candidate]
) -> list[Oid]:
    """Return the tips at which a candidate may hold work that the tip does not reach.

    They are the tips of branches and HEADs that moved or are new, candidates that nothing reaches any more, and the
    commits that new merges were made of: a merge may reach the branch too that a candidate below it holds.
    """
    moved = {oid for name, oid in changes.tips.items() if known.tips.get(name) != oid}
    gone = [one.commit.oid for one in candidates if one.commit.oid in {*changes.unreachable}]
    new = changes.newly_reachable or changes.fresh  # a killed recorder may have recorded some and examined none
    reached = {*new}
    merges = [commit for commit in repository.commits(new) if len(commit.parents) > 1]
    merged = [oid for oid in dict.fromkeys(one for commit in merges for one in commit.parents) if oid in reached]
    return sorted({*moved, *gone[-_MAX_GONE:], *merged[-_MAX_MERGED:]})


def _branch_tips(
    repository: Repository,
    known: RecordedState,
    changes: Changes,
    candidates: Sequence[Candidate],
    gaining: Sequence[Oid],
) -> list[Oid]:
    """Return the present and recorded tips of branches, those that they left behind, and those of deleted branches.

    Commits that nothing reaches any more may have been a branch when they were merged. The default branch is left out,
    as its commits are: work is merged into it, and what another branch has of it is a backport.
    """
    default = repository.default_branches()
    places = [*known.tips.items(), *changes.tips.items()]
    tips = {oid for name, oid in places if name.startswith(BRANCHES) and name not in default}
    tips |= {*known.departed} | changes.dead_ends.keys() | _tips_left_behind(known, changes, default)
    tips -= {one.commit.parents[0] for one in candidates}  # the tip before a candidate holds nothing that it merged
    tips -= {*gaining} if len(gaining) == 1 else set()
    newest = sorted(repository.commits(sorted(tips)), key=lambda commit: (-commit.committer.time, commit.oid))
    return [commit.oid for commit in newest[:_MAX_BRANCHES]]


def _tips_left_behind(known: RecordedState, changes: Changes, default: Collection[str]) -> set[Oid]:
    """Return the tips that branches, other than the default one, had before they moved other than forward."""
    left = {left.tip for name, record in known.logs.items() if name not in default for left in record.left}
    return left | {
        step.old
        for name, reading in changes.reflogs.readings.items()
        if name.startswith(BRANCHES) and name not in default
        for step in steps_of_branch(reading.entries)
        if step.kind != "grown"
    }


def _sharing_a_file(repository: Repository, candidates: Sequence[Candidate], branches: Sequence[Oid]) -> list[Oid]:
    """Return the branches that hold one of the files that a candidate changed, as the candidate left it.

    For commits made here, when no squash merge was begun, other branches are not worth an expensive comparison.
    """
    if not branches:
        return []
    changes = repository.changes([one.commit.oid for one in candidates])
    wanted = [
        (one.commit, path)
        for one in candidates
        if one.commit.oid in changes
        for path in changes[one.commit.oid].paths[:_MAX_PATHS]
    ]
    after = repository.objects_at([(commit.oid, path) for commit, path in wanted])
    before = repository.objects_at([(commit.parents[0], path) for commit, path in wanted])
    theirs = repository.objects_at([(tip, path) for tip in branches for _, path in wanted])

    def shares(tip: Oid) -> bool:
        return any(
            (blob := after.get((commit.oid, path))) != before.get((commit.parents[0], path))
            and blob == theirs.get((tip, path))
            and tip != commit.oid
            for commit, path in wanted
        )

    return [tip for tip in branches if shares(tip)]
