"""``grade [REV…]``: say how good commits are, as the agent, as the user or as both; or show what was said."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from tracker.cli import open_project, output
from tracker.errors import UsageError
from tracker.feedback import actor
from tracker.feedback import grades as grades_
from tracker.feedback.grades import Graded, Opinion
from tracker.feedback.grades_for_next_commit import await_commit
from tracker.feedback.recorded_commits import recorded
from tracker.feedback_records import GradeRecord
from tracker.git.revisions import commits_named
from tracker.lineage import contributions
from tracker.model import GRADE_NAMES, RATERS, Oid, Rater
from tracker.project.pending_grades import PendingGrade
from tracker.project.project import Project
from tracker.records import CommitRecord
from tracker.text import printable

SCHEMA: Final = 1
NO_GRADE: Final = "none"
"""What is said for a grade to take the last one back."""


class Said(NamedTuple):
    """The words of the command line; empty where nothing was said."""

    agent: str | None
    user: str | None
    task: str
    agent_note: str
    user_note: str
    pending: bool


def run(path: str, flags: Mapping[str, str | None], revisions: Sequence[str], said: Said, *, json: bool) -> int:
    """Grade commits of the repository at ``path``, or show their grades. Raises TrackerError; nothing is half done."""
    opinions = _opinions(said)
    if said.pending and revisions:
        raise UsageError("--pending is for the next commit, which has no name yet: leave out the revisions.")
    project = open_project.opened(path, flags, open_project.WRITING)
    who = actor.here(project.rules)
    if said.pending:
        _show_waiting(await_commit(project, opinions, said.task, who), json=json)
        return 0
    oids = commits_named(project.repository, revisions or ["HEAD"])
    if opinions:
        _show_graded(grades_.give(project, oids, opinions, said.task, who, grades_.COMMAND_LINE), json=json)
    else:
        for oid, record in recorded(project, oids).items():
            _show_history(project, oid, record, json=json)
    return 0


def _opinions(said: Said) -> list[Opinion]:
    opinions: list[Opinion] = []
    for rater, grade, note in zip(RATERS, (said.agent, said.user), (said.agent_note, said.user_note), strict=True):
        if grade is not None:
            taken_back = grade.strip().lower() == NO_GRADE
            opinions.append(Opinion(rater, None if taken_back else grades_.grade_said(grade), note))
        elif note:
            raise UsageError(f"--{rater}-note goes with a grade: say which with --{rater}.")
    if said.task and not opinions:
        raise UsageError("--task goes with a grade: say which with --agent or --user.")
    return opinions


# -- showing -------------------------------------------------------------------------------------------------------


def _show_graded(graded: Sequence[Graded], *, json: bool) -> None:
    for one in graded:
        if json:
            output.print_json(as_json(one.oid, one.record) | {"communication_score": _scores(one)})
        else:
            grades = ", ".join(f"{rater} {_shown(one.record, rater)}" for rater in RATERS)
            output.say(printable(f"{one.oid[:12]}  {one.record.agent}: {grades}  {one.record.subject[:60]}"))
    if json:
        return
    for agent, (before, after) in {
        one.record.agent: (one.before.communication_score, one.after.communication_score)
        for one in graded
        if one.before and one.after
    }.items():
        output.say(printable(f"Communication score of {agent}: {before} -> {after}"))
    if not any(one.record.is_local for one in graded):
        output.say("Fetched commits move no score.")


def as_json(oid: Oid, record: CommitRecord) -> dict[str, Any]:
    """What holds of a commit's grades now."""
    return {
        "schema": SCHEMA,
        "oid": oid,
        "subject": record.subject,
        "agent": record.agent,
        "model": record.model,
        "grades": {rater: contributions.grade(record, rater)[0] for rater in RATERS},
        "provisional": [rater for rater in RATERS if contributions.grade(record, rater)[1]],
    }


def _scores(one: Graded) -> dict[str, int] | None:
    if one.before is None or one.after is None:
        return None
    return {"before": one.before.communication_score, "after": one.after.communication_score}


def _shown(record: CommitRecord, rater: Rater) -> str:
    grade, provisional = contributions.grade(record, rater)
    if grade is None:
        return "-"
    return f"{GRADE_NAMES[grade]}{' (of an earlier version)' if provisional else ''}"


def _show_history(project: Project, oid: Oid, record: CommitRecord, *, json: bool) -> None:
    events = grades_.history(project, oid)
    if json:
        left_out = {"agent", "event"}
        history = [{name: value for name, value in event._asdict().items() if name not in left_out} for event in events]
        output.print_json(as_json(oid, record) | {"history": history})
        return
    grades = ", ".join(f"{rater} {_shown(record, rater)}" for rater in RATERS)
    output.say(printable(f"{oid[:12]}  {record.agent}: {grades}  {record.subject[:60]}"))
    for event in events:
        for line in _event_lines(event):
            output.say(f"  {printable(line)}")
    for one in record.carried:
        if one.source != oid:
            output.say(f"  {one.rater} {GRADE_NAMES[one.grade]}, from {one.source[:12]} ({one.kind})")


def _event_lines(event: GradeRecord) -> list[str]:
    when = output.moment(event.time)
    what = "took the last grade back" if event.grade is None else GRADE_NAMES[event.grade]
    task = f", task: {event.task}" if event.task else ""
    lines = [f"{when}  {event.rater} {what}, by {event.source} ({event.speaker}){task}"]
    return lines + [f"    {line}" for line in event.note.split("\n") if line]


def _show_waiting(waiting: Sequence[PendingGrade], *, json: bool) -> None:
    for grade in waiting:
        if json:
            output.print_json({"schema": SCHEMA, **grade._asdict()})
        else:
            output.say(f"{grade.rater} {GRADE_NAMES[grade.grade]} waits for the next commit here.")
    if not waiting and not json:
        output.say("No grade waits for the next commit here.")
