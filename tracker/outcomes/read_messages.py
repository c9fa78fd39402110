"""Read what commits say of others: those that they revert or fix, and if they are fixes themselves."""

from collections.abc import Sequence
from typing import NamedTuple

from tracker.git import Repository
from tracker.git.fix_trailers import fixed_names
from tracker.git.messages import reverted_names, subject
from tracker.git.task_kinds import task_kind
from tracker.model import Oid


class Said(NamedTuple):
    """Statements of one commit's message. ``time``: its committer time in seconds. ``is_fix``: its kind of work is fix.

    ``reverts`` and ``fixes``: the commits that it names so.
    """

    time: int
    is_fix: bool
    reverts: tuple[Oid, ...]
    fixes: tuple[Oid, ...]


def read_messages(repository: Repository, oids: Sequence[Oid]) -> dict[Oid, Said]:
    """Return what commits say. Names of commits that are not there are left out. Raises RepositoryError."""
    commits = [*repository.commits(oids)]
    named = {commit.oid: (reverted_names(commit.message), fixed_names(commit.message)) for commit in commits}
    names = {name for both in named.values() for of_one in both for name in of_one}
    full = repository.expand_oids(sorted(names)) if names else {}
    return {
        commit.oid: Said(
            commit.committer.time,
            task_kind(subject(commit.message), None) == "fix",
            *(tuple(dict.fromkeys(full[name] for name in of_one if name in full)) for of_one in named[commit.oid]),
        )
        for commit in commits
    }
