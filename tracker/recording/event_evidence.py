"""Evidence from events: the commit that a hook saw made, and what the hook's environment says about its maker."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tracker import attribution
from tracker.attribution import Catalogue
from tracker.model import Commit, Event, Evidence, Oid


class EventEvidence(NamedTuple):
    """Evidence that events give of one commit, and the hook that saw it made first (empty: none did)."""

    evidence: tuple[Evidence, ...]
    hook: str


def evidence_by_commit(
    commits: Mapping[Oid, Commit], events: Iterable[Event], config: Sequence[Evidence], catalogue: Catalogue
) -> dict[Oid, EventEvidence]:
    """Return the evidence of events keyed by the commit that they saw made.

    ``commits``: the heads of the events by oid. ``config``: evidence from git's configuration, added to each commit. If
    the events of one commit name different agents, two processes raced for HEAD, and the evidence of none is used.
    """
    seen: dict[Oid, list[Event]] = defaultdict(list)
    rebased = {new for event in events if event.arguments[:1] == ("rebase",) for _, new in event.pairs}
    for event in events:
        commit = commits.get(event.head) if event.head else None
        if commit is not None and commit.oid not in rebased and _saw_commit_made(event, commit):
            seen[commit.oid].append(event)
    return {
        oid: EventEvidence((*_agreed_evidence(together, catalogue), *config), together[0].hook)
        for oid, together in seen.items()
    }


def _agreed_evidence(events: Iterable[Event], catalogue: Catalogue) -> list[Evidence]:
    """Return the evidence of events; none if they name different agents."""
    groups = [
        attribution.evidence_from_circumstances(
            dict(event.environment),
            catalogue,
            terminal=event.terminal,
            process=event.process,
            branch=event.branch,
        )
        for event in events
    ]
    named = {attribution.attribute(evidence).agent for evidence in groups if attribution.has_agent_at_work(evidence)}
    return [one for group in groups for one in group] if len(named) <= 1 else []


def _saw_commit_made(event: Event, commit: Commit) -> bool:
    """Return True if the process behind an event made this commit, rather than moved to it or replayed it.

    git-commit gives its hook the author date that it used, as ``@seconds zone``; another date means that HEAD had moved
    on already. While commits are replayed, a hook without that date was run by the sequencer itself, for a commit that
    another person made; a hook with it was run by a git-commit in between, whose commit is new if author and committer
    time agree. git-am never says who wrote a patch.
    """
    if event.hook == "post-merge":
        return event.merging and len(commit.parents) > 1
    if event.hook != "post-commit":
        return False
    date = event.author_date or ""
    if date.startswith("@") and not date.startswith(f"@{commit.author.time} "):
        return False
    return not event.picking or (date.startswith("@") and commit.author.time == commit.committer.time)
