"""The commits that came while a tool ran, and which of them its agent's host may speak of.

A host calls late, and it sees only that HEAD moved. What moved HEAD may be a person in another terminal, or another
host. So a host may speak of a commit only where something else shows that its own tool made it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tracker.attribution import Catalogue, attribute, evidence_of_moments, has_agent_at_work
from tracker.git import Repository
from tracker.git.reflog import COMMITTED
from tracker.hooks.inspect import inspect
from tracker.hosts.host_table import Host
from tracker.hosts.payload import Payload
from tracker.model import Moment, Oid

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


def certainly_own(repository: Repository, host: Host, payload: Payload, oids: Sequence[Oid]) -> list[Oid]:
    """Return those of some new commits that only this host's tool can have made, unless git's hook saw another maker.

    Git printed its name in the output of this tool; or the host hides from git's hooks, which record all others here.
    What a hook saw goes before what a host tells, whichever is recorded first (``attribution.moments``).
    """
    is_hidden = _hidden(repository, host)
    return [oid for oid in oids if is_printed(oid, payload.printed) or is_hidden()]


def is_seen_of_family(host: Host, moments: Iterable[Moment], catalogue: Catalogue) -> bool:
    """Return True if git's hooks saw an agent of the host's family make a commit, of which these are the moments."""
    evidence = evidence_of_moments([one for one in moments if not one.is_told], is_rewritten=False)
    if not has_agent_at_work(evidence):
        return False
    agent = attribute(evidence).agent
    families = {catalogue.by_name[name].family if name in catalogue.by_name else name for name in (agent, host.agent)}
    return len(families) == 1


def is_printed(oid: Oid, printed: Iterable[str]) -> bool:
    """Return True if one of the short names that git printed is this commit's."""
    return any(oid.startswith(name) for name in printed)


def _hidden(repository: Repository, host: Host) -> Callable[[], bool]:
    """Return a test, made at most once, if a commit that no hook saw was made by this host: only it hides them."""
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
