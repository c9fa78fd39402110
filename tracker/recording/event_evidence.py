"""Evidence from events: the commit that a hook saw made, and what the hook's environment says about its maker."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from tracker import attribution
from tracker.attribution import Catalogue
from tracker.model import Commit, Event, Evidence, Moment, Oid
from tracker.recording.head_order import HeadOrder


class EventEvidence(NamedTuple):
    """Evidence that events give of one commit: moments of its making, and what else names its maker.

    ``hook``: the hook that saw it made first, empty if none did.
    """

    moments: tuple[Moment, ...]
    evidence: tuple[Evidence, ...]
    hook: str


def evidence_by_commit(
    commits: Mapping[Oid, Commit],
    events: Sequence[Event],
    config: Sequence[Evidence],
    catalogue: Catalogue,
    order: HeadOrder,
    count_moments: Callable[[Oid], int],
) -> dict[Oid, EventEvidence]:
    """Return the evidence of events keyed by the commit that they saw made.

    ``commits``: the heads of the events by oid. ``config``: evidence from git's configuration, added to each commit.
    ``order``: the order in which commits were made. ``count_moments``: number of recorded moments of a commit.
    """
    made: dict[Oid, list[Event]] = defaultdict(list)
    missed: list[Event] = []
    for event in events:
        commit = commits.get(event.head) if event.head else None
        if commit is None:
            continue
        if _saw_commit_made(event, commit):
            made[commit.oid].append(event)
        elif event.hook == "post-commit" and not event.picking:
            missed.append(event)
    _drop_idle_amends(made, events)
    moments: dict[Oid, list[Moment]] = defaultdict(list)
    hooks: dict[Oid, str] = {}
    for oid, rivals in _rivals(made, order, count_moments).items():
        hooks[oid] = made[oid][0].hook
        moments[oid] += [_moment(event, catalogue)._replace(rivals=rivals) for event in made[oid]]
    for event in missed:
        made_before = order.commit_made_before(event)
        if made_before is not None:
            hooks.setdefault(made_before, event.hook)
            moments[made_before].append(_moment(event, catalogue)._replace(is_late=True))
    return {oid: EventEvidence(tuple(moments[oid]), tuple(config), hooks[oid]) for oid in hooks}


def _drop_idle_amends(made: dict[Oid, list[Event]], events: Iterable[Event]) -> None:
    """Remove the events of amends that made the same commit again: they changed nothing, so they made nothing.

    Such an amend is the last to name the commit, and post-rewrite lists the commit as rewritten into itself.
    """
    for event in events:
        for old, new in event.pairs if event.arguments[:1] == ("amend",) else ():
            if old == new and made.get(new):
                made[new].pop()
                if not made[new]:
                    del made[new]


def _rivals(
    made: Mapping[Oid, Sequence[Event]], order: HeadOrder, count_moments: Callable[[Oid], int]
) -> dict[Oid, int]:
    """Return for each commit how many earlier commits' events may name it instead of their own commit.

    A hook reads HEAD after its commit, and another process may have moved it meanwhile. Each commit has one event, so
    as many are outstanding as commits of the same second were made before, less the events that name those.
    """
    found: dict[Oid, int] = {}
    for first in made:
        chain: list[Oid] = []
        oid: Oid | None = first
        while oid is not None and oid not in found:
            chain.append(oid)
            oid = order.rival(oid)
        for one in reversed(chain):
            if oid is None:
                found[one] = 0
            else:
                told = len(made.get(oid, ())) + count_moments(oid)
                found[one] = max(0, found[oid] + 1 - told)
            oid = one
    return {oid: found[oid] for oid in made}


def _moment(event: Event, catalogue: Catalogue) -> Moment:
    """Return the circumstances of an event as evidence, strongest first."""
    evidence = attribution.evidence_from_circumstances(
        dict(event.environment), catalogue, terminal=event.terminal, process=event.process, branch=event.branch
    )
    text = f"{event.name} {event.time} {event.hook} {event.head}"
    return Moment(
        event=blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest(),
        evidence=attribution.combine((), evidence),
        is_replayed=event.picking,
    )


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


def named_sessions(found: Mapping[Oid, EventEvidence]) -> Iterable[tuple[Oid, tuple[Evidence, ...]]]:
    """Yield the commits whose events name an agent's session, each with the evidence that names it."""
    for oid, seen in found.items():
        sessions = tuple(one for moment in seen.moments for one in moment.evidence if one.signal == "session")
        if sessions:
            yield oid, sessions
