"""``bug [REV]``: charge a bug to the agent that made a commit, take that back, or list what was charged."""

from collections.abc import Mapping
from typing import Final

from tracker.cli import open_project, output
from tracker.errors import UsageError
from tracker.feedback import actor, bugs
from tracker.feedback.agent_score import AgentScore
from tracker.feedback_records import BugRecord
from tracker.git.revisions import commit_named
from tracker.model import Oid
from tracker.project.project import Project
from tracker.records import CommitRecord
from tracker.text import printable

SCHEMA: Final = 1


def run(
    path: str,
    flags: Mapping[str, str | None],
    revision: str | None,
    note: str,
    evidence: str,
    *,
    undo: bool,
    json: bool,
) -> int:
    """Report, withdraw or list bugs of the repository at ``path``. Raises TrackerError; nothing is half done."""
    if revision is None and (note or evidence or undo):
        raise UsageError("say for which commit: agent-tracker bug REV.")
    if undo and (note or evidence):
        raise UsageError("--undo takes nothing with it: leave out --note and --evidence.")
    project = open_project.opened(path, flags, open_project.WRITING)
    if revision is None:
        _list(project, json=json)
        return 0
    oid = commit_named(project.repository, revision)
    who = actor.here(project.rules)
    told = bugs.withdraw_bug(project, oid, who) if undo else bugs.report_bug(project, oid, note, evidence, who)
    _report(told, oid, undo=undo, json=json)
    return 0


def _report(told: AgentScore, oid: Oid, *, undo: bool, json: bool) -> None:
    score = told.score
    if json:
        output.print_json(
            {
                "schema": SCHEMA,
                "oid": oid,
                "agent": told.agent,
                "withdrawn": undo,
                "skill_points": score.skill_points if score else None,
                "halted": score.halted if score else None,
            }
        )
        return
    what = f"No bug is charged to {told.agent} any more" if undo else f"A bug is charged to {told.agent}"
    output.say(printable(f"{what} for {oid[:12]}."))
    if score:
        halted = ": it is halted until the user reinstates it" if score.halted else ""
        output.say(f"Skill points: {score.skill_points}{halted}.")


def _list(project: Project, *, json: bool) -> None:
    charged, offered = bugs.bugs(project), bugs.reverted_without_bug(project)
    if json:
        for record in charged:
            output.print_json({"schema": SCHEMA, "reported": True, **record._asdict()})
        for oid, commit in offered:
            output.print_json(
                {"schema": SCHEMA, "reported": False, "agent": commit.agent, "oid": oid, "subject": commit.subject}
            )
        return
    for record in charged:
        output.say(printable(_line(record)))
    for oid, commit in offered:
        output.say(printable(_offer(oid, commit)))
    if not charged and not offered:
        output.say("No bug was charged here, and no agent's commit was reverted.")


def _line(record: BugRecord) -> str:
    when = output.moment(record.time, "%Y-%m-%d")
    note = " ".join(part for part in (record.note, record.evidence) if part).replace("\n", " ")
    gone = " (taken back)" if record.withdrawn_at else ""
    return f"{when}  {record.agent}  {(record.oid or '')[:12]}{gone}  {note}".rstrip()


def _offer(oid: Oid, commit: CommitRecord) -> str:
    return (
        f"Reverted, and no bug yet: {oid[:12]} by {commit.agent}, {commit.subject[:60]}"
        f"  (if it was one: agent-tracker bug {oid[:12]})"
    )
