"""Find the commits that were made in this repository, as opposed to cloned or fetched, by the reflogs of its HEADs."""

from collections.abc import Iterator
from typing import Final

from tracker.git import Repository
from tracker.git.reflog import MADE_HERE, ReflogAction, ReflogEntry
from tracker.model import Oid

_CLONED: Final = "clone: from "
"""The beginning of the message that git-clone writes into the reflog of HEAD (builtin/clone.c)."""


def commits_made_here(repository: Repository) -> dict[Oid, ReflogAction]:
    """Return the commits that a worktree's HEAD reflog shows as made here, each with the action that made it."""
    return {entry.new: entry.action for entry in _entries(repository) if entry.action in MADE_HERE}


def cloned_tips(repository: Repository) -> set[Oid]:
    """Return the commits that git-clone began with. Their history is another repository's, also when no remote is left.

    In a bare repository git keeps no reflog (``core.logAllRefUpdates``).
    """
    return {entry.new for entry in _entries(repository) if entry.message.startswith(_CLONED)}


def _entries(repository: Repository) -> Iterator[ReflogEntry]:
    """Yield the entries of the reflogs of all HEADs."""
    return (entry for entries in repository.reflogs.of_every_head() for entry in entries)
