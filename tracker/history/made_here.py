"""Find the commits that were made in this repository, as opposed to fetched into it, by the reflogs of its HEADs."""

from tracker.git import Repository
from tracker.git.reflog import MADE_HERE, ReflogAction
from tracker.model import Oid


def commits_made_here(repository: Repository) -> dict[Oid, ReflogAction]:
    """Return the commits that a worktree's HEAD reflog shows as made here, each with the action that made it."""
    entries = (entry for entries in repository.reflogs.of_every_head() for entry in entries)
    return {entry.new: entry.action for entry in entries if entry.action in MADE_HERE}
