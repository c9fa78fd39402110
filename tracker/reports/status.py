"""The content of a worktree's ``.agent/status.json``: player sheet, ungraded commits, notes, lessons.

A view of the ledger; ``status --json`` prints the same. ``status_file`` writes it. status.schema.json describes it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from tracker import attribution, keys, scoring
from tracker.attribution import Catalogue
from tracker.attribution.model_names import model_shown
from tracker.git import Repository
from tracker.ledger import Snapshot, grade_history, totals
from tracker.ledger.commits import find_commits
from tracker.ledger.tables import PROJECTS, RETROSPECTIVES
from tracker.lineage import contributions
from tracker.model import HOST_EVENT, RATERS, Event, Oid, ProjectId, Worktree
from tracker.project.files import ProjectFiles
from tracker.records import RecordedCommit
from tracker.reports import kept_lessons, player_sheet
from tracker.scoring import Policy
from tracker.text import escape_undecodable

if TYPE_CHECKING:
    from tracker.feedback_records import RetrospectiveRecord

SCHEMA: Final = 2

_RECENT: Final = 200
"""Commits of HEAD that are searched for the current agent and for ungraded work: a bounded cost for each event."""

_MOST_UNGRADED: Final = 10
_MOST_NOTES: Final = 5
_MOST_LESSONS: Final = 5
_LONGEST_TEXT: Final = 500
"""Characters of a note or lesson in the file; ``grade`` and ``retro`` show all of it."""

_MOST_RETROSPECTIVES: Final = 50
"""Retrospectives of an agent, newest first, that are searched for those of one project."""


class Asker(NamedTuple):
    """The agent whose standing is shown in the flat fields.

    ``found_by``: ``name`` if the user named it, ``environment`` if the environment or a process of the command or hook
    shows it, ``last commit`` if it made that.
    """

    agent: str
    found_by: Literal["name", "environment", "last commit"]


class WorktreeStatus(NamedTuple):
    """A worktree as git reports it.

    ``recent``: the newest commits of its HEAD, newest first. ``task_lessons``: those kept for the task at work in it.
    """

    worktree: Worktree
    recent: Sequence[Oid]
    task_lessons: dict[str, Any] | None = None


def worktree_status(repository: Repository, files: ProjectFiles, worktree: Worktree) -> WorktreeStatus:
    """Return a worktree with the newest commits of its HEAD and its kept lessons. Raises RepositoryError."""
    recent = repository.newest_commits(worktree.head, _RECENT) if worktree.head else ()
    return WorktreeStatus(worktree, recent, kept_lessons.read(files, worktree.path, int(time.time())))


def current_worktree(repository: Repository) -> Worktree:
    """Return the worktree that a repository is seen from; for a bare one a stand-in without HEAD."""
    path = repository.work_tree
    for worktree in repository.worktrees():
        if path is not None and os.path.realpath(worktree.path) == os.path.realpath(path):
            return worktree
    return Worktree(str(path or repository.common_dir), None, None)


def surrounding_agent(worktree: Worktree, events: Iterable[Event], rules: Catalogue) -> Asker | None:
    """Return the agent named by the newest event of a worktree that names one, or None."""
    path = os.path.realpath(worktree.path)
    own = [event for event in events if os.path.realpath(event.work_tree) == path]
    for event in sorted(own, key=lambda event: event.time, reverse=True):
        evidence = (
            attribution.evidence_of_host(event.arguments, rules)
            if event.hook == HOST_EVENT
            else attribution.evidence_from_circumstances(
                dict(event.environment), rules, terminal=event.terminal, process=event.process
            )
        )
        if attribution.has_agent_at_work(evidence):
            return Asker(attribution.attribute(evidence).agent, "environment")
    return None


def describe(
    snapshot: Snapshot, project_id: ProjectId, seen: WorktreeStatus, policy: Policy, asker: Asker | None = None
) -> dict[str, Any]:
    """Return the content of a worktree's status file.

    The agent of the flat fields is the ``asker`` if given, else the maker of the newest live local commit of this
    worktree, else null; ``agent_from`` says which. ``agents``: every agent of the project, and those that are halted.
    ``as_of`` identifies the state of the ledger: in one ledger a later state has a larger sequence number.
    """
    worktree = seen.worktree
    recent = [*find_commits(snapshot, project_id, seen.recent).items()]
    newest = next((one.standing.agent for _, one in recent if one.facts.live and one.is_local), None)
    current = asker or (Asker(newest, "last commit") if newest is not None else None)
    record = snapshot.get(PROJECTS, keys.project(project_id))
    sheets = _sheets(snapshot, project_id, policy, recent)
    if current is None:
        shown = player_sheet.blank()
    else:
        shown = sheets.get(current.agent) or _sheet(snapshot, project_id, policy, current.agent, recent)
    return {
        "schema": SCHEMA,
        "as_of": {"ledger": int(snapshot.meta("created") or 0), "sequence": int(snapshot.meta("sequence") or 0)},
        "policy": scoring.policy_name(policy),
        "project": {
            "id": project_id,
            "name": record.name if record else "",
            "work_tree": escape_undecodable(worktree.path),
        },
        "head": {"oid": worktree.head, "branch": worktree.branch},
        "agent_from": current.found_by if current else None,
        **{name: value for name, value in shown.items() if name != "ungraded"},
        "agents": sheets,
        "halted_agents": [name for name, one in sheets.items() if one["halted"]],
        "waiting_for_user": sum(one["here"]["waiting_for_user"] for one in sheets.values()),
        "ungraded": _ungraded(recent),
        "user_notes": _user_notes(snapshot, project_id, recent),
        "lessons": _lessons(snapshot, project_id, [*sheets]),
        "task_lessons": seen.task_lessons,
    }


def _sheets(
    snapshot: Snapshot, project_id: ProjectId, policy: Policy, recent: Sequence[tuple[Oid, RecordedCommit]]
) -> dict[str, dict[str, Any]]:
    """Return the sheets of a project's agents and of those that are halted, by name.

    The commits of a second clone may all count in the first one: their agents are the project's too.
    """
    makers = {commit.standing.agent for _, commit in recent}
    return {
        name: _sheet(snapshot, project_id, policy, name, recent)
        for name in player_sheet.every_agent(snapshot)
        if name in makers
        or player_sheet.is_of(snapshot, name, project_id)
        or (totals.is_scored(snapshot, name) and totals.score_of(snapshot, name, policy).halted)
    }


def _sheet(
    snapshot: Snapshot,
    project_id: ProjectId,
    policy: Policy,
    agent: str,
    recent: Sequence[tuple[Oid, RecordedCommit]],
) -> dict[str, Any]:
    """Return an agent's sheet, with its newest model and its commits that wait for a grade, of the newest commits."""
    own = [(oid, commit) for oid, commit in recent if commit.standing.agent == agent]
    model = next((model_shown(one.standing.model_id) for _, one in own if one.standing.model_id), None)
    return player_sheet.sheet(snapshot, agent, policy, project_id, model) | {"ungraded": _ungraded(own)}


def _ungraded(recent: Iterable[tuple[Oid, RecordedCommit]]) -> list[dict[str, Any]]:
    """Return the newest commits that wait for a grade by the user or their agent, newest first, with those raters."""
    waiting = (
        (oid, commit, raters)
        for oid, commit in recent
        if (raters := [rater for rater in RATERS if contributions.waits_for(commit, rater)])
    )
    return [
        {"oid": oid, "subject": commit.facts.subject, "agent_name": commit.standing.agent, "waits_for": raters}
        for oid, commit, raters in islice(waiting, _MOST_UNGRADED)
    ]


def _user_notes(
    snapshot: Snapshot, project_id: ProjectId, recent: Sequence[tuple[Oid, RecordedCommit]]
) -> list[dict[str, Any]]:
    """Return the latest notes that the user wrote with a grade still in force, newest first."""
    notes: list[dict[str, Any]] = []
    for oid, (facts, standing) in recent:
        if standing.user_grade is None:
            continue
        last = grade_history.last_grade_given(snapshot, (project_id, oid), standing, "user")
        if last is not None and last.grade is not None and last.note:
            notes.append(
                {
                    "oid": oid,
                    "subject": facts.subject,
                    "agent_name": standing.agent,
                    "grade": last.grade,
                    "note": last.note[:_LONGEST_TEXT],
                    "time": last.time,
                }
            )
    return sorted(notes, key=lambda note: -int(note["time"]))[:_MOST_NOTES]


def _lessons(snapshot: Snapshot, project_id: ProjectId, agents: Iterable[str]) -> list[dict[str, Any]]:
    """Return the notes of the newest retrospectives in this project, newest first."""
    found: list[RetrospectiveRecord] = []
    for agent in agents:
        newest = snapshot.newest(RETROSPECTIVES, keys.agent(agent))
        found += [
            record
            for _, record in islice(newest, _MOST_RETROSPECTIVES)
            if record.project == project_id and record.notes
        ]
    found.sort(key=lambda record: record.time, reverse=True)
    return [
        {
            "agent_name": one.agent,
            "subject": one.subject,
            "task": one.task[:_LONGEST_TEXT],
            "notes": one.notes[:_LONGEST_TEXT],
            "time": one.time,
        }
        for one in found[:_MOST_LESSONS]
    ]
