"""Suggested bugs: an agent's report on another agent's commit, which counts for nothing until a person confirms it."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from tracker import keys
from tracker.attribution import resolve_agent_name
from tracker.errors import TrackerError, UsageError
from tracker.feedback.actor import Actor, speak_for_user
from tracker.feedback.agent_score import record_and_score
from tracker.feedback.recorded_commits import recorded_commits
from tracker.feedback_records import BugRecord
from tracker.ledger import Snapshot
from tracker.ledger.commits import find_commit, present_version
from tracker.ledger.entries import SuggestionDecision, SuggestionDecisionEntry, SuggestionEntry
from tracker.ledger.tables import BUGS
from tracker.model import Oid, ProjectId
from tracker.project.project import Project
from tracker.records import RecordedCommit


class Suggestion(NamedTuple):
    """A suggestion that waits for a person's decision: the commit, as this project has it, and the report.

    ``oid`` and ``commit``: what the reported commit was rewritten into, if it was. ``report.oid`` is the reported one.
    """

    oid: Oid
    commit: RecordedCommit
    report: BugRecord


def suggest(project: Project, oid: Oid, note: str, evidence: str, actor: Actor) -> None:
    """Record an agent's report on another agent's commit, in place of one of that agent that is still open.

    Raises TrackerError when the commit is not recorded, and the LedgerUnavailable errors.
    """
    standing = recorded_commits(project, [oid])[oid].standing
    suggester, speaker = actor.agent or "", actor.description()
    earlier = [one.report for one in open_suggestions(project) if oid in {one.oid, one.report.oid}]
    mine = [report for report in earlier if report.suggested_by == suggester]
    place = mine[0].project if mine else project.files.id()  # it may have been made in a clone
    reported = mine[0].oid if mine and mine[0].oid else oid  # or on a commit that was rewritten since
    now = max(int(time.time()), mine[0].time + 1 if mine else 0)  # of the same second, this one is still the last
    entry = SuggestionEntry(standing.agent, place, reported, note, evidence, now, suggester, speaker)
    record_and_score(project, entry, standing.agent, standing)


def open_suggestions(project: Project, agent: str | None = None) -> list[Suggestion]:
    """Return the suggestions on a project's commits that nobody has decided on, newest first.

    ``agent``: only those on commits of that agent.
    """
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        reports = [bug for _, bug in snapshot.scan(BUGS, keys.agent(agent) if agent else b"")]
        waiting = [(bug.oid, bug) for bug in reports if bug.state == "suggested" and bug.oid]
        found = [(_present(snapshot, project_id, oid), bug) for oid, bug in waiting]
    suggestions = [Suggestion(oid, commit, bug) for (oid, commit), bug in found if commit is not None]
    return sorted(suggestions, key=lambda one: one.report.time, reverse=True)


def _present(snapshot: Snapshot, project: ProjectId, oid: Oid) -> tuple[Oid, RecordedCommit | None]:
    """Return the commit of a project that a reported one was rewritten into; itself if there is none."""

    def is_live(one: Oid) -> bool:
        commit = find_commit(snapshot, project, one)
        return commit is not None and commit.standing.live

    present = None if is_live(oid) else present_version(snapshot, oid, is_live)
    return present or oid, find_commit(snapshot, project, present or oid)


def find_open(project: Project, oid: Oid, suggested_by: str | None) -> BugRecord:
    """Return the open suggestion on a commit.

    ``suggested_by``: whose, by a name or alias; needed where several agents made one. Raises TrackerError when
    there is none, UsageError when there are several and none is chosen.
    """
    waiting = [one.report for one in open_suggestions(project) if oid in {one.oid, one.report.oid}]
    names = {suggested_by, resolve_agent_name(suggested_by, project.catalogue)[0]} if suggested_by else set[str]()
    chosen = [report for report in waiting if suggested_by is None or report.suggested_by in names]
    if not chosen:
        by = f" by {suggested_by}" if suggested_by else ""
        raise TrackerError(f"no suggested bug{by} waits for {oid[:12]}: 'agent-tracker bug' lists all.")
    _check_one_agent(oid, chosen)
    return chosen[0]


def _check_one_agent(oid: Oid, reports: Sequence[BugRecord]) -> None:
    names = sorted({report.suggested_by for report in reports})
    if len(names) > 1:
        raise UsageError(f"{' and '.join(names)} suggested a bug for {oid[:12]}: choose one with --from NAME.")


def check_may_decide(project: Project, actor: Actor) -> str:
    """Return the text to record with a decision on a suggested bug. Raises NotTheUser."""
    return speak_for_user(actor, project.settings, "deciding on a suggested bug")


def decide(project: Project, report: BugRecord, decision: SuggestionDecision, actor: Actor) -> None:
    """Confirm or dismiss an open suggestion, or take such a decision back, as the user.

    Raises NotTheUser, TrackerError when it is not open any more or a person made the commit, and the LedgerUnavailable
    errors.
    """
    speaker = check_may_decide(project, actor)
    if report.oid is None:
        raise TrackerError("a suggestion without a commit cannot be decided on.")
    standing = recorded_commits(project, [report.oid])[report.oid].standing
    if decision == "confirmed" and standing.kind == "human":
        raise TrackerError(f"{report.oid[:12]} was made by a person, as far as is known: there is no agent to charge.")
    now = int(time.time())
    entry = SuggestionDecisionEntry(report.project, report.oid, report.suggested_by, decision, now, speaker)
    record_and_score(project, entry, standing.agent, standing)
