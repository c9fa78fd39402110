"""``retro [REV]``: look back on a commit, or on a session without one; or show what was learnt so far."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker.cli import open_project, output
from tracker.errors import UsageError
from tracker.feedback import actor, retrospectives
from tracker.feedback import grades as grades_
from tracker.feedback.retrospectives import Retrospective
from tracker.feedback_records import RetrospectiveRecord
from tracker.git.revisions import commit_named
from tracker.model import GRADE_NAMES, RATERS
from tracker.project.project import Project
from tracker.text import printable

SCHEMA: Final = 1


class Said(NamedTuple):
    """The words of the command line; empty where nothing was said."""

    session_id: str | None
    agent: str | None
    agent_grade: str | None
    user_grade: str | None
    task: str
    notes: str


def run(path: str, flags: Mapping[str, str | None], revision: str | None, said: Said, most: int, *, json: bool) -> int:
    """Keep a retrospective, or list the newest. Raises TrackerError; nothing is half done."""
    grades = {
        rater: None if text is None else grades_.grade_said(text)
        for rater, text in zip(RATERS, (said.agent_grade, said.user_grade), strict=True)
    }
    has_content = bool(said.notes.strip() or said.task.strip() or any(grades.values()))
    if revision is None and said.session_id is None:
        if has_content or said.agent:
            raise UsageError("say what it looks back on: a commit, or --session ID where there is none.")
        project = open_project.opened(path, flags, open_project.WRITING)
        _list(project, most, json=json)
        return 0
    if revision is not None and (said.session_id is not None or said.agent is not None):
        raise UsageError("a commit tells whose it is: leave out --session and --agent.")
    if not has_content:
        raise UsageError("say something: --notes, --task, --agent-grade or --user-grade.")
    if revision is None and not (said.session_id or "").strip():
        raise UsageError("--session needs the id of a session.")
    project = open_project.opened(path, flags, open_project.WRITING)
    oid = commit_named(project.repository, revision) if revision is not None else None
    looked_back = Retrospective(oid, said.session_id or "", said.task, said.notes, grades["agent"], grades["user"])
    record = retrospectives.look_back(project, looked_back, said.agent, actor.here(project.rules))
    _show(record, json=json)
    return 0


def _list(project: Project, most: int, *, json: bool) -> None:
    found = retrospectives.retrospectives(project, most)
    for record in found:
        _show(record, json=json)
    if not found and not json:
        output.say("No retrospective was kept here yet.")


def _show(record: RetrospectiveRecord, *, json: bool) -> None:
    if json:
        output.print_json({"schema": SCHEMA, **record._asdict()})
        return
    when = output.moment(record.time)
    about = f"session {record.subject[:40]}" if record.is_session else record.subject[:12]
    grades = zip(RATERS, (record.agent_grade, record.user_grade), strict=True)
    graded = "".join(f", {rater} {GRADE_NAMES[grade]}" for rater, grade in grades if grade is not None)
    scores = f", communication {record.score_before} -> {record.score_after}"
    task = f"  {record.task}" if record.task else ""
    output.say(printable(f"{when}  {record.agent} on {about}{graded}{scores}{task}"))
    for line in record.notes.split("\n") if record.notes else ():
        output.say(f"    {printable(line)}")
