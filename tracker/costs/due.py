"""Find the commits whose costs are to be read: the newest ones of agents whose stores can be read, without a cost."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from tracker import keys
from tracker.costs.apportion import SessionCommit
from tracker.costs.read_session import READERS
from tracker.costs.settle import GIVE_UP
from tracker.ledger import Snapshot
from tracker.ledger.tables import COMMITS, COSTS, PROJECTS, STANDINGS
from tracker.model import Evidence, Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding

_WINDOW: Final = GIVE_UP // 1000 + 86_400
"""Seconds: a day longer than is waited, in which it is noted that a commit is given up."""
_SESSIONS_SPAN: Final = 2 * _WINDOW
"""Seconds for which the other commits of a session are looked for."""
_SEARCHED: Final = "opencode"
"""The agent whose store is searched for the commit's id where it named no session."""
_MOST_COMMITS: Final = 5000
"""Commits of a project that are looked at, the newest ones."""


class SeenCommit(NamedTuple):
    """A commit that a hook saw an agent make. ``session``: empty if the agent named none.

    ``committed_at``: git's time in seconds. ``age_from``: the same, or the time of recording if that is earlier.
    """

    project: ProjectId
    oid: Oid
    agent: str
    session: str
    committed_at: int
    age_from: int

    @property
    def in_session(self) -> SessionCommit:
        """The commit as its session is divided by; git's time has no fractions of a second."""
        return SessionCommit(self.oid, self.committed_at * 1000, is_exact=False)


def due_commits(snapshot: Snapshot, project: ProjectId, now: int) -> list[SeenCommit]:
    """Return the commits of a project without a recorded cost, oldest first. ``now``: in seconds.

    The standings are in the order of time, so this takes the same however long the history is.
    """
    return [*_seen_commits(snapshot, project, now - _WINDOW, only_without_cost=True)][::-1]


def commits_of_sessions(snapshot: Snapshot, now: int) -> list[SeenCommit]:
    """Return the commits of the last two weeks of all projects that name a session, each once."""
    projects = [keys.project_of(key) for key in snapshot.keys(PROJECTS)]
    every = (one for project in projects for one in _seen_commits(snapshot, project, now - _SESSIONS_SPAN))
    return [*{one.oid: one for one in every if one.session}.values()]


def _seen_commits(
    snapshot: Snapshot, project: ProjectId, since: int, *, only_without_cost: bool = False
) -> Iterator[SeenCommit]:
    """Yield commits that hooks saw agents make, newest first; those of people are left out."""
    newest = snapshot.newest(STANDINGS, keys.project(project))
    for _, (key, standing) in zip(range(_MOST_COMMITS), newest, strict=False):
        time = keys.time_of_standing(key)
        if time < since:
            return
        if standing.kind != "agent":
            continue
        oid = keys.oid_of_standing(key)
        if only_without_cost and snapshot.get(COSTS, keys.cost(oid)) is not None:
            continue
        facts = snapshot.get(COMMITS, keys.commit(project, oid))
        for agent, session in _maker(facts, standing) if facts is not None else ():
            yield SeenCommit(project, oid, agent, session, time, min(time, facts.recorded_at if facts else time))


def _maker(facts: CommitFacts, standing: CommitStanding) -> Iterable[tuple[str, str]]:
    """Return the agent that made a commit and its session, as a pair; nothing if no store can have it.

    Of several sessions that of the agent to which the commit is attributed counts: one that its variables name before
    the one to which worktree and time led. OpenCode's store is searched for the commit's id where no variable names it.
    """
    seen = [one for moment in facts.moments if not moment.is_replayed for one in moment.evidence]
    named = _sessions(seen)
    is_named = any(agent == standing.agent for agent, _ in named)
    if not is_named and standing.agent == _SEARCHED and any(one.agent == _SEARCHED for one in seen):
        return [(_SEARCHED, "")]
    return sorted([*named, *_sessions(facts.evidence)], key=lambda one: one[0] != standing.agent)[:1]


def _sessions(evidence: Iterable[Evidence]) -> list[tuple[str, str]]:
    """Return the agents and ids of sessions in evidence whose store can be read."""
    found = [(one.agent, one.value) for one in evidence if one.signal == "session" and one.agent in READERS]
    return [(agent, session) for agent, session in found if agent is not None]
