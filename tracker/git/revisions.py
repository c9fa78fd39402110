"""Resolve revisions given on the command line to commits."""

from collections.abc import Sequence

from tracker.errors import UsageError
from tracker.git.repository import Repository
from tracker.model import Oid


def commits_named(repository: Repository, revisions: Sequence[str]) -> list[Oid]:
    """Return the commits that revisions name, each once: one for a commit, all of them for a range (gitrevisions(7)).

    Raises RepositoryError when a revision names no commit.
    """
    oids: dict[Oid, None] = {}
    for revision in revisions:
        include, exclude = repository.resolve([revision])
        oids |= dict.fromkeys(repository.walk(include, exclude) if exclude else include)
    return list(oids)


def commit_named(repository: Repository, revision: str) -> Oid:
    """Return the one commit that a revision names.

    Raises RepositoryError when it names none, UsageError when it is a range of several.
    """
    oids = commits_named(repository, [revision])
    if len(oids) != 1:
        raise UsageError(f"'{revision[:80]}' names {len(oids)} commits, and one is needed.")
    return oids[0]
