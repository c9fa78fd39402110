"""The events of a project that it shares: what nobody else can find out from the repository itself.

Unless the user wants otherwise they are without notes, tasks, plans, names of programs, paths and session ids
(``ledger.bare_records``). Outcomes and profiles follow from git, and so do grades in trailers.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from tracker import keys
from tracker.attribution import CORRECTION_SIGNALS, attribute, has_agent_at_work
from tracker.exchange import events, ledger_events
from tracker.exchange.computed_events import CostEvent
from tracker.exchange.event_lines import event_id
from tracker.exchange.events import Event
from tracker.exchange.value_types import Setup
from tracker.feedback_records import BugRecord
from tracker.ledger import Snapshot
from tracker.ledger.bare_records import bare, bare_evidence, bare_moments, bare_one
from tracker.ledger.commits import claims_about, find_commit, related, replaced_commits
from tracker.ledger.entries import TRAILER
from tracker.ledger.tables import (
    AGENTS,
    BUGS,
    COMMITS,
    COMMUNICATION,
    COSTS,
    PREDECESSORS,
    PROJECTS,
    REINSTATEMENTS,
    RETROSPECTIVES,
    SETUPS,
    STANDINGS,
)
from tracker.model import ELSEWHERE, Oid, ProjectId
from tracker.records import CommitFacts, RecordedCommit

E = TypeVar("E", bound=Event)

SHORT_ID: Final = 16
"""Digits of an event's id that are remembered."""
_FAR: Final = 5000
"""Commits of this machine without anything new after which older ones are not looked at, unless something was said of
them. Those of others do not count: in a busy repository a branch of one's own is soon below thousands of them.
"""
_MOST: Final = 100_000
"""Commits of anybody that are looked at."""
_SEEN_HERE: Final = frozenset({"post-rewrite", "amend", "reflog", "tool"})
"""Sources of claims that only the machine has on which a commit was rewritten; all others follow from the commits."""
_CIRCUMSTANCES: Final = frozenset({"process", "environment", "host", "user", "config"})
"""Signals of what only the machine knows on which a commit was made."""

_FROM_GIT: Final = frozenset({"backfill", "reconcile"})
"""Values of ``CommitFacts.learnt`` of commits that no hook saw, such as those of a pull."""


class About(NamedTuple):
    """Events about one commit, or about none (``oid`` None)."""

    oid: Oid | None
    events: list[Event]


class NewEvents:
    """The events of a project that were not shared yet.

    ``sent``: the shortened ids of events and the commits that were shared. ``with_notes``: words are shared too.
    """

    def __init__(self, snapshot: Snapshot, project: ProjectId, sent: Collection[str], *, with_notes: bool) -> None:
        self._snapshot = snapshot
        self._project = project
        self._sent = sent
        self._with_notes = with_notes

    def collect(self) -> list[About]:
        """Return what is new, without what everything begins with: commits oldest first, then what was said of them."""
        said: dict[Oid | None, list[Event]] = {}
        for event in self._said():
            said.setdefault(getattr(event, "oid", None), []).append(event)
        commits = self._recent_commits()
        for oid in said:
            if oid is not None and oid not in commits:
                commits[oid] = [*self._of_commit(oid)]
        blocks = [*map(About, commits, commits.values()), *map(About, said, said.values())]
        new = (About(oid, [one for one in events if self._is_new(one)]) for oid, events in blocks)
        return [one for one in new if one.events]

    def beginning(self, chosen: Iterable[Event]) -> list[Event]:
        """Return what is new of the project itself, and of the instruction files of the chosen commits."""
        record = self._snapshot.get(PROJECTS, keys.project(self._project))
        if record is None:
            return []
        untold = record._replace(
            paths=(f"{ELSEWHERE}{record.name}",), last_seen=record.first_seen, remotes=(), baseline=(), away=False
        )
        found: list[Event] = [ledger_events.project_event(self._project, untold)]
        for setup in sorted({one.setup for one in chosen if isinstance(one, events.CommitEvent) and one.setup}):
            files = self._snapshot.get(SETUPS, bytes.fromhex(setup))
            if files is not None:
                found.append(events.InstructionsEvent(Setup(setup), files.files))
        return [one for one in found if self._is_new(one)]

    def _is_new(self, event: Event) -> bool:
        return event_id(event)[:SHORT_ID] not in self._sent

    def _recent_commits(self) -> dict[Oid, list[Event]]:
        """Return the newest commits of the project that are to be shared, oldest first, with their events."""
        found: dict[Oid, list[Event]] = {}
        quiet = 0
        for key, _ in islice(self._snapshot.newest(STANDINGS, keys.project(self._project)), _MOST):
            oid = keys.oid_of_standing(key)
            facts = self._snapshot.get(COMMITS, keys.commit(self._project, oid))
            if facts is not None and (_is_of_here(facts) or self._has_more(oid, facts)):
                found[oid] = [*self._of_commit(oid)]
                quiet = 0 if any(map(self._is_new, found[oid])) else quiet + 1
            if quiet > _FAR:
                break
        return dict(reversed(found.items()))

    def _has_more(self, oid: Oid, facts: CommitFacts) -> bool:
        """Return True if the cost is known of a commit that no hook saw, or from what it was rewritten here."""
        if facts.origin != "local" or facts.learnt == "backfill":
            return False
        return self._snapshot.get(COSTS, keys.cost(oid)) is not None or any(self._rewrites(oid))

    def _rewrites(self, oid: Oid) -> Iterator[Event]:
        """Yield what only this machine knows of what a commit was rewritten from."""
        for old in related(self._snapshot, PREDECESSORS, oid):
            for claim in claims_about(self._snapshot, old):
                if claim.new == oid and claim.source in _SEEN_HERE:
                    yield events.RewriteEvent(old=old, **claim._asdict())

    def _of_commit(self, oid: Oid) -> Iterator[Event]:
        """Yield a commit, corrections of its maker, what it was rewritten from, and its cost."""
        commit = find_commit(self._snapshot, self._project, oid)
        if commit is None:
            return
        facts = commit.facts
        if replaced_commits(self._snapshot, oid):
            facts = facts._replace(**_of_the_maker(commit))
        event = ledger_events.commit_event(self._project, oid, facts)
        if not self._with_notes:
            event = event._replace(evidence=bare_evidence(event.evidence), moments=bare_moments(event.moments))
        yield event
        for one in facts.evidence:
            if one.signal in CORRECTION_SIGNALS:
                shown = one if self._with_notes else bare_one(one)
                yield ledger_events.correction_event(self._project, oid, shown)
        yield from self._rewrites(oid)
        cost = self._snapshot.get(COSTS, keys.cost(oid))
        if cost is not None:
            yield ledger_events.event_of(CostEvent, cost, oid=oid)

    def _said(self) -> Iterator[Event]:
        """Yield grades, bugs and reinstatements, and with notes also retrospectives, of one agent after the other."""
        for _, agent in self._snapshot.scan(AGENTS):
            prefix = keys.agent(agent.name)
            for key, grade in self._snapshot.scan(COMMUNICATION, prefix + keys.project(self._project)):
                if grade.source != TRAILER:
                    oid = keys.oid_of_grade(key)
                    yield self._shown(ledger_events.event_of(events.GradeEvent, grade, project=self._project, oid=oid))
            for _, bug in self._snapshot.scan(BUGS, prefix):
                if bug.project == self._project or self._is_decided_here(bug):
                    whose = None if bug.oid else bug.agent
                    yield self._shown(ledger_events.event_of(events.BugEvent, bug, agent=whose))
            for _, record in self._snapshot.scan(REINSTATEMENTS, prefix):
                if record.project == self._project:
                    yield self._shown(ledger_events.event_of(events.ReinstatementEvent, record))
            for _, look in self._snapshot.scan(RETROSPECTIVES, prefix) if self._with_notes else ():
                if look.project == self._project:
                    yield ledger_events.event_of(events.RetrospectiveEvent, look)

    def _is_decided_here(self, bug: BugRecord) -> bool:
        """Return True for a bug of a commit of this project that another machine reported, and that was decided on."""
        if not (bug.oid and bug.changes):
            return False
        record = self._snapshot.get(PROJECTS, keys.project(bug.project))
        is_held = self._snapshot.get(COMMITS, keys.commit(self._project, bug.oid)) is not None
        return is_held and record is not None and record.is_foreign

    def _shown(self, event: E) -> E:
        return event if self._with_notes else bare(event)


def _of_the_maker(commit: RecordedCommit) -> dict[str, Any]:
    """Return the evidence and the moments of a commit that replaces another, without those of who only rewrote it.

    Others may never get the version that shows who made it, and would name who rewrote it.
    """
    facts, standing = commit
    return {
        "evidence": tuple(one for one in facts.evidence if one not in standing.set_aside),
        "moments": tuple(
            moment
            for moment in facts.moments
            if not has_agent_at_work(moment.evidence) or attribute(moment.evidence).agent == standing.agent
        ),
    }


def _is_of_here(facts: CommitFacts) -> bool:
    """Return True if this machine knows of the making of a commit what others do not."""
    if any(one.signal in CORRECTION_SIGNALS for one in facts.evidence):
        return True
    if facts.origin != "local":
        return False
    has_circumstances = any(one.signal in _CIRCUMSTANCES for one in facts.evidence)
    return bool(facts.moments) or has_circumstances or facts.learnt not in _FROM_GIT
