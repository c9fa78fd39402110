"""Find the commits that were made in this repository, as opposed to fetched into it, by the reflogs of its HEADs."""

from tracker.git import Repository
from tracker.git.reflog import MADE_HERE, ReflogAction
from tracker.model import Oid


def commits_made_here(repository: Repository) -> dict[Oid, ReflogAction]:
    """Return the commits that a worktree's HEAD reflog shows as made here, each with the action that made it."""
    entries = repository.head_reflogs()
    return {entry.new: entry.action for entry in entries if entry.action in MADE_HERE}


def commits_made_in_last_rebase(repository: Repository) -> frozenset[Oid]:
    """Return the commits made since the last rebase of each worktree began; all of its reflog if none did."""
    made: set[Oid] = set()
    for entries in repository.head_reflogs_by_worktree():
        for entry in entries:
            if entry.action == "rebase-start":
                break
            if entry.action in MADE_HERE:
                made.add(entry.new)
    return frozenset(made)
