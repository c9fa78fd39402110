"""Bugs, reinstatements, retrospectives and the journal: what is said of an agent's work beside grades."""

import time
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from tracker import keys, scoring
from tracker.attribution import named_by_user
from tracker.errors import TrackerError, UsageError
from tracker.feedback import corrections, grades
from tracker.feedback.actor import Speaker, speak_for_user
from tracker.feedback.grades import Opinion
from tracker.history.ledger_queries import predecessors
from tracker.ledger import entries, totals
from tracker.ledger.buffer import tell
from tracker.ledger.tables import ACTIVITIES, AGENTS, BUGS, COMMITS, REINSTATEMENTS, RETROSPECTIVES, Table
from tracker.model import HUMAN, GradeValue, Oid
from tracker.project.project import Project
from tracker.recording.reconcile import publish
from tracker.records import ActivityRecord, BugRecord, CommitRecord, ReinstatementRecord, RetrospectiveRecord
from tracker.scoring import Score
from tracker.text import printable

L = TypeVar("L", RetrospectiveRecord, ActivityRecord)

RETROSPECTIVE: Final = "retrospective"
"""The source of a grade that was given with a retrospective."""

_MOST_SHOWN: Final = 1000
"""Entries of one agent's journal, the newest first, among which those of a project are looked for."""


class Told(NamedTuple):
    """What became of an agent by a report: its name, and where it stands now (None for whoever has no score)."""

    agent: str
    score: Score | None


def agent_speaking(project: Project, named: str | None, who: Speaker) -> str:
    """Whose journal is meant: the agent named, else the one that runs this command or works in this repository.

    Raises UsageError where that is nobody, TrackerError for a name that nobody has, or an agent that names another.
    """
    if named is None:
        name = who.agent or project.settings.agent
        if name is None:
            raise UsageError("no agent runs this command: say whose journal it is with --agent NAME.")
        return named_by_user(name, project.rules)[0]
    agent = known_agent(project, named)
    if who.agent is not None and who.agent != agent:
        raise TrackerError(f"{who.agent} runs this command and keeps no journal of {agent}: nothing was recorded.")
    return agent


def known_agent(project: Project, text: str) -> str:
    """The agent that is meant by a name, which the catalogue or the ledger must know. Raises TrackerError."""
    name, kind = named_by_user(text, project.rules)
    with project.ledger.read() as snapshot:
        seen = snapshot.get(AGENTS, keys.agent(text)) or snapshot.get(AGENTS, keys.agent(name))
    if seen is not None:
        name, kind = seen.name, seen.kind
    elif name not in project.rules.by_name:
        raise TrackerError(f"no agent called '{printable(text[:80])}' was ever seen: 'agent-tracker log' names them.")
    if kind != "agent" or name == HUMAN:
        raise TrackerError(f"{name} is no agent that has a score or a journal.")
    return name


# -- bugs ----------------------------------------------------------------------------------------------------------


def report_bug(project: Project, oid: Oid, note: str, evidence: str, who: Speaker) -> Told:
    """Charge a bug to the agent that made a commit. Raises TrackerError where nobody can be charged."""
    record = corrections.recorded(project, [oid])[oid]
    if record.kind == "human":
        raise TrackerError(
            f"{oid[:12]} was made by a person, as far as is known, so there is no agent to charge:"
            f" 'agent-tracker attribute {oid[:12]} --agent NAME' says who made it."
        )
    entry = entries.BugEntry(
        record.agent, project.files.id(), oid, grades.plain(note), grades.plain(evidence), int(time.time()),
        speaker=who.described(),
    )  # fmt: skip
    return _told(project, entry, record.agent, record)


def withdraw_bug(project: Project, oid: Oid, who: Speaker) -> Told:
    """Take back the last bug that was charged for a commit. Raises NotThePerson, TrackerError where there is none."""
    speaker = speak_for_user(who, project.settings, "taking a bug back")
    record = corrections.recorded(project, [oid])[oid]
    entry = entries.BugWithdrawalEntry(project.files.id(), oid, int(time.time()), speaker)
    return _told(project, entry, record.agent, record)


def bugs(project: Project) -> list[BugRecord]:
    """The bugs of a project's commits, the newest first; also those that were taken back, or reported in a clone."""
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        found = [
            record
            for _, record in snapshot.scan(BUGS)
            if record.project == project_id
            or (record.oid and snapshot.get(COMMITS, keys.commit(project_id, record.oid)))
        ]
    return sorted(found, key=lambda record: record.time, reverse=True)


def reverted_without_bug(project: Project) -> list[tuple[Oid, CommitRecord]]:
    """The agents' commits that a later one takes back and for which no bug was ever charged, the newest first.

    A revert is no bug by itself: whether it was one the user says.
    """
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        charged = {record.oid for _, record in snapshot.scan(BUGS)}
        found = [
            (keys.oid_of(key), record)
            for key, record in snapshot.scan(COMMITS, keys.project(project_id))
            if record.reverted and record.live and record.is_local and record.kind == "agent"
        ]
        found = [
            (oid, record)
            for oid, record in found
            if oid not in charged and charged.isdisjoint(predecessors(snapshot, project_id, oid))
        ]
    return sorted(found, key=lambda one: one[1].committed_at, reverse=True)


# -- halts ---------------------------------------------------------------------------------------------------------


def reinstate(project: Project, agent: str, plan: str, who: Speaker) -> Told:
    """End an agent's halt. Raises NotThePerson, TrackerError for an agent that is not halted or not known."""
    if not plan.strip():
        raise UsageError("a reinstatement needs a plan: say with --plan what shall be different from now on.")
    speaker = speak_for_user(who, project.settings, "a reinstatement")
    name = known_agent(project, agent)
    entry = entries.ReinstatementEntry(
        name, project.files.id(), grades.plain(plan), int(time.time()), project.settings.policy, speaker
    )
    return _told(project, entry, name, None)


def reinstatements(project: Project, agent: str) -> list[ReinstatementRecord]:
    """How often an agent's halt was ended, and with which plans, the first one first."""
    with project.ledger.read() as snapshot:
        return [record for _, record in snapshot.scan(REINSTATEMENTS, keys.agent(agent))]


# -- journals ------------------------------------------------------------------------------------------------------


class Retrospective(NamedTuple):
    """What is said when looking back on ``oid``, or on ``session_id`` where there is no commit."""

    oid: Oid | None
    session_id: str
    task: str
    notes: str
    agent_grade: GradeValue | None
    user_grade: GradeValue | None


def look_back(project: Project, said: Retrospective, named: str | None, who: Speaker) -> RetrospectiveRecord:
    """Keep a retrospective, with the grades that go with it, in one transaction; as it was kept.

    Raises NotThePerson where somebody else speaks for the user, UsageError, TrackerError.
    """
    record = corrections.recorded(project, [said.oid])[said.oid] if said.oid else None
    if record is not None and record.kind != "agent":
        raise TrackerError(f"{(said.oid or '')[:12]} was made by {record.agent}, which keeps no retrospectives.")
    agent = record.agent if record else agent_speaking(project, named, who)
    opinions = [Opinion("agent", said.agent_grade), Opinion("user", said.user_grade)]
    opinions = [one for one in opinions if one.grade is not None]
    told: list[entries.Entry] = []
    if record is not None and said.oid is not None:
        records = {said.oid: record}
        told += grades.words(project, records, opinions, said.task, who, RETROSPECTIVE)
        if not opinions:
            grades.check_own(project, records, who)
    subject = said.oid or grades.plain(said.session_id)
    speaker = who.described()
    if said.user_grade is not None:
        speaker = speak_for_user(who, project.settings, "a user's grade")
    told.append(
        entries.RetrospectiveEntry(
            agent=agent,
            project=project.files.id(),
            subject=subject,
            is_session=said.oid is None,
            task=grades.plain(said.task),
            agent_grade=said.agent_grade,
            user_grade=said.user_grade,
            notes=grades.plain(said.notes),
            time=max(int(time.time()), _last_time(project, agent, subject)),
            policy=project.settings.policy,
            source=grades.COMMAND_LINE,
            speaker=speaker,
        )
    )
    written = [one for one in tell(project.ledger, told).written if isinstance(one, RetrospectiveRecord)]
    publish(project, project.files.id())
    return written[0]


def _last_time(project: Project, agent: str, subject: str) -> int:
    """When somebody looked back on it last: a clock that was wrong then must not keep a new word from counting."""
    with project.ledger.read() as snapshot:
        found = (record for _, record in snapshot.newest(RETROSPECTIVES, keys.agent(agent)))
        return next((record.time for record in found if record.subject == subject), 0)


def retrospectives(project: Project, most: int) -> list[RetrospectiveRecord]:
    """The newest retrospectives of a project."""
    return _newest(project, RETROSPECTIVES, None, most)


def note_activity(
    project: Project, named: str | None, who: Speaker, task: str, actions: str, outcome: str, decisions: str
) -> ActivityRecord:
    """Add a line to an agent's journal; as it was added. Raises UsageError, TrackerError."""
    agent = agent_speaking(project, named, who)
    entry = entries.ActivityEntry(
        agent=agent,
        task=grades.plain(task),
        actions=grades.plain(actions),
        outcome=grades.plain(outcome),
        decisions=grades.plain(decisions),
        time=int(time.time()),
        project=project.files.id(),
        speaker=who.described(),
    )
    written = [one for one in tell(project.ledger, [entry]).written if isinstance(one, ActivityRecord)]
    publish(project, project.files.id())
    return written[0]


def activities(project: Project, named: str | None, most: int) -> list[ActivityRecord]:
    """The newest journal entries of a project; ``named``: only that agent's."""
    only = known_agent(project, named) if named else None
    return _newest(project, ACTIVITIES, only, most)


def _newest(project: Project, table: Table[L], only: str | None, most: int) -> list[L]:
    """The newest lines of a project in the journals of all agents, or of one."""
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        agents = [only] if only else [agent.name for _, agent in snapshot.scan(AGENTS)]
        found = [
            record
            for agent in agents
            for _, record in islice(snapshot.newest(table, keys.agent(agent)), _MOST_SHOWN)
            if record.project in {project_id, None}
        ]
    return sorted(found, key=lambda record: record.time, reverse=True)[:most]


def _told(project: Project, entry: entries.Entry, agent: str, record: CommitRecord | None) -> Told:
    """Record one entry and refresh the status files; where the agent stands then."""
    tell(project.ledger, [entry])
    publish(project, project.files.id())
    if record is not None and not scoring.is_scored(record.kind, agent):
        return Told(agent, None)
    with project.ledger.read() as snapshot:
        return Told(agent, totals.score_of(snapshot, agent, project.settings.policy))
