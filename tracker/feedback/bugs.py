"""Bugs: charge one to the agent that made a commit, withdraw it, list them.

An agent's report on another agent's commit is a suggestion (``bug_suggestions``).
"""

import time
from typing import NamedTuple

from tracker import keys, scoring
from tracker.attribution.ownership import is_own_work
from tracker.errors import TrackerError
from tracker.feedback import bug_suggestions, grades
from tracker.feedback.actor import Actor, speak_for_user
from tracker.feedback.agent_score import AgentScore, record_and_score
from tracker.feedback.recorded_commits import recorded_commits
from tracker.feedback.scope import Scope
from tracker.feedback_records import BugRecord
from tracker.history.ledger_queries import predecessors
from tracker.ledger import Snapshot, totals
from tracker.ledger.commits import find_commit
from tracker.ledger.entries import BugEntry, BugWithdrawalEntry
from tracker.ledger.tables import AGENT_TOTALS, BUGS, COMMITS, OUTCOMES, STANDINGS
from tracker.lineage import contributions
from tracker.model import Oid, ProjectId
from tracker.project.project import Project
from tracker.records import RecordedCommit
from tracker.reports import player_sheet
from tracker.scoring import Score


class Stakes(NamedTuple):
    """The distance of an agent from a halt, and the effect of one more bug for a commit of it.

    ``score``, ``score_then``: its score now, and with one bug more; None for an agent without a score. The bug of a
    fetched commit moves no score (``is_fetched``). ``bugs_until_halt``: how many more bugs halt it, 0 if it is halted,
    None if none do. ``projects``: the number of projects with work of it, all of which a halt concerns. ``charged``:
    the bugs that are charged for the commit, or for what was rewritten into it.
    """

    agent: str
    is_fetched: bool
    score: Score | None
    score_then: Score | None
    bugs_until_halt: int | None
    projects: int
    charged: int

    @property
    def would_halt(self) -> bool:
        """True if one more bug for the commit halts the agent, which is not halted now."""
        return bool(self.score and self.score_then and self.score_then.halted and not self.score.halted)


def check_chargeable(oid: Oid, commit: RecordedCommit) -> None:
    """Check that an agent made a commit. Raises TrackerError when a person or a bot did."""
    if commit.standing.kind == "bot":
        raise TrackerError(f"{oid[:12]} was made by {commit.standing.agent}, a bot: there is no agent to charge.")
    if commit.standing.kind == "human":
        raise TrackerError(
            f"{oid[:12]} was made by a person, as far as is known, so there is no agent to charge:"
            f" 'agent-tracker attribute {oid[:12]} --agent NAME' says who made it."
        )


def is_suggestion(project: Project, oid: Oid, actor: Actor) -> bool:
    """Return True if a report by this actor would be a suggestion: an agent's report on a commit of another agent.

    Raises TrackerError when the commit is not recorded.
    """
    standing = recorded_commits(project, [oid])[oid].standing
    return actor.agent is not None and not is_own_work(actor.agent, standing, project.guarding_catalogue)


def report_bug(project: Project, oid: Oid, note: str, evidence: str, actor: Actor) -> None:
    """Charge a bug to the agent that made a commit; an agent's report on another agent's commit is only suggested.

    Raises TrackerError when the commit is not recorded or was made by a person, and the LedgerUnavailable errors.
    """
    commit = recorded_commits(project, [oid])[oid]
    check_chargeable(oid, commit)
    note, evidence = grades.normalized_text(note), grades.normalized_text(evidence)
    if is_suggestion(project, oid, actor):
        bug_suggestions.suggest(project, oid, note, evidence, actor)
        return
    agent = commit.standing.agent
    now, speaker = int(time.time()), actor.description()
    entry = BugEntry(agent, project.files.id(), oid, note, evidence, now, speaker)
    record_and_score(project, entry, agent, commit.standing)


def withdraw_bug(project: Project, oid: Oid, actor: Actor) -> AgentScore:
    """Withdraw the last bug of a commit or of what was rewritten into it, and return its agent's score after that.

    Raises NotTheUser, TrackerError when no bug is charged for it, and the LedgerUnavailable errors.
    """
    speaker = speak_for_user(actor, project.settings, "taking a bug back")
    recorded_commits(project, [oid])  # raises for one that is not recorded
    charged = _charged_version(project, oid)
    standing = recorded_commits(project, [charged])[charged].standing
    entry = BugWithdrawalEntry(project.files.id(), charged, int(time.time()), speaker)
    return record_and_score(project, entry, standing.agent, standing)


def _charged_version(project: Project, oid: Oid) -> Oid:
    """Return the version of a commit for which a bug holds, the commit itself first and if there is none."""
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        charged = {bug.oid for _, bug in snapshot.scan(BUGS) if bug.holds and bug.project == project_id}
        return next((one for one in (oid, *sorted(predecessors(snapshot, oid))) if one in charged), oid)


def stakes(project: Project, oid: Oid) -> Stakes:
    """Return what one more bug for a commit would do to its agent. Raises TrackerError when it is not recorded."""
    commit = recorded_commits(project, [oid])[oid]
    agent, policy = commit.standing.agent, project.settings.policy
    with project.ledger.read() as snapshot:
        worked = [one.project for _, one in snapshot.scan(AGENT_TOTALS, keys.agent(agent))]
        projects = sum(player_sheet.is_of(snapshot, agent, one) for one in worked)
        sums = contributions.scoring_sums(totals.sums_of(snapshot, agent))
        versions, project_id = {oid, *predecessors(snapshot, oid)}, project.files.id()
        reported = (bug for _, bug in snapshot.scan(BUGS) if bug.holds and bug.project == project_id)
        charged = sum(bug.oid in versions for bug in reported)
    if not scoring.is_scored(commit.standing.kind, agent):
        return Stakes(agent, not commit.is_local, None, None, None, projects, charged)
    then = sums._replace(bugs=sums.bugs + commit.is_local)
    return Stakes(
        agent,
        not commit.is_local,
        scoring.score(sums, policy),
        scoring.score(then, policy),
        scoring.bugs_until_halt(sums, policy),
        projects,
        charged,
    )


# -- listing -------------------------------------------------------------------------------------------------------


class Reverted(NamedTuple):
    """An agent's commit that was reverted. ``is_fetched``: it came by fetch, so no bug of it moves a score."""

    project: ProjectId
    oid: Oid
    commit: RecordedCommit
    is_fetched: bool


def bugs(scope: Scope) -> list[BugRecord]:
    """Return the bugs of commits, newest first, in whatever state and, for one project, whichever clone reported them.

    Those that wait for a decision come first.
    """
    project_id = scope.project
    with scope.ledger.read(begin=False) as snapshot:
        found = {
            keys.sequence_of(key): record
            for key, record in snapshot.scan(BUGS)
            if project_id in {None, record.project}
            or (project_id and record.oid and snapshot.get(COMMITS, keys.commit(project_id, record.oid)))
        }
    # The number of each in the ledger tells those of one second apart.
    order = sorted(found.items(), key=lambda one: (one[1].state == "suggested", one[1].time, one[0]), reverse=True)
    return [record for _, record in order]


def reverted_without_bug(scope: Scope) -> list[Reverted]:
    """Return the agents' commits that were reverted and never reported for a bug, newest first, also fetched ones.

    A revert alone is not a bug: the user decides if there was one. Reverts are those that a commit's message names, and
    those that ``agent-tracker outcomes`` found by content. A commit of several clones is named once.
    """
    found: dict[Oid, Reverted] = {}
    with scope.ledger.read(begin=False) as snapshot:
        reported = {record.oid for _, record in snapshot.scan(BUGS)}
        for project_id in scope.projects(snapshot):
            for oid in _reverted(snapshot, project_id):
                commit = find_commit(snapshot, project_id, oid)
                if commit is None or oid in reported:
                    continue
                if reported.isdisjoint(predecessors(snapshot, oid)):
                    found.setdefault(oid, Reverted(project_id, oid, commit, not commit.is_local))
    return sorted(found.values(), key=lambda one: one.commit.facts.committed_at, reverse=True)


def _reverted(snapshot: Snapshot, project_id: ProjectId) -> list[Oid]:
    """Return the live commits of agents that are taken back now, newest first."""
    prefix = keys.project(project_id)
    by_content = {
        keys.oid_of(key)
        for key, outcome in snapshot.scan(OUTCOMES, prefix)
        if outcome.reverted_by is not None and outcome.again_by is None
    }
    standings = ((keys.oid_of_standing(key), standing) for key, standing in snapshot.newest(STANDINGS, prefix))
    return [
        oid
        for oid, standing in standings
        if standing.live and standing.kind == "agent" and (standing.reverted or oid in by_content)
    ]
