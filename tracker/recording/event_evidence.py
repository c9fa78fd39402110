"""Evidence from events: the commit that a hook saw made, and what the hook's environment says about its maker."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tracker import attribution
from tracker.attribution import Catalogue
from tracker.attribution.host_evidence import source_of
from tracker.attribution.runtime_evidence import NAMELESS
from tracker.digests import blake2b
from tracker.model import HOST_EVENT, Commit, Event, Evidence, Moment, Oid
from tracker.recording.head_order import HeadOrder
from tracker.recording.rivals import with_rivals


class EventEvidence(NamedTuple):
    """Evidence that events give of one commit: moments of its making, and what else names its maker.

    ``hook``: the hook that saw it made first, empty if none of these events is of such a hook.
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
    known_moments: Callable[[Oid], Sequence[Moment]],
) -> dict[Oid, EventEvidence]:
    """Return the evidence of events keyed by the commit that they saw made.

    ``commits``: the heads of the events by oid. ``config``: evidence from git's configuration, added to each commit.
    ``order``: the order in which commits were made. ``known_moments``: the recorded moments of a commit.
    """
    moments: dict[Oid, list[Moment]] = defaultdict(list)
    hooks: dict[Oid, str] = {}
    missed: list[Event] = []
    told = [*_told_by_hosts(commits, events, catalogue)]
    for event in events:
        commit = commits.get(event.head) if event.head else None
        if commit is None:
            continue
        if _saw_commit_made(event, commit):
            moments[commit.oid].append(_moment(event, catalogue))
            hooks.setdefault(commit.oid, event.hook)
        elif event.hook == "post-commit" and not event.picking:
            missed.append(event)
        elif event.arguments[:1] == ("amend",) and (commit.oid, commit.oid) in event.pairs:
            moments[commit.oid].append(_moment(event, catalogue)._replace(is_idle=True))
    for oid, moment in told:
        moments[oid].append(moment)
    moments = defaultdict(list, with_rivals(moments, order, known_moments))
    for event in missed:
        made_before = order.commit_made_before(event)
        if made_before is not None:
            hooks.setdefault(made_before, event.hook)
            moments[made_before].append(_moment(event, catalogue)._replace(is_late=True))
    hooks = _with_hosts(hooks, told)
    made = {oid for oid, found in moments.items() if oid in hooks and not _is_idle(found)}
    return {
        oid: EventEvidence(tuple(found), tuple(config) if oid in made else (), hooks[oid] if oid in made else "")
        for oid, found in moments.items()
    }


def _with_hosts(hooks: Mapping[Oid, str], told: Iterable[tuple[Oid, Moment]]) -> dict[Oid, str]:
    """Return the hook that saw each commit made; of those that only a sure host told of, that."""
    sure = {oid: HOST_EVENT for oid, moment in told if source_of(moment.evidence) != "tool"}
    return {**sure, **hooks}


def _is_idle(moments: Sequence[Moment]) -> bool:
    """Return True if the moments show only amends that made the same commit again."""
    return not attribution.count_told(moments) and not any(moment.is_late for moment in moments)


def _moment(event: Event, catalogue: Catalogue) -> Moment:
    """Return the circumstances of an event as evidence, strongest first."""
    evidence = attribution.evidence_from_circumstances(
        dict(event.environment), catalogue, terminal=event.terminal, process=event.process, branch=event.branch,
        alone=event.alone,
    )  # fmt: skip
    return Moment(_digest(event), attribution.combine((), evidence), is_replayed=event.picking)


def _told_by_hosts(
    commits: Mapping[Oid, Commit], events: Iterable[Event], catalogue: Catalogue
) -> Iterator[tuple[Oid, Moment]]:
    """Yield the commits that agents' hosts told of, each with the moment; none of an agent that nobody knows."""
    for event in events:
        evidence = attribution.evidence_of_host(event.arguments, catalogue) if event.hook == HOST_EVENT else []
        if evidence and event.head and event.head in commits:
            yield event.head, Moment(_digest(event), attribution.combine((), evidence), is_told=True)


def _digest(event: Event) -> str:
    """Return the digest that tells an event from others."""
    text = f"{event.name} {event.time} {event.hook} {event.head}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


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
    """Yield the commits whose events lead to an agent's session, each with the evidence that does."""
    for oid, seen in found.items():
        sessions = evidence_of_sessions(seen.moments)
        if sessions:
            yield oid, sessions


def evidence_of_sessions(moments: Iterable[Moment]) -> tuple[Evidence, ...]:
    """Return the evidence that leads to an agent's session: its id, or an agent at work that names none."""
    every = (one for moment in moments for one in moment.evidence)
    return tuple(
        one for one in every if one.signal == "session" or (one.signal == "environment" and one.agent in NAMELESS)
    )
