"""The commits that came while a tool ran, and how sure its agent's host can be that the tool made them.

A host calls late, and it sees only that HEAD moved. What moved HEAD may be a person in another terminal, or another
host. So its word counts only where something else shows that its own tool made the commit (``attribution.moments``).
"""

from collections.abc import Callable, Sequence
from typing import Final

from tracker.attribution.host_evidence import Source
from tracker.git import Repository
from tracker.git.reflog import COMMITTED, ReflogEntry
from tracker.hooks.inspect import inspect
from tracker.hosts.calls import Begin
from tracker.hosts.host_table import Host
from tracker.hosts.payload import Payload
from tracker.model import Oid

_MOST_ENTRIES: Final = 500
"""Entries of HEAD's reflog that are read."""
_MADE: Final = frozenset({*COMMITTED, "revert"})
"""Actions that made a new commit of the tool's own, and not a copy of one."""
_RECORDING_STATES: Final = frozenset({"ours", "ours-outdated", "behind", "calls-ours", "framework"})
"""States of a hook that records commits."""


def commits_since(repository: Repository, begin: Begin) -> list[Oid]:
    """Return the commits that were made in this worktree since a call began, newest first.

    What was fetched, checked out, merged or copied is left out. HEAD may have come back to where it was, or passed
    there: commits from before that count if their objects were written since then.
    """
    entries = repository.reflogs.of_head(_MOST_ENTRIES)
    later = _moves_since(entries, begin.head)
    return [
        entry.new
        for number, entry in enumerate(entries)
        if entry.action in _MADE and (number < later or _is_written_since(repository, entry, begin))
    ]


def _moves_since(entries: Sequence[ReflogEntry], head: str) -> int:
    """Return how many of HEAD's moves, newest first, came since it was at a commit; 0 if it never was there.

    ``head``: empty if there was no commit.
    """
    for number, entry in enumerate(entries):
        if head and entry.new == head:
            return number
        if not head and not entry.old.strip("0"):
            return number + 1
    return 0


def _is_written_since(repository: Repository, entry: ReflogEntry, begin: Begin) -> bool:
    """Return True if the object of a commit is a file that was written after a call began. A packed one is none."""
    if entry.time < begin.time // 1_000_000_000:
        return False
    path = repository.common_dir / "objects" / entry.new[:2] / entry.new[2:]
    try:
        return path.stat().st_mtime_ns > begin.time
    except OSError:
        return False


def sources_of(repository: Repository, host: Host, payload: Payload, oids: Sequence[Oid]) -> dict[Oid, Source]:
    """Return how a host knows of some commits that came while its tool ran.

    Git printed a commit's name in the output of this tool. Or the host hides from git's hooks, which record all others
    here, so that it may well have made what no hook saw.
    """
    is_hidden = _hidden(repository, host)

    def source(oid: Oid) -> Source:
        if oid.startswith(payload.printed):
            return "output"
        return "hidden" if is_hidden() else "tool"

    return {oid: source(oid) for oid in oids}


def _hidden(repository: Repository, host: Host) -> Callable[[], bool]:
    """Return a test, made at most once, if only this host can hide a commit from git's hooks here."""
    found: list[bool] = []

    def is_hidden() -> bool:
        if not found:
            found.append(host.hides_from_git and _records_by_hooks(repository))
        return found[0]

    return is_hidden


def _records_by_hooks(repository: Repository) -> bool:
    """Return True if each commit here runs a hook of ours. Raises RepositoryError."""
    places = repository.hooks_places()
    states = [inspect(place.directory, events=("post-commit",))["post-commit"] for place in places]
    return bool(states) and all(state in _RECORDING_STATES for state in states)
