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
from tracker.history.changes import predecessors
from tracker.ledger import entries, totals
from tracker.ledger.buffer import tell
from tracker.ledger.tables import ACTIVITIES, AGENTS, BUGS, COMMITS, REINSTATEMENTS, RETROSPECTIVES, Table
from tracker.model import HUMAN, GradeValue, Oid
from tracker.project.project import Session
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


def agent_speaking(session: Session, named: str | None, who: Speaker) -> str:
    """Whose journal is meant: the agent named, else the one that runs this command or works in this repository.

    Raises UsageError where that is nobody, TrackerError for a name that nobody has, or an agent that names another.
    """
    if named is None:
        name = who.agent or session.settings.agent
        if name is None:
            raise UsageError("no agent runs this command: say whose journal it is with --agent NAME.")
        return named_by_user(name, session.rules)[0]
    agent = known_agent(session, named)
    if who.agent is not None and who.agent != agent:
        raise TrackerError(f"{who.agent} runs this command and keeps no journal of {agent}: nothing was recorded.")
    return agent


def known_agent(session: Session, text: str) -> str:
    """The agent that is meant by a name, which the catalogue or the ledger must know. Raises TrackerError."""
    name, kind = named_by_user(text, session.rules)
    with session.ledger.read() as snapshot:
        seen = snapshot.get(AGENTS, keys.agent(text)) or snapshot.get(AGENTS, keys.agent(name))
    if seen is not None:
        name, kind = seen.name, seen.kind
    elif name not in session.rules.by_name:
        raise TrackerError(f"no agent called '{printable(text[:80])}' was ever seen: 'agent-tracker log' names them.")
    if kind != "agent" or name == HUMAN:
        raise TrackerError(f"{name} is no agent that has a score or a journal.")
    return name


# -- bugs ----------------------------------------------------------------------------------------------------------


def report_bug(session: Session, oid: Oid, note: str, evidence: str, who: Speaker) -> Told:
    """Charge a bug to the agent that made a commit. Raises TrackerError where nobody can be charged."""
    record = corrections.recorded(session, [oid])[oid]
    if record.kind == "human":
        raise TrackerError(
            f"{oid[:12]} was made by a person, as far as is known, so there is no agent to charge:"
            f" 'agent-tracker attribute {oid[:12]} --agent NAME' says who made it."
        )
    entry = entries.BugEntry(
        record.agent, session.files.id(), oid, grades.plain(note), grades.plain(evidence), int(time.time()),
        speaker=who.described(),
    )  # fmt: skip
    return _told(session, entry, record.agent, record)


def withdraw_bug(session: Session, oid: Oid, who: Speaker) -> Told:
    """Take back the last bug that was charged for a commit. Raises NotThePerson, TrackerError where there is none."""
    speaker = speak_for_user(who, session.settings, "taking a bug back")
    record = corrections.recorded(session, [oid])[oid]
    entry = entries.BugWithdrawalEntry(session.files.id(), oid, int(time.time()), speaker)
    return _told(session, entry, record.agent, record)


def bugs(session: Session) -> list[BugRecord]:
    """The bugs of a project's commits, the newest first; also those that were taken back, or reported in a clone."""
    project = session.files.id()
    with session.ledger.read() as snapshot:
        found = [
            record
            for _, record in snapshot.scan(BUGS)
            if record.project == project or (record.oid and snapshot.get(COMMITS, keys.commit(project, record.oid)))
        ]
    return sorted(found, key=lambda record: record.time, reverse=True)


def reverted_without_bug(session: Session) -> list[tuple[Oid, CommitRecord]]:
    """The agents' commits that a later one takes back and for which no bug was ever charged, the newest first.

    A revert is no bug by itself: whether it was one the user says.
    """
    project = session.files.id()
    with session.ledger.read() as snapshot:
        charged = {record.oid for _, record in snapshot.scan(BUGS)}
        found = [
            (keys.oid_of(key), record)
            for key, record in snapshot.scan(COMMITS, keys.project(project))
            if record.reverted and record.live and record.is_local and record.kind == "agent"
        ]
        found = [
            (oid, record)
            for oid, record in found
            if oid not in charged and charged.isdisjoint(predecessors(snapshot, project, oid))
        ]
    return sorted(found, key=lambda one: one[1].committed_at, reverse=True)


# -- halts ---------------------------------------------------------------------------------------------------------


def reinstate(session: Session, agent: str, plan: str, who: Speaker) -> Told:
    """End an agent's halt. Raises NotThePerson, TrackerError for an agent that is not halted or not known."""
    if not plan.strip():
        raise UsageError("a reinstatement needs a plan: say with --plan what shall be different from now on.")
    speaker = speak_for_user(who, session.settings, "a reinstatement")
    name = known_agent(session, agent)
    entry = entries.ReinstatementEntry(
        name, session.files.id(), grades.plain(plan), int(time.time()), session.settings.policy, speaker
    )
    return _told(session, entry, name, None)


def reinstatements(session: Session, agent: str) -> list[ReinstatementRecord]:
    """How often an agent's halt was ended, and with which plans, the first one first."""
    with session.ledger.read() as snapshot:
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


def look_back(session: Session, said: Retrospective, named: str | None, who: Speaker) -> RetrospectiveRecord:
    """Keep a retrospective, with the grades that go with it, in one transaction; as it was kept.

    Raises NotThePerson where somebody else speaks for the user, UsageError, TrackerError.
    """
    record = corrections.recorded(session, [said.oid])[said.oid] if said.oid else None
    if record is not None and record.kind != "agent":
        raise TrackerError(f"{(said.oid or '')[:12]} was made by {record.agent}, which keeps no retrospectives.")
    agent = record.agent if record else agent_speaking(session, named, who)
    opinions = [Opinion("agent", said.agent_grade), Opinion("user", said.user_grade)]
    opinions = [one for one in opinions if one.grade is not None]
    told: list[entries.Entry] = []
    if record is not None and said.oid is not None:
        records = {said.oid: record}
        told += grades.words(session, records, opinions, said.task, who, RETROSPECTIVE)
        if not opinions:
            grades.check_own(session, records, who)
    subject = said.oid or grades.plain(said.session_id)
    speaker = who.described()
    if said.user_grade is not None:
        speaker = speak_for_user(who, session.settings, "a user's grade")
    told.append(
        entries.RetrospectiveEntry(
            agent=agent,
            project=session.files.id(),
            subject=subject,
            is_session=said.oid is None,
            task=grades.plain(said.task),
            agent_grade=said.agent_grade,
            user_grade=said.user_grade,
            notes=grades.plain(said.notes),
            time=max(int(time.time()), _last_time(session, agent, subject)),
            policy=session.settings.policy,
            source=grades.COMMAND_LINE,
            speaker=speaker,
        )
    )
    written = [one for one in tell(session.ledger, told).written if isinstance(one, RetrospectiveRecord)]
    publish(session, session.files.id())
    return written[0]


def _last_time(session: Session, agent: str, subject: str) -> int:
    """When somebody looked back on it last: a clock that was wrong then must not keep a new word from counting."""
    with session.ledger.read() as snapshot:
        found = (record for _, record in snapshot.newest(RETROSPECTIVES, keys.agent(agent)))
        return next((record.time for record in found if record.subject == subject), 0)


def retrospectives(session: Session, most: int) -> list[RetrospectiveRecord]:
    """The newest retrospectives of a project."""
    return _newest(session, RETROSPECTIVES, None, most)


def note_activity(
    session: Session, named: str | None, who: Speaker, task: str, actions: str, outcome: str, decisions: str
) -> ActivityRecord:
    """Add a line to an agent's journal; as it was added. Raises UsageError, TrackerError."""
    agent = agent_speaking(session, named, who)
    entry = entries.ActivityEntry(
        agent=agent,
        task=grades.plain(task),
        actions=grades.plain(actions),
        outcome=grades.plain(outcome),
        decisions=grades.plain(decisions),
        time=int(time.time()),
        project=session.files.id(),
        speaker=who.described(),
    )
    written = [one for one in tell(session.ledger, [entry]).written if isinstance(one, ActivityRecord)]
    publish(session, session.files.id())
    return written[0]


def activities(session: Session, named: str | None, most: int) -> list[ActivityRecord]:
    """The newest journal entries of a project; ``named``: only that agent's."""
    only = known_agent(session, named) if named else None
    return _newest(session, ACTIVITIES, only, most)


def _newest(session: Session, table: Table[L], only: str | None, most: int) -> list[L]:
    """The newest lines of a project in the journals of all agents, or of one."""
    project = session.files.id()
    with session.ledger.read() as snapshot:
        agents = [only] if only else [agent.name for _, agent in snapshot.scan(AGENTS)]
        found = [
            record
            for agent in agents
            for _, record in islice(snapshot.newest(table, keys.agent(agent)), _MOST_SHOWN)
            if record.project in {project, None}
        ]
    return sorted(found, key=lambda record: record.time, reverse=True)[:most]


def _told(session: Session, entry: entries.Entry, agent: str, record: CommitRecord | None) -> Told:
    """Record one entry and refresh the status files; where the agent stands then."""
    tell(session.ledger, [entry])
    publish(session, session.files.id())
    if record is not None and not scoring.is_scored(record.kind, agent):
        return Told(agent, None)
    with session.ledger.read() as snapshot:
        return Told(agent, totals.score_of(snapshot, agent, session.settings.policy))
