"""The commits that came while a tool ran, and how sure its agent's host can be that the tool made them.

A host calls late, and it sees only that HEAD moved. What moved HEAD may be a person in another terminal, or another
host. So its word counts only where something else shows that its own tool made the commit (``attribution.moments``).
"""

from collections.abc import Callable, Sequence
from typing import Final

from tracker.attribution.host_evidence import Source
from tracker.git import Repository
from tracker.git.reflog import COMMITTED
from tracker.hooks.inspect import inspect
from tracker.hosts.host_table import Host
from tracker.hosts.payload import Payload
from tracker.model import Oid

_MOST_ENTRIES: Final = 500
"""Entries of HEAD's reflog that are read."""
_RECORDING_STATES: Final = frozenset({"ours", "ours-outdated", "behind", "calls-ours", "framework"})
"""States of a hook that records commits."""


def commits_since(repository: Repository, before: str) -> list[Oid]:
    """Return the commits that git-commit made in this worktree since HEAD was at ``before``, newest first.

    ``before``: empty if there was no commit. What was fetched, checked out, merged or replayed is left out. Nothing is
    returned if HEAD's reflog does not lead back to there.
    """
    found: list[Oid] = []
    for entry in repository.reflogs.of_head(_MOST_ENTRIES):
        if before and entry.new == before:
            return found
        if entry.action in COMMITTED:
            found.append(entry.new)
        if not before and not entry.old.strip("0"):
            return found
    return []


def sources_of(repository: Repository, host: Host, payload: Payload, oids: Sequence[Oid]) -> dict[Oid, Source]:
    """Return how a host knows of some commits that came while its tool ran.

    Git printed a commit's name in the output of this tool. Or the host hides from git's hooks, which record all others
    here, so that it may well have made what no hook saw.
    """
    is_hidden = _hidden(repository, host)

    def source(oid: Oid) -> Source:
        if any(oid.startswith(name) for name in payload.printed):
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
