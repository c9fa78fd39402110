"""Which commits were cherry-picked from which: a copy stands beside its original and replaces nothing.

The sources, in order: what the hook saw in CHERRY_PICK_HEAD; the line that ``cherry-pick -x`` writes (``recording``
reads it); and for a pick that the reflog alone tells of, the commit with the same author and date.
"""

from collections.abc import Iterable, Mapping, Sequence

from tracker.git import Repository
from tracker.git.messages import first_line, picked_from
from tracker.model import Commit, Event, Oid


def find(
    repository: Repository, fresh: Sequence[Oid], events: Iterable[Event], commits: Mapping[Oid, Commit]
) -> dict[Oid, Oid]:
    """The originals of copies: of any that an event names, and of those of the fresh commits that a reflog tells of.

    ``commits``: what the events' heads are.
    """
    found = {event.head: event.picked for event in events if event.head and event.picked}
    told = _confirmed(repository, found, commits)
    later = _picked_later(repository)
    return told | _by_authorship(repository, sorted((later.keys() & set(fresh)) - told.keys()), later)


def _confirmed(repository: Repository, told: Mapping[Oid, Oid], commits: Mapping[Oid, Commit]) -> dict[Oid, Oid]:
    """Those that the copy's author confirms: HEAD may have moved on before the hook read it."""
    originals = {commit.oid: commit for commit in repository.commits(sorted(set(told.values())))}
    return {
        copy: original
        for copy, original in told.items()
        if copy != original
        and copy in commits
        and original in originals
        and commits[copy].author == originals[original].author
    }


def _picked_later(repository: Repository) -> dict[Oid, set[Oid]]:
    """For each commit that a reflog says was picked, what the same reflog says was picked after it.

    git goes on while we read: a copy of the copy may be there already, and is nobody's original.
    """
    later: dict[Oid, set[Oid]] = {}
    for entries in repository.head_reflogs_by_worktree():
        after: set[Oid] = set()
        for entry in entries:  # the newest first
            if entry.action == "cherry-pick":
                later.setdefault(entry.new, set()).update(after)
                after.add(entry.new)
    return later


def _by_authorship(repository: Repository, copies: Sequence[Oid], later: Mapping[Oid, set[Oid]]) -> dict[Oid, Oid]:
    found: dict[Oid, Oid] = {}
    for commit in repository.commits(copies):
        declared = picked_from(commit.message)
        if declared and repository.existing_commits([declared]):
            continue
        passed_over = {*copies, *later[commit.oid]}
        alike = [oid for oid in repository.authored(commit.author) if oid not in passed_over]
        original = alike[0] if len(alike) == 1 else _likest(repository, commit, alike)
        if original:
            found[commit.oid] = original
    return found


def _likest(repository: Repository, copy: Commit, alike: Sequence[Oid]) -> Oid | None:
    """Of several commits with a copy's author and date, as scripts make them, the one with its subject, or its patch.

    Versions of the same work may all be; then it is the newest.
    """
    named = [other.oid for other in repository.commits(alike) if first_line(other.message) == first_line(copy.message)]
    if len(named) < 2:
        return named[0] if named else None
    patches = repository.patch_ids([*named, copy.oid])
    return next((oid for oid in named if patches.get(oid) == patches.get(copy.oid)), named[0])
