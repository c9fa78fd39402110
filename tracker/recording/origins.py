"""Tell commits that this user made from commits that were fetched."""

from collections.abc import Collection, Container, Iterable, Sequence
from typing import NamedTuple

from tracker.git import Repository
from tracker.history.made_here import cloned_tips, commits_made_here
from tracker.model import Commit, Oid, Origin


class Origins(NamedTuple):
    """The facts that decide the origin of the commits of one reconcile or backfill.

    ``foreign``: the commits that a remote has. ``made_here``: those that a reflog shows as made in this repository.
    ``user_emails``: this user's addresses in lower case.
    """

    foreign: Container[Oid]
    made_here: frozenset[Oid]
    user_emails: frozenset[str]

    def is_from_elsewhere(self, oid: Oid) -> bool:
        """Return True if a remote has the commit and no reflog shows that it was made here."""
        return oid in self.foreign and oid not in self.made_here

    def origin(self, commit: Commit, *, has_event: bool) -> Origin:
        """Return ``fetched`` if a remote has the commit and it was made neither here nor by this user elsewhere.

        ``has_event``: a hook saw it made here.
        """
        if has_event or not self.is_from_elsewhere(commit.oid):
            return "local"
        return "local" if commit.committer.email.lower() in self.user_emails else "fetched"


class _AllBut(Container[Oid]):
    """All commits except some."""

    def __init__(self, excepted: Collection[Oid]) -> None:
        self._excepted = excepted

    def __contains__(self, oid: object) -> bool:
        return oid not in self._excepted


def read_origins(repository: Repository, oids: Sequence[Oid], excluded: Iterable[Oid]) -> Origins:
    """Read the facts that decide the origin of commits. Raises RepositoryError.

    ``excluded`` bounds the walk: tips that reach none of the commits.
    """
    own = _own(repository, oids, excluded) if oids else None
    return _origins(repository, frozenset() if own is None else frozenset(oids) - own)


def read_origins_of_history(repository: Repository, tips: Sequence[Oid]) -> Origins:
    """Read the facts that decide the origin of all commits that tips reach. Raises RepositoryError.

    It takes memory for those commits alone that no remote has.
    """
    own = _own(repository, tips, ()) if tips else None
    return _origins(repository, frozenset() if own is None else _AllBut(own))


def _origins(repository: Repository, foreign: Container[Oid]) -> Origins:
    made_here = frozenset(commits_made_here(repository)) if foreign != frozenset() else frozenset()
    return Origins(foreign, made_here, frozenset(repository.user_emails()))


def _own(repository: Repository, oids: Sequence[Oid], excluded: Iterable[Oid]) -> set[Oid] | None:
    """Return the commits below some that no remote has or had when it was fetched; None if there is no remote.

    A remote may have rebased its branch since it was fetched. In a bare repository nobody works, so all of its commits
    came from others; hooks and reflogs show those that were made in a linked worktree.
    """
    if repository.is_bare():
        return set()
    theirs = {*repository.remote_tips(), *repository.reflogs.earlier_remote_tips(), *cloned_tips(repository)}
    return set(repository.walk(oids, {*excluded, *theirs})) if theirs else None
