"""Links that commit messages declare: cherry-pick originals (``cherry-pick -x``) and reverted commits."""

from collections.abc import Iterable

from tracker.git import Repository, messages
from tracker.model import Commit, Oid
from tracker.recording.origins import Origins


def declared_originals(repository: Repository, commits: Iterable[Commit], origins: Origins) -> dict[Oid, Oid]:
    """Return the originals that messages name, keyed by copy. Raises RepositoryError.

    The patch of a commit from elsewhere must be that of its original, because anybody can write such a line, and the
    author and date that go with it. An original that does not exist here is kept as the message names it, since the
    copy inherits no evidence from it.
    """
    named = {
        commit.oid: original
        for commit in commits
        if (original := messages.cherry_picked_from(commit.message)) and len(original) == len(commit.oid)
    }
    foreign = {oid for oid in named if origins.is_from_elsewhere(oid)}
    existing = repository.existing_commits({named[oid] for oid in foreign})
    unverified = {oid for oid in foreign if named[oid] in existing}
    patches = repository.patch_ids(sorted({oid for copy in unverified for oid in (copy, named[copy])}))
    return {
        oid: original
        for oid, original in named.items()
        if oid not in unverified or (oid in patches and patches[oid] == patches.get(original))
    }


def declared_reverts(repository: Repository, commits: Iterable[Commit]) -> dict[Oid, tuple[Oid, ...]]:
    """Return the commits that messages say they revert, keyed by the reverting commit. Raises RepositoryError.

    An abbreviated name counts if a commit here has it.
    """
    named = {commit.oid: names for commit in commits if (names := messages.reverted_names(commit.message))}
    expanded = repository.expand_oids(sorted({name for names in named.values() for name in names}))
    full = {name: Oid(name) for oid, names in named.items() for name in names if len(name) == len(oid)} | expanded
    return {oid: tuple(dict.fromkeys(full[name] for name in names if name in full)) for oid, names in named.items()}
